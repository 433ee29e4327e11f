"""What a job works with: the live plan and what its roles stand for in this installation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from orderloom.blueprint.plan import (
    CompiledBlueprint,
    Plan,
    Version,
    compile_plan,
    with_tables,
)
from orderloom.blueprint.scope import Outbound
from orderloom.engine.mapping import FieldMapping
from orderloom.errors import NotFound
from orderloom.services.publishing import live_tables
from orderloom.store.db import Tx
from orderloom.store.tables import (
    account,
    binding,
    blueprint,
    blueprint_version,
    connection,
    plan,
    warehouse,
)

_TABLES_KEPT = 64  # blueprints under tables of other versions: for explanations


class PlanCache:
    """Plans compiled in this process, by hash, and under versions of the live tables they read.

    Warm it before forking: compiling is the cost.
    """

    def __init__(self) -> None:
        self._plans: dict[str, Plan] = {}
        self._with_tables: dict[tuple[Any, ...], CompiledBlueprint] = {}

    def get(self, tx: Tx, plan_hash: str) -> Plan:
        """The plan of this hash, compiled from its published versions when first asked for."""
        if plan_hash not in self._plans:
            self._plans[plan_hash] = compile_plan(versions_of(tx, plan_hash))
            self._plans[plan_hash].warm()
        return self._plans[plan_hash]

    def under(
        self, tx: Tx, plan_hash: str, key: str, versions: Mapping[str, int]
    ) -> CompiledBlueprint | None:
        """A plan's blueprint reading its live tables as of these versions, if it has that one."""
        compiled = self.get(tx, plan_hash).blueprints.get(key)
        wanted = {k: v for k, v in versions.items() if compiled and k in compiled.tables}
        if compiled is None or not wanted:
            return compiled
        name = (plan_hash, key, *sorted(wanted.items()))
        found = self._with_tables.get(name)
        if found is None:
            found = with_tables(compiled, live_tables.load(tx, key, wanted))
            found.warm()
            self._with_tables[name] = found
            while len(self._with_tables) > _TABLES_KEPT:
                self._with_tables.pop(next(iter(self._with_tables)), None)
        return found

    def now(self, tx: Tx, plan_hash: str, key: str) -> CompiledBlueprint | None:
        """The same, with the tables as they are now."""
        return self.under(tx, plan_hash, key, live_tables.versions(tx, key))

    def warm(self, tx: Tx) -> str | None:
        """Compile what is live; its hash."""
        current = live_hash(tx)
        if current is not None:
            for key in self.get(tx, current).blueprints:
                self.now(tx, current, key)
        return current


def live_hash(tx: Tx) -> str | None:
    """The hash of the plan that is live now."""
    return tx.execute(select(plan.c.hash).where(plan.c.live)).scalar()


def versions_of(tx: Tx, plan_hash: str) -> list[Version]:
    """The published documents and parameter values a plan was compiled from."""
    row = tx.execute(select(plan.c.versions, plan.c.parameters).where(plan.c.hash == plan_hash))
    found = row.first()
    if found is None:
        raise NotFound("plan.unknown", plan_hash)
    return [(key, v, _document(tx, key, v), found.parameters[key]) for key, v in found.versions]


def _document(tx: Tx, key: str, version: int) -> Mapping[str, Any]:
    query = (
        select(blueprint_version.c.document)
        .join(blueprint, blueprint.c.id == blueprint_version.c.blueprint_id)
        .where(blueprint.c.key == key, blueprint_version.c.version == version)
    )
    document: Mapping[str, Any] = tx.execute(query).scalar_one()
    return document


@dataclass(frozen=True)
class AccountFacts:
    """One shop: who it is, which connector reads it, which blueprint it belongs to."""

    id: int
    platform: str
    title: str
    connector: str
    connection_id: int


@dataclass(frozen=True)
class Wired:
    """A compiled blueprint and what its connections stand for here."""

    plan_hash: str
    blueprint: CompiledBlueprint
    connections: Mapping[str, int]  # role -> connection id


