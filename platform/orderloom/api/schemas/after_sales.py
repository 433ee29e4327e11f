"""Refunds and returns."""

from __future__ import annotations

from marshmallow import Schema, fields

from orderloom.api.schemas.orders import Product
from orderloom.api.schemas.values import Ident, Instant, Named, Paged, Strict, Text, Whole, Word
from orderloom.store.queries.after_sales import GOODS, STATES

MOST_PIECES = 100_000


class AfterSaleQuery(Paged):
    """One page of the list."""

    state = Word(*STATES, load_default=None)
    goods = Word(*GOODS, load_default=None)
    account = Ident(load_default=None)
    q = Text(most=100, load_default=None)


class AfterSale(Schema):
    """The refund or return of one order line; money in fen."""

    id = Ident(required=True)
    order_id = Ident(required=True)
    external_no = fields.String(required=True)
    platform = fields.String(required=True)
    account = fields.Nested(Named, required=True)
    title = fields.String(required=True)
    spec = fields.String(required=True, allow_none=True)
    sku_code = fields.String(required=True, allow_none=True)
    kind = fields.String(required=True)
    state = fields.String(required=True)
    refund_no = fields.String(required=True, allow_none=True)
    quantity = fields.Integer(required=True)
    amount = fields.Integer(required=True)
    currency = fields.String(required=True)
    opened_at = Instant(required=True)
    changed_at = Instant(required=True)
    closed_at = Instant(required=True, allow_none=True)
    goods = fields.String(required=True)


class AfterSalePage(Schema):
    """Newest first; `counts` by state."""

    items = fields.List(fields.Nested(AfterSale), required=True)
    next = fields.String(required=True, allow_none=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class Gone(Schema):
    """Pieces of a product that left for the line, and how many came back."""

    product = fields.Nested(Product, required=True)
    shipped = fields.Integer(required=True)
    received = fields.Integer(required=True)


class Goods(Schema):
    """What may come back, and where to."""

    pieces = fields.List(fields.Nested(Gone), required=True)
    warehouses = fields.List(fields.Nested(Named), required=True)


class ArrivedGiven(Strict):
    """Pieces of one product that arrived."""

    product_id = Ident(required=True)
    sellable = Whole(0, MOST_PIECES, load_default=0)
    damaged = Whole(0, MOST_PIECES, load_default=0)


class ReceiptGiven(Strict):
    """What a person found in the parcel."""

    warehouse_id = Ident(required=True)
    pieces = fields.List(fields.Nested(ArrivedGiven), required=True)
