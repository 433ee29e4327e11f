"""The outbox: in order per subject, at least once, once in effect.

A message is marked `sending` and committed before the call (`sending.send`), so that after a crash
it is known that it may have arrived; a readable receiver is then asked before it is repeated.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, exists, select, update

from orderloom.connect import AuthFailed, Connector, ConnectorError, Permanent, TryLater
from orderloom.services.connecting import breaker, connections
from orderloom.services.delivering.sending import Letter, Sent
from orderloom.services.hub.exceptions import Raised, raise_all, resolve
from orderloom.services.hub.work import Lease
from orderloom.services.telling import directory
from orderloom.store.bulk import update_many
from orderloom.store.db import Tx
from orderloom.store.tables import connection, lease, outbox

LANES = 50  # messages taken at a time
MAX_ATTEMPTS = 40  # with the waits below: about five hours
FIRST_WAIT_MS = 2_000
LONGEST_WAIT_MS = 600_000
LONGEST_REST_MS = 60_000


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
    waiting = exists(
        select(outbox.c.id).where(outbox.c.connection_id == connection.c.id, _is_head(now))
    )
    query = (
        select(connection.c.id)
        .join(lease, and_(lease.c.ref_id == connection.c.id, lease.c.kind == "deliver"))
        .where(breaker.closed(now), lease.c.lease_until <= now, waiting)
    )
    return tx.execute(query).scalars().all()


def take(tx: Tx, held: Lease, now: int) -> Sequence[Letter]:
    """The heads of the connection's lanes, marked as being sent. Commit before calling."""
    usable = exists(
        select(connection.c.id).where(connection.c.id == held.ref_id, breaker.closed(now))
    )
    query = (
        select(outbox)
        .where(outbox.c.connection_id == held.ref_id, usable, _is_head(now))
        .order_by(outbox.c.not_before, outbox.c.id)
        .limit(LANES)
        .with_for_update(of=outbox)  # one that is just being taken back must not leave
    )
    letters = _awake(tx, tx.execute(query).all(), now)
    ids = [letter.id for letter in letters]
    if ids:
        # `letters` keep the doubt they were found with: true tells of a crash or a time-out.
        tx.execute(
            update(outbox)
            .where(outbox.c.id.in_(ids))
            .values(state="sending", attempts=outbox.c.attempts + 1, doubtful=True)
        )
    return letters


def _awake(tx: Tx, letters: Sequence[Letter], now: int) -> Sequence[Letter]:
    """Those that may leave now; messages to people in quiet hours are due when these end."""
    held = directory.held(tx, letters, now)
    update_many(tx, outbox, [{"id": id_, "not_before": end} for id_, end in held.items()])
    return [letter for letter in letters if letter.id not in held]


def record(tx: Tx, held: Lease, sent: Sequence[Sent], now: int) -> list[Sent]:
    """Write receipts; returns the final ones (sent or refused) for `receipts.follow`."""
    rows = [_outcome(item, now) for item in sent]
    update_many(tx, outbox, rows)
    trouble = _trouble(sent)
    if trouble is not None:
        connections.mark_trouble(tx, held.ref_id, trouble, now)
    _count(tx, held.ref_id, sent, now)
    dead = [s for s, row in zip(sent, rows, strict=True) if row["state"] == "dead"]
    raise_all(tx, [_undeliverable(item) for item in dead], now)
    good = [s for s, row in zip(sent, rows, strict=True) if row["state"] == "sent"]
    resolve(tx, [f"outbox:{s.letter.id}" for s in good], now)
    return [*good, *dead]


def _count(tx: Tx, connection_id: int, sent: Sequence[Sent], now: int) -> None:
    """Tell the breaker how the connection did."""
    tried = [item for item in sent if item.attempted]
    errors = [item.concerns_all for item in tried]
    failure = next((error for error in errors if error is not None), None)
    if failure is not None:
        breaker.failed(tx, connection_id, failure, now)
    elif tried:
        breaker.worked(tx, connection_id, max(item.took_ms for item in tried), now)


def _outcome(item: Sent, now: int) -> dict[str, Any]:
    letter, receipt, error = item.letter, item.receipt, item.receipt.error
    values: dict[str, Any] = {
        "id": letter.id,
        "state": "sent",
        "attempts": letter.attempts + 1,
        "doubtful": False,
        "not_before": letter.not_before,
        "trouble": None,
        "receipt": {"reference": receipt.reference, **receipt.detail},
        "sent_at": now,
    }
    if receipt.ok or error is None:
        return values
    values |= {"receipt": None, "sent_at": None, "doubtful": item.doubtful}
    if not item.attempted:
        return values | {"state": "waiting", "attempts": letter.attempts, "trouble": letter.trouble}
    values["trouble"] = connections.trouble(error)
    hopeless = isinstance(error, Permanent) and error.item
    if hopeless or letter.attempts + 1 >= MAX_ATTEMPTS:
        return values | {"state": "dead"}
    return values | {"state": "waiting", "not_before": now + _wait(item)}


def _wait(item: Sent) -> int:
    error = item.receipt.error
    if isinstance(error, TryLater) and error.after_s is not None:
        return int(error.after_s * 1000)
    wait: int = FIRST_WAIT_MS * 2 ** min(item.letter.attempts, 12)
    return min(wait, LONGEST_WAIT_MS)


def rest(connector: Connector, sent: Sequence[Sent]) -> int:
    """How long the connection had better not be used (ms).

    After a failure its other messages would fail alike; one that joins messages keeps its pace.
    """
    tried = [item for item in sent if not item.left_out]
    pace = int(1000 / connector.limits.per_second) if connector.groups and tried else 0
    return max([pace, *(_common_wait(item) for item in tried if item.concerns_all)])


def _common_wait(item: Sent) -> int:
    """What a failed message makes the others wait; the platform's own word counts for all."""
    error = item.receipt.error
    named = isinstance(error, TryLater) and error.after_s is not None
    return min(_wait(item), LONGEST_WAIT_MS if named else LONGEST_REST_MS)


def _trouble(sent: Sequence[Sent]) -> ConnectorError | None:
    """What a person must put right before anything can leave over this connection."""
    errors = [item.concerns_all for item in sent]
    return next((e for e in errors if isinstance(e, AuthFailed | Permanent)), None)


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
