"""Connections know how often people changed them, and count calls after they were retired."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for name, first in (("revision", "1"), ("calls_refused", "0")):
        op.add_column("connection", sa.Column(name, BIG, nullable=False, server_default=first))
    op.add_column("connection", sa.Column("call_refused_at", BIG, nullable=True))


def downgrade() -> None:
    for name in ("revision", "calls_refused", "call_refused_at"):
        op.drop_column("connection", name)
