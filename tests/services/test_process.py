"""Batches: versions merged, repeats ignored, one bad order alone, whatever is wrong with it."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderloom import jobs
from orderloom.store.db import Database
from tests.support.depth import examples
from tests.support.hub import Hub
from tests.support.queues import Calls

TEE = "TEE-BLK-S"


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


def inbox(hub: Hub) -> list[str]:
    return [row["state"] for row in hub.rows("SELECT state FROM inbox ORDER BY id")]


def told(hub: Hub) -> dict[str, dict[str, Any]]:
    return {e["code"]: e["params"] for e in hub.exceptions()}


def again(hub: Hub) -> None:
    """What the retry of an exception does to its payload."""
    with hub.write() as tx:
        tx.exec_driver_sql(
            "UPDATE inbox SET state = 'waiting', not_before = 0, attempts = attempts + 1"
        )
    hub.work()


def test_a_repeat_changes_nothing(hub: Hub) -> None:
    hub.take(hub.trade(1))
    before = hub.order(1)
    hub.take({**hub.trade(1), "oaid": "new every week"})
    hub.take(json.dumps(hub.trade(1), indent=2))
    assert hub.order(1) == before
    assert hub.value("SELECT count(*) FROM outbox") == 1


def test_a_stale_payload_is_kept_and_changes_nothing_known(hub: Hub) -> None:
    hub.take(hub.trade(1, later=60, seller_memo="new"))
    hub.take(hub.trade(1, seller_memo="old"))
    assert hub.order(1)["canonical"]["seller_note"] == "new"
    assert inbox(hub) == ["done", "stale"]


def test_versions_that_arrive_in_one_batch_are_merged_in_it(hub: Hub) -> None:
    hub.land(hub.trade(1, status="WAIT_BUYER_PAY"), hub.trade(1, later=5), hub.trade(1, later=9))
    hub.work()
    assert (hub.order(1)["state"], hub.value("SELECT count(*) FROM orders")) == ("to_ship", 1)
    assert inbox(hub) == ["done", "done", "done"]


def test_masked_buyers_never_overwrite_clear_ones(hub: Hub) -> None:
    hub.take(hub.trade(1, receiver_mobile="13800000000", receiver_name="李安"))
    hub.take(hub.trade(1, later=9, receiver_mobile="138****0000", receiver_name="李*"))
    canonical = hub.order(1)["canonical"]
    assert (canonical["phone"], canonical["receiver_name"]) == ("13800000000", "李安")
    assert [f["state"] for f in hub.fulfilments(1)] == ["waiting"]


def test_a_line_the_platform_dropped_stays_without_pieces(hub: Hub) -> None:
    hub.take(hub.trade(1, {TEE: 1, "BAG-CAN": 2}))
    hub.take(hub.trade(1, {TEE: 1}, later=5))
    lines = hub.pairs("SELECT sku_code, quantity FROM order_line")
    assert lines == {TEE: 1, "BAG-CAN": 0}
    assert hub.levels()["HZ", "BAG-CAN"][1] == 0


def bad(**changes: Any) -> Any:
    return lambda trade: trade.update(changes)


def bad_line(**changes: Any) -> Any:
    return lambda trade: trade["orders"]["order"][0].update(changes)


def many_lines(trade: dict[str, Any]) -> None:
    trade["orders"]["order"] = [{"oid": str(n), "num": 1} for n in range(5_000)]


BAD = [
    ("unset time", bad(created="0000-00-00 00:00:00"), "mapping.missing", "placed_at"),
    ("no time", bad(created="soon"), "mapping.not_a_time", "placed_at"),
    ("far time", bad(created="9999-01-01 00:00:00"), "mapping.time_out_of_range", "placed_at"),
    ("negative money", bad(payment="-1.00"), "mapping.negative_amount", "total"),
    ("money in words", bad(payment="much"), "mapping.not_an_amount", "total"),
    ("endless money", bad(payment="1e999999999"), "mapping.amount_out_of_range", "total"),
    ("more than money", bad(payment=10**40), "mapping.amount_out_of_range", "total"),
    ("unknown status", bad(status="TRADE_NEW"), "mapping.not_in_table", "payment_state"),
    ("unknown province", bad(receiver_state="火星"), "mapping.unknown_province", "province"),
    ("endless name", bad(receiver_name="李" * 5_000), "mapping.text_too_long", "receiver_name"),
    ("endless note", bad(seller_memo="x" * 5_000), "mapping.text_too_long", "seller_note"),
    ("no pieces", bad_line(num=0), "mapping.quantity_out_of_range", "lines/1/quantity"),
    ("too many pieces", bad_line(num=10**9), "mapping.quantity_out_of_range", "lines/1/quantity"),
    ("beyond 64 bits", bad_line(num=2**64), "mapping.number_out_of_range", "lines/1/quantity"),
    ("endless pieces", bad_line(num="1e999999999"), "mapping.number_out_of_range",
     "lines/1/quantity"),
    ("negative share", bad_line(divide_order_fee="-5.00"), "mapping.negative_amount",
     "lines/1/paid_share"),
    ("unknown refund", bad_line(refund_status="MAYBE"), "mapping.not_in_table",
     "lines/1/refund_state"),
    ("no lines", bad(orders={"order": []}), "mapping.no_lines", "lines"),
    ("no line at all", bad(orders=None), "mapping.no_lines", "lines"),
    ("lines of words", bad(orders={"order": ["one"]}), "mapping.not_a_record", "lines/1"),
    ("5,000 lines", many_lines, "mapping.too_many_lines", "lines"),
]  # fmt: skip


@pytest.mark.parametrize(("spoil", "code", "field"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_one_bad_order_waits_with_its_reason_and_the_others_go_through(
    hub: Hub, spoil: Any, code: str, field: str
) -> None:
    trades = [hub.trade(number) for number in range(5)]
    spoil(trades[2])
    hub.take(*trades)
    assert hub.value("SELECT count(*) FROM orders") == 4
    assert told(hub)[code]["field"] == field
    assert told(hub)[code]["external_no"] == trades[2]["tid"]
    assert sorted(inbox(hub)) == ["done"] * 4 + ["failed"]


def test_a_bad_order_is_taken_up_again_after_the_fix(hub: Hub) -> None:
    hub.take(hub.trade(1, status="TRADE_NEW"))
    assert list(told(hub)) == ["mapping.not_in_table"]

    def learn(document: dict[str, Any]) -> None:
        for entry in document["mappings"][0]["order"]:
            if entry["to"] == "payment_state":
                entry["steps"][0]["entries"]["TRADE_NEW"] = "paid"

    hub.republish(learn)
    again(hub)
    assert (hub.order(1)["state"], told(hub), inbox(hub)) == ("to_ship", {}, ["done"])


def test_a_retried_order_is_settled_again_even_if_its_payload_is_known(hub: Hub) -> None:
    hub.take(hub.trade(1, {TEE: 1, "NEW-1": 1}))
    assert list(told(hub)) == ["sku.unknown"]
    with hub.write() as tx:
        values = "(900000001, 'NEW-1', 'new', 0)"
        tx.exec_driver_sql(f"INSERT INTO sku (id, code, title, created_at) VALUES {values}")  # noqa: S608
    hub.stock_of("HZ", 900000001, 5)
    again(hub)
    assert (hub.order(1)["state"], told(hub)) == ("to_ship", {})


def test_a_retry_that_fails_again_opens_the_same_exception(hub: Hub) -> None:
    hub.take(hub.trade(1, status="TRADE_NEW"))
    with hub.write() as tx:
        tx.exec_driver_sql("UPDATE exception SET state = 'resolved'")
    again(hub)
    assert list(told(hub)) == ["mapping.not_in_table"]
    assert hub.value("SELECT count(*) FROM exception") == 1


def test_a_value_the_database_refuses_is_found_by_halving(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connector that hands on what no column takes: the last line of defence."""
    whole = hub.connector.normalise

    def careless(raw: Any) -> Any:
        normal = whole(raw)
        if normal.body["tid"].endswith("8"):
            normal.body["seller_memo"] = "\ud800"
        return normal

    monkeypatch.setattr(hub.connector, "normalise", careless)
    trades = [hub.trade(number) for number in range(40)]
    unlucky = [trade["tid"] for trade in trades if trade["tid"].endswith("8")]
    hub.take(*trades)
    assert hub.value("SELECT count(*) FROM orders") == 40 - len(unlucky)
    refused = [e for e in hub.exceptions() if e["code"].startswith("intake.")]
    assert sorted(e["params"]["external_no"] for e in refused) == sorted(unlucky)


