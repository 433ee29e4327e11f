"""Totals that grow order by order, and the moments they reached what somebody waited for."""

from sqlalchemy import Table, UniqueConstraint

from orderloom.store.tables.base import ident, metadata, number, text

# What each order line adds to a total now; a changed or cancelled order changes its rows.
contribution = Table(
    "contribution",
    metadata,
    ident(),
    text("threshold"),  # blueprint key/threshold id
    number("order_line_id"),
    text("subject"),  # sku:<id> or customer:<platform>:<id>
    text("period"),  # 2026-10, 2026-W40, 2026-10-03 or ever, by the hub's calendar
    number("amount"),
    UniqueConstraint("threshold", "order_line_id"),
)

total = Table(
    "total",
    metadata,
    ident(),
    text("threshold"),
    text("subject"),
    text("period"),
    number("amount"),
    UniqueConstraint("threshold", "subject", "period"),
)

# Written once; a later correction shows as a total below what was reached.
crossing = Table(
    "crossing",
    metadata,
    ident(),
    text("threshold"),
    text("subject"),
    text("period"),
    number("amount"),
    number("crossed_at"),
    number("order_id"),
    UniqueConstraint("threshold", "subject", "period"),
)

# What an order of a shop usually comes to in so many days: see services/deciding/usual_amount.py.
shop_usual = Table(
    "shop_usual",
    metadata,
    ident(),
    number("account_id"),
    number("days"),
    number("amount"),
    number("computed_at"),
    UniqueConstraint("account_id", "days"),
)

pool_member = Table(
    "pool_member",
    metadata,
    ident(),
    text("pool"),
    text("subject"),
    number("since"),
    UniqueConstraint("pool", "subject"),
)
