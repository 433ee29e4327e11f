"""People who are told of things, the severity of alerts, the hub's own troubles."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "contact",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mail", sa.Text(), nullable=False),
        sa.Column("mobile", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), server_default="zh-CN", nullable=False),
        sa.Column("groups", sa.Text(), nullable=False),
        sa.Column("quiet", sa.Text(), nullable=True),
        sa.Column("paused", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("revision", BIG, server_default="1", nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("changed_at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contact"),
        sa.UniqueConstraint("name", name="uq_contact_name"),
    )
    op.create_table(
        "contact_way",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("contact_id", BIG, nullable=False),
        sa.Column("connection_id", BIG, nullable=False),
        sa.Column("severities", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contact_way"),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name="fk_contact_way_contact_id_contact"
        ),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connection.id"], name="fk_contact_way_connection_id_connection"
        ),
        sa.UniqueConstraint(
            "contact_id", "connection_id", name="uq_contact_way_contact_id_connection_id"
        ),
    )
    op.create_table(
        "alarm",
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("since", BIG, nullable=False),
        sa.Column("told_at", BIG, nullable=True),
        sa.Column("times", BIG, server_default="0", nullable=False),
        sa.UniqueConstraint("cause", name="uq_alarm_cause"),
    )
    op.add_column("outbox", sa.Column("contact_id", BIG, nullable=True))
    op.add_column("outbox", sa.Column("severity", sa.Text(), nullable=True))
    op.execute("UPDATE outbox SET severity = 'warning' WHERE effect LIKE 'alert.%'")
    told = sa.text("severity IS NOT NULL")
    op.create_index("ix_outbox_alerts", "outbox", ["id"], postgresql_where=told, sqlite_where=told)


def downgrade() -> None:
    op.drop_index("ix_outbox_alerts", table_name="outbox")
    for column in ("severity", "contact_id"):
        op.drop_column("outbox", column)
    for table in ("alarm", "contact_way", "contact"):
        op.drop_table(table)
