"""What a warehouse promises: that goods left is learnt, whatever happens on the way."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from ..errors import TryLater
from ..model import Confirmation, Message
from .stage import NETWORK_FAULTS, Check, Stage, promise, raised

_ASK = frozenset({"send", "inquire"})
_POLL = frozenset({"send", "confirmations"})
_PATIENCE = 100
_MANY = 120  # more than fit on one page


def _handed_over(stage: Stage, count: int) -> list[Message]:
    messages = [stage.message(n, stage.connector.effects[0]) for n in range(1, count + 1)]
    receipts = stage.connect().send(messages)
    promise(all(receipt.ok for receipt in receipts), f"not sent: {receipts}")
    return messages


def _shipped(news: Iterable[Confirmation]) -> dict[str, Confirmation]:
    """By fulfilment; each with the number of its parcel."""
    found = {one.fulfilment_no: one for one in news if one.event == "shipped"}
    for one in found.values():
        numbers = [parcel.tracking_no for parcel in one.parcels]
        promise(len(numbers) == 1 and bool(numbers[0]), f"{one.fulfilment_no} left in {numbers}")
    return found


def _number(message: Message) -> str:
    return str(message.body["fulfilment_no"])


def _asked(stage: Stage) -> None:
    """What left is told when asked for, once for all; what has not, and what nobody knows, not."""
    messages = _handed_over(stage, 3)
    promise(not _shipped(stage.connect().inquire(messages)), "what is there has not left")
    stage.ship(messages[1])
    asked = [*messages, stage.message(50, stage.connector.effects[0])]
    told = stage.connect().inquire(asked)
    promise(set(_shipped(told)) == {_number(messages[1])}, f"one left, told is {told}")
    again = stage.connect().inquire(asked)
    promise([one.key for one in told] == [one.key for one in again], "the same has other keys")


def _asked_in_vain(stage: Stage) -> None:
    """When the warehouse cannot be asked, that is no news."""
    messages = _handed_over(stage, 1)
    for kind in NETWORK_FAULTS:
        if kind in stage.faults:
            stage.disturb(kind)
            raised(lambda: stage.connect().inquire(messages), TryLater)


class _News:
    """The engine's loop without a database: a page is kept together with its cursor."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.cursor: Any = None
        self.kept: dict[str, Confirmation] = {}

    def read(self) -> Iterator[int]:
        """Reads to the end, with a new connector for every page, patient with TryLater.

        Yields before each page, so that something may happen.
        """
        for page in range(_PATIENCE):
            yield page
            with contextlib.suppress(TryLater):
                found = self.stage.connect().confirmations(self.cursor, self.stage.clock.now())
                self.cursor = json.loads(json.dumps(found.cursor))
                self.kept |= {one.key: one for one in found.confirmations}
                if not found.more:
                    return
        promise(False, f"no end after {_PATIENCE} pages")

    def read_all(self) -> dict[str, Confirmation]:
        """What left, as far as it is told."""
        for _ in self.read():
            pass
        return _shipped(self.kept.values())


def _told(stage: Stage) -> None:
    """What left is told, once for all; what has not, not."""
    news = _News(stage)
    promise(not news.read_all(), "what is not there has left")
    stage.clock.advance(1000)
    messages = _handed_over(stage, 3)
    promise(not news.read_all(), "what is there has not left")
    for message in messages[1:]:
        stage.clock.advance(1000)
        stage.ship(message)
    stage.connect().confirmations(news.cursor, stage.clock.now())  # and nobody keeps the answer
    told, keys = set(news.read_all()), set(news.kept)
    promise(told == {_number(message) for message in messages[1:]}, f"two left, told is {told}")
    news.read_all()
    promise(set(news.kept) == keys, "the same has other keys")


def _none_missed(stage: Stage) -> None:
    """Goods leave while it is read, and the network has its ways: everything is told."""
    news = _News(stage)
    news.read_all()
    stage.clock.advance(1000)
    messages = _handed_over(stage, _MANY)
    waiting = list(messages)
    trouble = [kind for kind in NETWORK_FAULTS if kind in stage.faults]
    for message in [waiting.pop() for _ in range(_MANY // 2)]:
        stage.ship(message)
    for _ in news.read():
        stage.clock.advance(1000)
        for message in [waiting.pop() for _ in range(min(9, len(waiting)))]:
            stage.ship(message)
        if trouble:
            stage.disturb(trouble.pop())
    for message in waiting:
        stage.ship(message)
    missed = {_number(message) for message in messages} - set(news.read_all())
    promise(not missed, f"{len(missed)} of {_MANY} were not told, e.g. {sorted(missed)[:1]}")


WAREHOUSE_CHECKS = (
    Check("what_left_is_told", _told, _POLL),
    Check("no_parcel_is_missed_while_reading", _none_missed, _POLL),
    Check("a_silent_warehouse_tells_when_asked", _asked, _ASK),
    Check("asking_does_not_guess", _asked_in_vain, _ASK, frozenset({"dropped"})),
)
