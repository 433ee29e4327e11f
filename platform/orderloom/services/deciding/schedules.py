"""When scheduled rule lists run next, and how far the present run of each is.

A run is for one moment. It begins when the moment has come, goes part by part, and the cursor moves
in the transaction that does a part: after a crash it goes on, and nothing is done twice. Moments
that were missed while nobody worked are made up for by one run, for the last of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import delete, or_, select, update

from orderloom.blueprint.plan import Plan
from orderloom.blueprint.triggers import Triggered
from orderloom.engine.rules import RuleList
from orderloom.engine.schedule import read_schedule
from orderloom.errors import LeaseLost
from orderloom.services.publishing.runtime import PlanCache, Wired, wired
from orderloom.store.bulk import insert_many
from orderloom.store.db import Tx
from orderloom.store.ids import reserve
from orderloom.store.queries import AnyRow
from orderloom.store.tables import blueprint, rule_schedule

_C = rule_schedule.c


@dataclass(frozen=True)
class Run:
    """A run of a list for one moment; `cursor`: the last id it has looked at."""

    id: int
    blueprint_id: int
    bound: Wired
    triggered: Triggered
    moment: int
    cursor: int

    @property
    def rules(self) -> RuleList:
        """The list, as what it does is done once for this moment."""
        return replace(self.triggered.rules, moment=self.moment)


def follow(tx: Tx, plan: Plan, now: int) -> None:
    """Have a row for each scheduled list of a plan that goes live, and no others."""
    ids = {row.key: row.id for row in tx.execute(select(blueprint.c.key, blueprint.c.id))}
    wanted = {
        (ids[compiled.key], list_id): one.timing
        for compiled in plan.blueprints.values()
        for list_id, one in compiled.triggered.items()
        if one.on == "schedule"
    }
    for row in tx.execute(select(rule_schedule)).all():
        timing = wanted.pop((row.blueprint_id, row.list_id), None)
        mine = _C.id == row.id
        if timing is None:
            tx.execute(delete(rule_schedule).where(mine))
        elif timing != row.timing:
            changed = {"timing": timing, "since": now, "next_at": None}
            tx.execute(update(rule_schedule).where(mine).values(changed))
    fresh = zip(reserve(tx, len(wanted)), wanted.items(), strict=True)
    rows = [
        {"id": new, "blueprint_id": key[0], "list_id": key[1], "timing": timing, "since": now}
        for new, (key, timing) in fresh
    ]
    insert_many(tx, rule_schedule, rows)


def due(tx: Tx, now: int) -> Sequence[int]:
    """Lists whose moment has come, whose run is not done, or whose moment is not worked out."""
    ready = or_(_C.next_at.is_(None), _C.next_at <= now, _C.moment.is_not(None))
    return tx.execute(select(_C.id).where(ready).order_by(_C.id)).scalars().all()


def of_blueprint(tx: Tx, key: str) -> list[dict[str, object]]:
    """When each scheduled list of a blueprint runs next, and how its last run went."""
    query = (
        select(rule_schedule)
        .join(blueprint, blueprint.c.id == _C.blueprint_id)
        .where(blueprint.c.key == key)
        .order_by(_C.id)
    )
    rows = tx.execute(query).mappings()
    return [{**row, "running": row["moment"] is not None} for row in rows]


def begin(tx: Tx, plans: PlanCache, schedule_id: int, now: int, zone: str) -> Run | None:
    """The present run of a list, begun if its moment has come; None while there is nothing to do.

    `zone`: the hub's, for schedules without one of their own.
    """
    row = tx.execute(select(rule_schedule).where(_C.id == schedule_id).with_for_update()).first()
    bound = wired(tx, plans, row.blueprint_id) if row else None
    triggered = bound.blueprint.triggered.get(row.list_id) if bound and row else None
    if row is None or bound is None or triggered is None:
        return None
    moment, cursor = row.moment, row.cursor
    if moment is None:
        moment, cursor = _begun(tx, row, now, row.timing["zone"] or zone), 0
    return Run(row.id, row.blueprint_id, bound, triggered, moment, cursor) if moment else None


def _begun(tx: Tx, row: AnyRow, now: int, zone: str) -> int | None:
    """Begin the run whose moment has come, and work out the next moment."""
    schedule = read_schedule(row.timing["schedule"])
    at = schedule.next_after(row.since, zone) if row.next_at is None else row.next_at
    values = {"next_at": at}
    moment = None
    if at is not None and at <= now:
        moment = schedule.last_until(now, zone) or at
        values = {"next_at": schedule.next_after(now, zone), "moment": moment, "cursor": 0}
        values |= {"looked_at": 0, "did": 0, "missed_since": at if at < moment else None}
    tx.execute(update(rule_schedule).where(_C.id == row.id).values(values))
    return moment


def move(tx: Tx, run: Run, cursor: int, looked_at: int) -> Run:
    """Take a part, up to the id `cursor`, in the transaction that works on it.

    Raises LeaseLost if somebody else has it: nothing of this may commit then.
    """
    _guarded(tx, run, {"cursor": cursor, "looked_at": _C.looked_at + looked_at})
    return replace(run, cursor=cursor)


def count(tx: Tx, run: Run, did: int) -> None:
    """Note for how many of a part something was done."""
    if did:
        tx.execute(update(rule_schedule).where(_C.id == run.id).values(did=_C.did + did))


def finish(tx: Tx, run: Run, now: int) -> None:
    """Note that a run has looked at everything; raises LeaseLost like `move`."""
    _guarded(tx, run, {"moment": None, "last_moment": run.moment, "ended_at": now})


def _guarded(tx: Tx, run: Run, values: dict[str, object]) -> None:
    mine = (_C.id == run.id) & (_C.moment == run.moment) & (_C.cursor == run.cursor)
    if tx.execute(update(rule_schedule).where(mine).values(values)).rowcount != 1:
        raise LeaseLost("work.lease_lost", f"schedule/{run.id}")
