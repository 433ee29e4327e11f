"""The grid and the figures are answered from indexes on both databases, whatever is asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Select, select

from orderloom.store.db import Database, Tx
from orderloom.store.queries import census, hub
from orderloom.store.queries.orders import (
    FACETS,
    SORTS,
    OrderFilter,
    Position,
    facet_query,
    page_query,
    total_query,
)
from orderloom.store.tables import orders
from tests.support.shop import START, Shop

ROWS = 3_000
_WHOLE_TABLE = re.compile(
    r"Seq Scan on (?:orders|outbox|inbox)\b|SCAN (?:orders|outbox|inbox)(?! USING)"
)

FILTERS = {
    "all": OrderFilter(),
    "state": OrderFilter(states=("held",)),
    "states": OrderFilter(states=("to_ship", "shipped")),
    "platform": OrderFilter(platforms=("jd",)),
    "warehouse": OrderFilter(warehouses=(1,)),
    "province": OrderFilter(provinces=("西藏",)),
    "hold": OrderFilter(holds=("risk",)),
    "period": OrderFilter(placed_from=START - 3_600_000, placed_to=START),
    "number": OrderFilter(search="20260"),
    "name": OrderFilter(search="张"),
    "either": OrderFilter(search="XCX"),
    "together": OrderFilter(states=("held",), platforms=("jd",), provinces=("浙江",), search="李"),
}


@pytest.fixture
def full(database: Database) -> Database:
    shop = Shop(database)
    wide = {"masked": [], "lines": [{"title": "x" * 1500}]}
    shop.add(*({**row, "canonical": wide} for row in shop.random_rows(ROWS)))
    if not database.is_sqlite:
        with database.reader.connect().execution_options(isolation_level="AUTOCOMMIT") as tx:
            tx.exec_driver_sql("VACUUM ANALYZE")
    return database


def plan(tx: Tx, query: Select[Any]) -> str:
    """How the database would answer."""
    explain = "EXPLAIN" if tx.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    compiled = query.compile(dialect=tx.dialect, compile_kwargs={"render_postcompile": True})
    order = compiled.positiontup
    values: Any = tuple(compiled.params[name] for name in order) if order else compiled.params
    rows = tx.exec_driver_sql(f"{explain} {compiled}", values).all()
    return "\n".join(str(row[-1]) for row in rows)


def assert_indexed(database: Database, queries: dict[str, Select[Any]]) -> None:
    with database.read() as tx:
        if not database.is_sqlite:
            # So few rows fit anywhere: the question is whether there is an index that serves.
            tx.exec_driver_sql("SET LOCAL enable_seqscan = off")
        for name, query in queries.items():
            found = plan(tx, query)
            assert not _WHOLE_TABLE.search(found), f"{name}:\n{found}"


def test_every_page_is_read_from_an_index(full: Database) -> None:
    behind = Position(START - 60_000, 5)
    assert_indexed(
        full,
        {
            f"{name} {sort} few={few} after={after}": page_query(wanted, sort, after, 101, few=few)
            for name, wanted in FILTERS.items()
            for sort in SORTS
            for few in (True, False)
            for after in (None, behind)
        },
    )


def test_totals_and_facets_are_counted_in_indexes(full: Database) -> None:
    totals = {f"total {name}": total_query(wanted) for name, wanted in FILTERS.items()}
    facets = {
        f"{facet} {name}": facet_query(wanted, facet)
        for name, wanted in FILTERS.items()
        for facet in FACETS
    }
    assert_indexed(full, totals | facets)


def test_the_figures_of_the_home_screen_are_counted_in_indexes(full: Database) -> None:
    figures: dict[str, Select[Any]] = {
        "recent": census.recent_query(START - 86_400_000),
        "waiting": census.waiting_query(),
        "taken in": census.taken_in_query(START),
        "by state": census.count_query("state"),
        "by platform": census.count_query("platform"),
        "inbox waiting": hub.inbox_query("waiting"),
        "inbox failed": hub.inbox_query("failed"),
        "inbox announced": hub.announced_query(),
        "outbox": hub.outbox_query(),
        "outbox open": hub.open_query(),
        "outbox sent": hub.sent_query(START),
    }
    assert_indexed(full, figures)


@pytest.mark.parametrize(
    "query",
    [
        lambda: select(orders.c.id).order_by(orders.c.city, orders.c.id).limit(101),
        lambda: select(orders.c.id).where(orders.c.city == "杭州"),
    ],
)
def test_a_query_without_an_index_would_be_seen(
    full: Database, query: Callable[[], Select[Any]]
) -> None:
    """The control."""
    with pytest.raises(AssertionError, match="control"):
        assert_indexed(full, {"control": query()})
