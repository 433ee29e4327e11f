"""Parameters of a live blueprint: this company's values."""

from __future__ import annotations

from marshmallow import Schema, fields

from orderloom.api.schemas.values import Bilingual, Strict, Text


class ParameterIn(Strict):
    """A value to count from now on; None: the blueprint's own. `plan`: what was live when read."""

    value = fields.Raw(required=True, allow_none=True)
    plan = Text(required=True)


class Parameter(Schema):
    """`own`: set by this company; `used_by`: titles of what reads it."""

    key = fields.String(required=True)
    title = fields.Nested(Bilingual, required=True)
    kind = fields.String(required=True)
    default = fields.Raw(required=True)
    value = fields.Raw(required=True)
    own = fields.Boolean(required=True)
    used_by = fields.List(fields.Nested(Bilingual), required=True)


class Parameters(Schema):
    """All of them, as the live document has them."""

    plan = fields.String(required=True)
    items = fields.List(fields.Nested(Parameter), required=True)
