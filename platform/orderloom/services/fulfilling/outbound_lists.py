"""Outbound lists: made once for each hand-over moment and when asked for, then never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from orderloom.errors import NotFound
from orderloom.services.delivering.outbox import last_hand_over
from orderloom.services.fulfilling.outbound_content import Content, contents
from orderloom.services.publishing.runtime import PlanCache, live_hash
from orderloom.services.users.people import User
from orderloom.store.bulk import insert_many, insert_new
from orderloom.store.db import Tx
from orderloom.store.ids import reserve
from orderloom.store.queries import hub
from orderloom.store.queries import outbound as rows
from orderloom.store.queries.people import add_audit
from orderloom.store.tables import outbound_entry, outbound_list

KIND = "list_outbound"
HUB = "hub"  # who made a list nobody asked for
# What was decided just before a hand-over moment may be written just after it.
PATIENCE_MS = 30_000
# What was decided on even later, or freed again, is on the next list; nothing older is looked for.
LOOK_BACK_MS = 7 * 86_400_000
_SLICE = 500


@dataclass(frozen=True)
class Slot:
    """A hand-over moment of a warehouse that has passed and has no list yet."""

    warehouse_id: int
    at: int


@dataclass(frozen=True)
class _Window:
    day: str
    since: int
    until: int


def due(tx: Tx, plans: PlanCache, now: int, zone: str) -> list[Slot]:
    """The last hand-over moment of each warehouse, where it has no list yet."""
    settled, created = now - PATIENCE_MS, {row.id: row.created_at for row in hub.warehouses(tx)}
    found = []
    for warehouse_id, schedules in _schedules(tx, plans).items():
        at = max(last_hand_over(schedule, settled, zone) for schedule in schedules)
        last = rows.slots(tx, warehouse_id).last
        if created[warehouse_id] <= at and (last is None or last < at):
            found.append(Slot(warehouse_id, at))
    return found


def _schedules(tx: Tx, plans: PlanCache) -> dict[int, list[Any]]:
    """When the live plan hands over to each warehouse."""
    live, found = live_hash(tx), dict[int, list[Any]]()
    if live is None:
        return found
    blueprints = plans.get(tx, live).blueprints
    for row in hub.bindings(tx):
        if row.kind == "warehouse" and row.key in blueprints:
            steps = blueprints[row.key].outbound_for(row.role)
            if steps:
                schedules = found.setdefault(row.target_id, [])
                schedules.extend(step.schedule for step in steps)
    return found


def make_due(tx: Tx, slot: Slot, now: int, zone: str) -> bool:
    """Make the list of a hand-over moment; False if somebody else has."""
    known = rows.slots(tx, slot.warehouse_id)
    if known.last is None:
        since = _day_before(slot.at, zone) + 1
    else:
        since = max(known.first, known.last - LOOK_BACK_MS)
    window = _Window(_day_of(slot.at, zone).isoformat(), since, slot.at)
    _, is_new = _make(tx, slot.warehouse_id, window, HUB, slot.at, now)
    return is_new


def make_now(tx: Tx, warehouse_id: int, day: date | None, user: User, now: int, zone: str) -> int:
    """A list of all that leaves on a day (None: today) as things stand; raises NotFound."""
    if warehouse_id not in {row.id for row in hub.warehouses(tx)}:
        raise NotFound("outbound.no_warehouse", str(warehouse_id))
    wanted = day or _day_of(now, zone)
    start, end = _midnight(wanted, zone), _midnight(wanted + timedelta(days=1), zone)
    window = _Window(wanted.isoformat(), start, end - 1)
    new, _ = _make(tx, warehouse_id, window, user.login, None, now)
    detail = {"warehouse_id": str(warehouse_id), "day": window.day}
    add_audit(tx, now, user.login, "outbound.make", str(new), detail)
    return new


def _make(
    tx: Tx, warehouse_id: int, window: _Window, by: str, slot: int | None, now: int
) -> tuple[int, bool]:
    """Write a list with all its entries: its id, and False if the slot has one already."""
    ids = rows.leaving(tx, warehouse_id, window.since, window.until, unlisted=slot is not None)
    (new,) = reserve(tx, 1)
    head = {"id": new, "warehouse_id": warehouse_id, "for_day": window.day, "since": window.since}
    head |= {"until": window.until, "slot": slot, "made_by": by, "made_at": now}
    head |= {"count": len(ids), "pieces": 0, "sheet_rows": 0}
    insert_new(tx, outbound_list, [head], ("warehouse_id", "slot"))
    mine = outbound_list.c.id == new
    if tx.execute(select(outbound_list.c.id).where(mine)).first() is None:
        return new, False
    pieces, sheet_rows = _write_entries(tx, new, ids)
    tx.execute(update(outbound_list).where(mine).values(pieces=pieces, sheet_rows=sheet_rows))
    return new, True


def _write_entries(tx: Tx, list_id: int, ids: Sequence[int]) -> tuple[int, int]:
    """Slice by slice; the pieces in all, and the rows a sheet of them has."""
    pieces = sheet_rows = 0
    for start in range(0, len(ids), _SLICE):
        part = ids[start : start + _SLICE]
        found = list(contents(tx, part))
        places = range(start + 1, start + 1 + len(part))
        named = zip(reserve(tx, len(part)), places, part, found, strict=True)
        insert_many(tx, outbound_entry, [_entry(list_id, *each) for each in named])
        pieces += sum(line["quantity"] for content in found for line in content["lines"])
        sheet_rows += sum(max(1, len(content["lines"])) for content in found)
    return pieces, sheet_rows


def _entry(list_id: int, id_: int, place: int, of: int, content: Content) -> Content:
    said = {"fulfilment_id": of, "content": content}
    return {"id": id_, "list_id": list_id, "place": place, **said}


def _zoned(instant: int, zone: str) -> datetime:
    return datetime.fromtimestamp(instant / 1000, UTC).astimezone(ZoneInfo(zone))


def _day_of(instant: int, zone: str) -> date:
    return _zoned(instant, zone).date()


def _day_before(instant: int, zone: str) -> int:
    """The same time of the day before."""
    moment = _zoned(instant, zone)
    day = moment.date() - timedelta(days=1)
    return int(moment.replace(year=day.year, month=day.month, day=day.day).timestamp() * 1000)


def _midnight(day: date, zone: str) -> int:
    return int(datetime.combine(day, time(), ZoneInfo(zone)).timestamp() * 1000)
