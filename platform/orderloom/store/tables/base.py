"""Column types shared by all tables.

Instants are epoch milliseconds (UTC), money is integer fen: the same on SQLite, PostgreSQL,
in plans and in the engine, so nothing is converted on the way.
"""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import BigInteger, Boolean, Column, Dialect, Integer, MetaData, Text, false, true
from sqlalchemy.types import TypeDecorator, TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Big = BigInteger().with_variant(Integer, "sqlite")


class Json(TypeDecorator[Any]):
    """A JSON document kept as text: it is read back whole, never queried inside."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else orjson.dumps(value).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else orjson.loads(value)


def ident() -> Column[int]:
    """A primary key taken from `store.ids`."""
    return Column("id", Big, primary_key=True, autoincrement=False)


def text(name: str, *, null: bool = False, default: str | None = None) -> Column[str]:
    """A text column; server default only where one is given."""
    return Column(name, Text, nullable=null, server_default=default)


def number(name: str, *, null: bool = False, default: int | None = None) -> Column[int]:
    """A 64-bit integer column: fen, milliseconds, counts or references."""
    server = None if default is None else str(default)
    return Column(name, Big, nullable=null, server_default=server)


def flag(name: str, *, default: bool = False) -> Column[bool]:
    """A yes/no column."""
    return Column(name, Boolean, nullable=False, server_default=true() if default else false())


def document(name: str, *, null: bool = False) -> Column[Any]:
    """A JSON column (see `Json`)."""
    return Column(name, Json, nullable=null)


def kind_of(column: Column[Any]) -> str:
    """The PostgreSQL type name of a column, for arrays in bulk statements."""
    base: TypeEngine[Any] = column.type
    if isinstance(base, Boolean):
        return "boolean"
    return "bigint" if isinstance(base, Integer) else "text"
