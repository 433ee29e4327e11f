"""Labels: the list of a day, and what printing needs."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from orderloom.api.schemas.values import Ident, Instant, Named, Strict, Text, Trouble, Whole, Word
from orderloom.store.queries.labels import STATES

MOST_AT_ONCE = 200


class Day(Strict):
    """Labels due in a span of time."""

    due_from = Instant(required=True)
    due_to = Instant(required=True)


class LabelQuery(Day):
    """One page of labels."""

    warehouse = Ident(load_default=None)
    state = Word(*STATES, load_default=None)
    limit = Whole(1, MOST_AT_ONCE, load_default=100)
    cursor = Text(most=200, load_default=None)


class Refusal(Trouble):
    """Why a label was refused, and what to do."""

    code = fields.String(required=True)


class Label(Schema):
    """A waybill number, or the wait for one."""

    id = Ident(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    courier = fields.String(required=True, allow_none=True)
    tracking_no = fields.String(required=True, allow_none=True)
    due_at = Instant(required=True)
    made_at = Instant(required=True, allow_none=True)
    prints = fields.Integer(required=True)
    printed_at = Instant(required=True, allow_none=True)
    problem = fields.Nested(Refusal, required=True, allow_none=True)


class LabelItem(Label):
    """A label in the list; titles of fulfilment and order are their numbers."""

    fulfilment = fields.Nested(Named, required=True)
    order = fields.Nested(Named, required=True)
    platform = fields.String(required=True)
    warehouse = fields.Nested(Named, required=True)
    exception_id = Ident(required=True, allow_none=True)


class LabelPage(Schema):
    """Oldest first."""

    items = fields.List(fields.Nested(LabelItem), required=True)
    next = fields.String(required=True, allow_none=True)


class WarehouseLabels(Schema):
    """How many labels a warehouse has in each state."""

    warehouse = fields.Nested(Named, required=True)
    states = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class LabelCounts(Schema):
    """Warehouses that have any."""

    warehouses = fields.List(fields.Nested(WarehouseLabels), required=True)


class PrintRequest(Strict):
    """Which labels to print."""

    ids = fields.List(
        Ident(), required=True, validate=validate.Length(1, MOST_AT_ONCE, error="field.many|200")
    )


class Printable(Schema):
    """What the vendor's print component takes; `printing` is the vendor's own form."""

    id = Ident(required=True)
    fulfilment_no = fields.String(required=True)
    courier = fields.String(required=True)
    tracking_no = fields.String(required=True)
    printing = fields.Raw(required=True, allow_none=True)


class Printables(Schema):
    """Those of the labels asked for that have a number."""

    labels = fields.List(fields.Nested(Printable), required=True)
