"""The connector contract: one file, one subclass, facts as class attributes, errors by recovery."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from orderloom.clock import Clock

from .columns import Column
from .content import redact
from .errors import ConnectorError, Permanent, TryLater
from .http import HttpClient, Request, Response
from .jsontext import parse_json
from .model import (
    Confirmation,
    ConfirmationPage,
    Delivery,
    Fill,
    Kind,
    Limits,
    Message,
    Normal,
    Page,
    Push,
    RawItem,
    Receipt,
    Ref,
    Renewed,
    Seller,
    Setting,
    StockCount,
    Text,
    cover,
)
from .settings import complete_settings, secret_values

CAPABILITIES = (
    "check",
    "renew",
    "pull",
    "detail",
    "normalise",
    "read_file",
    "parse_webhook",
    "send",
    "read_back",
    "stock",
    "confirmations",
    "inquire",
)


class Connector:
    """Speaks one platform's protocol; loops, cursors, retries, pauses and storage are the engine's.

    A connector makes requests through `self.client`, asks `self.clock` for the time, never sleeps,
    never repeats a call, and sorts what goes wrong into AuthFailed, TryLater and Permanent. It
    keeps no state between calls that results depend on, and may be used by several threads.
    """

    key: ClassVar[str]
    """Equal to the file name; stored with every connection, so it never changes."""
    title: ClassVar[Text]
    api_version: ClassVar[str]
    verified: ClassVar[Text] = Text("没有说明", "not stated")
    """What it was compared with, as people read it before they rely on it."""
    kind: ClassVar[Kind]
    settings: ClassVar[tuple[Setting, ...]]
    limits: ClassVar[Limits] = Limits()
    overlap_s: ClassVar[int] = 300
    """How far a window reaches back behind the last one, for rows that appear late."""
    lag_s: ClassVar[int] = 60
    """How far behind now a window ends, for rows the platform has not sorted in yet."""
    delivery: ClassVar[Delivery | None] = None
    """idempotent: key honoured; readable: read back before repeating; None: sends nothing."""
    effects: ClassVar[tuple[str, ...]] = ()
    """What `send` understands."""
    groups: ClassVar[bool] = False
    """`send` makes one call of as many messages as fit (see `send_joined`), and the engine makes
    one `send` at a time, at the pace of `limits`: for robots that may be called seldom."""
    silent_s: ClassVar[int] = 14_400
    """How long a warehouse may say nothing of a fulfilment before it is asked (`inquire`)."""
    coverage: ClassVar[Mapping[str, Fill]] = cover()
    """Canonical order field -> filled | masked | late | never; not named = never."""
    volatile: ClassVar[tuple[str, ...]] = ()
    """Top-level body fields whose change alone is no new version."""

    envelope: ClassVar[tuple[str, ...]] = ()
    """Names around the records in the platform's answers ("*_end": all that end so). A file of
    answers is taken apart by them; no record starts with one."""
    columns: ClassVar[tuple[Column, ...]] = ()
    """Where the columns of a table of orders go; one is of kind key. Empty: no tables."""

    def __init__(self, settings: Mapping[str, Any], client: HttpClient, clock: Clock) -> None:
        """`settings`: the form's values; InputError lists what is wrong with them."""
        self.values = complete_settings(self.settings, settings)
        self.client = client
        self.clock = clock
        self._secrets = secret_values(self.settings, self.values)
        self._skew_ms = 0
        """How far the platform's clock is ahead of ours, as far as its answers have told."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} connector>"

    @classmethod
    def capabilities(cls) -> frozenset[str]:
        """The names of the methods this connector really has."""
        own = {name: getattr(cls, name) for name in CAPABILITIES}
        return frozenset(n for n, m in own.items() if _function(m) is not _BASE[n])

    def say(self, words: Any) -> str:
        """A platform's words made fit for people and logs: secrets starred out, length bounded."""
        return redact(str(words), self._secrets)

    def platform_now(self) -> int:
        """Now in epoch milliseconds by the platform's clock, which signed calls are judged by."""
        return self.clock.now() + self._skew_ms

    def follow_clock(self, response: Response, **facts: Any) -> TryLater:
        """The failure of a call that was refused for its time stamp; later ones are stamped with
        the platform's time, if its answer told it."""
        if response.date_ms is not None:
            self._skew_ms = response.date_ms - self.clock.now()
        return TryLater("connect.clock_skew", after_s=1.0, **facts)

    def check(self) -> Seller:
        """Tries the credentials and says whose they are."""
        raise _unsupported("check")

    def renew(self) -> Renewed:
        """New credentials for those that run out; AuthFailed when a person has to log in again."""
        raise _unsupported("renew")

    def pull(self, cursor: Any, until_ms: int) -> Page:
        """Reads one page of what changed up to `until_ms`.

        `cursor`: None at first, then what the last landed page returned (JSON).
        One call makes one request; the engine calls again while `more` is True.
        """
        raise _unsupported("pull")

    def detail(self, refs: Sequence[Ref]) -> list[RawItem]:
        """The whole records a list only named; at most `limits.detail_batch` refs a call."""
        raise _unsupported("detail")

    @classmethod
    def normalise(cls, raw: Any) -> Normal:
        """A parsed payload without the platform's wrapping; no I/O, no clock.

        Permanent (item) when the record cannot be identified.
        """
        raise _unsupported("normalise")

    @classmethod
    def read(cls, payload_text: str) -> Normal:
        """`normalise` from the stored text, with exact numbers. Permanent (item) if not JSON."""
        try:
            raw = parse_json(payload_text)
        except ValueError:
            raise Permanent("connect.payload_not_json", item=True) from None
        return cls.normalise(raw)

    @classmethod
    def read_file(cls, data: Any) -> Iterator[RawItem]:
        """The records in a parsed answer of the platform, whatever wrapping it still carries."""
        raise _unsupported("read_file")

    def parse_webhook(self, request: Request) -> Push:
        """What a call of the platform to the hub brings.

        Permanent "connect.signature" when it is not genuine.
        """
        raise _unsupported("parse_webhook")

    def send(self, messages: Sequence[Message]) -> list[Receipt]:
        """One receipt per message, in order; failures of every class travel in the receipt.

        After a failure that concerns the whole account the rest comes back as not attempted.
        """
        raise _unsupported("send")

    def read_back(self, messages: Sequence[Message]) -> list[Receipt | None]:
        """What the receiver already knows of `messages`; None for one that never arrived.

        Raises ConnectorError when the receiver cannot be asked: then nothing may be repeated.
        """
        raise _unsupported("read_back")

    def stock(self, warehouse_code: str, item_codes: Sequence[str]) -> list[StockCount]:
        """The warehouse's own counts; items it does not know are left out."""
        raise _unsupported("stock")

    def confirmations(self, cursor: Any, until_ms: int) -> ConfirmationPage:
        """One page of what the warehouse has done since; the cursor as for `pull`."""
        raise _unsupported("confirmations")

    def inquire(self, messages: Sequence[Message]) -> list[Confirmation]:
        """How far a warehouse is with fulfilments nothing was heard of.

        `messages`: what they were created with, at most `limits.send_batch`. The same progress has
        the same key; one that nothing can be said of is left out. Raises ConnectorError when the
        warehouse cannot be asked.
        """
        raise _unsupported("inquire")


def send_each(
    messages: Sequence[Message], carry_out: Callable[[Message], Receipt]
) -> list[Receipt]:
    """One receipt per message: a refused message stands alone, any other failure stops the rest."""
    receipts: list[Receipt] = []
    stopped = False
    for message in messages:
        try:
            if stopped:
                raise TryLater("connect.not_attempted")
            receipts.append(carry_out(message))
        except ConnectorError as failure:
            receipts.append(Receipt(message.id, False, error=failure))
            stopped = stopped or not (isinstance(failure, Permanent) and failure.item)
    return receipts


def _function(method: Any) -> Any:
    return getattr(method, "__func__", method)


_BASE = {name: _function(getattr(Connector, name)) for name in CAPABILITIES}


def _unsupported(method: str) -> Permanent:
    return Permanent("connect.unsupported", method)