@dataclass(frozen=True)
class Bound(Wired):
    """The same for one of its shops, with all roles filled in."""

    account_role: str
    mapping: FieldMapping
    skus_by_code: bool
    account: AccountFacts
    warehouses: Mapping[str, int]  # role -> warehouse id
    warehouse_codes: Mapping[int, str]
    couriers: frozenset[str]  # roles of connections that make labels
    closed: frozenset[str]  # roles of warehouses that are closed now

    def role_of(self, warehouse_id: int) -> str | None:
        """The role a warehouse plays, if any."""
        return next((role for role, id_ in self.warehouses.items() if id_ == warehouse_id), None)

    def outbound_for(self, role: str) -> dict[str, tuple[Outbound, int]]:
        """How a warehouse role's fulfilments leave: effect -> the step and its connection.

        What a step does follows from the connector it goes to; of several that do the same, the
        first one counts.
        """
        ways: dict[str, tuple[Outbound, int]] = {}
        for step in self.blueprint.outbound_for(role, self.account.platform):
            effect = "label.create" if step.send_to in self.couriers else "fulfilment.create"
            ways.setdefault(effect, (step, self.connections[step.send_to]))
        return ways


def account_facts(tx: Tx, account_id: int) -> AccountFacts:
    """Raises NotFound for an unknown account."""
    row = tx.execute(
        select(account, connection.c.connector)
        .join(connection, connection.c.id == account.c.connection_id)
        .where(account.c.id == account_id)
    ).first()
    if row is None:
        raise NotFound("account.unknown", str(account_id))
    return AccountFacts(row.id, row.platform, row.title, row.connector, row.connection_id)


def bind(tx: Tx, cache: PlanCache, account_id: int) -> Bound:
    """The live blueprint of an account; NotFound while none is published for it."""
    plan_hash = live_hash(tx)
    row = tx.execute(
        select(blueprint.c.id, blueprint.c.key, binding.c.role)
        .join(blueprint, blueprint.c.id == binding.c.blueprint_id)
        .where(binding.c.kind == "account", binding.c.target_id == account_id)
    ).first()
    if plan_hash is None or row is None:
        raise NotFound("plan.none_for_account", str(account_id))
    compiled = cache.now(tx, plan_hash, row.key)
    sources = compiled.sources if compiled else ()
    source = next((s for s in sources if s.account == row.role), None)
    if compiled is None or source is None:
        raise NotFound("plan.none_for_account", str(account_id))
    bindings = _bindings(tx, row.id)
    warehouses = bindings["warehouse"]
    codes, closed = _warehouses(tx, warehouses)
    return Bound(
        plan_hash=plan_hash,
        blueprint=compiled,
        account_role=row.role,
        mapping=compiled.mappings[source.mapping],
        skus_by_code=source.mapping in compiled.skus_by_code,
        account=account_facts(tx, account_id),
        warehouses=warehouses,
        warehouse_codes=codes,
        connections=bindings["connection"],
        couriers=_couriers(tx, bindings["connection"]),
        closed=frozenset(role for role, id_ in warehouses.items() if id_ in closed),
    )


def wired(tx: Tx, cache: PlanCache, blueprint_id: int) -> Wired | None:
    """A blueprint of the live plan; None if it is not in it."""
    plan_hash = live_hash(tx)
    key = tx.execute(select(blueprint.c.key).where(blueprint.c.id == blueprint_id)).scalar()
    if plan_hash is None or key is None:
        return None
    compiled = cache.now(tx, plan_hash, key)
    connections = _bindings(tx, blueprint_id)["connection"]
    return Wired(plan_hash, compiled, connections) if compiled else None


def is_bound(tx: Tx, cache: PlanCache, account_id: int) -> bool:
    """Whether anything is published for an account."""
    try:
        bind(tx, cache, account_id)
    except NotFound:
        return False
    return True


def _bindings(tx: Tx, blueprint_id: int) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {"account": {}, "warehouse": {}, "connection": {}}
    query = select(binding).where(binding.c.blueprint_id == blueprint_id)
    for row in tx.execute(query):
        found[row.kind][row.role] = row.target_id
    return found


def _couriers(tx: Tx, roles: Mapping[str, int]) -> frozenset[str]:
    query = select(connection.c.id).where(
        connection.c.kind == "courier", connection.c.id.in_(list(roles.values()))
    )
    labels = set(tx.execute(query).scalars())
    return frozenset(role for role, id_ in roles.items() if id_ in labels)


def _warehouses(tx: Tx, roles: Mapping[str, int]) -> tuple[dict[int, str], set[int]]:
    """Codes by id, and which of them are closed now."""
    query = select(warehouse).where(warehouse.c.id.in_(list(roles.values())))
    rows = tx.execute(query).all()
    return {row.id: row.code for row in rows}, {row.id for row in rows if row.closed}
