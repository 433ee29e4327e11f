"""What a scheduled list looks at: nothing, the open orders, or the records of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, select

from orderloom.blueprint.installed import SCHEDULE_EVENT
from orderloom.blueprint.own_fields import OwnModel
from orderloom.engine.rules import RuleList
from orderloom.errors import NotFound
from orderloom.services.deciding import recording
from orderloom.services.deciding.doing import About, about_record, judge_and_do
from orderloom.services.deciding.effects import Effects
from orderloom.services.deciding.schedules import Run
from orderloom.services.hub.exceptions import Raised, raise_all
from orderloom.services.orders import anew
from orderloom.services.orders.orderbook import load_by_id
from orderloom.services.publishing.runtime import PlanCache
from orderloom.services.records.tables import table_of
from orderloom.services.records.writing import values_of
from orderloom.store.among import among
from orderloom.store.db import Tx
from orderloom.store.tables import binding, orders

PART = 200  # orders or records in one transaction
NOTHING = 1  # stands for the id of what a list without orders and records looks at
OPEN = ("to_ship", "short", "held", "exception", "handed_over")
Record = dict[str, Any]


def part(tx: Tx, run: Run, limit: int = PART) -> Sequence[int]:
    """The next ids that the run has not looked at."""
    over = run.triggered.over
    if over == "nothing":
        return [] if run.cursor else [NOTHING]
    if over == "records":
        id_ = table_of(_model(run)).c.id
        query = select(id_).where(id_ > run.cursor)
    else:
        id_ = orders.c.id
        query = select(id_).where(id_ > run.cursor, orders.c.state.in_(OPEN), _looked_after(run))
    return tx.execute(query.order_by(id_).limit(limit)).scalars().all()


def apart(tx: Tx, run: Run, ids: Sequence[int]) -> list[list[int]]:
    """Those that can be worked on in one transaction: orders of one shop, as everywhere.

    Stock is locked once in a transaction, in one order; with two shops it would be locked twice.
    """
    if run.triggered.over != "orders":
        return [list(ids)]
    query = select(orders.c.id, orders.c.account_id).where(among(orders.c.id, ids))
    shops: dict[int, list[int]] = {}
    for row in tx.execute(query.order_by(orders.c.id)):
        shops.setdefault(row.account_id, []).append(row.id)
    return list(shops.values())


def _looked_after(run: Run) -> ColumnElement[bool]:
    """Orders of shops that this blueprint looks after."""
    shops = select(binding.c.target_id).where(
        binding.c.kind == "account", binding.c.blueprint_id == run.blueprint_id
    )
    return orders.c.account_id.in_(shops)


def work(tx: Tx, plans: PlanCache, run: Run, ids: Sequence[int], now: int, zone: str) -> int:
    """Judge these and do what follows; for how many something was done. The caller commits."""
    if run.triggered.over == "orders":
        return _work_on_orders(tx, plans, run, ids, now, zone)
    effects = Effects(tx, run.bound, now, zone, len(ids))
    did = (
        [_nothing(effects, run)]
        if run.triggered.over == "nothing"
        else [_record(effects, run, row) for row in _records(tx, run, ids)]
    )
    recording.bring_about(effects)
    return sum(did)


def _work_on_orders(
    tx: Tx, plans: PlanCache, run: Run, ids: Sequence[int], now: int, zone: str
) -> int:
    """Settle orders of one shop as for a new payload, with the scheduled list behind the others."""
    mine = [order for order in load_by_id(tx, ids) if order.row["state"] in OPEN]
    if not mine:
        return 0
    try:
        going = anew.begin(tx, plans, mine[0].account_id, mine, now, zone)
    except NotFound:
        return 0  # nothing is published for this shop any more
    going.batch.scheduled = run.rules
    going.finish()
    return sum(_acted(run.rules, decided["outcome"]) for decided in going.batch.decisions)


def _acted(rules: RuleList, outcome: Mapping[str, Any]) -> bool:
    return bool(outcome["matched"].get(rules.id))


def _nothing(effects: Effects, run: Run) -> bool:
    subject = f"schedule:{run.bound.blueprint.key}/{run.rules.id}"
    told = {"at": run.moment}
    about = About(subject, run.moment, SCHEDULE_EVENT, told, told)
    return judge_and_do(effects, run.rules, {"now": effects.now}, about)


def _model(run: Run) -> OwnModel:
    return run.bound.blueprint.models[run.triggered.model]


def _records(tx: Tx, run: Run, ids: Sequence[int]) -> list[Record]:
    table = table_of(_model(run))
    query = select(table).where(among(table.c.id, ids)).order_by(table.c.id)
    return [dict(row) for row in tx.execute(query).mappings()]


def _record(effects: Effects, run: Run, row: Record) -> bool:
    model = _model(run)
    values = values_of(model, row)
    about = about_record(model, row["id"], values, run.rules, run.moment)
    return judge_and_do(effects, run.rules, {**values, "now": effects.now}, about)


def set_aside(tx: Tx, run: Run, id_: int, code: str, now: int) -> None:
    """Tell a person of one that the list could not be run on."""
    raised = Raised(
        "task",
        "schedule.failed",
        f"schedule:{run.id}/{id_}",
        f"schedule.failed/{code}/{run.id}",
        {"list": _title(run)},
        order_id=id_ if run.triggered.over == "orders" else None,
    )
    raise_all(tx, [raised], now)


def _title(run: Run) -> Record:
    lists = run.bound.blueprint.document["rules"]
    title: Record = next(entry["title"] for entry in lists if entry["id"] == run.rules.id)
    return title
