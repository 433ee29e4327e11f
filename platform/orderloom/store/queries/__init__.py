"""Statements by subject: one file per thing people look at."""

from typing import Any, TypeAlias

from sqlalchemy import Row, Select

from orderloom.store.db import Tx

AnyRow: TypeAlias = Row[*tuple[Any, ...]]


def pairs(tx: Tx, query: Select[*tuple[Any, ...]]) -> dict[Any, Any]:
    """The rows of a query for two columns, the first one's values as keys."""
    return {row[0]: row[1] for row in tx.execute(query)}
