"""Outbound lists (出库清单): what leaves a warehouse on a day, kept as it was when it was made."""

from sqlalchemy import Column as C
from sqlalchemy import ForeignKey, Index, Table, UniqueConstraint

from orderloom.store.tables.base import Big, document, ident, metadata, number, text

outbound_list = Table(
    "outbound_list",
    metadata,
    ident(),
    C("warehouse_id", Big, ForeignKey("warehouse.id"), nullable=False),
    text("for_day"),  # 2026-11-28, by the hub's clock
    number("since"),  # of the hand-over moments it covers, the first and the last
    number("until"),
    number("slot", null=True),  # the hand-over moment it was made for; null: somebody asked
    text("made_by"),
    number("made_at"),
    number("count"),  # fulfilments
    number("pieces"),
    number("sheet_rows"),
    UniqueConstraint("warehouse_id", "slot"),
)

outbound_entry = Table(
    "outbound_entry",
    metadata,
    ident(),
    C("list_id", Big, ForeignKey("outbound_list.id"), nullable=False),
    number("place"),
    C("fulfilment_id", Big, ForeignKey("fulfilment.id"), nullable=False),
    document("content"),  # see services/fulfilling/outbound_content.py
    UniqueConstraint("list_id", "place"),
)
Index("ix_outbound_entry_fulfilment_id", outbound_entry.c.fulfilment_id)
