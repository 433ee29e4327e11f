"""Labels, parcels whose number is known before they leave, kinds of connections."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = {"qimen": "warehouse", "smtp": "alert"}


def upgrade() -> None:
    op.create_table(
        "label",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("fulfilment_id", BIG, nullable=False),
        sa.Column("connection_id", BIG, nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("courier", sa.Text()),
        sa.Column("tracking_no", sa.Text()),
        sa.Column("printing", sa.Text()),
        sa.Column("due_at", BIG, nullable=False),
        sa.Column("made_at", BIG),
        sa.Column("prints", BIG, server_default="0", nullable=False),
        sa.Column("printed_at", BIG),
        sa.PrimaryKeyConstraint("id", name="pk_label"),
        sa.UniqueConstraint("fulfilment_id", name="uq_label_fulfilment_id"),
        sa.ForeignKeyConstraint(
            ["fulfilment_id"], ["fulfilment.id"], name="fk_label_fulfilment_id_fulfilment"
        ),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connection.id"], name="fk_label_connection_id_connection"
        ),
    )
    op.create_index("ix_label_due_at", "label", ["due_at", "id"])
    with op.batch_alter_table("parcel") as parcel:
        parcel.alter_column("shipped_at", existing_type=BIG, nullable=True)
    op.add_column(
        "connection", sa.Column("kind", sa.Text(), server_default="channel", nullable=False)
    )
    table = sa.table("connection", sa.column("kind"), sa.column("connector"))
    for connector, kind in KINDS.items():
        op.execute(table.update().where(table.c.connector == connector).values(kind=kind))


def downgrade() -> None:
    op.drop_column("connection", "kind")
    op.execute("DELETE FROM parcel WHERE shipped_at IS NULL")
    with op.batch_alter_table("parcel") as parcel:
        parcel.alter_column("shipped_at", existing_type=BIG, nullable=False)
    op.drop_index("ix_label_due_at", table_name="label")
    op.drop_table("label")
