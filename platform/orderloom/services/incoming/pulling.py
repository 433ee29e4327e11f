"""Pulling an account: pages are landed together with the cursor that follows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select, update

from orderloom.connect import Connector, ConnectorError, Page, RawItem, Ref
from orderloom.services.connecting import breaker, connections
from orderloom.services.hub.work import Lease, finish, renew
from orderloom.services.incoming.intake import Landed, Refusal, land
from orderloom.store.among import among
from orderloom.store.db import Tx
from orderloom.store.tables import account, connection, inbox

TOGETHER, TOGETHER_MS = 500, 1_000  # pages land together up to so many orders, or so much time
SETTLED_MS = 4_000  # a second, and what two well-kept clocks may differ


@dataclass(frozen=True)
class Due:
    """An account to pull, as claimed."""

    id: int
    connection_id: int
    connector: str
    cursor: Any
    poll_seconds: int
    failures: int


def due(tx: Tx, account_id: int, now: int) -> Due | None:
    """The account, unless its connection is stopped."""
    row = tx.execute(
        select(account, connection.c.connector)
        .join(connection, connection.c.id == account.c.connection_id)
        .where(account.c.id == account_id, breaker.closed(now))
    ).first()
    if row is None:
        return None
    return Due(row.id, row.connection_id, row.connector, row.cursor, row.poll_seconds, row.failures)


def due_accounts(tx: Tx, now: int) -> Sequence[int]:
    """Accounts whose next pull is due."""
    query = (
        select(account.c.id)
        .join(connection, connection.c.id == account.c.connection_id)
        .where(account.c.next_pull_at <= now, breaker.closed(now))
        .order_by(account.c.next_pull_at)
    )
    return tx.execute(query).scalars().all()


def unseen(
    tx: Tx, account_id: int, refs: Sequence[Ref], in_hand: Iterable[PageRead] = ()
) -> list[Ref]:
    """Those refs whose version has not landed yet: the others need no detail call.

    `in_hand`: what was read and is about to land; neighbouring windows overlap.
    """
    if not refs:
        return []
    query = select(inbox.c.external_no, inbox.c.modified_at, inbox.c.received_at).where(
        inbox.c.account_id == account_id,
        among(inbox.c.external_no, (ref.external_no for ref in refs)),
    )
    known: dict[str, list[tuple[int, int]]] = {}
    for number, modified, received in tx.execute(query):
        known.setdefault(number, []).append((modified or 0, received))
    for read in in_hand:
        for item in read.details.items:
            known.setdefault(item.external_no, []).append((item.modified_ms or 0, read.began))
    return [ref for ref in refs if not _is_known(ref, known.get(ref.external_no, ()))]


def _is_known(ref: Ref, landed: Iterable[tuple[int, int]]) -> bool:
    """Whether a version as new has landed that was read when its second was over.

    Platforms tell times by the second: what is read at once may change again under the same time.
    """
    wanted = ref.modified_ms
    return wanted is not None and any(
        modified > wanted or (modified == wanted and received >= modified + SETTLED_MS)
        for modified, received in landed
    )


@dataclass
class Read:
    """What was read of a page; not `complete` when the time was up before all its details."""

    items: list[RawItem] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    complete: bool = True


@dataclass(frozen=True)
class PageRead:
    """A page and the details of its refs; `began`: no later than when any of it was true."""

    page: Page
    details: Read
    began: int
    took_ms: int


def enough(reads: Sequence[PageRead], now: int) -> bool:
    """Whether what was read shall land now: a transaction costs as much as some hundred rows."""
    items = sum(len(read.page.items) + len(read.details.items) for read in reads)
    return items >= TOGETHER or now - reads[0].began >= TOGETHER_MS


def joined(reads: Sequence[PageRead]) -> PageRead:
    """Pages that follow each other as one, its cursor that of the last complete one."""
    complete = [read for read in reads if read.details.complete]
    page = replace(
        (complete or reads)[-1].page, items=[i for read in reads for i in read.page.items]
    )
    details = Read(complete=bool(complete))
    for read in reads:
        details.items += read.details.items
        details.refusals += read.details.refusals
    return PageRead(page, details, reads[0].began, max(read.took_ms for read in reads))


def land_pages(tx: Tx, held: Lease, connector: type[Connector], read: PageRead, now: int) -> Landed:
    """Store what was read and move the cursor behind what is complete. The caller commits."""
    items = [*read.page.items, *read.details.items]
    refusals = read.details.refusals
    landed = land(tx, held.ref_id, connector, items, "pull", read.began, refusals)
    values = {"pulled_at": now, "failures": 0, "trouble": None}
    if read.details.complete:
        values["cursor"] = read.page.cursor
    tx.execute(update(account).where(account.c.id == held.ref_id).values(values))
    renew(tx, held, now)
    return landed


def done(tx: Tx, held: Lease, wait_ms: int, now: int) -> None:
    """The pull is over; the next one is due after `wait_ms`."""
    tx.execute(
        update(account).where(account.c.id == held.ref_id).values(next_pull_at=now + wait_ms)
    )
    finish(tx, held)


def failed(tx: Tx, held: Lease, due_: Due, error: ConnectorError, now: int) -> None:
    """Note the failure and when to try again: as asked for, or ever less often."""
    if connections.failed(tx, due_.connection_id, error, now):
        tx.execute(
            update(account)
            .where(account.c.id == held.ref_id)
            .values(failures=due_.failures + 1, trouble=connections.trouble(error))
        )
    done(tx, held, connections.wait_ms(error, due_.failures), now)
