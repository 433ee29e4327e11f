"""Credentials that run out are renewed ahead of time, or once when they are refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

import pytest

from connectors.simulators.top import SESSION
from connectors.taobao import Taobao
from orderloom import jobs
from orderloom.connect import AuthFailed, Registry, Renewed, TryLater
from orderloom.connect.registry import Listed
from orderloom.services.connecting import connections, managing, renewal
from orderloom.services.connecting.renewal import AGAIN_MS, AHEAD_MS
from orderloom.services.hub import work
from orderloom.store.db import Database
from tests.support.hub import Hub

FRESH = "demo_session_renewed"
HOUR = 3_600_000


class Renewing(Taobao):
    """Taobao, had it a call for new sessions."""

    answers: ClassVar[list[Renewed | Exception]] = []
    meanwhile: ClassVar[list[Callable[[], None]]] = []

    def renew(self) -> Renewed:
        for happens in self.meanwhile:
            happens()
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def hub(database: Database) -> Hub:
    hub = Hub(database)
    registry = Registry([Listed("taobao", "built_in", "test", Renewing)])
    hub.context.gateway = replace(hub.context.gateway, registry=registry)
    Renewing.answers.clear()
    Renewing.meanwhile.clear()
    return hub


def due(hub: Hub) -> list[int]:
    with hub.database.read() as tx:
        return list(renewal.due(tx, {"taobao"}, hub.clock.now()))


def state(hub: Hub) -> str:
    return str(hub.value("SELECT state FROM connection WHERE connector = 'taobao'"))


def refused(hub: Hub) -> int:
    """The session was refused; the connection that needs another one."""
    hub.shop.token = FRESH
    hub.pull(wait=400)
    assert state(hub) == "auth_failed"
    return int(hub.connections["taobao"])


def test_refused_credentials_are_renewed_and_reading_goes_on(hub: Hub) -> None:
    taobao = refused(hub)
    assert due(hub) == [taobao]
    expires = hub.clock.now() + HOUR
    Renewing.answers.append(Renewed({"session": FRESH}, expires))
    assert jobs.renew(taobao)
    assert state(hub) == "ok"
    hub.shop.shop.make(2, "renewed")
    assert hub.pull() == 2
    assert due(hub) == []
    hub.clock.advance(HOUR - AHEAD_MS)
    assert due(hub) == [taobao], "ahead of their end"


def test_new_credentials_are_stored_as_secretly_as_the_old_ones(hub: Hub) -> None:
    taobao = refused(hub)
    Renewing.answers.append(Renewed({"session": FRESH}, None))
    jobs.renew(taobao)
    stored = str(hub.rows("SELECT * FROM connection"))
    assert FRESH not in stored
    assert SESSION not in stored


def test_a_person_is_needed_when_there_are_none(hub: Hub) -> None:
    taobao = refused(hub)
    Renewing.answers.append(AuthFailed("connect.auth"))
    assert not jobs.renew(taobao)
    assert state(hub) == "auth_failed"
    assert due(hub) == []
    hub.clock.advance(AGAIN_MS)
    assert due(hub) == [taobao]


def test_trouble_on_the_way_is_tried_again_soon(hub: Hub) -> None:
    taobao = refused(hub)
    Renewing.answers.append(TryLater("connect.timeout", uncertain=True))
    assert not jobs.renew(taobao)
    hub.advance(31)
    assert due(hub) == [taobao]


@pytest.mark.parametrize("answer", [Renewed({"session": FRESH}, None), AuthFailed("connect.auth")])
def test_credentials_entered_while_others_are_renewed_are_not_mixed_with_them(
    hub: Hub, answer: Renewed | Exception
) -> None:
    taobao = refused(hub)
    Renewing.answers.append(answer)
    Renewing.meanwhile.append(lambda: enter(hub, session="of another account"))
    assert not jobs.renew(taobao)
    assert (kept(hub)["session"], state(hub)) == ("of another account", "ok")


def test_other_settings_changed_meanwhile_do_not_cost_the_new_credentials(hub: Hub) -> None:
    taobao = refused(hub)
    Renewing.answers.append(Renewed({"session": FRESH}, None))
    Renewing.meanwhile.append(lambda: enter(hub, page_size=40))
    assert jobs.renew(taobao)
    assert (kept(hub)["session"], kept(hub)["page_size"]) == (FRESH, 40)


def enter(hub: Hub, **settings: Any) -> None:
    """An administrator saves the form."""
    with hub.write() as tx:
        gateway, taobao = hub.context.gateway, hub.connections["taobao"]
        connections.merge(tx, gateway, taobao, settings, hub.clock.now())


def kept(hub: Hub) -> dict[str, Any]:
    with hub.database.read() as tx:
        row = managing.known(tx, hub.connections["taobao"])
    return connections.stored(hub.context.gateway, row)


def test_one_renewal_at_a_time(hub: Hub) -> None:
    taobao = refused(hub)
    Renewing.answers.append(Renewed({"session": FRESH}, None))
    with hub.database.write() as tx:
        work.ensure(tx, "renew", taobao)
        assert work.claim(tx, "renew", taobao, 0, "somebody", hub.clock.now())
    assert not jobs.renew(taobao)
    assert Renewing.answers, "nobody asked for credentials that would end the others"


def test_connectors_that_cannot_renew_are_left_alone(hub: Hub) -> None:
    assert renewal.renewable(hub.context.gateway) == {"taobao"}
    refused(hub)
    with hub.database.read() as tx:
        assert list(renewal.due(tx, set(), hub.clock.now())) == []
