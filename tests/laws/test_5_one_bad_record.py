"""Law 5: one bad record blocks nobody, waits with a reason in plain words, and can be retried."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select

from connectors.simulators.wire import Fault
from orderloom import texts
from orderloom.connect import Message, Receipt
from orderloom.services.delivering import retry
from orderloom.services.hub import work
from orderloom.services.incoming import process
from orderloom.services.publishing.runtime import bind
from orderloom.services.users.people import User
from orderloom.store.db import Database
from orderloom.store.tables import inbox
from tests.support import invariants
from tests.support.hub import ZONE, Hub

OPS = User(7, "li", "小李", "ops", "zh-CN")
GOOD = 12


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


def retry_all(hub: Hub) -> None:
    for told in hub.exceptions():
        if told["kind"] in ("mapping", "sku", "stock", "delivery"):
            with hub.write() as tx:
                retry.retry_exception(tx, hub.context.plans, told["id"], OPS, hub.clock.now(), ZONE)
    hub.run(wait=15)


def test_trouble_at_every_stage_at_once_blocks_no_good_order(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.shop.shop.make(GOOD, "law5")
    hub.run()
    normal = hub.value("SELECT count(*) FROM orders WHERE state = 'handed_over'")
    shop = hub.shop.shop
    first, second, third, fourth, *good = shop.make(GOOD + 4, "law5")
    broken = {**shop.get(first), "status": "TRADE_OF_TOMORROW"}
    unknown = shop.get(second)
    unknown["orders"]["order"][0] |= {"outer_sku_id": "NEW-1", "sku_id": "1"}
    shop.add(broken)
    shop.add(unknown)
    whole = hub.connector.normalise

    def fragile(raw: Any) -> Any:
        if third in str(raw):
            raise KeyError("a fault in the connector")
        return whole(raw)

    monkeypatch.setattr(hub.connector, "normalise", fragile)
    qimen = hub.context.gateway.registry.get("qimen")
    send = qimen.send

    def fragile_send(self: Any, messages: Sequence[Message]) -> list[Receipt]:
        if any(message.body.get("order_no") == fourth for message in messages):
            raise TypeError("another one")
        return send(self, messages)

    monkeypatch.setattr(qimen, "send", fragile_send)
    hub.shop.faults.add(Fault("refused", call="fullinfo", times=1))
    hub.run()
    hub.run(wait=15)  # by then a refused order is asked for again
    bad = {first, second, third, fourth}
    rows = hub.rows("SELECT external_no, state FROM orders")
    stuck = {r["external_no"] for r in rows if r["state"] not in ("handed_over", "held")} - bad
    codes = {told["code"] for told in hub.exceptions()}
    assert codes >= {
        "mapping.not_in_table",
        "sku.unknown",
        "intake.internal",
        "delivery.connector_broke",
    }
    assert normal > 0
    assert stuck <= {r["external_no"] for r in rows if r["state"] == "exception"}
    assert set(good) - {r["external_no"] for r in rows} == set()


def test_every_exception_says_in_both_languages_what_happened_and_what_to_do(hub: Hub) -> None:
    hub.take("<xml/>", hub.trade(1, status="NEW"), hub.trade(2, {"NEW-1": 1}))
    hub.take(hub.trade(3, payment="2000.00"), hub.trade(4, {"TEE-BLK-S": 900_000}))
    hub.take(hub.trade(5))
    hub.wms.faults.add(Fault("refused", call="create"))
    hub.deliver()
    told = hub.exceptions()
    assert len(told) == 6
    for one in told:
        for locale in texts.LOCALES:
            message, how = texts.say(one["code"], locale, one["params"])
            assert message != one["code"], f"no words for {one['code']}"
            assert "?" not in message
            assert how


def test_everything_can_be_retried_after_the_fix(hub: Hub) -> None:
    shop = hub.shop.shop
    broken, short = shop.make(2, "law5")
    shop.add({**shop.get(broken), "status": "TRADE_OF_TOMORROW"})
    lines = shop.get(short)["orders"]["order"]
    for line in lines:
        line.update(outer_sku_id="BAG-CAN", sku_id=None, refund_status="NO_REFUND")
    shop.add({**shop.get(short), "orders": {"order": lines}, "payment": "60.00"})
    hub.stock({("HZ", "BAG-CAN"): 0, ("YW", "BAG-CAN"): 0})
    (sent,) = shop.make(1, "law5")
    shop.add({**shop.get(sent), "payment": "60.00"})
    hub.wms.faults.add(Fault("refused", call="create"))
    hub.run()
    assert {"mapping.not_in_table", "stock.short"} <= {e["code"] for e in hub.exceptions()}

    def learn(document: dict[str, Any]) -> None:
        for entry in document["mappings"][0]["order"]:
            if entry["to"] == "payment_state":
                entry["steps"][0]["entries"]["TRADE_OF_TOMORROW"] = "closed"

    hub.republish(learn)
    hub.stock({("HZ", "BAG-CAN"): 50})
    retry_all(hub)
    assert [e["code"] for e in hub.exceptions() if e["kind"] != "risk"] == []
    assert [w for w in invariants.wrong_with(hub) if broken not in w] == []


def test_control_without_halving_one_bad_row_takes_its_batch_along(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The step that writes a batch, called for all rows at once as a job would without it."""
    whole = hub.connector.normalise

    def careless(raw: Any) -> Any:
        normal = whole(raw)
        if normal.body["seller_memo"] == "bad":
            normal.body["seller_memo"] = "\ud800"
        return normal

    monkeypatch.setattr(hub.connector, "normalise", careless)
    hub.land(*(hub.trade(n) for n in range(5)), hub.trade(9, seller_memo="bad"))

    def all_at_once() -> None:
        with hub.write() as tx:
            bound = bind(tx, hub.context.plans, hub.account)
            rows = tx.execute(select(inbox)).all()
            reads = process.read(rows, hub.connector, bound)
            process.write(tx, bound, reads, hub.clock.now(), ZONE)

    with pytest.raises((TypeError, UnicodeEncodeError)):
        all_at_once()
    assert hub.value("SELECT count(*) FROM orders") == 0
    hub.work()
    assert hub.value("SELECT count(*) FROM orders") == 5


def test_a_lane_whose_worker_keeps_dying_does_not_keep_the_others_back(hub: Hub) -> None:
    hub.land(*(hub.trade(number) for number in range(40)))
    with hub.write() as tx:
        dead = work.claim_next_lane(tx, "a dead worker", hub.clock.now())
    assert dead is not None
    hub.work()
    left = {row["shard"] for row in hub.rows("SELECT shard FROM inbox WHERE state = 'waiting'")}
    assert left == {dead.shard}
    hub.advance(13)
    hub.work()
    assert hub.waiting == 0
