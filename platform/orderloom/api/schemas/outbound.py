"""Outbound lists."""

from __future__ import annotations

from marshmallow import Schema, fields

from orderloom.api.schemas.orders import Receiver
from orderloom.api.schemas.values import Day, Ident, Instant, Named, Paged, Strict, Text, Whole


class ListQuery(Paged):
    """One page of lists, newest first."""

    warehouse = Ident(load_default=None)


class EntryQuery(Strict):
    """One page of a list's entries."""

    limit = Whole(1, 500, load_default=200)
    cursor = Text(most=400, load_default=None)


class ListWanted(Strict):
    """A list to be made now; without a day, today's."""

    warehouse_id = Ident(required=True)
    day = Day(load_default=None)


class OutboundList(Schema):
    """A list; `asked`: somebody wanted it, it was not made for a hand-over moment."""

    id = Ident(required=True)
    warehouse = fields.Nested(Named, required=True)
    day = Day(required=True)
    asked = fields.Boolean(required=True)
    made_at = Instant(required=True)
    made_by = fields.String(required=True)
    count = fields.Integer(required=True)
    pieces = fields.Integer(required=True)


class OutboundLists(Schema):
    """`next` is the cursor of the following page."""

    items = fields.List(fields.Nested(OutboundList), required=True)
    next = fields.String(required=True, allow_none=True)
    warehouses = fields.List(fields.Nested(Named), required=True)


class Packed(Schema):
    """Pieces of a product."""

    code = fields.String(required=True)
    title = fields.String(required=True)
    spec = fields.String(required=True, allow_none=True)
    quantity = fields.Integer(required=True)


class Entry(Schema):
    """A fulfilment as it was when the list was made."""

    fulfilment_no = fields.String(required=True)
    hand_over_at = fields.String(required=True)
    order_id = fields.String(required=True)
    order_no = fields.String(required=True)
    platform = fields.String(required=True)
    shop = fields.String(required=True)
    receiver = fields.Nested(Receiver, required=True)
    courier = fields.String(required=True, allow_none=True)
    tracking_nos = fields.List(fields.String(), required=True)
    lines = fields.List(fields.Nested(Packed), required=True)
    buyer_note = fields.String(required=True, allow_none=True)
    seller_note = fields.String(required=True, allow_none=True)


class Entries(Schema):
    """A list and one page of its entries."""

    list = fields.Nested(OutboundList, required=True)
    items = fields.List(fields.Nested(Entry), required=True)
    next = fields.String(required=True, allow_none=True)
