"""Platforms call the hub: only genuine calls count, and none is acknowledged before it is kept."""

from __future__ import annotations

import hmac
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from connectors.simulators.goods import tid_of
from connectors.simulators.rest import SECRET
from connectors.simulators.rest_orders import make_order
from connectors.simulators.wire import Fault
from orderloom import jobs
from orderloom.api.hub import STRANGERS
from orderloom.services.connecting import connections
from orderloom.services.incoming import webhooks
from orderloom.store.db import Database
from tests.support.hub import Hub
from tests.support.pushing import Caller, registry, signature

DETAIL = "taobao.trade.fullinfo.get"


@pytest.fixture
def caller(database: Database, tmp_path: Path) -> Caller:
    return Caller(Hub(database, registry=registry()), tmp_path)


def inbox(caller: Caller) -> int:
    return int(caller.hub.value("SELECT count(*) FROM inbox"))


def announce(caller: Caller, count: int = 1) -> list[str]:
    """New orders at the shop, of which only the names are pushed."""
    made = caller.hub.shop.shop.make(count, "hooks")
    assert caller.push(names=[[tid, None] for tid in made]).status_code == 200
    return made


def test_a_pushed_order_is_in_the_hub_with_the_answer_its_platform_wants(caller: Caller) -> None:
    hub = caller.hub
    response = caller.push(orders=[hub.trade(1)])
    assert (response.status_code, response.data) == (200, b"received")
    assert response.content_type == "text/plain"
    assert [kind for kind, _ in caller.woken] == ["process"]
    hub.work()
    assert hub.order(1)["state"] == "to_ship"
    assert hub.value("SELECT source FROM inbox") == "webhook"


def test_connectors_see_the_address_as_it_was_called_without_its_token(caller: Caller) -> None:
    body, query = b'{"where": true}', "?name=%E5%8D%95&sign=a%2Bb"
    answer = caller.send(body, {"X-Sign": signature(body)}, caller.address() + query)
    assert answer.text == f"http://localhost/hooks/{caller.connection}{query}"


def test_a_push_and_a_pull_of_one_order_are_one(caller: Caller) -> None:
    hub = caller.hub
    (tid,) = hub.shop.shop.make(1, "hooks")
    hub.run()
    assert caller.push(names=[[tid, None]]).status_code == 200
    hub.run()
    assert hub.value("SELECT count(*) FROM orders") == 1


@pytest.mark.parametrize("address", ["/hooks/{id}/guess", "/hooks/77/guess", "/hooks/{other}/t"])
def test_a_wrong_address_says_nothing_of_what_there_is(caller: Caller, address: str) -> None:
    other = caller.hub.connections["smtp"]
    answer = caller.send(b"{}", address=address.format(id=caller.connection, other=other))
    assert (answer.status_code, answer.get_json()["code"]) == (404, "webhook.unknown")


def test_a_connection_nobody_pushes_to_has_no_address(caller: Caller) -> None:
    caller.connection = caller.hub.connections["smtp"]
    assert caller.send(b"{}").get_json()["code"] == "webhook.not_offered"


def test_a_wrong_signature_is_refused_and_nothing_kept(caller: Caller) -> None:
    answer = caller.send(b'{"orders": []}', {"X-Sign": "0" * 64})
    assert (answer.status_code, answer.get_json()["code"]) == (401, "connect.signature")
    assert inbox(caller) == 0


def test_a_new_address_ends_the_old_one(caller: Caller) -> None:
    old = caller.address()
    with caller.hub.write() as tx:
        webhooks.renew_name(tx, caller.connection, caller.hub.clock.now())
    assert caller.send(b"{}", address=old).status_code == 404
    assert caller.push(orders=[]).status_code == 200


def test_a_push_beyond_any_order_is_not_read(caller: Caller) -> None:
    answer = caller.send(b" " * 3_000_000)
    assert (answer.status_code, answer.get_json()["code"]) == (413, "request.too_large")


