"""Orders that a person types into a form: they land by the same door as all others.

The form's token is the order's: its number is made from it, so a form that is sent twice, by a
double click or after a time-out, is one order.
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from orderloom.connect import Connector, RawItem, Registry, beijing_text, dump_json, yuan_text
from orderloom.errors import Conflict, InputError, NotFound
from orderloom.services.connecting.own_shops import CONNECTOR
from orderloom.services.incoming import intake
from orderloom.services.orders.showing import problem
from orderloom.services.publishing.runtime import Bound, PlanCache, account_facts, bind
from orderloom.services.users.people import User
from orderloom.store.among import among
from orderloom.store.db import Tx
from orderloom.store.queries.people import add_audit
from orderloom.store.tables import account, inbox, sku

Record = dict[str, Any]
_DIGITS = 10  # of 32 letters each: two forms never share a number
_ARRIVING = ("waiting", "announced")


@dataclass(frozen=True)
class Line:
    """Pieces of a product; `price` in fen a piece."""

    product_id: int
    quantity: int
    price: int
    gift: bool


@dataclass(frozen=True)
class Form:
    """What a person filled in, money in fen. `paid`: None where it is all of it.

    `receiver`: name, phone, province, city, district, town, address. `placed_at`: when it was
    begun.
    """

    account_id: int
    token: str
    placed_at: int
    receiver: Mapping[str, str]
    lines: Sequence[Line]
    is_paid: bool
    paid: int | None
    freight: int
    discount: int
    buyer: str
    buyer_note: str
    seller_note: str

    @property
    def number(self) -> str:
        """The order's number: always the same for the same form."""
        digest = b32encode(sha256(self.token.encode()).digest()).decode()
        return f"M-{digest[:_DIGITS]}"

    @property
    def total(self) -> int:
        goods = sum(line.quantity * line.price for line in self.lines)
        return goods + self.freight - self.discount


def enter(tx: Tx, plans: PlanCache, registry: Registry, form: Form, user: User, now: int) -> str:
    """Land the order; returns its number. What would not become an order is refused, not landed.

    Raises InputError naming the field; Conflict for another order under the same token, and for
    a shop that nothing is published for.
    """
    connector = registry.get(CONNECTOR)
    bound = _bound(tx, plans, form.account_id)
    _check_amounts(form, now)
    body = _body(tx, form, user)
    _check_mapping(connector, bound, body)
    if _land(tx, connector, form, dump_json(body), now):
        told = {"shop": bound.account.title, "total": form.total}
        add_audit(tx, now, user.login, "order.enter", form.number, told)
    return form.number


def _bound(tx: Tx, plans: PlanCache, account_id: int) -> Bound:
    if account_facts(tx, account_id).connector != CONNECTOR:
        raise InputError("entry.not_own_shop", "account")
    try:
        return bind(tx, plans, account_id)
    except NotFound as error:
        raise Conflict("entry.unpublished", "account") from error


def _check_amounts(form: Form, now: int) -> None:
    if form.total < 0:
        raise InputError("entry.discount_too_large", "discount")
    if form.is_paid and (form.paid or 0) > form.total:
        raise InputError("entry.paid_too_much", "paid", total=yuan_text(form.total))
    if form.placed_at > now + intake.AHEAD_MS:
        raise InputError("entry.in_future", "placed_at")


def _body(tx: Tx, form: Form, user: User) -> Record:
    """The order as a shop of one's own writes it."""
    placed = beijing_text(form.placed_at)
    paid = form.total if form.paid is None else form.paid
    written = {
        "number": form.number,
        "placed_at": placed,
        "payment": "paid" if form.is_paid else "unpaid",
        "paid_at": placed if form.is_paid else "",
        "total": yuan_text(form.total),
        "paid": yuan_text(paid) if form.is_paid else "",
        "freight": yuan_text(form.freight),
        "discount": yuan_text(form.discount),
        "buyer": form.buyer,
        "note": form.buyer_note,
        "seller_note": form.seller_note,
        "entered_by": user.login,
    }
    where = {"receiver" if name == "name" else name: text for name, text in form.receiver.items()}
    filled = {name: text for name, text in (written | where).items() if text}
    return filled | {"lines": _lines(tx, form.lines)}


def _lines(tx: Tx, lines: Sequence[Line]) -> list[Record]:
    query = select(sku).where(among(sku.c.id, [line.product_id for line in lines]))
    known = {row.id: row for row in tx.execute(query)}
    written = []
    for place, line in enumerate(lines):
        product = known.get(line.product_id)
        if product is None:
            raise InputError("entry.no_product", f"lines.{place}.product_id")
        words = {"code": product.code, "title": product.title, "spec": product.spec or ""}
        counts = {"quantity": str(line.quantity), "price": yuan_text(line.price)}
        written.append({**words, **counts, "gift": "yes" if line.gift else "no"})
    return written


def _check_mapping(connector: type[Connector], bound: Bound, body: Record) -> None:
    """What the shop's mapping would refuse is said here and now."""
    normal = connector.normalise(body)
    _, problems = bound.mapping.apply(normal.body, normal.masked)
    if problems:
        first = problems[0]
        raise InputError(f"mapping.{first.reason}", first.field, **first.params)


def _land(tx: Tx, connector: type[Connector], form: Form, text: str, now: int) -> bool:
    """Whether the form is new; one at a time for a shop, so that two clicks are told apart."""
    turn = select(account.c.id).where(account.c.id == form.account_id)
    tx.execute(turn.with_for_update(key_share=True))
    known = _newest(tx, form.account_id, form.number)
    item = RawItem("order", form.number, None, text)
    landed = intake.land(tx, form.account_id, connector, [item], "form", now)
    if landed.new and known is not None:
        raise Conflict("entry.saved_already", form.number)
    return landed.new > 0


def _newest(tx: Tx, account_id: int, number: str) -> Any:
    query = select(inbox.c.state, inbox.c.order_id, inbox.c.trouble).where(
        inbox.c.account_id == account_id, inbox.c.external_no == number
    )
    return tx.execute(query.order_by(inbox.c.id.desc()).limit(1)).first()


def standing(tx: Tx, account_id: int, number: str) -> Record:
    """Whether an order that was entered is worked on by now; raises NotFound."""
    row = _newest(tx, account_id, number)
    if row is None:
        raise NotFound("entry.unknown", number)
    trouble = problem(row.trouble) if row.state == "failed" else None
    state = "waiting" if row.state in _ARRIVING else "failed" if trouble else "done"
    facts = {"number": number, "account_id": account_id, "state": state}
    return {**facts, "order_id": row.order_id, "trouble": trouble}
