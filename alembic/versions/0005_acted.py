"""Rows that did for an order what they do once."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("acted", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("orders", "acted")
