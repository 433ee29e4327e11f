"""From a changed order to what should be out for it: placed, held, taken back, placed anew."""

from __future__ import annotations

from typing import Any

import pytest

from orderloom.store.db import Database
from tests.support.hub import Hub

TEE, BAG = "TEE-BLK-S", "BAG-CAN"


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


def states(hub: Hub, number: int = 1) -> list[tuple[str, str]]:
    return [(f["warehouse"], f["state"]) for f in hub.fulfilments(number)]


def word(hub: Hub, number: int = 1) -> str:
    return str(hub.order(number)["state"])


def test_a_paid_order_is_placed_in_the_warehouse_its_rule_names(hub: Hub) -> None:
    hub.take(hub.trade(1), hub.trade(2, receiver_state="新疆维吾尔自治区"))
    assert (states(hub, 1), states(hub, 2)) == ([("HZ", "waiting")], [("YW", "waiting")])
    assert hub.levels()["HZ", TEE][1] == 1
    assert {row["courier"] for row in hub.fulfilments(2)} <= {"EMS", "POSTB"}


def test_an_order_in_arrears_waits_and_is_placed_when_it_is_paid(hub: Hub) -> None:
    hub.take(hub.trade(1, status="WAIT_BUYER_PAY", pay_time=None))
    assert (word(hub), states(hub)) == ("awaiting_payment", [])
    hub.take(hub.trade(1, later=5))
    assert (word(hub), states(hub)) == ("to_ship", [("HZ", "waiting")])


def test_the_backup_serves_when_the_first_is_empty(hub: Hub) -> None:
    hub.stock({("HZ", TEE): 1, ("YW", TEE): 9})
    hub.take(hub.trade(1, {TEE: 2}))
    assert states(hub) == [("YW", "waiting")]


def test_safety_stock_is_not_promised(hub: Hub) -> None:
    hub.stock({("HZ", TEE): 5, ("YW", TEE): 0}, safety=4)
    hub.take(hub.trade(1, {TEE: 2}))
    assert word(hub) == "short"
    hub.take(hub.trade(2, {TEE: 1}))
    assert states(hub, 2) == [("HZ", "waiting")]


def test_a_short_order_says_what_is_lacking_and_is_placed_when_it_comes_back(hub: Hub) -> None:
    hub.stock({("HZ", TEE): 1, ("YW", TEE): 0})
    hub.take(hub.trade(1, {TEE: 3}))
    (lacking,) = hub.exceptions()
    assert (lacking["code"], lacking["params"]["skus"]) == ("stock.short", TEE)
    hub.stock({("HZ", TEE): 9})
    hub.take(hub.trade(1, {TEE: 3}, later=5))
    assert (word(hub), hub.exceptions()) == ("to_ship", [])


def test_a_changed_address_makes_a_new_fulfilment_and_takes_the_old_back(hub: Hub) -> None:
    hub.take(hub.trade(1))
    hub.take(hub.trade(1, later=5, receiver_address="另一条路2号"))
    assert states(hub) == [("HZ", "cancelled"), ("HZ", "waiting")]
    assert hub.levels()["HZ", TEE][1] == 1
    hub.deliver()
    assert len(hub.wms.orders()) == 1


def test_a_change_that_does_not_concern_the_goods_leaves_the_fulfilment_alone(hub: Hub) -> None:
    hub.take(hub.trade(1))
    hub.take(hub.trade(1, later=5, seller_memo="加急"))
    assert states(hub) == [("HZ", "waiting")]
    assert hub.order(1)["canonical"]["seller_note"] == "加急"


@pytest.mark.parametrize("status", ["TRADE_CLOSED", "TRADE_CLOSED_BY_TAOBAO"])
def test_a_cancelled_order_gives_its_stock_back_before_anything_left(hub: Hub, status: str) -> None:
    hub.take(hub.trade(1))
    hub.take(hub.trade(1, later=5, status=status))
    assert states(hub) == [("HZ", "cancelled")]
    assert hub.levels()["HZ", TEE][1] == 0
    hub.deliver()
    assert hub.wms.orders() == []