def test_rules_that_cannot_be_worked_out_keep_their_order_alone(hub: Hub) -> None:
    def ask(document: dict[str, Any]) -> None:
        unknown = {"fact": ["orders_of_customer", "many"]}
        when = {"and": [{"==": [{"var": "city"}, "错误市"]}, {">": [unknown, 1]}]}
        document["rules"][0]["rows"][0]["when"] = when

    hub.put(ask)
    hub.take(hub.trade(1, receiver_city="错误市"), hub.trade(2))
    assert (hub.order(1)["state"], hub.order(2)["state"]) == ("exception", "to_ship")
    assert [code for code in told(hub) if code.startswith("rules.")]


def test_a_shop_without_a_live_plan_waits_and_does_not_spin(hub: Hub) -> None:
    with hub.write() as tx:
        tx.exec_driver_sql("UPDATE plan SET live = FALSE")
    hub.land(hub.trade(1))
    hub.context.redis = calls = Calls()  # type: ignore[assignment]
    assert jobs.process(0) == 0
    assert (inbox(hub), calls.take()) == (["waiting"], [])
    with hub.write() as tx:
        tx.exec_driver_sql("UPDATE plan SET live = TRUE")
    assert hub.work() == 1


def test_a_batch_of_thousands_is_worked_off(hub: Hub) -> None:
    hub.land(*(hub.trade(number) for number in range(1_500)))
    assert hub.work() == 1_500
    assert hub.value("SELECT count(*) FROM orders WHERE state = 'to_ship'") == 1_500