def test_a_connector_that_breaks_down_lets_the_platform_come_again(caller: Caller) -> None:
    answer = caller.push(orders=[{"no": "number"}])
    assert (answer.status_code, answer.get_json()["code"]) == (503, "webhook.connector_broke")


def test_orders_without_a_shop_are_not_acknowledged(caller: Caller) -> None:
    """The address is known before the shop is: what comes in between must come again."""
    hub = caller.hub
    hub.execute("UPDATE account SET connection_id = :id", id=hub.connections["smtp"])
    answer = caller.push(orders=[hub.trade(1)])
    assert (answer.status_code, answer.get_json()["code"]) == (503, "webhook.no_shop")
    assert inbox(caller) == 0


def test_what_cannot_be_kept_is_not_acknowledged(
    caller: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_args: Any) -> None:
        raise OperationalError("COMMIT", {}, Exception("disk full"))

    event.listen(caller.hub.database.writer, "commit", full)
    with caplog.at_level(logging.ERROR):
        answer = caller.push(orders=[caller.hub.trade(1)])
    event.remove(caller.hub.database.writer, "commit", full)
    assert answer.status_code == 503
    assert (inbox(caller), caller.woken) == (0, [])
    (logged,) = [record for record in caplog.records if record.message == "request failed"]
    assert vars(logged)["path"] == f"/hooks/{caller.connection}/***"


def test_whoever_guesses_is_slowed_down_and_nobody_else(caller: Caller) -> None:
    wrong = f"/hooks/{caller.connection}/guess"
    answers = [caller.send(b"", address=wrong).status_code for _ in range(STRANGERS[1] + 1)]
    assert answers == [404] * STRANGERS[1] + [429]
    assert int(caller.send(b"", address=wrong).headers["Retry-After"]) >= 1
    assert caller.push(orders=[]).status_code == 200
    caller.hub.advance(60)
    assert caller.send(b"", address=wrong).status_code == 404


def test_announced_orders_are_fetched_at_once_without_any_exception(caller: Caller) -> None:
    hub = caller.hub
    made = announce(caller, 3)
    assert caller.woken == [("fetch", [hub.account])]
    assert hub.value("SELECT count(*) FROM inbox WHERE state = 'announced'") == 3
    assert jobs.fetch(hub.account) == 3
    hub.work()
    assert sorted(hub.pairs("SELECT external_no, id FROM orders")) == sorted(made)
    assert hub.exceptions("open") + hub.exceptions("resolved") == []
    assert hub.value("SELECT count(*) FROM inbox WHERE state = 'announced'") == 0
    assert jobs.fetch(hub.account) == 0