def test_after_hand_over_the_warehouse_is_asked_and_its_yes_frees_the_stock(hub: Hub) -> None:
    hub.take(hub.trade(1))
    hub.deliver()
    hub.take(hub.trade(1, later=5, status="TRADE_CLOSED"))
    assert states(hub) == [("HZ", "cancelling")]
    assert hub.levels()["HZ", TEE][1] == 1
    hub.deliver()
    assert (states(hub), hub.levels()["HZ", TEE][1]) == ([("HZ", "cancelled")], 0)
    assert [order["status"] for order in hub.wms.orders()] == ["CANCELED"]


def test_a_changed_address_after_hand_over_waits_for_the_warehouses_yes(hub: Hub) -> None:
    hub.take(hub.trade(1))
    hub.deliver()
    hub.take(hub.trade(1, later=5, receiver_address="另一条路2号"))
    assert states(hub) == [("HZ", "cancelling")]
    hub.deliver()
    assert states(hub) == [("HZ", "cancelled"), ("HZ", "handed_over")]
    assert sorted(order["status"] for order in hub.wms.orders()) == ["ACCEPT", "CANCELED"]
    assert hub.levels()["HZ", TEE][1] == 1


def test_a_line_whose_money_is_asked_back_is_not_sent(hub: Hub) -> None:
    trade = hub.trade(1, {TEE: 1, BAG: 2})
    hub.take(trade)
    changed = hub.trade(1, {TEE: 1, BAG: 2}, later=5)
    changed["orders"]["order"][0]["refund_status"] = "WAIT_SELLER_AGREE"
    hub.take(changed)
    assert states(hub) == [("HZ", "cancelled"), ("HZ", "waiting")]
    assert (hub.levels()["HZ", TEE][1], hub.levels()["HZ", BAG][1]) == (0, 2)
    assert hub.order(1)["after_sale_state"] == "requested"


def test_a_withdrawn_refund_is_no_after_sale_any_more(hub: Hub) -> None:
    changed = hub.trade(1)
    changed["orders"]["order"][0]["refund_status"] = "WAIT_SELLER_AGREE"
    hub.take(changed)
    assert hub.rows("SELECT state FROM after_sale") == [{"state": "requested"}]
    withdrawn = hub.trade(1, later=5)
    withdrawn["orders"]["order"][0]["refund_status"] = "CLOSED"
    hub.take(withdrawn)
    assert hub.rows("SELECT state FROM after_sale") == [{"state": "withdrawn"}]
    assert (hub.order(1)["after_sale_state"], states(hub)) == ("none", [("HZ", "waiting")])


def test_a_risky_order_is_held_with_a_reason_a_tag_and_a_mail(hub: Hub) -> None:
    hub.take(hub.trade(1, payment="2000.00"))
    assert (word(hub), states(hub)) == ("held", [])
    assert hub.order(1)["canonical"]["tags"] == ["大额"]
    assert [e["code"] for e in hub.exceptions()] == ["risk.held"]
    (mail,) = hub.rows("SELECT * FROM outbox WHERE effect LIKE 'alert.%'")
    assert "2,000.00" in mail["body"]


def test_a_risk_is_raised_once_whatever_changes(hub: Hub) -> None:
    for later in range(3):
        hub.take(hub.trade(1, payment="2000.00", later=later, seller_memo=str(later)))
    assert hub.value("SELECT count(*) FROM order_flag") == 1
    assert hub.value("SELECT count(*) FROM outbox") == 1


