"""Products, what they are made of, their stock, and what channels call them."""

from __future__ import annotations

from marshmallow import Schema, fields

from orderloom.api.schemas.orders import Product
from orderloom.api.schemas.values import (
    Ident,
    Instant,
    Named,
    Paged,
    Shop,
    Strict,
    Text,
    Trouble,
    Whole,
    Word,
)
from orderloom.store.queries.products import KINDS

MOST_PIECES = 1_000_000_000


class ProductQuery(Paged):
    """One page of the catalogue, in the order of codes."""

    q = Text(most=100, load_default=None)
    kind = Word(*KINDS, load_default=KINDS[0])


class ProductWords(Strict):
    """How a product is called."""

    title = Text(least=1, most=200, required=True)
    spec = Text(most=200, load_default=None, allow_none=True)
    barcode = Text(most=100, load_default=None, allow_none=True)


class NewProduct(ProductWords):
    """A product to be added."""

    code = Text(least=1, most=200, required=True)


class PartGiven(Strict):
    """One part: pieces a piece; `gift` comes along, `once` an order."""

    product_id = Ident(required=True)
    quantity = Whole(1, 1000, required=True)
    gift = fields.Boolean(load_default=False)
    once = fields.Boolean(load_default=False)


class PartsGiven(Strict):
    """All parts of a product; none: it is itself again."""

    parts = fields.List(fields.Nested(PartGiven), required=True)


class StockGiven(Strict):
    """What a person says of a product in a warehouse; what is left out stays."""

    on_hand = Whole(0, MOST_PIECES, load_default=None)
    safety = Whole(0, MOST_PIECES, load_default=None)


class Part(Schema):
    """One part of a product, or a gift to it."""

    product = fields.Nested(Product, required=True)
    quantity = fields.Integer(required=True)
    gift = fields.Boolean(required=True)
    once = fields.Boolean(required=True)


class Level(Schema):
    """Pieces in one warehouse; free is what may be promised."""

    warehouse = fields.Nested(Named, required=True)
    on_hand = fields.Integer(required=True)
    allocated = fields.Integer(required=True)
    safety = fields.Integer(required=True)
    free = fields.Integer(required=True)


class Sets(Schema):
    """How many of a bundle a warehouse could put together."""

    warehouse = fields.Nested(Named, required=True)
    free = fields.Integer(required=True)


class ProductItem(Schema):
    """One product in the catalogue."""

    id = Ident(required=True)
    code = fields.String(required=True)
    title = fields.String(required=True)
    spec = fields.String(required=True, allow_none=True)
    barcode = fields.String(required=True, allow_none=True)
    bundle = fields.Boolean(required=True)
    parts = fields.List(fields.Nested(Part), required=True)
    stock = fields.List(fields.Nested(Level), required=True)
    sets = fields.List(fields.Nested(Sets), required=True)
    links = fields.Integer(required=True)


class ProductPage(Schema):
    """`next` is the cursor of the following page."""

    items = fields.List(fields.Nested(ProductItem), required=True)
    next = fields.String(required=True, allow_none=True)
    total = fields.Integer(required=True)
    warehouses = fields.List(fields.Nested(Named), required=True)


class ProductLink(Schema):
    """What one shop calls a product."""

    id = Ident(required=True)
    account = fields.Nested(Named, required=True)
    name = fields.String(required=True)


class WholeProduct(ProductItem):
    """A product with what it is in and what channels call it."""

    used_in = fields.List(fields.Nested(Product), required=True)
    linked = fields.List(fields.Nested(ProductLink), required=True)


class Followed(Schema):
    """How many orders are worked on again because of the change."""

    orders = fields.Integer(required=True)


class MatchQuery(Strict):
    """A name, and a title, to find products for."""

    name = Text(most=200, load_default="")
    text = Text(most=400, load_default="")


class Match(Schema):
    """A product a name may mean. `why`: other_shop, same_code, alike."""

    product = fields.Nested(Product, required=True)
    score = fields.Float(required=True)
    why = fields.String(required=True)
    shop = fields.String(required=True, allow_none=True)


class Matches(Schema):
    """Best first."""

    items = fields.List(fields.Nested(Match), required=True)


class LinkQuery(Paged):
    """One page of links, newest first."""

    account = Ident(load_default=None)
    q = Text(most=100, load_default=None)


class Link(ProductLink):
    """A link with its product."""

    platform = fields.String(required=True)
    product = fields.Nested(Product, required=True)


class LinkPage(Schema):
    """`next` is the cursor of the following page."""

    items = fields.List(fields.Nested(Link), required=True)
    next = fields.String(required=True, allow_none=True)
    accounts = fields.List(fields.Nested(Shop), required=True)


class LinkGiven(Strict):
    """From now on these shops mean a product, known or new, when they say `name`."""

    name = Text(least=1, most=2000, required=True)
    accounts = fields.List(Ident(), required=True)
    product_id = Ident(load_default=None)
    product = fields.Nested(NewProduct, load_default=None)


class UnlinkedQuery(Strict):
    """Names without a product: all, or those of one order."""

    order = Ident(load_default=None)


class Unlinked(Schema):
    """A name seen in orders that no product is known for."""

    name = fields.String(required=True)
    title = fields.String(required=True)
    spec = fields.String(required=True, allow_none=True)
    accounts = fields.List(fields.Nested(Shop), required=True)
    orders = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    seen_at = Instant(required=True)
    matches = fields.List(fields.Nested(Match), required=True)


class UnlinkedNames(Schema):
    """The most frequent first."""

    items = fields.List(fields.Nested(Unlinked), required=True)


class TableQuery(Strict):
    """What the file is a table of; `apply` takes it over, else it is only looked through."""

    kind = Word("products", "links", "stock", required=True)
    apply = fields.Boolean(load_default=False)


class RowFault(Trouble):
    """A row that is left out."""

    row = fields.Integer(required=True)


class RowShown(Schema):
    """A row that is taken over."""

    row = fields.Integer(required=True)
    what = fields.String(required=True)
    values = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class TableReport(Schema):
    """What becomes, or would become, of the rows; only the first faults and rows are listed."""

    new = fields.Integer(required=True)
    changed = fields.Integer(required=True)
    same = fields.Integer(required=True)
    refused = fields.Integer(required=True)
    orders = fields.Integer(required=True)
    faults = fields.List(fields.Nested(RowFault), required=True)
    rows = fields.List(fields.Nested(RowShown), required=True)
