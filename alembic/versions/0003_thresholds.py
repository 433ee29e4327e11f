"""Totals and what was reached."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    key = ("threshold", "subject", "period")
    _table("contribution", key, ("order_line_id", "amount"), ("threshold", "order_line_id"))
    _table("total", key, ("amount",), key)
    _table("crossing", key, ("amount", "crossed_at", "order_id"), key)
    _table("pool_member", ("pool", "subject"), ("since",), ("pool", "subject"))


def _table(
    name: str, texts: tuple[str, ...], numbers: tuple[str, ...], unique: tuple[str, ...]
) -> None:
    op.create_table(
        name,
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        *[sa.Column(column, sa.Text(), nullable=False) for column in texts],
        *[sa.Column(column, BIG, nullable=False) for column in numbers],
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sa.UniqueConstraint(*unique, name=f"uq_{name}_{'_'.join(unique)}"),
    )


def downgrade() -> None:
    for name in ("pool_member", "crossing", "total", "contribution"):
        op.drop_table(name)
