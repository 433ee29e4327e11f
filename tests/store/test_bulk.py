"""Bulk statements on both databases: what goes in comes out, and errors keep their kind."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from orderloom.store.among import among, pairs_among
from orderloom.store.bulk import insert_many, insert_new, update_many, upsert_many
from orderloom.store.db import Database
from orderloom.store.tables import sku, timeline, warehouse

AWKWARD = ("", " ", "\\", "\\N", "{}", '{"a", NULL}', "a\tb\r\nc", "“引号”'\"", "NULL", "😀", "%s")


def place(number: int, title: str = "t", *, closed: bool = False) -> dict[str, Any]:
    return {
        "id": number,
        "code": f"C{number}",
        "title": title,
        "closed": closed,
        "created_at": 9_007_199_254_740_993 + number,
    }


def product(number: int, spec: str | None) -> dict[str, Any]:
    return {"id": number, "code": f"S{number}", "title": "t", "spec": spec, "created_at": 0}


def stored(database: Database, table: Any, *columns: Any) -> list[Any]:
    with database.read() as tx:
        return list(tx.execute(select(*columns).order_by(table.c.id)))


def test_every_kind_of_value_comes_back_as_it_was(database: Database) -> None:
    rows = [place(n, text, closed=n % 2 == 0) for n, text in enumerate(AWKWARD)]
    with database.write() as tx:
        insert_many(tx, warehouse, rows)
        insert_many(tx, sku, [product(1, None), product(2, "红")])
    found = stored(database, warehouse, *warehouse.c)
    assert [dict(zip(warehouse.c.keys(), row, strict=True)) for row in found] == rows
    assert stored(database, sku, sku.c.spec) == [(None,), ("红",)]


def test_documents_come_back_as_they_were(database: Database) -> None:
    document = {"texts": list(AWKWARD), "number": 2**53 + 1, "none": None, "deep": [{"a": [1]}]}
    row = {"id": 1, "kind": "x", "at": 0, "actor": "hub", "detail": document, "order_id": 1}
    with database.write() as tx:
        if database.is_sqlite:
            tx.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        else:
            tx.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for id_, bulk in enumerate((insert_many, _insert_new)):
            bulk(tx, timeline, [{**row, "id": id_}])
        details = tx.execute(select(timeline.c.detail)).scalars().all()
        tx.rollback()
    assert details == [document, document]


def _insert_new(tx: Any, table: Any, rows: list[Any]) -> None:
    insert_new(tx, table, rows, ("id",))


def test_what_exists_is_left_alone_or_overwritten_as_asked(database: Database) -> None:
    with database.write() as tx:
        insert_many(tx, warehouse, [place(1, "first")])
        insert_new(tx, warehouse, [{**place(9, "again"), "code": "C1"}, place(2)], ("code",))
        upsert_many(tx, warehouse, [{**place(8, "changed"), "code": "C2"}], ("code",))
    found = stored(database, warehouse, warehouse.c.id, warehouse.c.title)
    assert found == [(1, "first"), (2, "changed")]


def test_an_update_counts_the_rows_it_found(database: Database) -> None:
    with database.write() as tx:
        insert_many(tx, warehouse, [place(1), place(2)])
        changed = update_many(tx, warehouse, [{"id": n, "title": f"n{n}"} for n in (1, 2, 3)])
    assert changed == 2
    assert stored(database, warehouse, warehouse.c.title) == [("n1",), ("n2",)]


def test_a_repeated_key_is_an_integrity_error_and_leaves_nothing(database: Database) -> None:
    with pytest.raises(IntegrityError), database.write() as tx:
        insert_many(tx, warehouse, [place(1), place(2), {**place(3), "code": "C1"}])
    assert stored(database, warehouse, warehouse.c.id) == []


@pytest.mark.parametrize("value", ["a\x00b", "\ud800", 2**63, -(2**63) - 1])
@pytest.mark.parametrize("bulk", [insert_many, _insert_new])
def test_what_the_database_cannot_hold_is_an_error_about_values(
    database: Database, value: Any, bulk: Any
) -> None:
    if database.is_sqlite and value == "a\x00b":
        return  # SQLite takes it
    column = "title" if isinstance(value, str) else "created_at"
    errors = (DBAPIError, UnicodeEncodeError, OverflowError)
    with pytest.raises(errors) as failure, database.write() as tx:
        bulk(tx, warehouse, [place(1), {**place(2), column: value}])
    if not database.is_sqlite:
        assert type(failure.value).__name__ == "DataError"
    assert stored(database, warehouse, warehouse.c.id) == []


def test_after_a_refused_copy_the_connection_goes_on(database: Database) -> None:
    with database.write() as tx:
        with pytest.raises(IntegrityError), tx.begin_nested():
            insert_many(tx, warehouse, [place(1), place(1)])
        insert_many(tx, warehouse, [place(2)])
    assert stored(database, warehouse, warehouse.c.id) == [(2,)]


@pytest.mark.parametrize("count", [0, 1, 3, 5000])
def test_among_finds_exactly_the_named_ones(database: Database, count: int) -> None:
    with database.write() as tx:
        insert_many(tx, warehouse, [place(n, AWKWARD[n]) for n in range(len(AWKWARD))])
        numbers = list(range(5, 5 + count))
        found = tx.execute(select(warehouse.c.id).where(among(warehouse.c.id, numbers))).scalars()
        assert sorted(found) == [n for n in numbers if n < len(AWKWARD)]
        texts = select(func.count()).where(among(warehouse.c.title, AWKWARD[:count]))
        assert tx.execute(texts).scalar_one() == len(AWKWARD[:count])


@pytest.mark.parametrize("count", [0, 1, 4])
def test_pairs_are_found_as_pairs(database: Database, count: int) -> None:
    with database.write() as tx:
        insert_many(tx, warehouse, [place(n, f"t{n % 2}") for n in range(4)])
        right = [(n, f"t{n % 2}") for n in range(count)]
        wrong = [(n, f"t{1 - n % 2}") for n in range(count)]
        for pairs, expected in ((right, count), (wrong, 0)):
            matching = pairs_among(warehouse.c.id, warehouse.c.title, pairs)
            query = select(func.count()).select_from(warehouse).where(matching)
            assert tx.execute(query).scalar_one() == expected
