"""What products are made of, and refunds with their numbers, pieces and receipts."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LINE = {"refund_no": sa.Text(), "refund_quantity": BIG, "refund_amount": BIG, "parts": sa.Text()}
AFTER_SALE = {"refund_no": sa.Text(), "closed_at": BIG, "received": sa.Text()}


def upgrade() -> None:
    op.create_table(
        "sku_part",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("sku_id", BIG, nullable=False),
        sa.Column("part_id", BIG, nullable=False),
        sa.Column("quantity", BIG, nullable=False),
        sa.Column("gift", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("once", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_sku_part_quantity_positive")),
        sa.ForeignKeyConstraint(["part_id"], ["sku.id"], name="fk_sku_part_part_id_sku"),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name="fk_sku_part_sku_id_sku"),
        sa.PrimaryKeyConstraint("id", name="pk_sku_part"),
        sa.UniqueConstraint("sku_id", "part_id", "gift", name="uq_sku_part_sku_id_part_id_gift"),
    )
    op.create_index("ix_sku_part_part_id", "sku_part", ["part_id"])
    for name, kind in LINE.items():
        op.add_column("order_line", sa.Column(name, kind, nullable=True))
    unlinked = sa.text("sku_id IS NULL")
    op.create_index(
        "ix_order_line_unlinked",
        "order_line",
        ["order_id"],
        postgresql_where=unlinked,
        sqlite_where=unlinked,
    )
    _after_sales()


def _after_sales() -> None:
    for name, kind in AFTER_SALE.items():
        op.add_column("after_sale", sa.Column(name, kind, nullable=True))
    quantity = sa.Column("quantity", BIG, server_default="0", nullable=False)
    goods = sa.Column("goods", sa.Text(), server_default="none", nullable=False)
    op.add_column("after_sale", quantity)
    op.add_column("after_sale", goods)
    op.execute(
        "UPDATE after_sale SET state = CASE state WHEN 'none' THEN 'withdrawn' ELSE state END,"
        " goods = CASE state WHEN 'returning' THEN 'awaited' ELSE 'none' END,"
        " closed_at = CASE WHEN state IN ('requested', 'returning') THEN NULL ELSE changed_at END,"
        " quantity = (SELECT quantity FROM order_line l WHERE l.id = order_line_id)"
    )
    op.create_index("ix_after_sale_state", "after_sale", ["state", "id"])
    op.create_index("ix_after_sale_order_id", "after_sale", ["order_id"])


def downgrade() -> None:
    for name in ("order_id", "state"):
        op.drop_index(f"ix_after_sale_{name}", table_name="after_sale")
    op.execute("UPDATE after_sale SET state = 'none' WHERE state = 'withdrawn'")
    for name in ("goods", "quantity", *AFTER_SALE):
        op.drop_column("after_sale", name)
    op.drop_index("ix_order_line_unlinked", table_name="order_line")
    for name in LINE:
        op.drop_column("order_line", name)
    op.drop_table("sku_part")
