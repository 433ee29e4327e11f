"""What came in, exactly as it came, and what could not be handled."""

from sqlalchemy import Column as C
from sqlalchemy import ForeignKey, Index, Table, UniqueConstraint, and_

from orderloom.store.tables.base import Big, document, ident, metadata, number, text

inbox = Table(
    "inbox",
    metadata,
    ident(),
    C("account_id", Big, ForeignKey("account.id"), nullable=False),
    number("shard"),
    text("external_no"),
    text("source"),  # pull, webhook, file, form
    text("payload"),  # verbatim
    text("digest"),  # over the payload without what the connector calls volatile
    number("modified_at", null=True),
    number("received_at"),
    text("state", default="waiting"),  # announced, waiting, done, unchanged, stale, failed
    number("not_before", default=0),
    number("attempts", default=0),
    document("trouble", null=True),
    text("plan_hash", null=True),
    number("order_id", null=True),
    UniqueConstraint("account_id", "external_no", "digest"),
)
Index(
    "ix_inbox_waiting",
    inbox.c.account_id,
    inbox.c.shard,
    inbox.c.id,
    postgresql_where=inbox.c.state == "waiting",
    sqlite_where=inbox.c.state == "waiting",
)
Index("ix_inbox_order_id", inbox.c.order_id)
# Records a platform named, whose payload is still to be fetched.
UNFETCHED = and_(inbox.c.payload == "", inbox.c.state.in_(("announced", "failed")))
Index(
    "ix_inbox_unfetched",
    inbox.c.account_id,
    inbox.c.not_before,
    postgresql_where=UNFETCHED,
    sqlite_where=UNFETCHED,
)
Index(
    "ix_inbox_failed",
    inbox.c.account_id,
    postgresql_where=inbox.c.state == "failed",
    sqlite_where=inbox.c.state == "failed",
)

# The queue of things that need a person. `subject` makes a repeated cause one row.
exception = Table(
    "exception",
    metadata,
    ident(),
    text("kind"),  # mapping, sku, stock, risk, delivery, change
    text("code"),
    document("params"),
    text("cause"),
    text("subject"),
    number("account_id", null=True),
    number("inbox_id", null=True),
    number("order_id", null=True),
    number("outbox_id", null=True),
    text("state", default="open"),  # open, resolved
    number("created_at"),
    number("resolved_at", null=True),
    number("resolved_by", null=True),
    UniqueConstraint("subject"),
)
Index("ix_exception_state_id", exception.c.state, exception.c.id)
Index("ix_exception_order_id", exception.c.order_id)
