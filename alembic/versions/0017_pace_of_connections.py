"""How often a shop is asked is its connection's: what blueprints said of it was never used."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _drop("blueprint", "draft")
    _drop("blueprint_version", "document")


def downgrade() -> None:
    """What was never used is missed by nobody."""


def _drop(name: str, column: str) -> None:
    table = sa.table(name, sa.column("id", sa.BigInteger), sa.column(column, sa.Text))
    bind = op.get_bind()
    for id_, stored in bind.execute(sa.select(table.c.id, table.c[column])).all():
        document = json.loads(stored)
        before = document.get("sources", [])
        sources = [{k: v for k, v in one.items() if k != "every_minutes"} for one in before]
        if sources != before:
            change = sa.update(table).where(table.c.id == id_)
            written = json.dumps({**document, "sources": sources}, ensure_ascii=False)
            bind.execute(change.values({column: written}))
