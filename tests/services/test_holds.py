"""People hold orders back and let them go; everything else follows in the same moment."""

from __future__ import annotations

import json

import pytest

from orderloom.errors import Conflict, NotFound
from orderloom.services.orders import holds
from orderloom.services.users.people import User
from orderloom.store.db import Database
from tests.support.hub import ZONE, Hub

TEE = "TEE-BLK-S"
OPS = User(7, "li", "小李", "ops", "zh-CN")


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


def hold(hub: Hub, number: int = 1, reason: str = "等客户确认颜色") -> None:
    with hub.write() as tx:
        order_id = hub.order(number)["id"]
        holds.hold(tx, hub.context.plans, order_id, reason, OPS, hub.clock.now(), ZONE)


def release(hub: Hub, number: int = 1) -> None:
    with hub.write() as tx:
        order_id = hub.order(number)["id"]
        holds.release(tx, hub.context.plans, order_id, OPS, hub.clock.now(), ZONE)


def seen(hub: Hub, number: int = 1) -> tuple[str, str, list[str]]:
    order = hub.order(number)
    return order["state"], order["hold_state"], [f["state"] for f in hub.fulfilments(number)]


def test_a_released_risk_goes_its_way_at_once(hub: Hub) -> None:
    hub.take(hub.trade(1, payment="2000.00"))
    assert seen(hub) == ("held", "risk", [])
    release(hub)
    assert seen(hub) == ("to_ship", "none", ["waiting"])
    assert hub.exceptions() == []
    assert hub.levels()["HZ", TEE][1] == 1


def test_a_released_risk_is_not_raised_again_by_the_same_rule(hub: Hub) -> None:
    hub.take(hub.trade(1, payment="2000.00"))
    release(hub)
    hub.take(hub.trade(1, payment="2000.00", later=5, seller_memo="x"))
    assert seen(hub) == ("to_ship", "none", ["waiting"])
    assert hub.exceptions() == []


def test_who_did_it_stands_in_the_story_and_in_the_audit_trail(hub: Hub) -> None:
    hub.take(hub.trade(1, payment="2000.00"))
    release(hub)
    (entry,) = hub.rows("SELECT actor, detail FROM timeline WHERE kind = 'manual'")
    detail = json.loads(entry["detail"])
    assert (entry["actor"], detail["action"]) == ("li", "release")
    assert [flag["code"] for flag in detail["holds"]] == ["high_amount"]
    assert hub.rows("SELECT actor, action FROM audit") == [
        {"actor": "li", "action": "order.release"}
    ]
    assert hub.order(1)["touched_by_hand"]
    assert hub.value("SELECT released_by FROM order_flag") == OPS.id


def test_an_order_held_by_hand_gives_its_stock_back_and_does_not_leave(hub: Hub) -> None:
    hub.take(hub.trade(1))
    hold(hub)
    assert seen(hub) == ("held", "manual", ["cancelled"])
    assert hub.levels()["HZ", TEE][1] == 0
    hub.deliver()
    assert hub.wms.orders() == []
    assert "等客户确认颜色" in hub.value("SELECT reason FROM order_flag")


def test_an_order_held_after_hand_over_is_asked_back(hub: Hub) -> None:
    hub.take(hub.trade(1))
    hub.deliver()
    hold(hub)
    hub.deliver()
    assert seen(hub) == ("held", "manual", ["cancelled"])
    assert [order["status"] for order in hub.wms.orders()] == ["CANCELED"]
    release(hub)
    hub.deliver()
    assert seen(hub) == ("handed_over", "none", ["cancelled", "handed_over"])


def test_an_order_can_be_held_released_and_held_again(hub: Hub) -> None:
    hub.take(hub.trade(1))
    hold(hub)
    release(hub)
    assert seen(hub)[:2] == ("to_ship", "none")
    hold(hub, reason="再等等")
    assert seen(hub)[:2] == ("held", "manual")
    assert "再等等" in hub.value("SELECT reason FROM order_flag")


def test_new_payloads_do_not_end_a_hold(hub: Hub) -> None:
    hub.take(hub.trade(1))
    hold(hub)
    hub.take(hub.trade(1, later=5, seller_memo="x"))
    assert seen(hub)[:2] == ("held", "manual")


def test_one_release_ends_the_holds_of_rules_and_of_people(hub: Hub) -> None:
    hub.take(hub.trade(1, payment="2000.00"))
    hold(hub)
    release(hub)
    assert seen(hub) == ("to_ship", "none", ["waiting"])


def test_an_order_released_without_stock_is_short_and_says_so(hub: Hub) -> None:
    hub.stock({("HZ", TEE): 0, ("YW", TEE): 0})
    hub.take(hub.trade(1, payment="2000.00"))
    release(hub)
    assert seen(hub) == ("short", "none", [])
    assert [e["code"] for e in hub.exceptions()] == ["stock.short"]


@pytest.mark.parametrize("status", ["TRADE_CLOSED_BY_TAOBAO", "WAIT_BUYER_CONFIRM_GOODS"])
def test_an_order_that_is_over_cannot_be_held(hub: Hub, status: str) -> None:
    hub.take(hub.trade(1, status=status))
    with pytest.raises(Conflict) as refused:
        hold(hub)
    assert refused.value.code == "holds.order_over"


def test_what_cannot_be_done_says_why(hub: Hub) -> None:
    hub.take(hub.trade(1), hub.trade(2, status="PAID_FORBID_CONSIGN"))
    with pytest.raises(Conflict) as refused:
        release(hub, 1)
    assert refused.value.code == "holds.not_held"
    with pytest.raises(Conflict) as refused:
        release(hub, 2)
    assert refused.value.code == "holds.by_platform"
    hold(hub, 1)
    with pytest.raises(Conflict) as refused:
        hold(hub, 1)
    assert refused.value.code == "holds.held_already"
    with hub.write() as tx, pytest.raises(NotFound):
        holds.release(tx, hub.context.plans, 1, OPS, hub.clock.now(), ZONE)
