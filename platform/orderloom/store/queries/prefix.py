"""Prefix search an index can serve on both databases, whatever their collation.

`LIKE 'x%'` with a bound parameter uses no index in a prepared PostgreSQL statement, and none at
all on SQLite. A byte-wise range does on both.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class within_bytes(FunctionElement[bool]):  # noqa: N801 - reads like an SQL function
    """`within_bytes(column, low, high)`: low <= column < high, compared byte by byte."""

    name = "within_bytes"
    type = Boolean()
    inherit_cache = True


@compiles(within_bytes)
def _binary(element: within_bytes, compiler: SQLCompiler, **kw: Any) -> str:
    column, low, high = (compiler.process(part, **kw) for part in element.clauses)
    return f"({column} >= {low} AND {column} < {high})"


@compiles(within_bytes, "postgresql")
def _pattern_operators(element: within_bytes, compiler: SQLCompiler, **kw: Any) -> str:
    column, low, high = (compiler.process(part, **kw) for part in element.clauses)
    return f"({column} ~>=~ {low} AND {column} ~<~ {high})"
