"""Waybill numbers (电子面单): one label for each fulfilment, and what its printing needs."""

from sqlalchemy import Column as C
from sqlalchemy import ForeignKey, Index, Table, UniqueConstraint

from orderloom.store.tables.base import Big, document, ident, metadata, number, text

# Whether the platform refused is the message's to say: see `outbox` (subject label:<no>).
label = Table(
    "label",
    metadata,
    ident(),
    C("fulfilment_id", Big, ForeignKey("fulfilment.id"), nullable=False),
    C("connection_id", Big, ForeignKey("connection.id"), nullable=False),
    text("state", default="waiting"),  # waiting, made, cancelling, cancelled
    text("courier", null=True),
    text("tracking_no", null=True),
    document("printing", null=True),  # for the vendor's print component, as it came
    number("due_at"),
    number("made_at", null=True),
    number("prints", default=0),
    number("printed_at", null=True),
    UniqueConstraint("fulfilment_id"),
)
Index("ix_label_due_at", label.c.due_at, label.c.id)
