"""Everything that leaves the hub, one row each."""

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
Index("ix_outbox_order_id", outbox.c.order_id)
Index("ix_outbox_state", outbox.c.state, outbox.c.connection_id, outbox.c.sent_at)
