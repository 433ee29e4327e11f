"""Why an order is where it is: mapping and rules run again on what was stored, step by step.

Nothing here is computed while orders are processed. The stored payload and decision context name
the plan they were made under, so the answer is the same years later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, select

from orderloom.blueprint.plan import CompiledBlueprint, own_field_types
from orderloom.blueprint.tables import table_titles
from orderloom.connect import ConnectorError, Registry
from orderloom.engine.canonical import ORDER_BY_NAME, for_rules
from orderloom.engine.facts import FACTS
from orderloom.engine.jsonlogic import CompiledRule, RuleFailed, fact_of
from orderloom.engine.mapping import FieldMapping, trace
from orderloom.engine.rules import RuleList, judge
from orderloom.engine.say import say
from orderloom.engine.words import ZONE, Words, with_own
from orderloom.services.deciding.deeds import courier_why, deeds
from orderloom.services.deciding.vocabulary import words as speech
from orderloom.services.publishing.runtime import PlanCache, account_facts
from orderloom.store.db import Tx
from orderloom.store.tables import binding, blueprint, decision, inbox, orders, sku

Record = dict[str, Any]


def explain_order(
    tx: Tx, plans: PlanCache, registry: Registry, order_id: int, zone: str = ZONE
) -> Record:
    """{"mapped": [per inbox row], "decisions": [per decision]}, each with times and traces.

    `zone`: on whose clock sentences tell times.
    """
    order = tx.execute(select(orders).where(orders.c.id == order_id)).one()
    role = _role(tx, order.account_id)
    rows = tx.execute(select(inbox).where(inbox.c.order_id == order_id).order_by(inbox.c.id))
    connector = account_facts(tx, order.account_id).connector
    mapped = []
    for row in rows:
        compiled = _compiled(tx, plans, row.plan_hash, role, {})
        if compiled is not None:
            mapped.append(_mapped(row, compiled, role[1], registry, connector))
    made = tx.execute(
        select(decision).where(decision.c.order_id == order_id).order_by(decision.c.id)
    ).all()
    words = speech(registry, zone)
    found = [_decision(tx, plans, row, role, order.platform, words) for row in made]
    return {"mapped": mapped, "decisions": [entry for entry in found if entry]}


def _role(tx: Tx, account_id: int) -> tuple[str, str]:
    """The blueprint key and the role the account plays in it."""
    row = tx.execute(
        select(blueprint.c.key, binding.c.role)
        .join(blueprint, blueprint.c.id == binding.c.blueprint_id)
        .where(binding.c.kind == "account", binding.c.target_id == account_id)
    ).first()
    return (row.key, row.role) if row else ("", "")


def _compiled(
    tx: Tx,
    plans: PlanCache,
    plan_hash: str | None,
    role: tuple[str, str],
    context: Mapping[str, Any],
) -> CompiledBlueprint | None:
    """As it was in a plan, with the live tables a decision's context names."""
    versions = context.get("tables", {})
    return plans.under(tx, plan_hash, role[0], versions) if plan_hash else None


def compiled_for(tx: Tx, plans: PlanCache, made: Row[Any]) -> CompiledBlueprint | None:
    """The blueprint that made a decision, as it was then."""
    account = select(orders.c.account_id).where(orders.c.id == made.order_id)
    role = _role(tx, tx.execute(account).scalar_one())
    return _compiled(tx, plans, made.plan_hash, role, made.context)


def _mapped(
    row: Row[Any], compiled: CompiledBlueprint, role: str, registry: Registry, connector: str
) -> Record:
    mapping = compiled.mapping_for(role)
    answer: Record = {"inbox_id": str(row.id), "at": row.received_at, "fields": []}
    if mapping is None:
        return answer
    try:
        normal = registry.get(connector).read(row.payload)
    except ConnectorError:
        return answer
    answer["fields"] = _fields(mapping, normal.body, normal.masked, compiled)
    return answer


def _fields(
    mapping: FieldMapping,
    body: Mapping[str, Any],
    masked: frozenset[str],
    compiled: CompiledBlueprint,
) -> list[Record]:
    own = {field.key: field.title for field in compiled.own}
    fields = []
    for entry in trace(mapping, body):
        known = ORDER_BY_NAME.get(entry["to"])
        title = {"zh": known.zh, "en": known.en} if known else own.get(entry["to"], {})
        raw = None if entry["raw"] is None else str(entry["raw"])
        fields.append({**entry, "raw": raw, "title": title, "masked": entry["to"] in masked})
    return fields


