"""Totals stay exact however orders arrive; a threshold is crossed once."""

from __future__ import annotations

import random
from typing import Any

import pytest

from orderloom.services.deciding import thresholds
from orderloom.store.db import Database
from tests.support.hub import Hub

LIMIT = 10


@pytest.fixture
def hub(database: Database) -> Hub:
    """The demo, with the replenishment threshold at ten pieces."""
    hub = Hub(database)

    def lower(document: dict[str, Any]) -> None:
        parameter = next(p for p in document["parameters"] if p["key"] == "replenish_after")
        parameter["default"] = LIMIT

    hub.republish(lower)
    return hub


def sold(hub: Hub, code: str) -> int:
    query = "SELECT amount FROM total WHERE threshold LIKE '%/replenish' AND subject = :subject"
    return hub.value(query, subject=f"sku:{hub.skus[code]}") or 0


def notices(hub: Hub) -> list[dict[str, Any]]:
    return hub.rows("SELECT * FROM outbox WHERE effect = 'alert.replenish-mail'")


def test_a_threshold_fires_when_it_is_reached_and_only_once(hub: Hub) -> None:
    hub.take(hub.trade(1, {"BAG-CAN": 6}))
    assert (sold(hub, "BAG-CAN"), notices(hub)) == (6, [])
    hub.take(hub.trade(2, {"BAG-CAN": 4}))
    assert (sold(hub, "BAG-CAN"), len(notices(hub))) == (10, 1)
    hub.take(hub.trade(3, {"BAG-CAN": 4}))
    assert (sold(hub, "BAG-CAN"), len(notices(hub))) == (14, 1)


def test_a_refund_after_the_crossing_corrects_the_total_and_fires_nothing_again(hub: Hub) -> None:
    hub.take(hub.trade(1, {"BAG-CAN": 12}))
    hub.take(hub.trade(1, {"BAG-CAN": 12}, status="TRADE_CLOSED", later=5))
    assert sold(hub, "BAG-CAN") == 0
    hub.take(hub.trade(2, {"BAG-CAN": 12}, later=6))
    assert (sold(hub, "BAG-CAN"), len(notices(hub))) == (12, 1)


def test_unpaid_orders_do_not_count_until_they_are_paid(hub: Hub) -> None:
    hub.take(hub.trade(1, {"BAG-CAN": 12}, status="WAIT_BUYER_PAY"))
    assert sold(hub, "BAG-CAN") == 0
    hub.take(hub.trade(1, {"BAG-CAN": 12}, later=5))
    assert (sold(hub, "BAG-CAN"), len(notices(hub))) == (12, 1)


def test_the_notice_says_what_and_how_much(hub: Hub) -> None:
    hub.take(hub.trade(1, {"BAG-CAN": 11}))
    (notice,) = notices(hub)
    assert "BAG-CAN" in notice["body"]
    assert "11" in notice["body"]


def test_a_customer_who_spent_enough_joins_the_pool_once(hub: Hub) -> None:
    for number in (1, 2):
        trade = hub.trade(number, {"COAT-CML-M": 3}, buyer_open_uid="AAE-one", payment="10.00")
        hub.take(trade)
    rows = hub.rows("SELECT pool, subject FROM pool_member")
    assert rows == [{"pool": "vip", "subject": "customer:taobao:AAE-one"}]


@pytest.mark.parametrize("seed", range(3))
def test_totals_equal_a_recount_after_any_history(hub: Hub, seed: int) -> None:
    rng = random.Random(seed)
    statuses = [
        "WAIT_BUYER_PAY",
        "WAIT_SELLER_SEND_GOODS",
        "TRADE_CLOSED",
        "TRADE_CLOSED_BY_TAOBAO",
    ]
    history = []
    for step in range(40):
        number = rng.randrange(8)
        lines = {rng.choice(["BAG-CAN", "SCARF-GRY"]): rng.randrange(1, 5)}
        status = rng.choice(statuses)
        history.append(hub.trade(number, lines, status=status, later=step))
    rng.shuffle(history)
    for start in range(0, len(history), 7):
        hub.take(*history[start : start + 7])
    query = """
        SELECT l.sku_id AS sku, sum(l.quantity) AS pieces FROM order_line l
        JOIN orders o ON o.id = l.order_id
        WHERE o.payment_state = 'paid' AND l.refund_state <> 'refunded' GROUP BY l.sku_id
    """
    recount = {row["sku"]: row["pieces"] for row in hub.rows(query)}
    for code in ("BAG-CAN", "SCARF-GRY"):
        assert sold(hub, code) == recount.get(hub.skus[code], 0)
    subjects = [notice["subject"] for notice in notices(hub)]
    assert len(subjects) == len(set(subjects))


@pytest.mark.parametrize(
    ("period", "expected"),
    [("day", "2026-10-01"), ("week", "2026-W40"), ("month", "2026-10"), ("ever", "ever")],
)
def test_periods_follow_the_calendar_of_the_hubs_zone(period: str, expected: str) -> None:
    just_after_midnight_in_china = 1_790_784_060_000  # still September in UTC
    assert thresholds.period_of(just_after_midnight_in_china, period, "Asia/Shanghai") == expected