JUNK = st.sampled_from(
    [
        None,
        "",
        "x",
        0,
        -1,
        10**30,
        1.5,
        True,
        [],
        {},
        [1],
        {"a": 1},
        "\x00",
        "1e999999999",
        "李" * 3_000,
    ]
)
FIELDS = st.sampled_from(
    ["created", "pay_time", "status", "payment", "post_fee", "receiver_state", "receiver_name",
     "receiver_mobile", "buyer_open_uid", "seller_memo", "orders", "modified", "tid_str", "oaid",
     "promotion_details", "received_payment"]
)  # fmt: skip
LINE_FIELDS = st.sampled_from(
    ["oid", "num", "price", "title", "outer_sku_id", "sku_id", "refund_status", "divide_order_fee"]
)


@settings(
    max_examples=examples(12),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(st.dictionaries(FIELDS, JUNK, max_size=3), st.dictionaries(LINE_FIELDS, JUNK)),
        max_size=8,
    )
)
def test_no_junk_stops_a_batch_or_its_good_orders(hub: Hub, spoilt: list[Any]) -> None:
    hub.advance(100)
    good = [hub.trade(number, later=number) for number in (101, 102)]
    trades = []
    for number, (changes, line) in enumerate(spoilt):
        trade = copy.deepcopy(hub.trade(number, later=number))
        trade["orders"]["order"][0] |= line
        trades.append({**trade, **changes})
    hub.take(good[0], *trades, good[1])
    assert hub.waiting == 0
    assert {hub.order(n)["canonical"]["modified_at"] for n in (101, 102)} == {
        hub.order(101)["canonical"]["modified_at"],
        hub.order(101)["canonical"]["modified_at"] + 1000,
    }
    internal = [e for e in hub.exceptions() if e["code"] == "intake.internal"]
    assert internal == []
