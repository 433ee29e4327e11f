"""S1 whole: a day of six shops ends with channel = hub = warehouse = labels, come what may."""

from __future__ import annotations

from pathlib import Path

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
def test_a_day_ends_with_equal_books(
    database: Database, tmp_path: Path, orders: int, every: int
) -> None:
    day = Day(Hub(database, labels=True), tmp_path, orders, every)
    day.live()
    books = report.of(day)
    print(books.text())
    assert (books.missing, books.double, books.differing) == ([], [], []), books.text()
    assert sum(books.at_channel.values()) + books.unseen == orders
    assert all(books.in_hub[name] for name in day.shops)
    assert set(FAULT_KINDS) < set(day.faults)
    assert books.parcels > orders / 2
    assert books.labels > orders / 12
    assert day.pushed > orders / 6


def test_control_what_is_lost_or_strange_would_show(
    lite_database: Database, tmp_path: Path
) -> None:
    day = Day(Hub(lite_database, labels=True), tmp_path, 12, 3 * LONG)
    day.live()
    hub = day.hub
    made = "SELECT id, tracking_no FROM label WHERE state = 'made' ORDER BY id LIMIT 1"
    (label,) = hub.rows(made)
    renumber = "UPDATE label SET tracking_no = :number WHERE id = :id"
    hub.execute(renumber, number="x", id=label["id"])
    books = report.of(day)
    assert (len(books.missing), len(books.double), len(books.differing)) == (1, 1, 1)
    hub.execute(renumber, number=label["tracking_no"], id=label["id"])
    lost = hub.rows("SELECT id FROM orders WHERE state = 'shipped' ORDER BY id LIMIT 1")[0]["id"]
    hub.execute("UPDATE orders SET external_no = 'x' WHERE id = :id", id=lost)
    hub.execute("UPDATE fulfilment SET no = 'F0' WHERE order_id = :id", id=lost)
    books = report.of(day)
    assert len(books.missing) == 2
    assert len(books.double) == 1
