"""Imports know how much of their file has been read."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("file_import", sa.Column("read", BIG, nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("file_import", "read")
