"""Records of the blueprints' own models, and when scheduled lists run."""

from __future__ import annotations

from marshmallow import Schema, fields

from orderloom.api.schemas.values import Bilingual, Ident, Instant, Strict, Text, Whole


class RecordQuery(Strict):
    """One page of records, those made last first; `q`: contained in one of the texts."""

    q = Text(most=100, load_default="")
    limit = Whole(1, 200, load_default=50)
    cursor = Text(most=400, load_default=None)


class RecordField(Schema):
    """A field; `known_by`: one of those that make out a record."""

    key = fields.String(required=True)
    kind = fields.String(required=True)
    title = fields.Nested(Bilingual, required=True)
    choices = fields.List(fields.String(), required=True)
    known_by = fields.Boolean(required=True)


class RecordModel(Schema):
    """A model of a live blueprint."""

    key = fields.String(required=True)
    title = fields.Nested(Bilingual, required=True)
    fields_ = fields.List(
        fields.Nested(RecordField), required=True, attribute="fields", data_key="fields"
    )


class RecordModels(Schema):
    """All models there are."""

    items = fields.List(fields.Nested(RecordModel), required=True)


class StoredRecord(Schema):
    """`values` by field, money in fen, instants as text; `order_id`: it was last written for."""

    id = Ident(required=True)
    created_at = Instant(required=True)
    changed_at = Instant(required=True)
    revision = fields.Integer(required=True)
    order_id = Ident(required=True, allow_none=True)
    values = fields.Dict(keys=fields.String(), required=True)


class Records(Schema):
    """`next` is the cursor of the following page."""

    model = fields.Nested(RecordModel, required=True)
    items = fields.List(fields.Nested(StoredRecord), required=True)
    next = fields.String(required=True, allow_none=True)


class ScheduledList(Schema):
    """When a list runs next, and how its last or present run went.

    `missed_since`: the last run made up for the moments from this one on.
    """

    list = fields.String(required=True, attribute="list_id")
    next_at = Instant(required=True, allow_none=True)
    running = fields.Boolean(required=True)
    last_moment = Instant(required=True, allow_none=True)
    ended_at = Instant(required=True, allow_none=True)
    missed_since = Instant(required=True, allow_none=True)
    looked_at = fields.Integer(required=True)
    did = fields.Integer(required=True)


class ScheduledLists(Schema):
    """Those of a blueprint as it is live."""

    items = fields.List(fields.Nested(ScheduledList), required=True)
