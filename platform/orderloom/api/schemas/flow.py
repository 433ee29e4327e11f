"""The picture on the home screen."""

from __future__ import annotations

from marshmallow import Schema, fields

from orderloom.api.schemas.values import Bilingual, Instant


class LivePlan(Schema):
    """The plan workers run."""

    hash = fields.String(required=True)
    published_at = Instant(required=True)


class Step(Schema):
    """A source, a mapping, rules, a warehouse, or where things are sent."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    title = fields.Nested(Bilingual, required=True)
    count_24h = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    faults = fields.Integer(required=True)
    detail = fields.Nested(Bilingual, required=True, allow_none=True)


Edge = Schema.from_dict(
    {"from": fields.String(required=True), "to": fields.String(required=True)}, name="Edge"
)


class Flow(Schema):
    """How the hub is doing now."""

    at = Instant(required=True)
    plan = fields.Nested(LivePlan, required=True, allow_none=True)
    steps = fields.List(fields.Nested(Step), required=True)
    edges = fields.List(fields.Nested(Edge), required=True)
    rate_per_minute = fields.Integer(required=True)
    orders_today = fields.Integer(required=True)
    open_exceptions = fields.Integer(required=True)
    workers = fields.Integer(required=True)
