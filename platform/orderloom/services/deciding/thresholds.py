"""Totals per product or customer and period, and what follows when one is reached.

Every order line contributes an amount; when the order changes, so does its contribution, and the
difference goes into the total in the same transaction. A crossing is a row that can be written
once: it fires at most once per subject and period, however orders arrive, and never un-fires.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, tuple_

from orderloom.blueprint.installed import THRESHOLD_REACHED
from orderloom.blueprint.scope import Effect, Threshold
from orderloom.engine.canonical import in_refund
from orderloom.services.delivering.outbox import Outgoing
from orderloom.services.orders.batch import Batch
from orderloom.services.orders.orderbook import OrderState, Record
from orderloom.services.telling import alerting
from orderloom.store.bulk import insert_many, insert_new, update_many, upsert_many
from orderloom.store.db import Tx
from orderloom.store.tables import contribution, crossing, pool_member, sku, total

Key = tuple[str, str, str]  # threshold, subject, period


@dataclass(frozen=True)
class _Share:
    """What one line adds to one total."""

    key: Key
    line_id: int
    amount: int
    order_id: int


def apply(tx: Tx, batch: Batch, orders: Sequence[OrderState]) -> None:
    """Bring totals up to date with these orders, before the batch is written."""
    watched = {t.key: t for t in batch.bound.blueprint.thresholds}
    if not watched or not orders:
        return
    shares = [s for t in watched.values() for order in orders for s in _shares(t, order, batch)]
    deltas = _store(tx, batch, shares)
    caused_by = {share.key: share.order_id for share in shares}
    reached = _add(tx, batch, deltas, watched)
    for key, amount in _first_time(tx, batch, reached, caused_by).items():
        for effect in watched[key[0]].effects:
            _follow(tx, batch, watched[key[0]], effect, key, amount)


def _shares(threshold: Threshold, order: OrderState, batch: Batch) -> Iterator[_Share]:
    paid = order.canonical["payment_state"] == "paid"
    period = period_of(order.canonical["placed_at"], threshold.period, batch.zone)
    for line in order.lines.values():
        subject = _subject(threshold, order, line, batch.platform)
        if subject is not None:
            measured = _kept(line, threshold.measure) if paid else 0
            yield _Share((threshold.key, subject, period), line["id"], measured, order.id)


def _kept(line: Record, measure: str) -> int:
    """What is left of a line after what was refunded of it."""
    refunded = line["refund_state"] == "refunded"
    if measure == "quantity":
        return int(line["quantity"]) - (in_refund(line) if refunded else 0)
    share: int = line["paid_share"]
    back = line["refund_amount"]
    return max(share - (share if back is None else back), 0) if refunded else share


def _subject(threshold: Threshold, order: OrderState, line: Record, platform: str) -> str | None:
    """Who the total is about; None where the channel does not tell."""
    if threshold.subject == "sku":
        return f"sku:{line['sku_id']}" if line["sku_id"] else None
    customer = order.canonical["customer_ref"]
    if not customer or "customer_ref" in order.canonical["masked"]:
        return None
    return f"customer:{platform}:{customer}"


def period_of(at: int, period: str, zone: str) -> str:
    """The calendar period of an instant in the hub's zone."""
    if period == "ever":
        return period
    day = datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(zone))
    if period == "week":
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02d}"
    return day.strftime("%Y-%m" if period == "month" else "%Y-%m-%d")


def _store(tx: Tx, batch: Batch, shares: Sequence[_Share]) -> dict[Key, int]:
    """Write changed contributions; returns by how much each total changes."""
    known = _known(tx, shares)
    deltas: dict[Key, int] = defaultdict(int)
    rows = []
    for share in shares:
        old_key, old = known.get((share.key[0], share.line_id), (share.key, 0))
        if (old_key, old) == (share.key, share.amount):
            continue
        deltas[old_key] -= old
        deltas[share.key] += share.amount
        rows.append(_row(batch, share))
    upsert_many(tx, contribution, rows, ("threshold", "order_line_id"))
    return {key: delta for key, delta in sorted(deltas.items()) if delta}


