"""`column IN (many values)` with one parameter, however many values there are.

SQLAlchemy's own `in_` writes one placeholder a value: the statement is put together, parsed and
planned anew for each number of values. Here the values travel as one array (PostgreSQL) or one
JSON text (SQLite), and the statement is prepared once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from sqlalchemy import Boolean, Column, ColumnElement, Dialect, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import BindParameter
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeDecorator

from orderloom.store.arrays import Array, array_of
from orderloom.store.tables.base import kind_of


def among(column: Column[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """True for rows whose `column` is one of `values`; without values, for none."""
    return _Among(column, _values(column, values))


def among_given(column: Column[Any], name: str) -> ColumnElement[bool]:
    """As `among`, for a statement made once: the list of values is its parameter `name`."""
    return _Among(column, bindparam(name, type_=_Values(kind_of(column))))


def pairs_among(
    first: Column[Any], second: Column[Any], pairs: Iterable[tuple[Any, Any]]
) -> ColumnElement[bool]:
    """True for rows whose two columns are one of `pairs`."""
    listed = list(pairs)
    firsts = _values(first, (pair[0] for pair in listed))
    seconds = _values(second, (pair[1] for pair in listed))
    return _PairsAmong(first, second, firsts, seconds)


def _values(column: Column[Any], values: Iterable[Any]) -> BindParameter[Any]:
    return bindparam(None, list(values), type_=_Values(kind_of(column)), unique=True)


class _Values(TypeDecorator[Any]):
    """A list of values as one parameter."""

    impl = NullType
    cache_ok = True

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Dialect) -> Array | str:
        if dialect.name == "postgresql":
            return array_of(self.kind, value)
        return orjson.dumps(value).decode()


class _Among(FunctionElement[bool]):
    type = Boolean()
    name = "among"
    inherit_cache = True


class _PairsAmong(FunctionElement[bool]):
    type = Boolean()
    name = "pairs_among"
    inherit_cache = True


@compiles(_Among, "postgresql")
def _among_array(element: _Among, compiler: SQLCompiler, **kw: Any) -> str:
    column, values = (compiler.process(part, **kw) for part in element.clauses)
    return f"{column} = ANY({values})"


@compiles(_Among, "sqlite")
def _among_json(element: _Among, compiler: SQLCompiler, **kw: Any) -> str:
    column, values = (compiler.process(part, **kw) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608


@compiles(_PairsAmong, "postgresql")
def _pairs_arrays(element: _PairsAmong, compiler: SQLCompiler, **kw: Any) -> str:
    first, second, firsts, seconds = (compiler.process(p, **kw) for p in element.clauses)
    return f"({first}, {second}) IN (SELECT * FROM unnest({firsts}, {seconds}))"  # noqa: S608


@compiles(_PairsAmong, "sqlite")
def _pairs_json(element: _PairsAmong, compiler: SQLCompiler, **kw: Any) -> str:
    first, second, firsts, seconds = (compiler.process(p, **kw) for p in element.clauses)
    pairs = f"json_each({firsts}) a JOIN json_each({seconds}) b ON a.key = b.key"
    return f"({first}, {second}) IN (SELECT a.value, b.value FROM {pairs})"  # noqa: S608
