"""What must come out of W1, whoever did it: every order mapped and routed as the rules say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg

from bench.data import ORDERS

MAPPED = "26293e3904"
PIECES = 64324

_COUNTS = """
    SELECT count(*), count(*) FILTER (WHERE state = 'short'),
           count(*) FILTER (WHERE state IN ('short', 'reserved')) FROM orders
"""
_USED = """
    SELECT coalesce(sum(i.qty), 0) FROM order_items i
    JOIN orders o ON o.id = i.order_id WHERE o.state = 'reserved'
"""
_MAPPED = """
    SELECT left(md5(string_agg(concat_ws('|', order_no, buyer, receiver_name, province, city,
        district, address, phone, total_cents, freight_cents, status,
        created_at AT TIME ZONE 'UTC', paid_at AT TIME ZONE 'UTC', memo, item_count, rule_no),
        ',' ORDER BY order_no)), 10) FROM orders
"""


@dataclass(frozen=True)
class Result:
    """`mapped`: digest over all mapped fields and the matched rules, in order of number."""

    orders: int
    short: int
    decided: int
    mapped: str
    used: int
    left: int

    @property
    def right(self) -> bool:
        """Nothing lost, nothing oversold, everything mapped and routed as by hand."""
        whole = self.orders == self.decided == ORDERS
        return whole and self.mapped == MAPPED and self.used + self.left == PIECES


def read(database: str, schema: str) -> Result:
    """The result in a database that shows `orders`, `order_items` and `stock` in `schema`."""
    with psycopg.connect(database, options=f"-csearch_path={schema}") as connection:
        connection.execute("ANALYZE")
        orders, short, decided = _row(connection, _COUNTS)
        (used,) = _row(connection, _USED)
        (mapped,) = _row(connection, _MAPPED)
        (left,) = _row(connection, "SELECT sum(qty) FROM stock")
    return Result(orders, short, decided, mapped or "", int(used), int(left))


def _row(connection: psycopg.Connection[Any], query: str) -> tuple[Any, ...]:
    return connection.execute(query).fetchone() or ()
