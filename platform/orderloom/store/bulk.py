"""Many rows in one statement. The only way rows are written in bulk.

PostgreSQL takes COPY, or one array a column (`unnest`) where rows may exist already; SQLite takes
`executemany`: the fastest of what was measured on each. `insert().values([...])` is 6 to 20 times
slower on both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, Table

from orderloom.store.arrays import Array, array_of
from orderloom.store.copying import copy_in
from orderloom.store.db import Tx
from orderloom.store.tables.base import kind_of

Row = Mapping[str, Any]


def insert_many(tx: Tx, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows that all have the same keys."""
    if not rows:
        return
    columns = tuple(rows[0])
    if tx.dialect.name == "postgresql":
        copy_in(tx, table, columns, zip(*_values(table, columns, rows), strict=True))
    else:
        _run(tx, table, columns, rows, "")


def insert_new(tx: Tx, table: Table, rows: Sequence[Row], unique: tuple[str, ...]) -> None:
    """Insert rows; those whose `unique` columns exist already are left out, silently."""
    if rows:
        tail = f" ON CONFLICT ({_names(unique)}) DO NOTHING"
        _run(tx, table, tuple(rows[0]), rows, tail)


def upsert_many(
    tx: Tx,
    table: Table,
    rows: Sequence[Row],
    unique: tuple[str, ...],
    *,
    keep_known: bool = False,
) -> None:
    """Insert rows, or overwrite all but id and the `unique` columns where they exist.

    `keep_known`: None leaves what is there.
    """
    if not rows:
        return
    columns = tuple(rows[0])
    changed = [c for c in columns if c not in unique and c != "id"]
    new = 'coalesce(excluded."{0}", "{1}"."{0}")' if keep_known else 'excluded."{0}"'
    assignments = ", ".join(f'"{c}" = {new.format(c, table.name)}' for c in changed)
    tail = f" ON CONFLICT ({_names(unique)}) DO UPDATE SET {assignments}"
    _run(tx, table, columns, rows, tail)


def update_many(tx: Tx, table: Table, rows: Sequence[Row], key: str = "id") -> int:
    """Set all columns of each row but `key`; rows all have the same keys. Returns the row count."""
    if not rows:
        return 0
    columns = tuple(rows[0])
    values = _values(table, columns, rows)
    if tx.dialect.name == "postgresql":
        arrays = _arrays(table, columns, values)
        cursor = tx.exec_driver_sql(_update_arrays(table, columns, key), arrays)
    else:
        order = [*(c for c in columns if c != key), key]
        ordered = [values[columns.index(c)] for c in order]
        statement = _update_single(table, tuple(order))
        cursor = tx.exec_driver_sql(statement, list(zip(*ordered, strict=True)))
    return cursor.rowcount


def _run(tx: Tx, table: Table, columns: tuple[str, ...], rows: Sequence[Row], tail: str) -> None:
    values = _values(table, columns, rows)
    if tx.dialect.name == "postgresql":
        arrays = _arrays(table, columns, values)
        tx.exec_driver_sql(_insert_arrays(table, columns) + tail, arrays)
    else:
        statement = _insert_single(table, columns) + tail
        tx.exec_driver_sql(statement, list(zip(*values, strict=True)))


def _values(table: Table, columns: tuple[str, ...], rows: Sequence[Row]) -> list[list[Any]]:
    """One list a column, converted as the column's type says."""
    return [_column_values(table.c[name], name, rows) for name in columns]


def _column_values(column: Column[Any], name: str, rows: Sequence[Row]) -> list[Any]:
    convert = getattr(column.type, "process_bind_param", None)
    if convert is None:
        return [row[name] for row in rows]
    return [convert(row[name], None) for row in rows]


def _arrays(table: Table, columns: tuple[str, ...], values: list[list[Any]]) -> tuple[Array, ...]:
    return tuple(
        array_of(kind_of(table.c[name]), column)
        for name, column in zip(columns, values, strict=True)
    )


@lru_cache(maxsize=256)
def _insert_arrays(table: Table, columns: tuple[str, ...]) -> str:
    arrays = ", ".join(f"%s::{kind_of(table.c[c])}[]" for c in columns)
    return f'INSERT INTO "{table.name}" ({_names(columns)}) SELECT * FROM unnest({arrays})'  # noqa: S608


@lru_cache(maxsize=256)
def _insert_single(table: Table, columns: tuple[str, ...]) -> str:
    marks = ", ".join("?" for _ in columns)
    return f'INSERT INTO "{table.name}" ({_names(columns)}) VALUES ({marks})'  # noqa: S608


@lru_cache(maxsize=256)
def _update_arrays(table: Table, columns: tuple[str, ...], key: str) -> str:
    arrays = ", ".join(f"%s::{kind_of(table.c[c])}[]" for c in columns)
    sets = ", ".join(f'"{c}" = n."{c}"' for c in columns if c != key)
    return (
        f'UPDATE "{table.name}" t SET {sets} '  # noqa: S608
        f'FROM unnest({arrays}) n({_names(columns)}) WHERE t."{key}" = n."{key}"'
    )


@lru_cache(maxsize=256)
def _update_single(table: Table, columns: tuple[str, ...]) -> str:
    *changed, key = columns
    sets = ", ".join(f'"{c}" = ?' for c in changed)
    return f'UPDATE "{table.name}" SET {sets} WHERE "{key}" = ?'  # noqa: S608


def _names(columns: tuple[str, ...]) -> str:
    return ", ".join(f'"{c}"' for c in columns)
