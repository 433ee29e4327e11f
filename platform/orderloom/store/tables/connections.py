"""Configured connectors, the shops on them, leases on their work, and live workers."""

from sqlalchemy import Column as C
from sqlalchemy import ForeignKey, Index, LargeBinary, Table, UniqueConstraint

from orderloom.store.tables.base import Big, document, ident, metadata, number, text

connection = Table(
    "connection",
    metadata,
    ident(),
    text("connector"),
    text("kind", default="channel"),  # the connector's: channel, warehouse, courier, alert
    text("title"),
    document("settings"),
    C("secrets", LargeBinary, nullable=False),
    text("state", default="ok"),  # ok, auth_failed, paused, retired
    number("revision", default=1),  # of what people set: title and settings, not renewed tokens
    document("trouble", null=True),
    number("failures", default=0),  # in a row; see services/connecting/breaker.py
    number("rest_until", default=0),
    number("slow_until", default=0),
    number("expires_at", null=True),  # of its credentials; see services/connecting/renewal.py
    number("renew_at", default=0),
    number("hook_no", default=1),  # which of its webhook addresses is valid: a new one ends the old
    number("calls_refused", default=0),  # pushes that came since it was retired
    number("call_refused_at", null=True),
    number("created_at"),
    number("changed_at"),
)

# What a connection is asked again and again, beside its orders.
watch = Table(
    "watch",
    metadata,
    ident(),
    C("connection_id", Big, ForeignKey("connection.id"), nullable=False),
    text("kind"),  # confirmations, inquire, stock
    document("cursor", null=True),
    number("every_seconds"),  # 0: never
    number("next_at", default=0),
    number("looked_at", null=True),
    number("failures", default=0),
    document("trouble", null=True),
    UniqueConstraint("connection_id", "kind"),
)

account = Table(
    "account",
    metadata,
    ident(),
    C("connection_id", Big, ForeignKey("connection.id"), nullable=False),
    text("platform"),
    text("seller_id"),
    text("title"),
    number("poll_seconds", default=900),
    document("cursor", null=True),
    number("next_pull_at", default=0),
    number("pulled_at", null=True),
    number("failures", default=0),
    document("trouble", null=True),
    number("created_at"),
    UniqueConstraint("platform", "seller_id"),
)

# One row for each piece of work only one process may do at a time.
lease = Table(
    "lease",
    metadata,
    ident(),
    text("kind"),  # process, pull, fetch, deliver, watch, confirm, tick
    number("ref_id"),
    number("shard", default=0),
    number("token", default=0),
    text("holder", null=True),
    number("lease_until", default=0),
    number("served_at", default=0),
    UniqueConstraint("kind", "ref_id", "shard"),
)

worker = Table(
    "worker",
    metadata,
    text("name"),
    text("kind"),
    number("pid"),
    text("plan_hash", null=True),
    number("started_at"),
    number("seen_at"),
    UniqueConstraint("name"),
)
Index("ix_worker_seen_at", worker.c.seen_at)
