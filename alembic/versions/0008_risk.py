"""What tells that orders are alike, vague or unusual."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("orders", sa.Column("goods_key", sa.Text(), nullable=True))
    op.add_column("orders", sa.Column("address_vague", sa.Boolean(), nullable=True))
    op.create_table(
        "shop_usual",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        *[sa.Column(n, BIG, nullable=False) for n in ("account_id", "days", "amount")],
        sa.Column("computed_at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_shop_usual"),
        sa.UniqueConstraint("account_id", "days", name="uq_shop_usual_account_id_days"),
    )


def downgrade() -> None:
    op.drop_table("shop_usual")
    for name in ("goods_key", "address_vague"):
        op.drop_column("orders", name)
