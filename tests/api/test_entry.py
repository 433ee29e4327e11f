"""Orders typed into the form: one for each form, through the same door as all others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from orderloom.services.connecting import own_shops
from orderloom.services.users.people import User
from orderloom.store.tables import sku
from tests.support.hub import Hub
from tests.support.racing import Rival
from tests.support.site import Browser, Site

ORDERS = "/api/v1/orders"
ANNE = User(1, "anne", "Anne", "ops", "en")
Json = dict[str, Any]


@pytest.fixture
def site(hub: Hub, tmp_path: Path) -> Site:
    return Site.of(hub, tmp_path)


@pytest.fixture
def ops(site: Site) -> Browser:
    return site.signed_in("ops")


@pytest.fixture
def form(hub: Hub) -> Json:
    """A form filled in for a shop of one's own; orders go to Hangzhou."""
    with hub.write() as tx:
        gateway, now = hub.context.gateway, hub.clock.now()
        shop = own_shops.open_shop(tx, gateway, "微信接单", None, ANNE, now)
        tee = tx.execute(select(sku.c.id).where(sku.c.code == "TEE-BLK-S")).scalar_one()
    return {
        "account": str(shop),
        "token": "0123456789abcdef",
        "placed_at": "2026-10-03T02:00:00Z",
        "receiver": {
            "name": " 张三 ",
            "phone": "+86 138-0000-0000",
            "province": "浙江",
            "city": "杭州市",
            "district": "西湖区",
            "town": "文新街道",
            "address": "某路1号",
        },
        "lines": [
            {"product_id": str(tee), "quantity": 2, "price": 6900},
            {"product_id": str(tee), "quantity": 1, "price": 0, "gift": True},
        ],
        "payment": "paid",
        "freight": 1000,
        "discount": 500,
        "seller_note": "请快",
    }


def entered(ops: Browser, number: str, form: Json) -> Json:
    asked = {"account": form["account"], "number": number}
    found: Json = ops.get(f"{ORDERS}/entered", query_string=asked).get_json()
    return found


def test_what_is_typed_in_goes_the_way_of_every_order(hub: Hub, ops: Browser, form: Json) -> None:
    answer = ops.send("POST", ORDERS, form)
    assert answer.status_code == 201, answer.get_json()
    number = answer.get_json()["number"]
    assert (answer.get_json()["state"], answer.get_json()["order_id"]) == ("waiting", None)
    hub.work()
    now = entered(ops, number, form)
    assert now["state"] == "done"
    told = ops.get(f"{ORDERS}/{now['order_id']}").get_json()
    order, receiver = told["order"], told["order"]["receiver"]
    assert (order["external_no"], order["platform"], order["state"]) == (number, "file", "to_ship")
    assert order["money"] == {"total": 14300, "paid": 14300, "freight": 1000, "discount": 500}
    assert (receiver["name"], receiver["phone"]) == ("张三", "13800000000")
    assert receiver["town"] == "文新街道"
    assert order["times"]["placed"] == order["times"]["paid"] == "2026-10-03T02:00:00.000Z"
    lines = [(line["sku"]["code"], line["quantity"], line["gift"]) for line in told["lines"]]
    assert lines == [("TEE-BLK-S", 2, False), ("TEE-BLK-S", 1, True)]
    assert (order["notes"]["seller"], told["story"][0]["detail"]["source"]) == ("请快", "form")
    assert '"entered_by":"ops' in told["story"][0]["detail"]["payload_text"].replace(" ", "")
    assert len(told["fulfilments"]) == 1


def counts(hub: Hub) -> tuple[int, int]:
    """Typed orders that are in, and how often that was put on record."""
    typed = hub.value("SELECT count(*) FROM inbox WHERE source = 'form'")
    return typed, hub.value("SELECT count(*) FROM audit WHERE action = 'order.enter'")


def test_a_form_is_one_order_however_often_it_is_sent(
    hub: Hub, site: Site, ops: Browser, form: Json
) -> None:
    other = site.signed_in("ops")
    answers: list[Any] = []
    rival = Rival(lambda: answers.append(other.send("POST", ORDERS, form)))
    answers.append(ops.send("POST", ORDERS, form))
    rival.join()
    hub.work()
    answers.append(ops.send("POST", ORDERS, form))
    assert [answer.status_code for answer in answers] == [201] * 3
    assert len({answer.get_json()["number"] for answer in answers}) == 1
    assert answers[-1].get_json()["state"] == "done"
    assert counts(hub) == (1, 1)
    changed = ops.send("POST", ORDERS, form | {"freight": 0})
    assert (changed.status_code, changed.get_json()["code"]) == (409, "entry.saved_already")
    assert counts(hub) == (1, 1)
    assert ops.send("POST", ORDERS, form | {"token": "f" * 16}).status_code == 201
    assert counts(hub) == (2, 2)


def test_each_box_that_is_wrong_is_named_in_the_readers_language(
    hub: Hub, site: Site, ops: Browser, form: Json
) -> None:
    wrong = form | {"freight": -1}
    wrong |= {"receiver": form["receiver"] | {"name": "  ", "phone": "1380000"}}
    wrong |= {"lines": [form["lines"][0] | {"quantity": 0}]}
    fields = ["freight", "lines.0.quantity", "receiver.name", "receiver.phone"]
    for browser, word in ((ops, "必填"), (site.signed_in("ops", "en"), "required")):
        told = browser.send("POST", ORDERS, wrong).get_json()["errors"]
        assert sorted(one["field"] for one in told) == fields
        assert any(word in one["message"] for one in told)
    none = ops.send("POST", ORDERS, form | {"lines": []}).get_json()["errors"]
    assert [one["field"] for one in none] == ["lines"]
    assert counts(hub) == (0, 0)


NONSENSE: tuple[tuple[Json, str, str], ...] = (
    ({"discount": 14801}, "entry.discount_too_large", "discount"),
    ({"paid": 14301}, "entry.paid_too_much", "paid"),
    ({"placed_at": "2026-10-06T02:00:00Z"}, "entry.in_future", "placed_at"),
    (
        {"lines": [{"product_id": "7", "quantity": 1, "price": 1}]},
        "entry.no_product",
        "lines.0.product_id",
    ),
    ({"receiver": {"province": "火星"}}, "mapping.unknown_province", "province"),
    ({"account": None}, "entry.not_own_shop", "account"),
)


def test_what_makes_no_sense_is_refused_with_its_place(hub: Hub, ops: Browser, form: Json) -> None:
    for change, code, where in NONSENSE:
        asked = form | change | {"receiver": form["receiver"] | change.get("receiver", {})}
        asked["account"] = asked["account"] or str(hub.account)
        answer = ops.send("POST", ORDERS, asked)
        told = answer.get_json()
        assert (answer.status_code, told["code"], told["where"]) == (422, code, where)
    assert counts(hub) == (0, 0)


def test_only_operators_type_orders_in_and_a_pasted_text_is_taken_apart(lite: Site) -> None:
    assert lite.signed_in("viewer").send("POST", ORDERS, {}).status_code == 403
    ops, text = lite.signed_in("ops"), "张三 13800000000 浙江省杭州市西湖区某路1号"
    assert ops.send("POST", f"{ORDERS}/receiver", {"text": text}).get_json() == {
        "name": "张三",
        "phone": "13800000000",
        "province": "浙江",
        "city": "杭州市",
        "district": "西湖区",
        "address": "某路1号",
    }
    assert entered(ops, "M-NOBODY", {"account": "1"})["code"] == "entry.unknown"
