"""What a receiver of messages promises: one receipt each, and nothing twice."""

from __future__ import annotations

from ..errors import Permanent, TryLater
from ..model import Delivery, Message, Receipt
from .stage import NETWORK_FAULTS, Check, Stage, promise

_SEND = frozenset({"send"})
_READ = frozenset({"send", "read_back"})
_IDEMPOTENT: frozenset[Delivery] = frozenset({"idempotent"})
_ONCE: frozenset[Delivery] = frozenset({"idempotent", "readable"})


def _messages(stage: Stage, count: int) -> list[Message]:
    effect = stage.connector.effects[0]
    return [stage.message(number, effect) for number in range(1, count + 1)]


def _in_order(stage: Stage, messages: list[Message], receipts: list[Receipt]) -> None:
    got, expected = [r.message_id for r in receipts], [m.id for m in messages]
    promise(got == expected, f"receipts {got} for messages {expected}")
    for receipt in receipts:
        promise(receipt.ok == (receipt.error is None), "a receipt is either ok or has an error")


def _sends(stage: Stage) -> None:
    messages = _messages(stage, 3)
    receipts = stage.connect().send(messages)
    _in_order(stage, messages, receipts)
    promise(all(receipt.ok for receipt in receipts), f"not sent: {receipts}")
    promise(stage.effects() == [m.idempotency_key for m in messages], "effects differ")


def _nothing(stage: Stage) -> None:
    promise(stage.connect().send([]) == [], "no messages, no receipts")


def _bad_one(stage: Stage) -> None:
    good = _messages(stage, 2)
    messages = [good[0], stage.bad_message(), good[1]]
    receipts = stage.connect().send(messages)
    _in_order(stage, messages, receipts)
    error = receipts[1].error
    refused = isinstance(error, Permanent) and error.item
    promise(refused, f"a bad message is Permanent for itself only, not {error!r}")
    promise(receipts[0].ok and receipts[2].ok, "a bad message stops its neighbours")


def _account_trouble(stage: Stage) -> None:
    """After a failure that concerns everybody, the rest is not even tried."""
    messages = _messages(stage, 3)
    stage.disturb("dropped")
    receipts = stage.connect().send(messages)
    _in_order(stage, messages, receipts)
    promise(all(isinstance(r.error, TryLater) for r in receipts), "trouble is TryLater for all")
    untried = [] if stage.connector.groups else receipts[1:]  # one call carried all of them
    promise(not any(r.uncertain for r in untried), "what was not tried is not uncertain")
    promise(stage.effects() == [], "nothing was carried out")


def _answer_lost(stage: Stage) -> None:
    """Carried out, but the answer got lost: the receipt says so, reading back finds it."""
    effect = stage.connector.effects[0]
    kinds = [kind for kind in NETWORK_FAULTS if kind in stage.faults]
    for number, kind in enumerate(kinds, 1):
        message = stage.message(number, effect)
        stage.disturb(kind, effect_first=True)
        receipt = stage.connect().send([message])[0]
        promise(receipt.uncertain, f"{kind}: the effect may have happened, the receipt denies it")
        found = stage.connect().read_back([message])
        promise(len(found) == 1 and found[0] is not None, f"{kind}: read_back does not find it")
        promise(found[0] is not None and found[0].ok, f"{kind}: read_back says it failed")
        promise(found[0] is not None and found[0].message_id == message.id, "of another message")
        promise(len(stage.effects()) == number, f"{kind}: not exactly once")


def _never_arrived(stage: Stage) -> None:
    message = _messages(stage, 1)[0]
    stage.disturb("dropped")
    stage.connect().send([message])
    promise(stage.connect().read_back([message]) == [None], "read_back invents what never came")
    promise(stage.connect().send([message])[0].ok, "the second attempt fails")
    promise(len(stage.effects()) == 1, "not exactly once")


def _repeated(stage: Stage) -> None:
    """Carried out, but the answer got lost: sent again under the same key it counts once."""
    effect = stage.connector.effects[0]
    kinds = [kind for kind in NETWORK_FAULTS if kind in stage.faults]
    for number, kind in enumerate(kinds, 1):
        message = stage.message(number, effect)
        stage.disturb(kind, effect_first=True)
        receipt = stage.connect().send([message])[0]
        promise(receipt.uncertain, f"{kind}: the effect may have happened, the receipt denies it")
        again = [stage.connect().send([message])[0] for _ in range(2)]
        promise(all(one.ok for one in again), f"{kind}: the same message again is refused")
        promise(again[0] == again[1], f"{kind}: the same message again gets another answer")
        promise(len(stage.effects()) == number, f"{kind}: not exactly once")


def _twice(stage: Stage) -> None:
    messages = _messages(stage, 2)
    first, second = stage.connect().send(messages), stage.connect().send(messages)
    promise(all(receipt.ok for receipt in (*first, *second)), "sent twice must read as sent")
    promise(len(stage.effects()) == 2, "sent twice took effect twice")


def _asked_in_vain(stage: Stage) -> None:
    """When the receiver cannot be asked, reading back must not say "never arrived"."""
    message = _messages(stage, 1)[0]
    stage.connect().send([message])
    for kind in NETWORK_FAULTS:
        if kind in stage.faults:
            stage.disturb(kind)
            try:
                answer = stage.connect().read_back([message])
            except TryLater:
                continue
            promise(False, f"{kind}: read_back answers {answer} although nobody could be asked")


def _joined(stage: Stage) -> None:
    """Several messages in one call, as many as fit; the rest is left for the next."""
    messages = _messages(stage, stage.connector.limits.send_batch)
    receipts = stage.connect().send(messages)
    _in_order(stage, messages, receipts)
    promise(stage.calls() == 1, f"{stage.calls()} calls for one `send`")
    taken = sum(receipt.ok for receipt in receipts)
    promise(taken > 1, "nothing is joined")
    left = [receipt.error for receipt in receipts[taken:]]
    waits = all(e is not None and e.code == "connect.not_attempted" for e in left)
    promise(waits, "what did not fit is not attempted, and none goes before it")
    sent = [message.idempotency_key for message in messages[:taken]]
    promise(stage.effects() == sent, "what was sent differs from the receipts")


SENDER_CHECKS = (
    Check("one_receipt_per_message", _sends, _SEND),
    Check("no_messages_no_receipts", _nothing, _SEND),
    Check("a_bad_message_stands_alone", _bad_one, _SEND),
    Check("messages_are_joined", _joined, _SEND, groups=True),
    Check("account_trouble_stops_the_rest", _account_trouble, _SEND, frozenset({"dropped"})),
    Check("a_lost_answer_is_found_by_reading_back", _answer_lost, _READ, frozenset({"dropped"})),
    Check("what_never_arrived_is_not_found", _never_arrived, _READ, frozenset({"dropped"})),
    Check(
        "a_lost_answer_may_be_repeated",
        _repeated,
        _SEND,
        frozenset({"dropped"}),
        classes=_IDEMPOTENT,
    ),
    Check("the_same_message_twice_is_one_effect", _twice, _SEND, classes=_ONCE),
    Check("reading_back_does_not_guess", _asked_in_vain, _READ, frozenset({"dropped"})),
)
