"""Files of orders that people brought: from upload to report, one state after the other.

uploaded -> waiting -> running -> done | failed | stopped; what failed or was stopped goes on from
where it was. `jobs.taking_in` does the work, batch by batch, under a lease.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, func, select, update

from orderloom.errors import Conflict, InputError, LeaseLost, NotFound
from orderloom.services.files.file_import import Failure, Outcome, Report
from orderloom.services.hub import work
from orderloom.services.users.people import User
from orderloom.store.among import among
from orderloom.store.bulk import insert_many
from orderloom.store.db import Tx
from orderloom.store.ids import reserve
from orderloom.store.queries.people import add_audit
from orderloom.store.tables import account, file_import, import_failure

KIND = "take_in"  # of the lease, and of the call that wakes a worker
GOES_ON = ("waiting", "running")
ENDED = ("done", "failed", "stopped")
MOST_ATTEMPTS = 20  # without a record dealt with
MOST_FAILURES = 100_000  # remembered one by one; all are counted
KEEP_MS = 30 * 86_400_000
NEVER_STARTED_MS = 86_400_000


@dataclass(frozen=True)
class Task:
    """What a worker has in its hands. `pending`: places of records that landed as new before."""

    id: int
    account_id: int
    name: str
    records: int | None
    position: int
    spool_at: int
    pending: tuple[int, ...]


def add(tx: Tx, id_: int, account_id: int, name: str, size: int, user: User, now: int) -> None:
    """Remember a file that is on disk."""
    tx.execute(
        file_import.insert().values(
            id=id_,
            account_id=account_id,
            name=name,
            size=size,
            created_at=now,
            created_by=user.login,
            counts=Report().counts,
        )
    )
    work.ensure(tx, KIND, id_)


def get(tx: Tx, import_id: int) -> Row[Any]:
    """An import with the title of its shop; raises NotFound."""
    found = tx.execute(_listed().where(file_import.c.id == import_id)).first()
    if found is None:
        raise NotFound("imports.not_found", str(import_id))
    return found


def newest(tx: Tx, before: int | None, limit: int) -> Sequence[Row[Any]]:
    """The history, newest first; `before`: an id to go on from."""
    query = _listed().order_by(file_import.c.id.desc()).limit(limit)
    return tx.execute(query if before is None else query.where(file_import.c.id < before)).all()


def _listed() -> Any:
    joined = select(file_import, account.c.title.label("account_title"), account.c.platform)
    return joined.join(account, account.c.id == file_import.c.account_id)


def start(tx: Tx, import_id: int, user: User, now: int) -> None:
    """Let the workers take it up, or go on with it; raises Conflict where it is under way."""
    row = get(tx, import_id)
    if not row.kept:
        raise Conflict("imports.file_gone", str(import_id))
    values = {"state": "waiting", "started_at": now, "ended_at": None, "attempts": 0}
    changed = tx.execute(
        update(file_import)
        .where(file_import.c.id == import_id)
        .where(file_import.c.state.in_(("uploaded", "failed", "stopped")))
        .values(**values, trouble=None)
    )
    if changed.rowcount != 1:
        raise Conflict("imports.started", str(import_id))
    add_audit(tx, now, user.login, "import.start", str(import_id), {"file": row.name})


def stop(tx: Tx, import_id: int, user: User, now: int) -> None:
    """No further record is taken in; what is in stays. Raises Conflict where nothing goes on."""
    get(tx, import_id)
    changed = tx.execute(
        update(file_import)
        .where(file_import.c.id == import_id, file_import.c.state.in_(GOES_ON))
        .values(state="stopped", ended_at=now)
    )
    if changed.rowcount != 1:
        raise Conflict("imports.not_running", str(import_id))
    add_audit(tx, now, user.login, "import.stop", str(import_id), {})


def discard(tx: Tx, import_id: int) -> None:
    """Forget a file that was never started; raises Conflict for any other."""
    get(tx, import_id)
    where = (file_import.c.id == import_id, file_import.c.state == "uploaded")
    if tx.execute(delete(file_import).where(*where)).rowcount != 1:
        raise Conflict("imports.started", str(import_id))


# -- the worker's side -----------------------------------------------------------------------------


def due(tx: Tx, now: int) -> Sequence[int]:
    """Imports that go on and that no worker has in its hands."""
    query = select(file_import.c.id).where(file_import.c.state.in_(GOES_ON))
    found = tx.execute(query.order_by(file_import.c.id)).scalars().all()
    return work.free(tx, KIND, found, now) if found else []


def take(tx: Tx, held: work.Lease, now: int) -> Task | None:
    """The work of a lease; None when there is nothing to do any more."""
    row = tx.execute(
        update(file_import)
        .where(file_import.c.id == held.ref_id, file_import.c.state.in_(GOES_ON))
        .values(state="running", attempts=file_import.c.attempts + 1)
        .returning(file_import)
    ).first()
    if row is None:
        return None
    if row.attempts > MOST_ATTEMPTS:
        fail(tx, held, row.name, InputError("imports.gave_up"), now)
        return None
    pending = tuple(row.pending or ())
    return Task(row.id, row.account_id, row.name, row.records, row.position, row.spool_at, pending)


def reads(tx: Tx, held: work.Lease, read: int, now: int) -> None:
    """So many bytes of the file have been read. Raises LeaseLost when it was stopped."""
    _set(tx, held, read=read)
    work.renew(tx, held, now)


def was_read(
    tx: Tx, held: work.Lease, records: int, encoding: str, own: Sequence[str], now: int
) -> None:
    """The file has been read to its end; from now on its records are landed."""
    _set(tx, held, records=records, encoding=encoding, own=list(own))
    work.renew(tx, held, now)


def landing(tx: Tx, import_id: int, fresh: Sequence[int]) -> None:
    """Part of the transaction that lands a batch: which of its records were new.

    Whoever takes over after a crash finds all of them landed and could not tell.
    """
    tx.execute(update(file_import).where(file_import.c.id == import_id).values(pending=list(fresh)))


def note(
    tx: Tx,
    held: work.Lease,
    told: Iterable[tuple[Outcome, Failure | None]],
    spool_at: int,
    now: int,
) -> None:
    """A batch is dealt with: count it, remember its failures, and move on. Raises LeaseLost."""
    query = select(file_import.c.counts, file_import.c.position)
    row = tx.execute(query.where(file_import.c.id == held.ref_id).with_for_update()).one()
    counts, failures = dict(row.counts), []
    before = counts["failed"]
    for outcome, failure in told:
        counts[outcome] += 1
        if failure is not None:
            failures.append(failure)
    _remember(tx, held.ref_id, failures[: max(MOST_FAILURES - before, 0)])
    values = {"position": sum(counts.values()), "spool_at": spool_at}
    _set(tx, held, counts=counts, **values, pending=None, attempts=0)
    work.renew(tx, held, now)


def _remember(tx: Tx, import_id: int, failures: Sequence[Failure]) -> None:
    rows = [
        {
            "id": new,
            "import_id": import_id,
            "place": failure.place,
            "is_row": failure.is_row,
            "external_no": failure.external_no,
            "code": failure.code,
            "params": failure.params,
        }
        for new, failure in zip(reserve(tx, len(failures)), failures, strict=True)
    ]
    insert_many(tx, import_failure, rows)


def finish(tx: Tx, held: work.Lease, now: int) -> None:
    """All records are dealt with."""
    _set(tx, held, state="done", ended_at=now, pending=None)
    work.finish(tx, held)


def fail(tx: Tx, held: work.Lease, name: str, error: InputError, now: int) -> None:
    """The file as a whole cannot be read, or nothing helps. People know it by its `name`."""
    trouble = {"code": error.code, "params": {**error.params, "where": name}}
    _set(tx, held, state="failed", ended_at=now, trouble=trouble)
    work.finish(tx, held)


def _set(tx: Tx, held: work.Lease, **values: Any) -> None:
    """Raises LeaseLost for one that was stopped meanwhile: what is in stays, no more goes in."""
    where = (file_import.c.id == held.ref_id, file_import.c.state == "running")
    if tx.execute(update(file_import).where(*where).values(**values)).rowcount != 1:
        raise LeaseLost("imports.stopped", str(held.ref_id))


# -- what is left of it ----------------------------------------------------------------------------


def failures(
    tx: Tx, import_id: int, after: int | None, limit: int
) -> tuple[Sequence[Row[Any]], int]:
    """A page of failures, and how many are remembered; `after`: an id to go on from."""
    where = import_failure.c.import_id == import_id
    query = select(import_failure).where(where).order_by(import_failure.c.id).limit(limit)
    rows = tx.execute(query if after is None else query.where(import_failure.c.id > after)).all()
    count = tx.execute(select(func.count()).select_from(import_failure).where(where)).scalar_one()
    return rows, count


def failed_places(tx: Tx, import_id: int) -> dict[int, tuple[str, dict[str, Any]]]:
    """Place of each failure remembered -> code and parameters."""
    columns = (import_failure.c.place, import_failure.c.code, import_failure.c.params)
    query = select(*columns).where(import_failure.c.import_id == import_id)
    return {row.place: (row.code, row.params) for row in tx.execute(query)}


def outdated(tx: Tx, now: int) -> Sequence[Row[Any, Any]]:
    """Imports whose files may go, oldest first: ended long ago, or never started."""
    ended = file_import.c.state.in_(ENDED) & (file_import.c.ended_at < now - KEEP_MS)
    never = (file_import.c.state == "uploaded") & (
        file_import.c.created_at < now - NEVER_STARTED_MS
    )
    query = select(file_import.c.id, file_import.c.state).where(file_import.c.kept)
    return tx.execute(query.where(ended | never).order_by(file_import.c.id)).all()


def ended_and_kept(tx: Tx) -> Sequence[int]:
    """Imports that have ended and whose files are still there, oldest first."""
    query = select(file_import.c.id).where(file_import.c.kept, file_import.c.state.in_(ENDED))
    return tx.execute(query.order_by(file_import.c.ended_at)).scalars().all()


def let_go(tx: Tx, import_ids: Sequence[int]) -> None:
    """The files are gone, and with them the failures one by one; the counts stay."""
    tx.execute(delete(import_failure).where(among(import_failure.c.import_id, import_ids)))
    tx.execute(update(file_import).where(among(file_import.c.id, import_ids)).values(kept=False))
