"""People who are told of things, how they are reached, and the hub's own troubles."""

from sqlalchemy import Column as C
from sqlalchemy import ForeignKey, Table, UniqueConstraint

from orderloom.store.tables.base import Big, document, flag, ident, metadata, number, text

contact = Table(
    "contact",
    metadata,
    ident(),
    text("name"),
    text("mail"),
    text("mobile"),
    text("locale", default="zh-CN"),
    document("groups"),  # names, as recipients of alerts use them
    document("quiet", null=True),  # {"from": "22:00", "to": "07:00", "zone"}; None: never
    flag("paused"),
    number("revision", default=1),
    number("created_at"),
    number("changed_at"),
    UniqueConstraint("name"),
)

# Without a row of their own, people are told over the connection of the alert.
contact_way = Table(
    "contact_way",
    metadata,
    ident(),
    C("contact_id", Big, ForeignKey("contact.id"), nullable=False),
    C("connection_id", Big, ForeignKey("connection.id"), nullable=False),
    document("severities"),
    UniqueConstraint("contact_id", "connection_id"),
)

# One row for each trouble of the hub itself, for as long as it lasts.
alarm = Table(
    "alarm",
    metadata,
    text("cause"),
    text("code"),
    document("params"),
    number("since"),
    number("told_at", null=True),
    number("times", default=0),
    UniqueConstraint("cause"),
)
