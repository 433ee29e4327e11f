"""Everything that leaves the hub, one row each, and what warehouses answer to it later."""

from sqlalchemy import Column as C
from sqlalchemy import ForeignKey, Index, Table, UniqueConstraint

from orderloom.store.tables.base import Big, document, flag, ident, metadata, number, text

outbox = Table(
    "outbox",
    metadata,
    ident(),
    C("connection_id", Big, ForeignKey("connection.id"), nullable=False),
    text("subject"),
    text("effect"),
    number("version", default=1),
    text("idempotency_key"),
    document("body"),
    number("order_id", null=True),
    number("contact_id", null=True),  # whose quiet hours count
    text("severity", null=True),  # of an alert: info, warning, critical
    text("state", default="waiting"),  # waiting, sending, sent, dead, cancelled
    number("not_before"),
    number("attempts", default=0),
    flag("doubtful"),  # it may have arrived although no receipt says so
    document("trouble", null=True),
    document("receipt", null=True),
    number("created_at"),
    number("sent_at", null=True),
    UniqueConstraint("connection_id", "subject", "effect", "version"),
)
# In the order they leave in: a day's hand-over makes a hundred thousand due at once.
_leaving = outbox.c.state.in_(("waiting", "sending"))
Index(
    "ix_outbox_due",
    outbox.c.connection_id,
    outbox.c.not_before,
    outbox.c.id,
    postgresql_where=_leaving,
    sqlite_where=_leaving,
)
_told = outbox.c.severity.is_not(None)
Index("ix_outbox_alerts", outbox.c.id, postgresql_where=_told, sqlite_where=_told)
Index("ix_outbox_order_id", outbox.c.order_id)
Index("ix_outbox_state", outbox.c.state, outbox.c.connection_id, outbox.c.sent_at)

# What warehouses told of fulfilments, as they told it; the same key is the same news.
confirmation = Table(
    "confirmation",
    metadata,
    ident(),
    C("connection_id", Big, ForeignKey("connection.id"), nullable=False),
    text("key"),
    text("source"),  # pull, webhook, inquire
    text("fulfilment_no"),
    text("event"),  # accepted, part_shipped, shipped, refused, cancelled
    number("at", null=True),
    document("parcels"),
    text("reason"),
    number("received_at"),
    text("state", default="waiting"),  # waiting, done, failed
    document("trouble", null=True),
    number("order_id", null=True),
    UniqueConstraint("connection_id", "key"),
)
Index(
    "ix_confirmation_waiting",
    confirmation.c.connection_id,
    confirmation.c.id,
    postgresql_where=confirmation.c.state == "waiting",
    sqlite_where=confirmation.c.state == "waiting",
)
Index("ix_confirmation_order_id", confirmation.c.order_id)
