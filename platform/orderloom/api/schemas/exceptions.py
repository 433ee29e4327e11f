"""The exceptions queue."""

from __future__ import annotations

from marshmallow import Schema, fields

from orderloom.api.schemas.values import Bilingual, Ident, Instant, Named, Paged, Text, Word


class ExceptionQuery(Paged):
    """One page of the queue."""

    state = Word("open", "resolved", load_default="open")
    code = Text(most=100, load_default=None)


class ExceptionItem(Schema):
    """Something a person must look at."""

    id = Ident(required=True)
    kind = fields.String(required=True)
    code = fields.String(required=True)
    actions = fields.List(fields.String(), required=True)
    message = fields.Nested(Bilingual, required=True)
    how = fields.Nested(Bilingual, required=True)
    order_id = Ident(required=True, allow_none=True)
    external_no = fields.String(required=True, allow_none=True)
    account = fields.Nested(Named, required=True, allow_none=True)
    created_at = Instant(required=True)
    count_same_cause = fields.Integer(required=True)


class SameCode(Schema):
    """All of one code."""

    code = fields.String(required=True)
    title = fields.Nested(Bilingual, required=True)
    count = fields.Integer(required=True)


class ExceptionPage(Schema):
    """Newest first."""

    items = fields.List(fields.Nested(ExceptionItem), required=True)
    next = fields.String(required=True, allow_none=True)
    groups = fields.List(fields.Nested(SameCode), required=True)
