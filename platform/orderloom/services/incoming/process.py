"""From inbox to orders: read, map, merge, settle, write. One transaction a batch."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, select, update

from orderloom.connect import Connector, ConnectorError, Normal
from orderloom.engine.canonical import LINE_FIELDS, Order
from orderloom.engine.mapping import Problem
from orderloom.engine.merge import merge
from orderloom.services.deciding import thresholds
from orderloom.services.goods import skus
from orderloom.services.hub.exceptions import Raised, raise_all
from orderloom.services.hub.work import Lease
from orderloom.services.incoming import superseded
from orderloom.services.orders import after_sales, own_fields
from orderloom.services.orders.batch import Batch
from orderloom.services.orders.orderbook import OrderState, Record, load
from orderloom.services.orders.settle import settle
from orderloom.services.publishing.runtime import Bound
from orderloom.store.bulk import update_many
from orderloom.store.db import Tx
from orderloom.store.planning import by_index
from orderloom.store.tables import inbox

log = logging.getLogger(__name__)
BATCH = 500


@dataclass(frozen=True)
class Mapped:
    """One inbox row, read and mapped."""

    row: Row[Any]
    normal: Normal
    order: Order

    @property
    def version(self) -> tuple[int, int]:
        """The platform's modified time, then the order of arrival."""
        return (self.row.modified_at or 0, self.row.id)


@dataclass(frozen=True)
class Refused:
    """One inbox row that could not be read or mapped, and why."""

    row: Row[Any]
    code: str
    params: dict[str, Any]
    problems: list[dict[str, Any]] = field(default_factory=list)

    @property
    def trouble(self) -> dict[str, Any]:
        """As stored with the row."""
        return {"code": self.code, "params": self.params, "problems": self.problems}


Read = Mapped | Refused


@dataclass
class Done:
    """What a batch came to."""

    orders: int = 0
    unchanged: int = 0
    failed: int = 0
    states: dict[str, list[int]] = field(default_factory=dict)  # inbox state -> ids


def waiting(tx: Tx, lane: Lease, now: int, limit: int = BATCH) -> Sequence[Row[Any]]:
    """The rows of a lane that are due, in order of arrival."""
    query = (
        select(inbox)
        .where(inbox.c.account_id == lane.ref_id, inbox.c.shard == lane.shard)
        .where(inbox.c.state == "waiting", inbox.c.not_before <= now)
        .order_by(inbox.c.id)
        .limit(limit)
    )
    return tx.execute(query).all()


def read(rows: Sequence[Row[Any]], connector: type[Connector], bound: Bound) -> list[Read]:
    """Map payloads, outside any transaction. A bad one carries its trouble; it blocks nobody."""
    return [_read(row, connector, bound) for row in rows]


def _read(row: Row[Any], connector: type[Connector], bound: Bound) -> Read:
    try:
        normal = connector.read(row.payload)
        order, problems = bound.mapping.apply(normal.body, normal.masked)
    except ConnectorError as error:
        return Refused(row, error.code, dict(error.params))
    except Exception:  # a fault of ours must not stop the other orders of the batch
        log.exception("reading an inbox row failed", extra={"inbox_id": row.id})
        return Refused(row, "intake.internal", {})
    if problems:
        return _refused(row, problems)
    order["parent_no"] = order["parent_no"] or normal.parent_no
    return Mapped(row, normal, order)


def _refused(row: Row[Any], problems: Sequence[Problem]) -> Refused:
    first = problems[0]
    return Refused(row, f"mapping.{first.reason}", first.params, [vars(p) for p in problems[:10]])


def write(tx: Tx, bound: Bound, reads: Sequence[Read], now: int, zone: str) -> Done:
    """Merge, settle and write one batch. The caller holds the lane's lease and commits."""
    by_index(tx)
    batch = Batch(tx, bound, now, zone, len(reads))
    done = Done(states={"done": [], "unchanged": [], "stale": []})
    good = [r for r in reads if isinstance(r, Mapped)]
    account_id = bound.account.id
    known = load(tx, account_id, sorted({r.row.external_no for r in good}))
    own_fields.recall(tx, bound.blueprint.own, known.values())
    touched: dict[str, OrderState] = {}
    for item in good:
        state = _merge_in(batch, known, item, done)
        if state is not None:
            touched[state.external_no] = state
    worked = list(touched.values())
    skus.resolve(tx, batch, account_id, worked)
    after_sales.follow(tx, batch, worked)
    # All that stock has no part in comes first: once stock is locked, other workers wait for it.
    _mark(tx, bound, known, reads, done)
    batch.resolved.extend(superseded.close(tx, account_id, _newest(good)))
    settle(tx, batch, worked)
    thresholds.apply(tx, batch, worked)
    batch.raised.extend(failures(reads))
    batch.flush(worked)
    done.orders = len(worked)
    return done


def _newest(good: Sequence[Mapped]) -> dict[str, tuple[int, int]]:
    """Of each order the newest version among these."""
    return {item.row.external_no: item.version for item in sorted(good, key=lambda g: g.version)}


