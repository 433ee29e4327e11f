"""S1 whole: a day of five shops ends with channel = hub = warehouse, come what may."""

from __future__ import annotations

import pytest

from connectors.simulators.wire import FAULT_KINDS
from orderloom.store.db import Database
from tests.day import report
from tests.day.day import Day
from tests.support.hub import Hub

QUARTER, LONG = 900_000, 4 * 3_600_000


@pytest.mark.parametrize(
    ("orders", "every"), [(90, LONG), pytest.param(3000, QUARTER, marks=pytest.mark.slow)]
)
def test_a_day_ends_with_equal_books(database: Database, orders: int, every: int) -> None:
    day = Day(Hub(database), orders, every)
    day.live()
    books = report.of(day)
    print(books.text())
    assert (books.missing, books.double, books.differing) == ([], [], []), books.text()
    assert sum(books.at_channel.values()) >= orders
    assert all(books.in_hub[name] for name in day.shops)
    assert set(FAULT_KINDS) < set(day.faults)
    assert books.parcels > orders / 2


def test_control_a_lost_order_and_a_strange_delivery_would_show(database: Database) -> None:
    day = Day(Hub(database), 12, 3 * LONG)
    day.live()
    hub = day.hub
    lost = hub.rows("SELECT id FROM orders WHERE state = 'shipped' ORDER BY id LIMIT 1")[0]["id"]
    hub.execute("UPDATE orders SET external_no = 'x' WHERE id = :id", id=lost)
    hub.execute("UPDATE fulfilment SET no = 'F0' WHERE order_id = :id", id=lost)
    books = report.of(day)
    assert len(books.missing) == 2
    assert len(books.double) == 1
