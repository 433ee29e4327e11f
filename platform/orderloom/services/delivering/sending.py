"""Calling a receiver with messages, outside any transaction, whatever it does.

What may have arrived already is asked about first, where the receiver can be asked. A slow
receiver gets one message at a time, a quick one ever more; none is begun when the time is up.
One that joins messages gets as many as it takes, in one call.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

from sqlalchemy import Row

from orderloom.clock import Clock
from orderloom.connect import (
    PACED,
    Connector,
    ConnectorError,
    Message,
    Permanent,
    Receipt,
    TryLater,
)
from orderloom.services.connecting.connections import FAULTS

log = logging.getLogger(__name__)
BUDGET_MS = 20_000  # a job lives for a minute, and one call may take long
QUICK_MS = 1_000
MOST_AT_ONCE = 4
NOT_ATTEMPTED = "connect.not_attempted"
REFUSED_TOGETHER = "delivery.refused_together"

Letter = Row[Any]


@dataclass(frozen=True)
class Sent:
    """A message and what became of it; `doubtful`: it may have arrived all the same."""

    letter: Letter
    receipt: Receipt
    doubtful: bool
    took_ms: int = 0

    @property
    def attempted(self) -> bool:
        """False when its turn never came."""
        error = self.receipt.error
        return error is None or error.code not in (NOT_ATTEMPTED, PACED)

    @property
    def left_out(self) -> bool:
        """True when the time was up, or another message's failure stopped it."""
        error = self.receipt.error
        return error is not None and error.code == NOT_ATTEMPTED

    @property
    def concerns_all(self) -> ConnectorError | None:
        """The failure that every other message of the connection would meet, too."""
        error = self.receipt.error
        return None if isinstance(error, Permanent) and error.item else error


def send(connector: Connector, letters: Sequence[Letter], clock: Clock) -> list[Sent]:
    """One entry per letter, in order."""
    if connector.groups:
        return _send_joined(connector, letters)
    done: list[Sent] = []
    end, size = clock.now() + BUDGET_MS, 1
    most = min(MOST_AT_ONCE, connector.limits.send_batch)
    while len(done) < len(letters) and clock.now() < end:
        began = clock.now()
        part = _send_part(connector, letters[len(done) : len(done) + size])
        took = clock.now() - began
        done += [replace(item, took_ms=took // len(part)) for item in part]
        quick = took < QUICK_MS
        size = min(size * 2, most) if quick else 1
        if any(item.concerns_all for item in done):
            break
    return [*done, *map(_left_out, letters[len(done) :])]


def _send_joined(connector: Connector, letters: Sequence[Letter]) -> list[Sent]:
    """One call with as many letters as the receiver takes at once.

    Of letters refused together nobody knows which one was at fault: each is sent alone next time.
    """
    company = list(takewhile(lambda letter: not _must_go_alone(letter), letters))
    chosen = (company or letters)[: connector.limits.send_batch if company else 1]
    sent = map(_blameless, _send_part(connector, chosen))
    return [*sent, *map(_left_out, letters[len(chosen) :])]


def _must_go_alone(letter: Letter) -> bool:
    return letter.trouble is not None and letter.trouble["code"] == REFUSED_TOGETHER


def _blameless(item: Sent) -> Sent:
    error, together = item.receipt.error, item.receipt.detail.get("joined", 1) > 1
    if together and isinstance(error, Permanent) and error.item:
        return _again_alone(item)
    return item


def _again_alone(item: Sent) -> Sent:
    error = TryLater(REFUSED_TOGETHER, after_s=0)
    return replace(item, receipt=replace(item.receipt, error=error))


def _left_out(letter: Letter) -> Sent:
    receipt = Receipt(str(letter.id), ok=False, error=TryLater(NOT_ATTEMPTED))
    return Sent(letter, receipt, letter.doubtful)


def _send_part(connector: Connector, letters: Sequence[Letter]) -> list[Sent]:
    doubtful = [letter for letter in letters if letter.doubtful]
    known = _read_back(connector, doubtful)
    fresh = [letter for letter in letters if letter.id not in known]
    found = known | {item.letter.id: item for item in _call(connector, fresh)}
    return [found[letter.id] for letter in letters]


def _read_back(connector: Connector, letters: Sequence[Letter]) -> dict[int, Sent]:
    """What already arrived; a receiver that cannot be asked holds all of them back."""
    if not letters or connector.delivery != "readable":
        return {}
    try:
        receipts = connector.read_back([message(connector, letter) for letter in letters])
        pairs = list(zip(letters, receipts, strict=True))
    except ConnectorError as error:
        return {letter.id: _still_unknown(letter, error) for letter in letters}
    except FAULTS:
        log.exception("a connector broke down", extra={"connector": connector.key})
        return {letter.id: _broken(letter) for letter in letters}
    return {letter.id: Sent(letter, r, False) for letter, r in pairs if r is not None}


def _still_unknown(letter: Letter, error: ConnectorError) -> Sent:
    if isinstance(error, Permanent):
        error = TryLater(error.code, error.where, **error.params)
    return Sent(letter, Receipt(str(letter.id), ok=False, error=error), doubtful=True)


def _broken(letter: Letter) -> Sent:
    error = Permanent("delivery.connector_broke", item=True)
    return Sent(letter, Receipt(str(letter.id), ok=False, error=error), doubtful=True)


def _call(connector: Connector, letters: Sequence[Letter]) -> list[Sent]:
    if not letters:
        return []
    try:
        receipts = connector.send([message(connector, letter) for letter in letters])
        pairs = list(zip(letters, receipts, strict=True))
    except ConnectorError as error:
        return [_still_unknown(letter, error) for letter in letters]
    except FAULTS:
        log.exception("a connector broke down", extra={"connector": connector.key})
        return _one_by_one(connector, letters)
    # Who could be asked and knew nothing of it has not got it from an earlier try either.
    asked = connector.delivery == "readable"
    return [Sent(le, r, r.uncertain or (le.doubtful and not asked)) for le, r in pairs]


def _one_by_one(connector: Connector, letters: Sequence[Letter]) -> list[Sent]:
    """One of them is too much for the connector; the others shall not suffer for it."""
    if len(letters) == 1:
        return [_broken(letters[0])]
    if connector.groups:
        return [_again_alone(_broken(letter)) for letter in letters]
    known = _read_back(connector, letters)  # some may have left before it broke down
    fresh = [letter for letter in letters if letter.id not in known]
    alone = [item for letter in fresh for item in _call(connector, [letter])]
    found = known | {item.letter.id: item for item in alone}
    return [found[letter.id] for letter in letters]


def message(connector: Connector, letter: Letter) -> Message:
    """A stored message as its connector gets it."""
    # Which alert it is matters to people only: to a mailbox all of them are mail.
    effect = connector.effects[0] if letter.effect.startswith("alert.") else letter.effect
    return Message(str(letter.id), effect, letter.subject, letter.idempotency_key, letter.body)