def test_the_platforms_own_hold_ends_when_the_platform_ends_it(hub: Hub) -> None:
    hub.take(hub.trade(1, status="PAID_FORBID_CONSIGN"))
    assert (word(hub), hub.order(1)["hold_state"]) == ("held", "platform")
    hub.take(hub.trade(1, later=5))
    assert (word(hub), states(hub)) == ("to_ship", [("HZ", "waiting")])
    hub.take(hub.trade(1, later=9, status="PAID_FORBID_CONSIGN"))
    assert (word(hub), states(hub)) == ("held", [("HZ", "cancelled")])


def test_an_unknown_product_is_an_exception_and_not_a_guess(hub: Hub) -> None:
    hub.take(hub.trade(1, {TEE: 1, "NEW-1": 1}))
    assert (word(hub), states(hub)) == ("exception", [])
    assert [(e["code"], e["params"]["skus"]) for e in hub.exceptions()] == [
        ("sku.unknown", "NEW-1")
    ]


def test_an_order_that_a_receipt_does_not_settle_keeps_its_state(hub: Hub) -> None:
    """A refused cancellation of an outdated fulfilment says nothing about the unknown product."""
    hub.take(hub.trade(1))
    hub.deliver()
    (order,) = hub.wms.orders()
    hub.take(hub.trade(1, {TEE: 1, "NEW-1": 1}, later=5))
    hub.wms._set_status(order["code"], "DELIVERED")
    hub.deliver()
    assert states(hub) == [("HZ", "handed_over")]
    codes = sorted(e["code"] for e in hub.exceptions())
    assert codes == ["fulfilment.cancel_refused", "sku.unknown"]


def test_no_rule_for_an_order_is_said_so(hub: Hub) -> None:
    def no_default(document: dict[str, Any]) -> None:
        document["rules"][1]["otherwise"] = []

    hub.republish(no_default)
    hub.take(hub.trade(1, receiver_state="广东省"))
    assert word(hub) == "short"
    assert [e["code"] for e in hub.exceptions()] == ["routing.no_rule"]


def test_a_split_order_has_one_fulfilment_for_each_warehouse(hub: Hub) -> None:
    hub.stock({("HZ", TEE): 5, ("YW", TEE): 0, ("HZ", BAG): 0, ("YW", BAG): 5})
    hub.take(hub.trade(1, {TEE: 1, BAG: 2}, receiver_state="广东省"))
    assert sorted(states(hub)) == [("HZ", "waiting"), ("YW", "waiting")]
    hub.deliver()
    assert sorted((o["warehouse"], o["lines"]) for o in hub.wms.orders()) == [
        ("HZ", [[TEE, 1]]),
        ("YW", [[BAG, 2]]),
    ]


def test_new_tags_reach_the_grid_even_when_nothing_else_changed(hub: Hub) -> None:
    hub.take(hub.trade(1, {TEE: 1, "NEW-1": 1}))

    def tag_all(document: dict[str, Any]) -> None:
        row = {"id": "all", "title": {"zh": "全部", "en": "All"}, "when": True}
        document["rules"][0]["rows"].append({**row, "then": [{"do": "tag", "tag": "新"}]})

    hub.republish(tag_all)
    with hub.write() as tx:
        tx.exec_driver_sql("UPDATE inbox SET state = 'waiting', attempts = attempts + 1")
    hub.work()
    assert hub.rows("SELECT tags FROM orders") == [{"tags": '["新"]'}]


def test_an_order_the_platform_shipped_itself_is_not_sent_again(hub: Hub) -> None:
    hub.take(hub.trade(1, status="WAIT_BUYER_CONFIRM_GOODS"))
    assert (word(hub), states(hub)) == ("shipped", [])


def test_what_was_decided_is_kept_with_all_that_was_seen(hub: Hub) -> None:
    hub.take(hub.trade(1))
    (row,) = hub.rows("SELECT plan_hash, context, outcome FROM decision")
    assert row["plan_hash"] == hub.value("SELECT hash FROM plan WHERE live")
    assert '"jiangzhehu"' in row["outcome"]
    assert '"stock":{"hangzhou"' in row["context"]
