"""Law 1: a payload is in the database before anybody is told, and before a cursor moves."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from orderloom import jobs
from orderloom.services.connecting import connections
from orderloom.services.incoming import intake, webhooks
from orderloom.store.db import Database
from orderloom.store.tables import account
from tests.support.crash import Crash, dying
from tests.support.hub import Hub
from tests.support.pushing import Caller, registry

RECOVERED = 13  # seconds: no lease of a dead worker lives longer


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


def lost(hub: Hub, read: Callable[[], object]) -> set[str]:
    """Orders that are missing after `read` died at every moment it can die at."""
    for moment in itertools.count(1):
        hub.shop.shop.make(2, "law1")
        hub.advance(RECOVERED)
        with dying(hub.database, moment) as countdown:
            read()
        if not countdown.died:
            break
    for _ in range(20):
        hub.advance(RECOVERED)
        read()
    landed = {row["external_no"] for row in hub.rows("SELECT external_no FROM inbox")}
    return {trade["tid"] for trade in hub.shop.shop.all()} - landed


def cursor(hub: Hub) -> object:
    with hub.database.read() as tx:
        return tx.execute(account.select().where(account.c.id == hub.account)).one().cursor


def test_whenever_a_pull_dies_no_order_is_lost(hub: Hub) -> None:
    assert lost(hub, lambda: jobs.pull(hub.account)) == set()


def test_control_a_cursor_that_moves_first_loses_orders(hub: Hub) -> None:
    """The same pull with the two writes the wrong way round, and without windows that overlap."""
    with hub.database.read() as tx:
        connector = connections.connect(tx, hub.context.gateway, hub.connections["taobao"])
    connector.values |= {"overlap_s": 0}

    def careless() -> None:
        page = connector.pull(cursor(hub), hub.clock.now())
        items = connector.detail(page.refs)
        with hub.write() as tx:
            tx.execute(
                account.update().where(account.c.id == hub.account).values(cursor=page.cursor)
            )
        with hub.write() as tx:
            intake.land(tx, hub.account, type(connector), items, "pull", hub.clock.now())

    assert lost(hub, careless)


def test_a_page_and_its_cursor_are_kept_together_or_not_at_all(hub: Hub) -> None:
    hub.shop.shop.make(5, "law1")
    hub.advance(RECOVERED)
    for moment in itertools.count(1):
        before = (cursor(hub), hub.value("SELECT count(*) FROM inbox"))
        with dying(hub.database, moment) as countdown:
            jobs.pull(hub.account)
        after = (cursor(hub), hub.value("SELECT count(*) FROM inbox"))
        if not countdown.died or after[1] == 5:
            break
        assert after[1] == before[1] == 0
        hub.advance(RECOVERED)
    assert hub.value("SELECT count(*) FROM inbox") == 5


@pytest.fixture
def caller(database: Database, tmp_path: Path) -> Caller:
    return Caller(Hub(database, registry=registry()), tmp_path)


def told_too_early(hub: Hub, receive: Callable[[], object]) -> bool:
    """Whether a platform was ever answered, at any moment of dying, without its order being in."""
    told: list[object] = []
    moment, countdown, early = 0, None, False
    while countdown is None or (countdown.died and not early):
        moment += 1
        with dying(hub.database, moment) as countdown:
            receive_and(told, receive)
        early = len(told) > hub.value("SELECT count(*) FROM inbox")
    assert told
    return early


def receive_and(told: list[object], receive: Callable[[], object]) -> None:
    answer = receive()
    if answer:
        told.append(answer)


def test_a_platform_that_pushes_is_answered_only_after_the_commit(caller: Caller) -> None:
    def push() -> bool:
        return caller.push(orders=[caller.hub.trade(1)]).status_code == 200

    assert not told_too_early(caller.hub, push)
    assert caller.hub.value("SELECT count(*) FROM inbox") == 1


def test_control_an_answer_from_within_the_transaction_comes_too_early(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same call, answered before its transaction ends, as a careless view would."""

    def push() -> bool:
        answered: list[bool] = []
        keep = webhooks.keep

        def careless(*args: Any) -> Any:
            kept = keep(*args)
            answered.append(True)
            return kept

        monkeypatch.setattr(webhooks, "keep", careless)
        try:
            caller.push(orders=[caller.hub.trade(1)])
        except Crash:
            pass
        finally:
            monkeypatch.setattr(webhooks, "keep", keep)
        return bool(answered)

    assert told_too_early(caller.hub, push)


def test_control_of_the_crash_itself(hub: Hub) -> None:
    """Dying really interrupts: the first statement never happens, the commit never does."""
    with dying(hub.database, 1) as countdown:
        hub.land(hub.trade(1))
    assert countdown.died
    assert hub.value("SELECT count(*) FROM inbox") == 0
    with pytest.raises(Crash):
        raise Crash
