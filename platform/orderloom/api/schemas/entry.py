"""Typing an order in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from orderloom.api.schemas.values import Ident, Instant, Strict, Text, Trouble, Whole, Word
from orderloom.engine.mapping import MAX_LINES
from orderloom.engine.receivers import dialled

_MOST_FEN = 100_000_000


class Typed(Text):
    """Text as a person types it: blanks around it do not count."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        text = super()._deserialize(value, attr, data, **kwargs).strip()
        if self.required and not text:
            raise self.make_error("required")
        return text


class Phone(Typed):
    """A number that can be dialled, perhaps with an extension."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        number = dialled(super()._deserialize(value, attr, data, **kwargs))
        if number is None:
            raise ValidationError("field.phone")
        return number


class PastedText(Strict):
    """A receiver as somebody sent it."""

    text = Text(most=1000, required=True)


class PastedReceiver(Schema):
    """What could be told from it."""

    name = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    province = fields.String(required=True, allow_none=True)
    city = fields.String(required=True, allow_none=True)
    district = fields.String(required=True, allow_none=True)
    address = fields.String(required=True, allow_none=True)


class ReceiverGiven(Strict):
    """Where the goods go."""

    name = Typed(most=60, required=True)
    phone = Phone(most=40, required=True)
    province = Typed(most=40, required=True)
    city = Typed(most=40, required=True)
    district = Typed(most=40, load_default="")
    town = Typed(most=40, load_default="")
    address = Typed(most=300, required=True)


class LineGiven(Strict):
    """Pieces of a product; the price of one in fen."""

    product_id = Ident(required=True)
    quantity = Whole(1, 100_000, required=True)
    price = Whole(0, _MOST_FEN, required=True)
    gift = fields.Boolean(load_default=False)


class NewOrder(Strict):
    """An order; `token` is the form's own, `paid` all of it where nothing is said."""

    account = Ident(required=True)
    token = Text(least=16, most=64, required=True)
    placed_at = Instant(required=True)
    receiver = fields.Nested(ReceiverGiven, required=True)
    lines = fields.List(
        fields.Nested(LineGiven),
        required=True,
        validate=validate.Length(1, MAX_LINES, error=f"field.many_of|1-{MAX_LINES}"),
    )
    payment = Word("paid", "unpaid", required=True)
    paid = Whole(0, _MOST_FEN * 100, load_default=None, allow_none=True)
    freight = Whole(0, _MOST_FEN, load_default=0)
    discount = Whole(0, _MOST_FEN, load_default=0)
    buyer = Typed(most=100, load_default="")
    buyer_note = Typed(most=500, load_default="")
    seller_note = Typed(most=500, load_default="")


class EnteredQuery(Strict):
    """One order that was entered."""

    account = Ident(required=True)
    number = Text(least=1, most=100, required=True)


class EnteredTrouble(Trouble):
    """Why it could not be worked on."""

    code = fields.String(required=True)


class Entered(Schema):
    """How an order that was entered stands: waiting, done or failed."""

    number = fields.String(required=True)
    account_id = Ident(required=True)
    state = fields.String(required=True)
    order_id = Ident(required=True, allow_none=True)
    trouble = fields.Nested(EnteredTrouble, required=True, allow_none=True)
