"""Outbound lists, kept as they were made."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "outbound_list",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("warehouse_id", BIG, nullable=False),
        sa.Column("for_day", sa.Text(), nullable=False),
        sa.Column("since", BIG, nullable=False),
        sa.Column("until", BIG, nullable=False),
        sa.Column("slot", BIG),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", BIG, nullable=False),
        sa.Column("count", BIG, nullable=False),
        sa.Column("pieces", BIG, nullable=False),
        sa.Column("sheet_rows", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbound_list"),
        sa.UniqueConstraint("warehouse_id", "slot", name="uq_outbound_list_warehouse_id_slot"),
        sa.ForeignKeyConstraint(
            ["warehouse_id"], ["warehouse.id"], name="fk_outbound_list_warehouse_id_warehouse"
        ),
    )
    op.create_table(
        "outbound_entry",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("list_id", BIG, nullable=False),
        sa.Column("place", BIG, nullable=False),
        sa.Column("fulfilment_id", BIG, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbound_entry"),
        sa.UniqueConstraint("list_id", "place", name="uq_outbound_entry_list_id_place"),
        sa.ForeignKeyConstraint(
            ["list_id"], ["outbound_list.id"], name="fk_outbound_entry_list_id_outbound_list"
        ),
        sa.ForeignKeyConstraint(
            ["fulfilment_id"], ["fulfilment.id"], name="fk_outbound_entry_fulfilment_id_fulfilment"
        ),
    )
    op.create_index("ix_outbound_entry_fulfilment_id", "outbound_entry", ["fulfilment_id"])
    op.create_index("ix_fulfilment_leaving", "fulfilment", ["warehouse_id", "hand_over_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_fulfilment_leaving", table_name="fulfilment")
    op.drop_index("ix_outbound_entry_fulfilment_id", table_name="outbound_entry")
    op.drop_table("outbound_entry")
    op.drop_table("outbound_list")
