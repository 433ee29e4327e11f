"""Sending the outbox: in order per subject, at least once, once in effect.

A message is marked `sending` and committed before the call, so that after a crash it is known
that it may have arrived; a readable receiver is then asked before anything is repeated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, exists, select, update

from orderloom.connect import AuthFailed, Connector, Message, Permanent, Receipt, TryLater
from orderloom.services import connections
from orderloom.services.exceptions import Raised, raise_all, resolve
from orderloom.services.work import Lease
from orderloom.store.bulk import update_many
from orderloom.store.db import Tx
from orderloom.store.tables import connection, lease, outbox

LANES = 50  # messages a job sends at most
MAX_ATTEMPTS = 12
FIRST_WAIT_MS = 2_000
LONGEST_WAIT_MS = 600_000

Letter = Row[Any]


@dataclass(frozen=True)
class Sent:
    """A message and what became of it."""

    letter: Letter
    receipt: Receipt


def _is_head(now: int) -> Any:
    """Due, and nothing earlier of its subject is still open (a dead one blocks its lane)."""
    earlier = outbox.alias("earlier")
    blocked = exists(
        select(earlier.c.id).where(
            earlier.c.connection_id == outbox.c.connection_id,
            earlier.c.subject == outbox.c.subject,
            earlier.c.id < outbox.c.id,
            earlier.c.state.in_(("waiting", "sending", "dead")),
        )
    )
    open_ = outbox.c.state.in_(("waiting", "sending"))
    return and_(open_, outbox.c.not_before <= now, ~blocked)


def due_connections(tx: Tx, now: int) -> Sequence[int]:
    """Connections with something to send whose lease is free."""
    query = (
        select(outbox.c.connection_id)
        .join(connection, connection.c.id == outbox.c.connection_id)
        .join(lease, and_(lease.c.ref_id == connection.c.id, lease.c.kind == "deliver"))
        .where(_is_head(now), connection.c.state == "ok", lease.c.lease_until <= now)
        .distinct()
    )
    return tx.execute(query).scalars().all()


def take(tx: Tx, held: Lease, now: int) -> Sequence[Letter]:
    """The heads of the connection's lanes, marked as being sent. Commit before calling."""
    query = (
        select(outbox)
        .where(outbox.c.connection_id == held.ref_id, _is_head(now))
        .order_by(outbox.c.id)
        .limit(LANES)
        .with_for_update(of=outbox)  # one that is just being taken back must not leave
    )
    letters = tx.execute(query).all()
    ids = [letter.id for letter in letters]
    if ids:
        # `letters` keep the doubt they were found with: true tells of a crash or a time-out.
        tx.execute(
            update(outbox)
            .where(outbox.c.id.in_(ids))
            .values(state="sending", attempts=outbox.c.attempts + 1, doubtful=True)
        )
    return letters


def send(connector: Connector, letters: Sequence[Letter]) -> list[Sent]:
    """Call the receiver, outside any transaction. One receipt per letter, whatever happens."""
    found: dict[int, Receipt] = {}
    doubtful = [letter for letter in letters if letter.doubtful]
    if doubtful and connector.delivery == "readable":
        found = _read_back(connector, doubtful)
    fresh = [letter for letter in letters if letter.id not in found]
    for start in range(0, len(fresh), connector.limits.send_batch):
        part = fresh[start : start + connector.limits.send_batch]
        receipts = connector.send([_message(letter) for letter in part])
        found |= {letter.id: receipt for letter, receipt in zip(part, receipts, strict=True)}
    return [Sent(letter, found[letter.id]) for letter in letters]


def _read_back(connector: Connector, letters: Sequence[Letter]) -> dict[int, Receipt]:
    """Receipts of what already arrived; a receiver that cannot be asked holds all of them back."""
    messages = [_message(letter) for letter in letters]
    try:
        receipts = connector.read_back(messages)
    except (TryLater, AuthFailed, Permanent) as error:
        return {
            letter.id: Receipt(str(letter.id), ok=False, error=_still_unknown(error))
            for letter in letters
        }
    pairs = zip(letters, receipts, strict=True)
    return {letter.id: receipt for letter, receipt in pairs if receipt is not None}


def _still_unknown(error: TryLater | AuthFailed | Permanent) -> TryLater | AuthFailed:
    if isinstance(error, AuthFailed):
        return error
    return TryLater(error.code, error.where, uncertain=True, **error.params)


def _message(letter: Letter) -> Message:
    return Message(
        str(letter.id), letter.effect, letter.subject, letter.idempotency_key, letter.body
    )


def record(tx: Tx, held: Lease, sent: Sequence[Sent], now: int) -> list[Sent]:
    """Write receipts; returns the final ones (sent or refused) for `receipts.follow`."""
    rows = [_outcome(item, now) for item in sent]
    update_many(tx, outbox, rows)
    _stop_on_auth(tx, held, sent, now)
    dead = [s for s, row in zip(sent, rows, strict=True) if row["state"] == "dead"]
    raise_all(tx, [_undeliverable(item) for item in dead], now)
    good = [s for s, row in zip(sent, rows, strict=True) if row["state"] == "sent"]
    resolve(tx, [f"outbox:{s.letter.id}" for s in good], now)
    return [*good, *dead]


def _outcome(item: Sent, now: int) -> dict[str, Any]:
    letter, receipt = item.letter, item.receipt
    values: dict[str, Any] = {
        "id": letter.id,
        "state": "sent",
        "doubtful": False,
        "not_before": letter.not_before,
        "trouble": None,
        "receipt": {"reference": receipt.reference, **receipt.detail},
        "sent_at": now,
    }
    error = receipt.error
    if receipt.ok or error is None:
        return values
    values |= {"trouble": connections.trouble(error), "receipt": None, "sent_at": None}
    values["doubtful"] = receipt.uncertain
    if isinstance(error, Permanent) or letter.attempts + 1 >= MAX_ATTEMPTS:
        return values | {"state": "dead"}
    return values | {"state": "waiting", "not_before": now + _wait(letter, error)}


def _wait(letter: Letter, error: Exception) -> int:
    if isinstance(error, TryLater) and error.after_s is not None:
        return int(error.after_s * 1000)
    wait: int = FIRST_WAIT_MS * 2 ** min(letter.attempts, 12)
    return min(wait, LONGEST_WAIT_MS)


def _stop_on_auth(tx: Tx, held: Lease, sent: Sequence[Sent], now: int) -> None:
    error = next((s.receipt.error for s in sent if isinstance(s.receipt.error, AuthFailed)), None)
    if error is not None:
        connections.mark_trouble(tx, held.ref_id, error, now)


def _undeliverable(item: Sent) -> Raised:
    letter, error = item.letter, item.receipt.error
    code = error.code if error else "delivery.failed"
    return Raised(
        "delivery",
        code,
        f"outbox:{letter.id}",
        f"{letter.effect}/{code}",
        {**(error.params if error else {}), "effect": letter.effect},
        order_id=letter.order_id,
        outbox_id=letter.id,
    )
