"""A shop of one's own: everything about it is data, and a mistake in the data is named."""

from __future__ import annotations

import copy
import hmac
import json
from typing import Any

import pytest

from connectors._rest_api import Api, at, filled
from connectors.rest import Rest
from connectors.simulators.rest import DESCRIPTION, SECRET, RestSimulator
from connectors.simulators.rest_orders import make_order
from orderloom.connect import Permanent, RawItem, Request, dump_json
from orderloom.connect.conformance.stage import NOON
from tests.connectors.rest_stages import RestStage


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda d: d.pop("list"), "/list"),
        (lambda d: d.update(lsit={}), "/lsit"),
        (lambda d: d["sign"].pop("text"), "/sign/text"),
        (lambda d: d["sign"].update(encoding="base16"), "/sign/encoding"),
        (lambda d: d["list"].update(query=["page"]), "/list/query"),
        (lambda d: d["result"].update(ok=0), "/result/ok"),
        (lambda d: d.update(time="yesterday"), "/time"),
        (lambda d: d.update(order="order_no"), "/order"),
    ],
)
def test_a_mistake_in_the_description_is_named_by_its_place(change: Any, place: str) -> None:
    wrong = copy.deepcopy(DESCRIPTION)
    change(wrong)
    with pytest.raises(Permanent) as refused:
        Api.of(wrong)
    assert (refused.value.code, refused.value.where) == ("connect.description", place)


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("beijing", "2026-10-03 09:30:00"),
        ("iso", "2026-10-03T01:30:00+00:00"),
        ("ms", "1790991000000"),
        ("s", "1790991000"),
    ],
)
def test_times_in_every_writing(kind: str, written: str) -> None:
    api = Api.of({**DESCRIPTION, "time": kind})
    assert api.write_time(NOON) == written
    assert api.read_time(written) == NOON
    assert api.read_time("0") is None
    assert api.read_time("soon") is None


def test_slots_are_filled_once_and_nothing_else_is_touched() -> None:
    assert filled("{a}-{b}-{c}", {"a": "{b}", "b": "2"}) == "{b}-2-{c}"
    assert at({"a": {"b": 1}}, "a.b") == 1
    assert at({"a": [1]}, "a.b") is None


def pushed(body: bytes, stamp: int, secret: str = SECRET) -> Request:
    text = f"{stamp}\n{body.decode()}"
    signature = hmac.digest(secret.encode(), text.encode(), "sha256").hex()
    headers = {"x-timestamp": str(stamp), "x-signature": signature}
    return Request("POST", "http://hub/hooks/1", headers, body)


def test_a_push_brings_orders_letter_for_letter() -> None:
    connector = RestStage().connect()
    order = make_order(1, NOON)
    text = json.dumps(order, ensure_ascii=False, indent=1)
    push = connector.parse_webhook(pushed(f'{{"orders":[{text}]}}'.encode(), NOON // 1000))
    (item,) = push.items
    assert text in item.payload_text
    normal = Rest.read(item.payload_text)
    assert (normal.external_no, normal.body) == (order["order_no"], order)
    assert push.answer.body == b'{"code":0}'


@pytest.mark.parametrize("fault", ["stale", "other secret", "changed", "no stamp"])
def test_a_push_that_is_not_genuine_is_refused(fault: str) -> None:
    connector = RestStage().connect()
    body = dump_json({"orders": [make_order(1, NOON)]}).encode()
    stamp = NOON // 1000 - (301 if fault == "stale" else 0)
    request = pushed(body, stamp, "another_secret" if fault == "other secret" else SECRET)
    if fault == "changed":
        request = Request("POST", request.url, request.headers, body + b" ")
    if fault == "no stamp":
        request = Request("POST", request.url, {}, body)
    with pytest.raises(Permanent) as refused:
        connector.parse_webhook(request)
    assert refused.value.code == "connect.signature"


def test_masked_fields_are_those_the_description_names() -> None:
    stage = RestStage()
    order = make_order(1, NOON)
    order["receiver"]["phone"] = "138****0001"
    stage.simulator.shop.add(order)
    form = {**DESCRIPTION["order"], "masked": {"receiver.phone": "phone"}}
    description = {**DESCRIPTION, "order": form}
    connector = stage.connect({**stage.settings(), "description": description})
    stage.clock.advance(600_000)
    cursor: Any = None
    items: list[RawItem] = []
    while not items:
        page = connector.pull(cursor, stage.clock.now())
        cursor, items = page.cursor, [*items, *page.items]
    (item,) = items
    assert Rest.read(item.payload_text).masked == {"phone"}


def test_an_unpaid_order_that_is_given_up_reads_differently_from_a_refunded_one() -> None:
    shop = RestSimulator().shop
    unpaid, paid = shop.make(1, "x", "to_pay")[0], shop.make(1, "x")[0]
    for number in (unpaid, paid):
        shop.act(number, "cancel")
    assert (shop.get(unpaid)["status"], shop.get(paid)["status"]) == ("cancelled", "closed")
