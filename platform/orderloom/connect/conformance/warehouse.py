"""What a warehouse promises: that goods left is learnt, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import TryLater
from ..model import Confirmation, Message
from .stage import NETWORK_FAULTS, Check, Stage, promise, raised

_ASK = frozenset({"send", "inquire"})


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


WAREHOUSE_CHECKS = (
    Check("a_silent_warehouse_tells_when_asked", _asked, _ASK),
    Check("asking_does_not_guess", _asked_in_vain, _ASK, frozenset({"dropped"})),
)
