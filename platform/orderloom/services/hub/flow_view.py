"""The home screen's picture of the hub: each step with what went through it and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from orderloom.blueprint.plan import CompiledBlueprint
from orderloom.clock import midnight
from orderloom.services.hub import presence
from orderloom.services.hub.flow_figures import Figures
from orderloom.services.orders.showing import problem
from orderloom.services.publishing.runtime import PlanCache
from orderloom.store.db import Tx
from orderloom.store.queries import AnyRow, census, hub
from orderloom.store.queries import exceptions as troubles
from orderloom.texts import both

Record = dict[str, Any]
Counts = tuple[int, int, int]  # through in 24 h, waiting, faults
_MINUTE_MS = 60_000


@dataclass(frozen=True)
class Installed:
    """What is connected here, by id, and what the roles of each blueprint stand for."""

    accounts: dict[int, AnyRow]
    warehouses: dict[int, AnyRow]
    connections: dict[int, AnyRow]
    roles: dict[tuple[str, str], int]  # (blueprint key, role) -> target id

    @classmethod
    def load(cls, tx: Tx) -> Installed:
        return cls(
            {row.id: row for row in hub.accounts(tx)},
            {row.id: row for row in hub.warehouses(tx)},
            {row.id: row for row in hub.connections(tx)},
            {(row.key, row.role): row.target_id for row in hub.bindings(tx)},
        )


@dataclass
class Picture:
    """Steps and the lines between them, each once."""

    steps: dict[str, Record] = field(default_factory=dict)
    edges: dict[tuple[str, str], None] = field(default_factory=dict)

    def add(self, step: str, title: Record, counts: Counts, detail: Record | None = None) -> None:
        """`step`: an id such as wh:7; what it begins with says which kind it is."""
        through, waiting, faults = counts
        self.steps[step] = {
            "id": step,
            "kind": _KINDS[step.partition(":")[0]],
            "title": title,
            "count_24h": through,
            "waiting": waiting,
            "faults": faults,
            "detail": detail,
        }

    def join(self, start: str, end: str) -> None:
        if start in self.steps and end in self.steps:
            self.edges[start, end] = None


_KINDS = {
    "src": "source",
    "map": "mapping",
    "rules": "rules",
    "wh": "warehouse",
    "wms": "wms",
    "label": "label",
    "alert": "alert",
}


def flow(tx: Tx, plans: PlanCache, now: int, zone: str) -> Record:
    """Everything the home screen shows."""
    live = hub.live_plan(tx)
    figures, installed, picture = Figures.count(tx, now), Installed.load(tx), Picture()
    _add_sources(picture, figures, installed)
    _add_warehouses(picture, figures, installed)
    if live is not None:
        for compiled in plans.get(tx, live.hash).blueprints.values():
            _add_blueprint(picture, figures, installed, compiled)
    return {
        "at": now,
        "plan": {"hash": live.hash, "published_at": live.created_at} if live else None,
        "steps": list(picture.steps.values()),
        "edges": [{"from": start, "to": end} for start, end in picture.edges],
        "rate_per_minute": census.taken_in(tx, now - _MINUTE_MS),
        "orders_today": census.placed_since(tx, midnight(now, zone)),
        "open_exceptions": troubles.count_open(tx),
        "workers": presence.count_alive(tx, "worker", now),
    }


def _same(title: str) -> Record:
    """A title people chose: the same in both languages."""
    return {"zh": title, "en": title}


def _add_sources(picture: Picture, figures: Figures, installed: Installed) -> None:
    bound = set(installed.roles.values())
    for row in installed.accounts.values():
        trouble = row.trouble or row.connection_trouble
        broken = row.connection_state != "ok" or row.trouble is not None
        reports = figures.waiting_messages.get(row.connection_id, 0)
        refused = figures.dead_messages.get(row.connection_id, 0)
        told = {"n": reports, "refused": refused or None}
        detail = both("flow.reports", told) if reports or refused else None
        if row.id not in bound:
            detail = both("flow.unbound")
        if broken:
            words = problem(trouble)
            detail = words["message"] if words else both("flow.paused")
        counts = (figures.by_account.get(row.id, 0), reports, refused + int(broken))
        picture.add(_source(row), _same(row.title), counts, detail)


def _source(row: AnyRow) -> str:
    return f"src:{row.platform}:{row.id}"


def _add_warehouses(picture: Picture, figures: Figures, installed: Installed) -> None:
    for row in installed.warehouses.values():
        through = figures.by_warehouse.get(row.id, 0)
        waiting = figures.waiting_warehouse.get(row.id, 0)
        detail = both("flow.closed") if row.closed else None
        faults = figures.warehouse_faults.get(row.id, 0)
        picture.add(f"wh:{row.id}", _same(row.title), (through, waiting, faults), detail)


def _add_blueprint(
    picture: Picture, figures: Figures, installed: Installed, compiled: CompiledBlueprint
) -> None:
    accounts = _add_mappings(picture, figures, installed, compiled)
    rules = _add_rules(picture, figures, compiled, accounts)
    for role in compiled.warehouses:
        picture.join(rules, f"wh:{installed.roles.get((compiled.key, role))}")
    for target, step in _targets(compiled, installed):
        _add_target(picture, figures, installed, step, target)
    for outbound in compiled.outbound:
        step = _outbound_step(compiled, installed, outbound.send_to)
        for role in sorted(outbound.warehouses):
            place = installed.roles.get((compiled.key, role))
            picture.join(f"wh:{place}", step)
    for alert in compiled.alerts.values():
        picture.join(rules, f"alert:{installed.roles.get((compiled.key, alert.send_to))}")


def _add_mappings(
    picture: Picture, figures: Figures, installed: Installed, compiled: CompiledBlueprint
) -> list[int]:
    """One step per mapping; returns the accounts this blueprint reads."""
    accounts: list[int] = []
    for document in compiled.document["mappings"]:
        sources = [source for source in compiled.sources if source.mapping == document["id"]]
        ids = [installed.roles.get((compiled.key, source.account)) for source in sources]
        mine = [installed.accounts[id_] for id_ in ids if id_ in installed.accounts]
        counts = (
            sum(figures.by_account.get(row.id, 0) for row in mine),
            sum(figures.waiting_inbox.get(row.id, 0) for row in mine),
            figures.faults_of(("mapping",), [row.id for row in mine]),
        )
        fields = len(compiled.mappings[document["id"]].order)
        step = f"map:{compiled.key}:{document['id']}"
        title = both("flow.mapping", {"title": document["title"]})
        picture.add(step, title, counts, both("flow.mapping_detail", {"fields": fields}))
        for row in mine:
            picture.join(_source(row), step)
        accounts += [row.id for row in mine]
    return accounts


def _add_rules(
    picture: Picture, figures: Figures, compiled: CompiledBlueprint, accounts: list[int]
) -> str:
    step = f"rules:{compiled.key}"
    through = sum(figures.by_account.get(id_, 0) for id_ in accounts)
    faults = figures.faults_of(("sku", "stock", "risk", "change"), accounts)
    rows = sum(len(rules.rows) for rules in compiled.lists.values())
    detail = both("flow.rules_detail", {"lists": len(compiled.lists), "rows": rows})
    title = both("flow.rules", {"title": compiled.document["title"]})
    picture.add(step, title, (through, figures.held, faults), detail)
    for document in compiled.document["mappings"]:
        picture.join(f"map:{compiled.key}:{document['id']}", step)
    return step


def _targets(compiled: CompiledBlueprint, installed: Installed) -> Iterator[tuple[int, str]]:
    """The connections a blueprint sends to, and what each is to it."""
    outbound = [step.send_to for step in compiled.outbound]
    pairs = [(role, _outbound_step(compiled, installed, role)) for role in outbound]
    for alert in compiled.alerts.values():
        target = installed.roles.get((compiled.key, alert.send_to))
        pairs.append((alert.send_to, f"alert:{target}"))
    for role, step in pairs:
        found = installed.roles.get((compiled.key, role))
        if found in installed.connections:
            yield found, step


def _outbound_step(compiled: CompiledBlueprint, installed: Installed, role: str) -> str:
    """A warehouse system or a label service: what it is connected to decides."""
    target = installed.roles.get((compiled.key, role))
    row = installed.connections.get(target) if target is not None else None
    return f"{'label' if row is not None and row.kind == 'courier' else 'wms'}:{target}"


def _add_target(
    picture: Picture, figures: Figures, installed: Installed, step: str, target: int
) -> None:
    row = installed.connections[target]
    broken = row.state != "ok"
    words = problem(row.trouble) if broken else None
    counts = (
        figures.sent.get(target, 0),
        figures.waiting_messages.get(target, 0),
        figures.dead_messages.get(target, 0) + figures.strangers.get(target, 0) + int(broken),
    )
    detail = (words["message"] if words else both("flow.paused")) if broken else None
    picture.add(step, _same(row.title), counts, detail)
