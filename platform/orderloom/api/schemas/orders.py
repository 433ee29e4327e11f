"""The order grid and one order."""

from __future__ import annotations

from marshmallow import Schema, fields

from orderloom.api.schemas.labels import Label
from orderloom.api.schemas.values import (
    Bilingual,
    Ident,
    Instant,
    Located,
    Named,
    Several,
    Strict,
    Text,
    Whole,
    Word,
)
from orderloom.store.queries.orders import SORTS

MOST_ROWS = 200


class OrderFilter(Strict):
    """What the grid is narrowed to; lists are separated by commas."""

    q = Text(most=100, load_default=None)
    state = Several(Text(most=40), load_default=())
    platform = Several(Text(most=40), load_default=())
    warehouse = Several(Ident(), load_default=())
    province = Several(Text(most=40), load_default=())
    hold = Several(Text(most=40), load_default=())
    placed_from = Instant(load_default=None)
    placed_to = Instant(load_default=None)


class OrderQuery(OrderFilter):
    """One page of the grid."""

    limit = Whole(1, MOST_ROWS, load_default=100)
    cursor = Text(most=400, load_default=None)
    sort = Word(*SORTS, load_default=SORTS[0])


class OrderRow(Schema):
    """One order in the grid; money in fen."""

    id = Ident(required=True)
    external_no = fields.String(required=True)
    platform = fields.String(required=True)
    account = fields.Nested(Named, required=True)
    state = fields.String(required=True)
    payment_state = fields.String(required=True)
    hold_state = fields.String(required=True)
    fulfil_state = fields.String(required=True)
    after_sale_state = fields.String(required=True)
    total = fields.Integer(required=True)
    paid = fields.Integer(required=True)
    currency = fields.String(required=True)
    item_count = fields.Integer(required=True)
    province = fields.String(required=True, allow_none=True)
    city = fields.String(required=True, allow_none=True)
    receiver_name = fields.String(required=True, allow_none=True)
    warehouse = fields.Nested(Named, required=True, allow_none=True)
    courier = fields.String(required=True, allow_none=True)
    placed_at = Instant(required=True)
    paid_at = Instant(required=True, allow_none=True)
    updated_at = Instant(required=True)
    tags = fields.List(fields.String(), required=True)
    open_exceptions = fields.Integer(required=True)


class OrderPage(Schema):
    """`next` is the cursor of the following page; `total` stops at a cap."""

    items = fields.List(fields.Nested(OrderRow), required=True)
    next = fields.String(required=True, allow_none=True)
    total = fields.Integer(required=True)
    total_capped = fields.Boolean(required=True)


class FacetValue(Schema):
    """A value to narrow by, and how many orders have it."""

    value = fields.String(required=True)
    count = fields.Integer(required=True)
    title = fields.String()


class Facets(Schema):
    """What the grid can be narrowed to."""

    states = fields.List(fields.Nested(FacetValue), required=True)
    platforms = fields.List(fields.Nested(FacetValue), required=True)
    warehouses = fields.List(fields.Nested(FacetValue), required=True)
    provinces = fields.List(fields.Nested(FacetValue), required=True)


class Receiver(Located):
    """Where the goods go; `masked` names what the platform shows stars for."""

    name = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    masked = fields.List(fields.String(), required=True)


class Notes(Schema):
    """What buyer and seller wrote."""

    buyer = fields.String(required=True, allow_none=True)
    seller = fields.String(required=True, allow_none=True)


class Money(Schema):
    """Amounts in fen."""

    total = fields.Integer(required=True)
    paid = fields.Integer(required=True)
    freight = fields.Integer(required=True)
    discount = fields.Integer(required=True)


class Times(Schema):
    """When what happened on the platform."""

    placed = Instant(required=True)
    paid = Instant(required=True, allow_none=True)
    modified = Instant(required=True, allow_none=True)
    ship_by = Instant(required=True, allow_none=True)


class OrderHead(OrderRow):
    """An order with what only its own page shows."""

    receiver = fields.Nested(Receiver, required=True)
    notes = fields.Nested(Notes, required=True)
    money = fields.Nested(Money, required=True)
    times = fields.Nested(Times, required=True)
    parent_no = fields.String(required=True, allow_none=True)
    customer_ref = fields.String(required=True, allow_none=True)


class Product(Schema):
    """A product of the hub."""

    id = Ident(required=True)
    code = fields.String(required=True)
    title = fields.String(required=True)


class OrderLine(Schema):
    """One line of an order."""

    id = Ident(required=True)
    external_line_no = fields.String(required=True)
    title = fields.String(required=True)
    spec = fields.String(required=True, allow_none=True)
    sku_code = fields.String(required=True, allow_none=True)
    sku = fields.Nested(Product, required=True, allow_none=True)
    quantity = fields.Integer(required=True)
    price = fields.Integer(required=True)
    paid_share = fields.Integer(required=True)
    refund_state = fields.String(required=True)
    gift = fields.Boolean(required=True)


class FulfilmentLine(Schema):
    """Pieces of an order line that one fulfilment carries."""

    line_id = Ident(required=True)
    sku_code = fields.String(required=True, allow_none=True)
    quantity = fields.Integer(required=True)
    state = fields.String(required=True)


class Parcel(Schema):
    """A box on its way."""

    courier = fields.String(required=True, allow_none=True)
    tracking_no = fields.String(required=True)
    shipped_at = Instant(required=True, allow_none=True)


class Fulfilment(Schema):
    """Goods from one warehouse."""

    id = Ident(required=True)
    no = fields.String(required=True)
    state = fields.String(required=True)
    warehouse = fields.Nested(Named, required=True)
    courier = fields.String(required=True, allow_none=True)
    hand_over_at = Instant(required=True, allow_none=True)
    created_at = Instant(required=True)
    lines = fields.List(fields.Nested(FulfilmentLine), required=True)
    parcels = fields.List(fields.Nested(Parcel), required=True)
    label = fields.Nested(Label, required=True, allow_none=True)


class StoryEntry(Schema):
    """Something that happened; `detail` depends on the kind."""

    at = Instant(required=True)
    kind = fields.String(required=True)
    title = fields.Nested(Bilingual, required=True)
    detail = fields.Raw(required=True, allow_none=True)


class OrderStory(Schema):
    """One order and everything that happened to it."""

    order = fields.Nested(OrderHead, required=True)
    lines = fields.List(fields.Nested(OrderLine), required=True)
    fulfilments = fields.List(fields.Nested(Fulfilment), required=True)
    story = fields.List(fields.Nested(StoryEntry), required=True)


class WhyNot(Schema):
    """Each other warehouse, with the rows that propose it and what would have to change."""

    items = fields.List(fields.Dict(), required=True)
