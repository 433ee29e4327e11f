"""Files of orders that people brought, and the records of them that are not in."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "file_import",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.Column("state", sa.Text(), server_default="uploaded", nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("started_at", BIG, nullable=True),
        sa.Column("ended_at", BIG, nullable=True),
        sa.Column("encoding", sa.Text(), nullable=True),
        sa.Column("own", sa.Text(), nullable=True),
        sa.Column("records", BIG, nullable=True),
        sa.Column("position", BIG, server_default="0", nullable=False),
        sa.Column("spool_at", BIG, server_default="0", nullable=False),
        sa.Column("pending", sa.Text(), nullable=True),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("attempts", BIG, server_default="0", nullable=False),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("kept", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="fk_file_import_account_id_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_file_import"),
    )
    op.create_index("ix_file_import_state", "file_import", ["state"])
    op.create_table(
        "import_failure",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("import_id", BIG, nullable=False),
        sa.Column("place", BIG, nullable=False),
        sa.Column("is_row", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("external_no", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["file_import.id"], name="fk_import_failure_import_id_file_import"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_import_failure"),
    )
    op.create_index("ix_import_failure_import_id", "import_failure", ["import_id", "id"])


def downgrade() -> None:
    op.drop_table("import_failure")
    op.drop_table("file_import")