def _merge_in(
    batch: Batch, known: dict[str, OrderState], item: Mapped, done: Done
) -> OrderState | None:
    """Put one payload into its order; None when it changes nothing."""
    row = item.row
    state = known.get(row.external_no)
    retried = row.attempts > 0
    if state is None:
        state = known[row.external_no] = _new_order(batch, item)
        state.note("created", inbox_id=str(row.id))
        outcome = "done"
    elif state.row["digest"] == item.normal.digest and not retried:
        done.states["unchanged"].append(row.id)
        return None
    else:
        outcome = _merge_known(state, item)
    state.inbox_ids.append(row.id)
    _sync_lines(batch, state)
    done.states[outcome].append(row.id)
    if retried:
        batch.resolved.append(f"inbox:{row.id}")
    return state


def _merge_known(state: OrderState, item: Mapped) -> str:
    """Returns what the payload came to: done (it changed something), unchanged or stale."""
    newer = item.version >= (state.row["version_modified"], state.row["version_seq"])
    before = state.canonical
    state.canonical = merge(before, item.order, newer=newer)
    changes = sorted(k for k, v in state.canonical.items() if before.get(k) != v)
    if newer:
        state.row["version_modified"], state.row["version_seq"] = item.version
        state.row["digest"] = item.normal.digest
        state.changed = True
    if not changes:
        return "unchanged" if newer else "stale"
    state.changed = True
    state.note("merged", inbox_id=str(item.row.id), fields=changes, newer=newer)
    return "done"


def _new_order(batch: Batch, item: Mapped) -> OrderState:
    modified, seq = item.version
    id_ = batch.ids.next()
    row: Record = {
        "id": id_,
        "account_id": item.row.account_id,
        "platform": batch.platform,
        "external_no": item.row.external_no,
        "version_modified": modified,
        "version_seq": seq,
        "digest": item.normal.digest,
        "acted": None,
        "revision": 1,
        "touched_by_hand": False,
        "created_at": batch.now,
        "updated_at": batch.now,
    }
    return OrderState(id_, item.row.account_id, item.row.external_no, item.order, row, is_new=True)


_LINE_COLUMNS = tuple(field.name for field in LINE_FIELDS)


def _sync_lines(batch: Batch, state: OrderState) -> None:
    """Line rows follow the canonical lines; a line the platform dropped stays, empty."""
    present = set()
    for number, line in enumerate(state.canonical["lines"], 1):
        key = line["external_line_no"]
        present.add(key)
        values = {name: line.get(name) for name in _LINE_COLUMNS}
        row = state.lines.get(key)
        if row is None:
            row = {"id": batch.ids.next(), "order_id": state.id, "line_no": number}
            state.lines[key] = row | {"sku_id": None, "parts": None} | values
            state.new_lines.append(state.lines[key])
        elif any(row[name] != value for name, value in values.items()):
            state.change_line(row, values | _unlinked(row, values))
    for key, row in state.lines.items():
        if key not in present and row["quantity"]:
            state.change_line(row, {"quantity": 0})


def _unlinked(row: Record, values: Record) -> Record:
    """A line that names another product now must be linked anew, whatever is out for it."""
    same = skus.names_of(row) == skus.names_of(values)
    return {} if same else {"sku_id": None, "parts": None}


def _mark(
    tx: Tx, bound: Bound, known: dict[str, OrderState], reads: Sequence[Read], done: Done
) -> None:
    """Write what became of each inbox row."""
    outcome = {id_: state for state, ids in done.states.items() for id_ in ids}
    rows = [
        {
            "id": r.row.id,
            "state": outcome.get(r.row.id, "failed"),
            "trouble": r.trouble if isinstance(r, Refused) else None,
            "plan_hash": bound.plan_hash,
            "order_id": known[r.row.external_no].id if isinstance(r, Mapped) else None,
        }
        for r in reads
    ]
    update_many(tx, inbox, rows)
    done.failed = sum(isinstance(r, Refused) for r in reads)
    done.unchanged = len(done.states["unchanged"])


def failures(reads: Sequence[Read]) -> list[Raised]:
    """The exceptions of the rows that could not be read or mapped."""
    return [
        Raised(
            "mapping",
            r.code,
            f"inbox:{r.row.id}",
            f"{r.code}/{r.params.get('field', '')}/{r.row.account_id}",
            {**r.params, "external_no": r.row.external_no},
            account_id=r.row.account_id,
            inbox_id=r.row.id,
        )
        for r in reads
        if isinstance(r, Refused)
    ]


def fail(tx: Tx, row: Row[Any], code: str, now: int) -> None:
    """Set one row aside that the database itself would not take."""
    refused = Refused(row, code, {})
    tx.execute(
        update(inbox).where(inbox.c.id == row.id).values(state="failed", trouble=refused.trouble)
    )
    raise_all(tx, failures([refused]), now)
