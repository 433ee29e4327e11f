"""Drafts, published versions, the plan they compile to, and what roles stand for here."""

from sqlalchemy import Column as C
from sqlalchemy import ForeignKey, Table, UniqueConstraint

from orderloom.store.tables.base import Big, document, flag, ident, metadata, number, text

blueprint = Table(
    "blueprint",
    metadata,
    ident(),
    text("key"),
    document("draft"),
    number("draft_revision", default=1),
    number("live_version", null=True),
    number("created_at"),
    number("changed_at"),
    UniqueConstraint("key"),
)

blueprint_version = Table(
    "blueprint_version",
    metadata,
    ident(),
    C("blueprint_id", Big, ForeignKey("blueprint.id"), nullable=False),
    number("version"),
    document("document"),
    text("hash"),
    text("note"),
    number("published_at"),
    text("published_by"),
    UniqueConstraint("blueprint_id", "version"),
)

# `versions`: [[blueprint key, version], ...]; enough to compile the same plan again.
plan = Table(
    "plan",
    metadata,
    text("hash"),
    document("versions"),
    document("parameters"),
    number("created_at"),
    flag("live"),
    UniqueConstraint("hash"),
)

binding = Table(
    "binding",
    metadata,
    ident(),
    C("blueprint_id", Big, ForeignKey("blueprint.id"), nullable=False),
    text("role"),
    text("kind"),  # account, connection, warehouse
    number("target_id"),
    UniqueConstraint("blueprint_id", "role"),
)

parameter = Table(
    "parameter",
    metadata,
    ident(),
    C("blueprint_id", Big, ForeignKey("blueprint.id"), nullable=False),
    text("key"),
    document("value"),
    UniqueConstraint("blueprint_id", "key"),
)
