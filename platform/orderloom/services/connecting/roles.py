"""What the roles of blueprints stand for here: which are open, who fits, and choosing one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from orderloom.blueprint.installed import check_told
from orderloom.connect import Registry
from orderloom.errors import InputError, NotFound
from orderloom.services.connecting import role_settings
from orderloom.services.connecting.connections import Gateway
from orderloom.services.deciding import vocabulary
from orderloom.services.publishing import publish, published, wording
from orderloom.services.users.people import User
from orderloom.store.db import Tx
from orderloom.store.queries import AnyRow, hub
from orderloom.store.queries import connections as rows
from orderloom.store.queries.people import add_audit

Record = dict[str, Any]
Document = Mapping[str, Any]


@dataclass(frozen=True)
class Candidates:
    """What could fill roles. `taken`: shops that have a role already, by id."""

    shops: list[AnyRow]
    connections: list[AnyRow]
    warehouses: list[AnyRow]
    taken: frozenset[int]

    @classmethod
    def load(cls, tx: Tx) -> Candidates:
        here = [row for row in hub.connections(tx) if row.state != "retired"]
        ids = {row.id for row in here}
        shops = [row for row in rows.shops(tx) if row.connection_id in ids]
        taken = {row.target_id for row in hub.bindings(tx) if row.kind == "account"}
        return cls(shops, here, list(hub.warehouses(tx)), frozenset(taken))

    def of(self, role: Mapping[str, Any], registry: Registry) -> list[AnyRow]:
        """Those that fit a role, whoever fills it now."""
        wanted = role.get("connector")
        if role["kind"] == "warehouse":
            return self.warehouses
        if role["kind"] == "account":
            return [row for row in self.shops if wanted in (None, row.platform)]
        return [row for row in self.connections if _fits(registry, wanted, row.connector)]


def _fits(registry: Registry, wanted: str | None, connector: str) -> bool:
    """The very connector, or one that carries out all the same."""
    if wanted is None or wanted == connector:
        return True
    known = set(registry.keys())
    if not {wanted, connector} <= known:
        return False
    needed = set(registry.get(wanted).effects)
    return bool(needed) and needed <= set(registry.get(connector).effects)


def overview(tx: Tx, registry: Registry) -> list[Record]:
    """Every role of every blueprint, with what it stands for and what could fill it."""
    candidates, bound = Candidates.load(tx), rows.bound(tx)
    return [_shown(blueprint, role, candidates, bound, registry) for blueprint, role in _roles(tx)]


def _roles(tx: Tx) -> Iterator[tuple[AnyRow, Record]]:
    for blueprint in rows.blueprints(tx):
        for role in blueprint.draft.get("roles", ()):
            yield blueprint, role


def _shown(
    blueprint: AnyRow,
    role: Record,
    candidates: Candidates,
    bound: Mapping[tuple[int, str], int],
    registry: Registry,
) -> Record:
    target, wanted = bound.get((blueprint.id, role["key"])), role.get("connector")
    fitting = [
        {"id": row.id, "title": row.title}
        for row in candidates.of(role, registry)
        if row.id == target or role["kind"] != "account" or row.id not in candidates.taken
    ]
    known = wanted in registry.keys()  # noqa: SIM118 - a registry is no dictionary
    return {
        "blueprint": blueprint.key,
        "blueprint_title": blueprint.draft.get("title")
        or {"zh": blueprint.key, "en": blueprint.key},
        "live": blueprint.live_version is not None,
        "role": role["key"],
        "title": role["title"],
        "kind": role["kind"],
        "connector": wanted,
        "connector_title": registry.get(wanted).title._asdict() if wanted and known else None,
        "target": target,
        "candidates": fitting,
        "provides": sorted(role.get("settings") or ()),
    }


def settings_of(tx: Tx, key: str, role: str) -> Record:
    """What a role brings along of its connection's settings; raises NotFound."""
    _, found = _find(tx, key, role)
    return dict(found.get("settings") or {})


def _find(tx: Tx, key: str, role: str) -> tuple[AnyRow, Record]:
    for blueprint, found in _roles(tx):
        if (blueprint.key, found["key"]) == (key, role):
            return blueprint, found
    raise NotFound("connection.no_role", f"{key}/{role}")


def fill(
    tx: Tx, gateway: Gateway, key: str, role: str, target: int | None, user: User, now: int
) -> None:
    """Say what a role stands for; None: nothing any more. It counts from the next order on.

    Raises NotFound for an unknown role, InputError for what cannot fill it: also for a connection
    that would not understand what live rules tell the role.
    """
    blueprint, wanted = _find(tx, key, role)
    if target is None:
        rows.unbind(tx, blueprint.id, role)
    else:
        _check(tx, gateway.registry, wanted, target, rows.bound(tx).get((blueprint.id, role)))
        publish.bind_role(tx, key, role, target)
        live = published.live_document(tx, blueprint.id)
        if live is not None:
            _must_understand(tx, gateway.registry, key, role, live)
        role_settings.apply(tx, blueprint.id, live or blueprint.draft)
    add_audit(tx, now, user.login, "role.fill", f"{key}/{role}", {"target": str(target)})


def _must_understand(tx: Tx, registry: Registry, key: str, role: str, live: Document) -> None:
    bound = role_settings.connectors(tx, key)
    installed = vocabulary.installed(registry, bound)
    deaf = [found for found in check_told(live, installed) if found.params["key"] == role]
    if deaf:
        places = [wording.place(live, found.where) for found in deaf]
        params = {"connector": deaf[0].params["connector"], "places": places}
        raise InputError("connection.role_not_understood", "target", **params)


def _check(tx: Tx, registry: Registry, role: Record, target: int, before: int | None) -> None:
    candidates = Candidates.load(tx)
    if target not in {row.id for row in candidates.of(role, registry)}:
        raise InputError("connection.role_misfit", "target")
    if role["kind"] == "account" and target != before and target in candidates.taken:
        raise InputError("connection.shop_has_role", "target")
