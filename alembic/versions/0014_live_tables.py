"""Tables that are edited without publishing, every version kept."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "live_table",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("blueprint_id", BIG, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_live_table"),
        sa.UniqueConstraint("blueprint_id", "key", name="uq_live_table_blueprint_id_key"),
        sa.ForeignKeyConstraint(
            ["blueprint_id"], ["blueprint.id"], name="fk_live_table_blueprint_id_blueprint"
        ),
    )
    op.create_table(
        "live_table_version",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("table_id", BIG, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("entries", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("restored", BIG),
        sa.PrimaryKeyConstraint("id", name="pk_live_table_version"),
        sa.UniqueConstraint("table_id", "version", name="uq_live_table_version_table_id_version"),
        sa.ForeignKeyConstraint(
            ["table_id"], ["live_table.id"], name="fk_live_table_version_table_id_live_table"
        ),
    )


def downgrade() -> None:
    op.drop_table("live_table_version")
    op.drop_table("live_table")
