"""Rule lists that the clock sets off."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "rule_schedule",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("blueprint_id", BIG, nullable=False),
        sa.Column("list_id", sa.Text(), nullable=False),
        sa.Column("timing", sa.Text(), nullable=False),
        sa.Column("since", BIG, nullable=False),
        sa.Column("next_at", BIG),
        sa.Column("moment", BIG),
        sa.Column("cursor", BIG, server_default="0", nullable=False),
        sa.Column("looked_at", BIG, server_default="0", nullable=False),
        sa.Column("did", BIG, server_default="0", nullable=False),
        sa.Column("last_moment", BIG),
        sa.Column("ended_at", BIG),
        sa.Column("missed_since", BIG),
        sa.PrimaryKeyConstraint("id", name="pk_rule_schedule"),
        sa.UniqueConstraint(
            "blueprint_id", "list_id", name="uq_rule_schedule_blueprint_id_list_id"
        ),
        sa.ForeignKeyConstraint(
            ["blueprint_id"], ["blueprint.id"], name="fk_rule_schedule_blueprint_id_blueprint"
        ),
    )


def downgrade() -> None:
    op.drop_table("rule_schedule")
