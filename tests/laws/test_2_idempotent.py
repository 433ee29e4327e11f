"""Law 2: one order per shop and number; repeats change nothing, old does not beat new."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderloom.connect import Seller
from orderloom.engine import merge as engine
from orderloom.services.connecting import connections
from orderloom.services.incoming import process
from orderloom.store.db import Database
from tests.support import invariants
from tests.support.depth import examples
from tests.support.hub import Hub

TEE, BAG = "TEE-BLK-S", "BAG-CAN"
ONE_HUB = settings(
    max_examples=examples(6),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def hub(database: Database) -> Hub:
    hub = Hub(database)
    # Two orders of the same goods to one receiver are what these tests compare.
    hub.republish(_without_repeats)
    return hub


def _without_repeats(document: dict[str, Any]) -> None:
    risk = document["rules"][0]
    risk["rows"] = [row for row in risk["rows"] if row["id"] != "repeated"]


SAME_BUYER = {
    "receiver_name": "李安",
    "receiver_town": "北湖街道",
    "receiver_address": "示例路1号",
    "buyer_open_uid": "AAEdemo1",
    "buyer_message": "",
    "discount_fee": "0.00",
    "post_fee": "0.00",
    "oaid": None,
}
VERSION = st.fixed_dictionaries(
    {
        "seller_memo": st.sampled_from(["", "加急", "送人"]),
        "receiver_district": st.sampled_from(["新城区", "老城区"]),
        "status": st.sampled_from(["WAIT_BUYER_PAY", "WAIT_SELLER_SEND_GOODS", "TRADE_CLOSED"]),
        "receiver_mobile": st.sampled_from(["13800000000", "138****0000"]),
        "quantity": st.integers(1, 3),
    }
)
HISTORY = st.lists(VERSION, min_size=1, max_size=5).flatmap(
    lambda versions: st.tuples(
        st.just(versions),
        st.permutations(range(len(versions))),
        st.lists(st.integers(0, len(versions) - 1), max_size=4),
        st.lists(st.booleans(), min_size=12, max_size=12),
    )
)


def payloads(hub: Hub, number: int, versions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Version n was modified n minutes after the first."""
    return [
        hub.trade(number, {TEE: v["quantity"]}, later=60 * n, **SAME_BUYER, **v)
        for n, v in enumerate(versions)
    ]


def seen(hub: Hub, number: int) -> dict[str, Any]:
    """The order as people see it, without what tells one order from another."""
    order = hub.order(number)
    canonical = {k: v for k, v in order["canonical"].items() if k != "external_no"}
    for line in canonical["lines"]:
        line.pop("external_line_no")
    live = [f for f in hub.fulfilments(number) if f["state"] in ("waiting", "handed_over")]
    return {
        "canonical": {k: v for k, v in canonical.items() if k != "placed_at"},
        "state": order["state"],
        "out": [(f["warehouse"], f["signature"]) for f in live],
    }


@ONE_HUB
@given(HISTORY)
def test_the_order_of_arrival_repeats_and_batches_do_not_matter(hub: Hub, history: Any) -> None:
    versions, arrival, repeats, cuts = history
    first = hub.value("SELECT count(*) FROM orders")
    second = first + 1
    hub.take(*payloads(hub, first, versions))
    shuffled = payloads(hub, second, versions)
    for place, version in enumerate([*arrival, *repeats]):
        hub.land(shuffled[version])
        if cuts[place]:
            hub.work()
    hub.work()
    newest = {k: v for k, v in seen(hub, second).items() if k != "canonical"}
    assert newest == {k: v for k, v in seen(hub, first).items() if k != "canonical"}
    assert what_matters(hub, second) == what_matters(hub, first)
    assert invariants.wrong_with(hub, idle=False) == []


def what_matters(hub: Hub, number: int) -> dict[str, Any]:
    """All but a note that only some versions carry: silence is no news, see `engine.merge`."""
    canonical = seen(hub, number)["canonical"]
    return {k: v for k, v in canonical.items() if k != "seller_note"}


def test_control_a_merge_that_forgets_which_is_newer_is_found_out(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(known: Any, incoming: Any, *, newer: bool) -> Any:
        return engine.merge(known, incoming, newer=True)

    monkeypatch.setattr(process, "merge", careless)
    old, new = payloads(
        hub,
        1,
        [
            {"status": "WAIT_SELLER_SEND_GOODS", "quantity": 1},
            {"status": "TRADE_CLOSED", "quantity": 1},
        ],
    )
    hub.take(new)
    hub.take(old)
    assert hub.order(1)["state"] != "closed"


def test_the_same_payload_any_number_of_times_changes_nothing(hub: Hub) -> None:
    text = json.dumps(hub.trade(1))
    hub.take(text)
    tables = ("orders", "order_line", "fulfilment", "outbox", "timeline", "decision", "inbox")
    before = {t: hub.rows(f"SELECT * FROM {t} ORDER BY id") for t in tables}  # noqa: S608
    for source in ("pull", "webhook", "file", "form"):
        hub.land(text, source=source)
        hub.work()
    assert {t: hub.rows(f"SELECT * FROM {t} ORDER BY id") for t in tables} == before  # noqa: S608


def test_one_order_per_shop_and_number_whoever_writes(hub: Hub) -> None:
    hub.take(hub.trade(1))
    row = hub.order(1)
    copy = {**row, "id": row["id"] + 1, "canonical": json.dumps(row["canonical"])}
    names = ", ".join(copy)
    marks = ", ".join(f":{name}" for name in copy)
    with pytest.raises(Exception, match=r"(?i)unique"):
        hub.execute(f"INSERT INTO orders ({names}) VALUES ({marks})", **copy)  # noqa: S608


def test_reconnecting_a_shop_continues_its_history(hub: Hub) -> None:
    hub.take(hub.trade(1))
    with hub.write() as tx:
        again = connections.open_account(
            tx,
            hub.connections["taobao"],
            "taobao",
            Seller(hub.of_account("seller_id"), "renamed"),
            5,
            hub.clock.now(),
        )
    assert again == hub.account
    assert hub.land(hub.trade(1)).new == 0


@pytest.mark.parametrize("clear_first", [True, False])
def test_clear_data_win_over_masked_whichever_comes_first(hub: Hub, clear_first: bool) -> None:
    clear = hub.trade(1, receiver_mobile="13800000000", receiver_address="示例路1号")
    masked = hub.trade(1, later=60, receiver_mobile="138****0000", receiver_address="**路**号")
    hub.take(*([clear, masked] if clear_first else [masked, clear]))
    canonical = hub.order(1)["canonical"]
    assert (canonical["phone"], canonical["address"]) == ("13800000000", "示例路1号")
    assert canonical["masked"] == []


def test_lines_follow_the_newest_payload(hub: Hub) -> None:
    hub.take(hub.trade(1, {TEE: 1, BAG: 1}, later=60))
    hub.take(hub.trade(1, {TEE: 5}))
    assert hub.pairs("SELECT sku_code, quantity FROM order_line") == {TEE: 1, BAG: 1}
