"""The two things SQLite and PostgreSQL must be asked differently."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class WithinBytes(FunctionElement[bool]):
    """`WithinBytes(column, low, high)`: low <= column < high, compared byte by byte.

    Prefix search an index can serve whatever the collation: `LIKE 'x%'` with a bound parameter
    uses no index in a prepared PostgreSQL statement, and none at all on SQLite.
    """

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:
        # It brings its own brackets; SQLAlchemy would write `(…) = 1`, which hides the range.
        return self


class Unindexed(FunctionElement[Any]):
    """`Unindexed(column)`: the column, but SQLite's planner may not choose an index by it.

    Without statistics SQLite prefers any equality to the index that is already in order.
    """

    inherit_cache = True

    def __init__(self, column: ColumnElement[Any]) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(WithinBytes)
def _binary(element: WithinBytes, compiler: SQLCompiler, **kw: Any) -> str:
    column, low, high = (compiler.process(part, **kw) for part in element.clauses)
    return f"({column} >= {low} AND {column} < {high})"


@compiles(WithinBytes, "postgresql")
def _pattern_operators(element: WithinBytes, compiler: SQLCompiler, **kw: Any) -> str:
    column, low, high = (compiler.process(part, **kw) for part in element.clauses)
    return f"({column} ~>=~ {low} AND {column} ~<~ {high})"


@compiles(Unindexed)
def _unary_plus(element: Unindexed, compiler: SQLCompiler, **kw: Any) -> str:
    (column,) = element.clauses
    return f"+{compiler.process(column, **kw)}"


@compiles(Unindexed, "postgresql")
def _as_it_is(element: Unindexed, compiler: SQLCompiler, **kw: Any) -> str:
    (column,) = element.clauses
    return compiler.process(column, **kw)
