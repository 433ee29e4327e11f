"""Tables a blueprint defines: its own fields on the order, one row beside each order, and its own
models, one table each.

Alembic knows nothing of them. They are built from the plan and only ever grow: a column is named
after the field's id, which never changes, so renaming a field is no change here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import Boolean, Column, MetaData, Table, Text, UniqueConstraint
from sqlalchemy.exc import OperationalError
from sqlalchemy.schema import CreateColumn, CreateTable
from sqlalchemy.types import TypeEngine

from orderloom.errors import Conflict
from orderloom.store.db import Tx
from orderloom.store.tables.base import Big, ident, number

ORDER = "x_order"
_LOCK_NOT_AVAILABLE = "55P03"
_TYPES: Mapping[str, TypeEngine[Any]] = MappingProxyType(
    {
        "text": Text(),
        "choice": Text(),
        "integer": Big,
        "money": Big,
        "instant": Big,
        "yes_no": Boolean(),
    }
)
Kinds = dict[str, str]  # field id -> kind


def column_name(field_id: str) -> str:
    """The column of a field, whatever the field is called today."""
    return f"f_{field_id}"


def order_table(kinds: Iterable[tuple[str, str]]) -> Table:
    """`x_order` with the columns of these fields (id, kind); the same table for the same fields."""
    return _order_table(tuple(sorted(kinds)))


def record_table(model: str, known_by: Iterable[str], kinds: Iterable[tuple[str, str]]) -> Table:
    """The table of a model (its id) with the columns of these fields; see `order_table`.

    `known_by`: ids of the fields whose values together are those of one record only.
    """
    return _record_table(model, tuple(known_by), tuple(sorted(kinds)))


# Bulk statements are remembered by table, so there must be one for each set of fields.
@lru_cache(maxsize=64)
def _order_table(kinds: tuple[tuple[str, str], ...]) -> Table:
    # No foreign key: alembic must be free to rebuild `orders` without knowing of this table.
    key = Column("order_id", Big, primary_key=True, autoincrement=False)
    return Table(ORDER, MetaData(), key, *_columns(kinds))


@lru_cache(maxsize=64)
def _record_table(
    model: str, known_by: tuple[str, ...], kinds: tuple[tuple[str, str], ...]
) -> Table:
    unique = [column_name(field) for field in known_by]
    return Table(
        f"x_{model}",
        MetaData(),
        ident(),
        number("revision"),
        number("created_at"),
        number("changed_at"),
        number("order_id", null=True),  # the order it was written for last
        *_columns(kinds),
        *([UniqueConstraint(*unique)] if unique else []),
    )


def _columns(kinds: tuple[tuple[str, str], ...]) -> list[Column[Any]]:
    return [Column(column_name(field), _TYPES[kind], nullable=True) for field, kind in kinds]


Make = Callable[[Iterable[tuple[str, str]]], Table]


def extend(tx: Tx, make: Make, known: Kinds, wanted: Kinds) -> None:
    """Add the columns of `wanted` fields to those of the `known` ones; nothing is ever dropped.

    `make`: gives the table with the columns of some fields; made if no field is known. Publications
    take turns, so nobody else does the same meanwhile. Raises Conflict when the table is too busy
    to be changed now.
    """
    new = {field: kind for field, kind in wanted.items() if field not in known}
    if not new:
        return
    if not known:
        tx.execute(CreateTable(make(new.items())))
        return
    table = make((known | new).items())
    try:
        _wait_briefly(tx)
        for name in sorted(map(column_name, new)):
            spec = CreateColumn(table.c[name]).compile(dialect=tx.dialect)
            tx.exec_driver_sql(f'ALTER TABLE "{table.name}" ADD COLUMN {spec}')
        _wait_as_usual(tx)
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
            raise Conflict("blueprint.table_busy", table.name) from error
        raise


def _wait_briefly(tx: Tx) -> None:
    """Whoever waits for the whole table makes everybody after him wait, too."""
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql("SET LOCAL lock_timeout = '3s'")


def _wait_as_usual(tx: Tx) -> None:
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql("SET LOCAL lock_timeout TO DEFAULT")
