"""The error shape, for the OpenAPI document."""

from __future__ import annotations

from marshmallow import Schema, fields


class FieldProblem(Schema):
    """What is wrong with one field."""

    field = fields.String(required=True)
    message = fields.String(required=True)


class Problem(Schema):
    """Any answer from 400 on."""

    code = fields.String(required=True)
    message = fields.String(required=True)
    where = fields.String(required=True, allow_none=True)
    how = fields.String(required=True, allow_none=True)
    errors = fields.List(fields.Nested(FieldProblem), required=True)
