"""The values that pass between the engine and a connector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from .errors import ConnectorError, TryLater

Kind = Literal["channel", "warehouse", "alert", "courier"]
Delivery = Literal["idempotent", "readable", "fire_and_forget"]
Fill = Literal["filled", "masked", "late", "never"]
SettingKind = Literal["text", "number", "bool", "choice", "url", "host", "email", "json"]


class Text(NamedTuple):
    """The same words in both languages of the hub."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of a connector's form; the form, the checks and the masking derive from it."""

    name: str
    label: Text
    kind: SettingKind = "text"
    required: bool = True
    secret: bool = False
    default: Any = None
    help: Text | None = None
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None


def cover(filled: str = "", masked: str = "", late: str = "") -> Mapping[str, Fill]:
    """Which canonical order fields a platform fills, from names separated by spaces.

    masked: stars instead of data; late: empty at first. A field not named is never filled.
    """
    groups: tuple[tuple[Fill, str], ...] = (("filled", filled), ("masked", masked), ("late", late))
    return MappingProxyType({name: fill for fill, names in groups for name in names.split()})


@dataclass(frozen=True, slots=True)
class Limits:
    """What one account may ask of its platform, and what one answer may cost the hub.

    `per_second` and `burst` are kept by the engine across workers; the rest by the HTTP client.
    `detail_batch` and `send_batch`: at most so many refs or messages per call.
    """

    per_second: float = 10.0
    burst: int = 10
    connect_timeout_s: float = 5.0
    timeout_s: float = 15.0
    max_bytes: int = 16 * 1024 * 1024
    detail_batch: int = 1
    send_batch: int = 20


@dataclass(frozen=True, slots=True)
class Seller:
    """Who the credentials belong to; `seller_id` is part of every order's identity."""

    seller_id: str
    title: str


@dataclass(frozen=True, slots=True)
class RawItem:
    """One record as the platform sent it; `payload_text` is the very text received.

    `value`: that text parsed, where the connector has it at hand, so that it is parsed once.
    """

    kind: str
    external_no: str
    modified_ms: int | None
    payload_text: str = field(repr=False)
    value: Any = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class FileRecord:
    """One record of a file: its JSON text, or the `error` that keeps it out.

    `place`: the number of the record, or of its first row in a table (`is_row`), from 1.
    `rows`: all its rows in a table, as (number, cells).
    """

    place: int
    text: str = field(default="", repr=False)
    error: ConnectorError | None = None
    is_row: bool = False
    rows: Sequence[tuple[int, Sequence[str]]] = field(default=(), repr=False)


class Ref(NamedTuple):
    """A record a list only named; the engine may skip it when this version already landed."""

    external_no: str
    modified_ms: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """One answer: `cursor` is stored in the transaction that lands `items` and the detailed `refs`.

    `more`: there is something left to read right now.
    """

    items: Sequence[RawItem]
    cursor: Any
    more: bool
    refs: Sequence[Ref] = ()


@dataclass(frozen=True, slots=True)
class Normal:
    """A record without the platform's wrapping.

    `body`: lists are lists, unset times None, ids text. `masked`: receiver fields (name, phone,
    province, city, district, town, address) that carry stars instead of data.
    `digest`: sha256 (hex) over everything but the fields the connector calls volatile.
    """

    external_no: str
    parent_no: str | None
    modified_ms: int | None
    body: dict[str, Any] = field(repr=False)
    masked: frozenset[str]
    digest: str


@dataclass(frozen=True, slots=True)
class Message:
    """One outside effect. `subject` is its lane, `idempotency_key` what the receiver sees."""

    id: str
    effect: str
    subject: str
    idempotency_key: str
    body: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one message; exactly one of `ok` and `error` says so.

    `detail`: facts to keep with the message. `attachment`: what the receiver gave for later use,
    such as a label's print data; kept apart from the message.
    """

    message_id: str
    ok: bool
    reference: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    error: ConnectorError | None = None
    attachment: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def uncertain(self) -> bool:
        """True when the effect may have happened although no answer said so."""
        return isinstance(self.error, TryLater) and self.error.uncertain


@dataclass(frozen=True, slots=True)
class StockCount:
    """What a warehouse says it has: `available` may be sold, `locked` is promised already."""

    warehouse_code: str
    item_code: str
    available: int
    locked: int


@dataclass(frozen=True, slots=True)
class Parcel:
    """One parcel: the hub's code of its courier, its number, and what is in it.

    `quantities`: item code -> pieces; empty means everything.
    """

    courier: str
    tracking_no: str
    quantities: Mapping[str, int] = field(default_factory=dict)


Event = Literal["accepted", "part_shipped", "shipped", "refused", "cancelled"]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a warehouse tells of one fulfilment; the same `key` again is the same news."""

    key: str
    fulfilment_no: str
    event: Event
    at_ms: int | None
    parcels: Sequence[Parcel] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmationPage:
    """One answer: `cursor` is stored in the transaction that keeps `confirmations`.

    Rows the platform wants acknowledged are acknowledged by the next call, from that cursor.
    """

    confirmations: Sequence[Confirmation]
    cursor: Any
    more: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What a platform wants to hear once everything it pushed is kept."""

    status: int = 200
    content_type: str = "application/json"
    body: bytes = b"{}"


@dataclass(frozen=True, slots=True)
class Push:
    """What a platform brought by itself: whole records, mere names of records, or news of goods."""

    items: Sequence[RawItem] = ()
    refs: Sequence[Ref] = ()
    confirmations: Sequence[Confirmation] = ()
    answer: Answer = Answer()


@dataclass(frozen=True, slots=True)
class Renewed:
    """Settings that replace the old ones, secrets included; when they run out (ms), if known."""

    settings: Mapping[str, Any] = field(repr=False)
    expires_ms: int | None
