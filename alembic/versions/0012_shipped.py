"""What has left of a fulfilment, in which parcels, and when its warehouse last told of it."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLUMNS = (
    ("fulfilment", "heard_at", BIG, "0"),
    ("fulfilment", "barred", sa.Boolean(), sa.false()),
    ("fulfilment_line", "shipped", BIG, "0"),
    ("parcel", "contents", sa.Text(), "{}"),
)


def upgrade() -> None:
    for table, name, kind, default in COLUMNS:
        op.add_column(table, sa.Column(name, kind, server_default=default, nullable=False))
    out = sa.text("state IN ('handed_over', 'partly_shipped')")
    op.create_index(
        "ix_fulfilment_out",
        "fulfilment",
        ["heard_at", "id"],
        postgresql_where=out,
        sqlite_where=out,
    )


def downgrade() -> None:
    op.drop_index("ix_fulfilment_out", table_name="fulfilment")
    for table, name, _, _ in COLUMNS:
        op.drop_column(table, name)
