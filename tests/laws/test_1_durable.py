"""Law 1: a payload is in the database before anybody is told, and before a cursor moves."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from orderloom import jobs
from orderloom.services import connections, intake
from orderloom.store.db import Database
from orderloom.store.tables import account
from tests.support.crash import Crash, dying
from tests.support.hub import Hub

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
        return tx.execute(account.select()).one().cursor


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
            tx.execute(account.update().values(cursor=page.cursor))
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


def test_landing_tells_nobody_before_its_commit(hub: Hub) -> None:
    """Whoever acknowledges does it after the block; a crash inside it leaves nothing behind."""
    told: list[str] = []

    def receive() -> None:
        with hub.write() as tx:
            items = [hub.item(hub.trade(1))]
            intake.land(tx, hub.account, hub.connector, items, "webhook", hub.clock.now())
        told.append("200 OK")

    for moment in itertools.count(1):
        with dying(hub.database, moment) as countdown:
            receive()
        assert len(told) == hub.value("SELECT count(*) FROM inbox")
        if not countdown.died:
            break
    assert told == ["200 OK"]


def test_control_of_the_crash_itself(hub: Hub) -> None:
    """Dying really interrupts: the first statement never happens, the commit never does."""
    with dying(hub.database, 1) as countdown:
        hub.land(hub.trade(1))
    assert countdown.died
    assert hub.value("SELECT count(*) FROM inbox") == 0
    with pytest.raises(Crash):
        raise Crash