def _decision(
    tx: Tx,
    plans: PlanCache,
    row: Row[Any],
    role: tuple[str, str],
    platform: str,
    words: Words,
) -> Record | None:
    context = row.context
    compiled = _compiled(tx, plans, row.plan_hash, role, context)
    if compiled is None:
        return None
    order = {**context["order"], **context.get("before", {})}  # as it was before the rules
    seen = for_rules(order, platform, context["facts"], context["now"])
    lists = _judging(compiled, context)
    again = judge(lists, seen, order["external_no"])
    own = with_own(own_field_types(compiled.document), table_titles(compiled.document), words)
    return {
        "id": str(row.id),
        "at": row.at,
        "plan": row.plan_hash,
        "same_again": again.matched == row.outcome["matched"],
        "placing": row.outcome.get("placing", True),
        "did": deeds(lists, compiled, again, row.outcome.get("acted", ()), own),
        "unjudged": _unjudged(context["facts"]),
        "lists": [_list(rules, compiled, again.saw[rules.id], own) for rules in lists],
        "considered": _considered(tx, row, compiled),
        "chosen": list(row.outcome["parcels"]),
        "courier": row.outcome["courier"],
        "courier_why": courier_why(compiled, again),
    }


def _judging(compiled: CompiledBlueprint, context: Mapping[str, Any]) -> list[RuleList]:
    """The lists that judged the order, with the one the clock had set off, if it was that."""
    lists = list(compiled.rules)
    if "scheduled" in context:
        moment = context["scheduled"]["at"]
        rules = compiled.triggered[context["scheduled"]["list"]].rules
        lists.append(replace(rules, moment=moment))
    return lists


def _unjudged(facts: Mapping[str, Any]) -> list[Record]:
    """What could not be judged because the channel hides what it would be judged by, in words."""
    names = dict.fromkeys(fact_of(key)[0] for key, value in facts.items() if value is None)
    return [{"zh": FACTS[name].zh, "en": FACTS[name].en} for name in names if name in FACTS]


def _list(
    rules: RuleList, compiled: CompiledBlueprint, seen: Mapping[str, Any], words: Words
) -> Record:
    """Every row up to the one that decided, with the values its condition saw."""
    document = next(d for d in compiled.document["rules"] if d["id"] == rules.id)
    tried = []
    chosen = None
    for position, row in enumerate(rules.rows, 1):
        text = compiled.rule_texts[rules.id, row.id]
        entry = {"id": row.id, "title": dict(row.title), "position": position}
        rule = compiled.condition(rules.id, row.id)
        entry |= {"sentence": say(text, words), **_trace(rule, seen)}
        tried.append(entry)
        if entry["matched"] and rules.mode == "first":
            chosen = entry
            break
    return {
        "id": rules.id,
        "title": document["title"],
        "stage": rules.stage or "schedule",
        "mode": rules.mode,
        "tried": tried,
        "row": chosen,
        "otherwise": chosen is None and rules.mode == "first",
    }


def _trace(rule: CompiledRule, seen: Mapping[str, Any]) -> Record:
    try:
        node = rule.trace(seen)
    except RuleFailed as error:
        return {"matched": False, "trace": None, "failed": error.code}
    return {"matched": rule.test(seen), "trace": node.to_json()}


def _considered(tx: Tx, row: Row[Any], compiled: CompiledBlueprint) -> list[Record]:
    """The warehouses looked at, with what they had and what was needed, in words people know."""
    titles = {r["key"]: r["title"] for r in compiled.document["roles"]}
    ids = {int(s) for levels in row.context["stock"].values() for s in levels}
    codes = dict(tx.execute(select(sku.c.id, sku.c.code).where(sku.c.id.in_(ids))).all())
    answer = []
    for looked in row.outcome["considered"]:
        available = row.context["stock"].get(looked["warehouse"], {})
        answer.append(
            {
                "warehouse": titles.get(looked["warehouse"]),
                "role": looked["warehouse"],
                "ok": looked["ok"],
                "closed": looked["closed"],
                "kept": looked.get("kept", 0),
                "available": {codes.get(int(s), s): n for s, n in available.items()},
                "lacking": {codes.get(int(s), s): n for s, n in looked["lacking"].items()},
            }
        )
    return answer
