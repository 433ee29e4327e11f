"""Live tables: what people edit without publishing, every version kept."""

from sqlalchemy import Column as C
from sqlalchemy import ForeignKey, Table, UniqueConstraint

from orderloom.store.tables.base import Big, document, ident, metadata, number, text

live_table = Table(
    "live_table",
    metadata,
    ident(),
    C("blueprint_id", Big, ForeignKey("blueprint.id"), nullable=False),
    text("key"),
    number("version"),  # the one that counts now
    UniqueConstraint("blueprint_id", "key"),
)

# Written once and never changed: decisions name the version they used.
live_table_version = Table(
    "live_table_version",
    metadata,
    ident(),
    C("table_id", Big, ForeignKey("live_table.id"), nullable=False),
    number("version"),
    document("entries"),
    number("at"),
    text("by"),
    number("restored", null=True),  # the earlier version whose entries these are
    UniqueConstraint("table_id", "version"),
)
