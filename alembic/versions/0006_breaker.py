"""Connections that rest after failures, and credentials that run out."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COUNTS = ("failures", "rest_until", "slow_until", "renew_at")


def upgrade() -> None:
    for name in COUNTS:
        op.add_column("connection", sa.Column(name, BIG, nullable=False, server_default="0"))
    op.add_column("connection", sa.Column("expires_at", BIG, nullable=True))


def downgrade() -> None:
    for name in (*COUNTS, "expires_at"):
        op.drop_column("connection", name)