def test_an_order_announced_while_it_is_fetched_is_fetched_again(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = caller.hub
    (tid,) = announce(caller)
    detail = hub.connector.detail

    def meanwhile(self: Any, refs: Any) -> Any:
        items = detail(self, refs)
        hub.advance(1)
        hub.shop.shop.act(tid, "memo", "changed meanwhile")
        caller.push(names=[[tid, None]])
        monkeypatch.undo()
        return items

    monkeypatch.setattr(hub.connector, "detail", meanwhile)
    jobs.fetch(hub.account)
    jobs.fetch(hub.account)
    hub.work()
    assert hub.order(tid)["canonical"]["seller_note"] == "changed meanwhile"


def test_an_order_its_platform_does_not_know_yet_becomes_an_exception_only_in_the_end(
    caller: Caller,
) -> None:
    hub = caller.hub
    announce(caller)
    hub.shop.faults.add(Fault("refused", times=4, call=DETAIL))
    seen = []
    for _ in range(4):
        jobs.fetch(hub.account)
        seen.append(len(hub.exceptions()))
        hub.advance(300)
    assert seen == [0, 0, 0, 1]
    hub.advance(3600)
    assert jobs.fetch(hub.account) == 1
    assert hub.exceptions() == []


def test_a_fetch_that_fails_is_taken_up_again(caller: Caller) -> None:
    hub = caller.hub
    announce(caller)
    hub.shop.faults.add(Fault("server_error", call=DETAIL))
    assert jobs.fetch(hub.account) == 0
    hub.advance(60)
    assert jobs.fetch(hub.account) == 1


def test_what_landed_already_is_not_fetched_again(caller: Caller) -> None:
    hub = caller.hub
    (tid,) = hub.shop.shop.make(1, "hooks")
    hub.run(wait=10)
    modified = hub.value("SELECT modified_at FROM inbox")
    caller.push(names=[[tid, modified]])
    assert inbox(caller) == 1


def test_news_of_a_warehouse_is_kept_once(caller: Caller) -> None:
    told = {"key": "n1", "fulfilment_no": "F1", "event": "accepted", "at_ms": None}
    for _ in range(2):
        assert caller.push(news=[told]).status_code == 200
    rows = caller.hub.rows("SELECT key, source, fulfilment_no, event FROM confirmation")
    assert rows == [{"key": "n1", "source": "webhook", "fulfilment_no": "F1", "event": "accepted"}]


def test_an_order_number_is_a_text_on_its_way(caller: Caller) -> None:
    caller.push(orders=[caller.hub.trade(3)])
    assert caller.hub.value("SELECT external_no FROM inbox") == str(tid_of(3))


def test_an_address_that_ended_after_its_last_call_keeps_nothing(caller: Caller) -> None:
    hub, old = caller.hub, caller.address()
    assert caller.push(orders=[hub.trade(1)]).status_code == 200
    with hub.write() as tx:
        webhooks.renew_name(tx, caller.connection, hub.clock.now())
    body = json.dumps({"orders": [hub.trade(2)]}).encode()
    assert caller.send(body, {"X-Sign": signature(body)}, old).status_code == 404
    assert inbox(caller) == 1


@pytest.mark.parametrize("known", [True, False], ids=["called before", "first call"])
def test_a_retired_connection_refuses_and_counts_a_paused_one_takes_in(
    caller: Caller, known: bool
) -> None:
    hub, mine = caller.hub, {"id": caller.connection}

    def turn(state: str) -> None:
        hub.execute("UPDATE connection SET state = :state WHERE id = :id", state=state, **mine)

    turn("paused")
    if known:
        assert caller.push(orders=[hub.trade(1)]).status_code == 200
    kept = inbox(caller)
    turn("retired")
    for number in (2, 3):
        answer = caller.push(orders=[hub.trade(number)])
        assert (answer.status_code, answer.get_json()["code"]) == (410, "webhook.retired")
        assert "停用" in answer.get_json()["message"]
    found = "SELECT calls_refused, call_refused_at FROM connection WHERE id = :id"
    assert hub.rows(found, **mine) == [{"calls_refused": 2, "call_refused_at": hub.clock.now()}]
    assert inbox(caller) == kept
    turn("ok")
    assert caller.push(orders=[hub.trade(4)]).status_code == 200


def test_a_new_secret_counts_from_the_next_call_on(caller: Caller) -> None:
    """Whoever read the last call knew the old one."""
    hub = caller.hub
    caller.connection = hub.connections["rest"]

    def push(number: int, secret: str) -> int:
        body = json.dumps({"orders": [make_order(number, hub.clock.now())]}).encode()
        stamp = str(hub.clock.now() // 1000)
        signed = hmac.new(secret.encode(), f"{stamp}\n".encode() + body, "sha256").hexdigest()
        return caller.send(body, {"X-Timestamp": stamp, "X-Signature": signed}).status_code

    assert push(1, SECRET) == 200
    with hub.write() as tx:
        changed = {"secret": "another"}
        connections.merge(tx, hub.context.gateway, caller.connection, changed, hub.clock.now())
    assert (push(2, "another"), push(3, SECRET)) == (200, 401)
    assert inbox(caller) == 2
