"""Users, their sessions, the audit trail, and the installation itself."""

from sqlalchemy import Column as C
from sqlalchemy import ForeignKey, Table, UniqueConstraint

from orderloom.store.tables.base import Big, document, flag, ident, metadata, number, text

user = Table(
    "user",
    metadata,
    ident(),
    text("login"),
    text("name"),
    text("password_hash"),
    text("role"),  # admin, ops, viewer
    text("locale", default="zh-CN"),
    flag("disabled"),
    flag("must_change_password"),
    number("created_at"),
    UniqueConstraint("login"),
)

web_session = Table(
    "web_session",
    metadata,
    text("token_hash"),
    C("user_id", Big, ForeignKey("user.id"), nullable=False),
    text("csrf"),
    number("created_at"),
    number("seen_at"),
    UniqueConstraint("token_hash"),
)

# Failed log-ins, counted per login *text* and per address. Unknown logins are counted like known
# ones, so that a lock-out tells nobody which logins exist.
login_guard = Table(
    "login_guard",
    metadata,
    text("key"),
    number("failures"),
    number("locked_until"),
    number("changed_at"),
    UniqueConstraint("key"),
)

audit = Table(
    "audit",
    metadata,
    ident(),
    number("at"),
    text("actor"),
    text("action"),
    text("subject"),
    document("detail"),
)

hub_meta = Table("hub_meta", metadata, text("key"), document("value"), UniqueConstraint("key"))

# SQLite only: PostgreSQL takes ids from the sequence `hub_id`.
id_counter = Table("id_counter", metadata, number("next_id"))