def _known(tx: Tx, shares: Sequence[_Share]) -> dict[tuple[str, int], tuple[Key, int]]:
    query = select(contribution).where(
        contribution.c.order_line_id.in_(sorted({share.line_id for share in shares}))
    )
    return {
        (row.threshold, row.order_line_id): ((row.threshold, row.subject, row.period), row.amount)
        for row in tx.execute(query)
    }


def _row(batch: Batch, share: _Share) -> Record:
    threshold, subject, period = share.key
    return {
        "id": batch.ids.next(),
        "threshold": threshold,
        "order_line_id": share.line_id,
        "subject": subject,
        "period": period,
        "amount": share.amount,
    }


def _add(
    tx: Tx, batch: Batch, deltas: Mapping[Key, int], watched: Mapping[str, Threshold]
) -> dict[Key, int]:
    """Add to the totals, locked in one order; returns those that grew to what was waited for."""
    if not deltas:
        return {}
    fresh = [
        {"id": batch.ids.next(), "threshold": t, "subject": s, "period": p, "amount": 0}
        for t, s, p in deltas
    ]
    insert_new(tx, total, fresh, ("threshold", "subject", "period"))
    columns = (total.c.threshold, total.c.subject, total.c.period)
    query = select(total).where(tuple_(*columns).in_(list(deltas))).order_by(*columns)
    rows = tx.execute(query.with_for_update()).all()
    after = {(row.threshold, row.subject, row.period): (row.id, row.amount) for row in rows}
    new = {key: (id_, amount + deltas[key]) for key, (id_, amount) in after.items()}
    update_many(tx, total, [{"id": id_, "amount": amount} for id_, amount in new.values()])
    return {
        key: amount
        for key, (_, amount) in new.items()
        if deltas[key] > 0 and amount >= watched[key[0]].reaches
    }


def _first_time(
    tx: Tx, batch: Batch, reached: Mapping[Key, int], caused_by: Mapping[Key, int]
) -> dict[Key, int]:
    """Write crossings; returns those that were not there before."""
    if not reached:
        return {}
    columns = (crossing.c.threshold, crossing.c.subject, crossing.c.period)
    query = select(*columns).where(tuple_(*columns).in_(list(reached)))
    known = {tuple(row) for row in tx.execute(query)}
    # The totals' row locks, held until commit, keep two batches from both being first.
    new = {key: amount for key, amount in reached.items() if key not in known}
    rows = [
        {
            "id": batch.ids.next(),
            "threshold": key[0],
            "subject": key[1],
            "period": key[2],
            "amount": amount,
            "crossed_at": batch.now,
            "order_id": caused_by[key],
        }
        for key, amount in new.items()
    ]
    insert_many(tx, crossing, rows)
    return new


def _follow(
    tx: Tx, batch: Batch, threshold: Threshold, effect: Effect, key: Key, amount: int
) -> None:
    if effect.do == "pool":
        row = {
            "id": batch.ids.next(),
            "pool": effect.name,
            "subject": key[1],
            "since": batch.now,
        }
        insert_new(tx, pool_member, [row], ("pool", "subject"))
        return
    about = {
        "threshold": {"title": dict(threshold.title), "reaches": threshold.reaches},
        "subject": _named(tx, key[1]),
        "period": key[2],
        "amount": amount,
    }
    subject = f"threshold:{'/'.join(key)}"
    if effect.do == "notify":
        alerting.tell(batch, effect.name, about, subject)
        return
    body = {**about, "key": "/".join(key)}
    connection_id = batch.bound.connections[effect.name]
    batch.messages.append(
        Outgoing(connection_id, subject, THRESHOLD_REACHED, 1, body, batch.now, None)
    )


def _named(tx: Tx, subject: str) -> Record:
    """A subject as people know it."""
    kind, _, rest = subject.partition(":")
    if kind == "sku":
        row = tx.execute(select(sku).where(sku.c.id == int(rest))).one()
        return {"kind": kind, "code": row.code, "title": row.title}
    platform, _, customer = rest.partition(":")
    return {"kind": kind, "code": customer, "title": f"{platform} {customer}"}
