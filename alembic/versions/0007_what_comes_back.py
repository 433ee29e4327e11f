"""Webhooks, records still to be fetched, and what warehouses tell."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    hook = sa.Column("hook_no", BIG, server_default="1", nullable=False)
    op.add_column("connection", hook)
    _watch()
    _confirmation()
    unfetched = sa.text("payload = '' AND state IN ('announced', 'failed')")
    _partial("inbox", "unfetched", ["account_id", "not_before"], unfetched)
    _leases()


def _watch() -> None:
    op.create_table(
        "watch",
        _id(),
        _of_connection("watch"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("every_seconds", BIG, nullable=False),
        sa.Column("next_at", BIG, server_default="0", nullable=False),
        sa.Column("looked_at", BIG, nullable=True),
        sa.Column("failures", BIG, server_default="0", nullable=False),
        sa.Column("trouble", sa.Text(), nullable=True),
        *_constraints("watch", "kind"),
    )


def _confirmation() -> None:
    op.create_table(
        "confirmation",
        _id(),
        _of_connection("confirmation"),
        *[
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("key", "source", "fulfilment_no", "event", "parcels", "reason")
        ],
        sa.Column("at", BIG, nullable=True),
        sa.Column("received_at", BIG, nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("order_id", BIG, nullable=True),
        *_constraints("confirmation", "key"),
    )
    waiting = sa.text("state = 'waiting'")
    _partial("confirmation", "waiting", ["connection_id", "id"], waiting)
    op.create_index("ix_confirmation_order_id", "confirmation", ["order_id"])


def _id() -> sa.Column[int]:
    return sa.Column("id", BIG, autoincrement=False, nullable=False)


def _of_connection(table: str) -> sa.Column[int]:
    name = f"fk_{table}_connection_id_connection"
    return sa.Column(
        "connection_id", BIG, sa.ForeignKey("connection.id", name=name), nullable=False
    )


def _constraints(table: str, column: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("connection_id", column, name=f"uq_{table}_connection_id_{column}"),
    )


def _partial(table: str, name: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(
        f"ix_{table}_{name}", table, columns, postgresql_where=where, sqlite_where=where
    )


def _leases() -> None:
    """Who may fetch for an account, and apply what a connection told: one row each."""
    for kind, table in (("fetch", "account"), ("confirm", "connection")):
        insert = f"INSERT INTO lease (id, kind, ref_id) SELECT {{id}}, '{kind}', id FROM {table}"  # noqa: S608
        if op.get_bind().dialect.name == "postgresql":
            op.execute(insert.format(id="nextval('hub_id')"))
        else:
            op.execute(insert.format(id="(SELECT next_id FROM id_counter) + row_number() OVER ()"))
            op.execute(
                f"UPDATE id_counter SET next_id = next_id + 1 + (SELECT count(*) FROM {table})"  # noqa: S608
            )


def downgrade() -> None:
    op.execute("DELETE FROM lease WHERE kind IN ('fetch', 'confirm', 'watch')")
    op.drop_index("ix_inbox_unfetched", table_name="inbox")
    op.execute("UPDATE inbox SET state = 'failed' WHERE state = 'announced'")
    op.drop_table("confirmation")
    op.drop_table("watch")
    op.drop_column("connection", "hook_no")
