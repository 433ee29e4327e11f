"""Indexes the order grid needs, and failed log-ins counted apart from users."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
GRID = [
    "placed_at",
    "id",
    "state",
    "platform",
    "warehouse_id",
    "province",
    "hold_state",
    "account_id",
]


def upgrade() -> None:
    op.create_table(
        "login_guard",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("failures", BIG, nullable=False),
        sa.Column("locked_until", BIG, nullable=False),
        sa.Column("changed_at", BIG, nullable=False),
        sa.UniqueConstraint("key", name=op.f("uq_login_guard_key")),
    )
    op.drop_column("user", "failures")
    op.drop_column("user", "locked_until")
    op.drop_index("ix_orders_placed_at", table_name="orders")
    op.create_index("ix_orders_grid", "orders", GRID)
    op.create_index("ix_orders_total", "orders", ["total", "id"])
    for column in ("external_no", "receiver_name"):
        op.create_index(
            f"ix_orders_{column}",
            "orders",
            [column],
            postgresql_ops={column: "text_pattern_ops"},
        )
    op.create_index("ix_outbox_state", "outbox", ["state", "connection_id", "sent_at"])
    failed = sa.text("state = 'failed'")
    op.create_index(
        "ix_inbox_failed", "inbox", ["account_id"], postgresql_where=failed, sqlite_where=failed
    )


def downgrade() -> None:
    op.drop_index("ix_inbox_failed", table_name="inbox")
    op.drop_index("ix_outbox_state", table_name="outbox")
    for name in ("receiver_name", "external_no", "total", "grid"):
        op.drop_index(f"ix_orders_{name}", table_name="orders")
    op.create_index("ix_orders_placed_at", "orders", ["placed_at", "id"])
    for name in ("failures", "locked_until"):
        op.add_column("user", sa.Column(name, BIG, server_default="0", nullable=False))
    op.drop_table("login_guard")
