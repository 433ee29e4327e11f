"""Where a page ended, as text the browser hands back unchanged."""

from __future__ import annotations

from dataclasses import astuple
from hashlib import sha256
from typing import Any

import orjson

from orderloom.api.signing import Signer
from orderloom.errors import InputError
from orderloom.store.queries.orders import OrderFilter, Position


def write(signer: Signer, wanted: OrderFilter, sort: str, place: Position | None) -> str | None:
    """The cursor of the page behind `place`; None at the end."""
    if place is None:
        return None
    return signer.seal("orders", [_question(wanted, sort), place.value, place.id])


def read(signer: Signer, wanted: OrderFilter, sort: str, cursor: str | None) -> Position | None:
    """Where to go on; raises InputError for a cursor of another question, or a forged one."""
    if cursor is None:
        return None
    try:
        question, value, id_ = signer.open("orders", cursor)
    except ValueError as error:
        raise InputError("orders.cursor", "cursor") from error
    if question != _question(wanted, sort):
        raise InputError("orders.cursor", "cursor")
    return Position(value, id_)


def write_id(signer: Signer, purpose: str, id_: int | None) -> str | None:
    """The cursor of a list that is in the order of its ids."""
    return None if id_ is None else signer.seal(purpose, id_)


def write_text(signer: Signer, purpose: str, text: str | None) -> str | None:
    """The cursor of a list that is in the order of a text."""
    return None if text is None else signer.seal(purpose, text)


def read_text(signer: Signer, purpose: str, cursor: str | None) -> str | None:
    """The text again; raises InputError for anything not written here."""
    return None if cursor is None else str(_opened(signer, purpose, cursor))


def read_id(signer: Signer, purpose: str, cursor: str | None) -> int | None:
    """The id again; raises InputError for anything not written here."""
    return None if cursor is None else int(_opened(signer, purpose, cursor))


def _opened(signer: Signer, purpose: str, cursor: str) -> Any:
    try:
        return signer.open(purpose, cursor)
    except ValueError as error:
        raise InputError("orders.cursor", "cursor") from error


def _question(wanted: OrderFilter, sort: str) -> str:
    content = orjson.dumps([astuple(wanted), sort])
    return sha256(content).hexdigest()[:12]
