"""Rule lists that the clock sets off: when next, and how far the present run is."""

from sqlalchemy import Column as C
from sqlalchemy import ForeignKey, Table, UniqueConstraint

from orderloom.store.tables.base import Big, document, ident, metadata, number, text

rule_schedule = Table(
    "rule_schedule",
    metadata,
    ident(),
    C("blueprint_id", Big, ForeignKey("blueprint.id"), nullable=False),
    text("list_id"),
    document("timing"),  # {"schedule": ..., "zone": "" for the hub's}
    number("since"),  # the first moment is after this one
    number("next_at", null=True),  # null: not worked out yet
    number("moment", null=True),  # the one being run for; null: none is
    number("cursor", default=0),  # the last id the run has looked at
    number("looked_at", default=0),  # by the present or last run: how many orders or records
    number("did", default=0),  # for how many of these a row did something
    number("last_moment", null=True),
    number("ended_at", null=True),
    number("missed_since", null=True),  # the last run made up for the moments from this one on
    UniqueConstraint("blueprint_id", "list_id"),
)
