"""Rules under the eyes of the person who writes them: on one order, on many, and by themselves.

Everything works on a draft document and on stored orders; nothing is written and nothing live is
touched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from orderloom.blueprint.own_fields import OwnModel, field_type, own_models
from orderloom.blueprint.plan import (
    CompiledBlueprint,
    compile_blueprint,
    own_field_types,
    with_tables,
)
from orderloom.blueprint.strict import record_fields
from orderloom.blueprint.tables import table_titles
from orderloom.blueprint.triggers import looks_at
from orderloom.engine.analysis import (
    Finding,
    ListText,
    Schema,
    analyse,
    order_schema,
    plain_schema,
)
from orderloom.engine.canonical import for_rules
from orderloom.engine.fits import fitted
from orderloom.engine.jsonlogic import RuleFailed
from orderloom.engine.jsonlogic.check import FieldSpec
from orderloom.engine.rules import RuleList, judge
from orderloom.engine.say import say
from orderloom.engine.words import PLAIN, Words, with_own
from orderloom.errors import InputError, NotFound
from orderloom.services.orders.showing import plain, unshown
from orderloom.services.publishing import live_tables
from orderloom.store.db import Tx
from orderloom.store.tables import decision, orders

Document = Mapping[str, Any]
Record = dict[str, Any]
SAMPLE = 1000


@dataclass(frozen=True)
class Sample:
    """A record to try rules on: values by the fields' keys; `before`: None for a new one."""

    values: Mapping[str, Any]
    before: Mapping[str, Any] | None = None


def on_order(tx: Tx, document: Document, parameters: Document, order_id: int) -> list[Record]:
    """Each list of the draft on one stored order: every row with its tick, trace and sentence."""
    return _lists_on(_compiled(tx, document, parameters), seen_of(tx, order_id), PLAIN)


def on_data(
    document: Document, parameters: Document, order: Mapping[str, Any], words: Words = PLAIN
) -> list[Record]:
    """The same for an order given as data, with tables as the document brings them.

    `words`: how sentences call things.
    """
    compiled = compile_blueprint(document["key"], 0, document, parameters)
    return _lists_on(compiled, order, words)


def on_record(
    tx: Tx, document: Document, parameters: Document, list_id: str, sample: Sample, now: int
) -> Record:
    """A list of the draft that looks at records, or at nothing, on one made up or picked.

    Raises NotFound for a list that is not there or looks at orders, InputError for a value that
    does not fit its field.
    """
    what, key, rules = _record_list(document, list_id)
    compiled = _compiled(tx, document, parameters)
    model = compiled.models.get(key)
    seen: Record = {"now": now}
    if model is not None:
        seen |= _given(model, sample.values)
    if model is not None and what == "change":
        before = None if sample.before is None else _given(model, sample.before)
        seen |= {"old": before, "created": before is None}
    fields = [field_type(field) for field in model.fields] if model else []
    words = with_own(fields, table_titles(document))
    return _list_on(compiled.triggered[rules["id"]].rules, compiled, seen, words)


def _record_list(document: Document, list_id: str) -> tuple[str, str, Document]:
    for rules in document.get("rules", []):
        what, key = looks_at(rules)
        if rules["id"] == list_id and what != "order":
            return what, key, rules
    raise NotFound("rules.no_list", list_id)


def _given(model: OwnModel, values: Mapping[str, Any]) -> Record:
    """Values as a record shows them (instants as text), as rules see them."""
    found: Record = {}
    for field in model.fields:
        value = values.get(field.key)
        if value is None:
            continue
        try:
            found[field.key] = fitted(field.kind, field.choices, unshown(field.kind, value))
        except ValueError as error:
            about = {"field": dict(field.title), "value": str(value)[:80]}
            raise InputError("rules.bad_sample", field.key, **about) from error
    return found


def _compiled(tx: Tx, document: Document, parameters: Document) -> CompiledBlueprint:
    """A draft with the tables that are live, as far as what is in them fits it."""
    compiled = compile_blueprint(document["key"], 0, document, parameters)
    return with_tables(compiled, live_tables.fitting(tx, document))


def _lists_on(compiled: CompiledBlueprint, order: Mapping[str, Any], words: Words) -> list[Record]:
    seen: Mapping[str, Any] = {"$facts": {}, "lines": [], **order}
    saw = views(compiled, seen)
    own = with_own(own_field_types(compiled.document), table_titles(compiled.document), words)
    return [
        _list_on(rules, compiled, saw.get(rules.id, seen), own) for rules in compiled.for_orders
    ]


def views(compiled: CompiledBlueprint, seen: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """What each list sees: the order with what the lists before it gave."""
    try:
        return judge(compiled.for_orders, seen, "").saw
    except RuleFailed:
        return {}


def _list_on(
    rules: RuleList, compiled: CompiledBlueprint, seen: Mapping[str, Any], words: Words
) -> Record:
    rows: list[Record] = []
    acting: list[str] = []
    title = next(r["title"] for r in compiled.document["rules"] if r["id"] == rules.id)
    for row in rules.rows:
        entry: Record = {"id": row.id, "title": dict(row.title), "failed": None}
        entry["sentence"] = say(compiled.rule_texts[rules.id, row.id], words)
        rule = compiled.condition(rules.id, row.id)
        try:
            entry |= {"matched": rule.test(seen), "trace": rule.trace(seen).to_json()}
        except RuleFailed as error:
            entry |= {"matched": False, "trace": None, "failed": error.code}
        if entry["matched"] and (rules.mode == "all" or not acting):
            acting.append(row.id)
        rows.append(entry)
    shown = {"rows": rows, "acting": acting, "seen": plain(seen)}
    return {"id": rules.id, "title": title, **shown}


def seen_of(tx: Tx, order_id: int) -> dict[str, Any]:
    """What the rules saw when the order was last decided, or would see now without facts."""
    row = tx.execute(select(orders).where(orders.c.id == order_id)).first()
    if row is None:
        raise NotFound("orders.not_found", str(order_id))
    last = tx.execute(
        select(decision.c.context)
        .where(decision.c.order_id == order_id)
        .order_by(decision.c.id.desc())
        .limit(1)
    ).scalar()
    if last is None:
        return for_rules(row.canonical, row.platform, {}, row.updated_at)
    order = {**row.canonical, **last.get("before", {})}  # as it was before the rules
    return for_rules(order, row.platform, last["facts"], last["now"])


def on_many(tx: Tx, document: Document, parameters: Document, limit: int = SAMPLE) -> Record:
    """How many of the newest orders each row matches, and on how many it would act."""
    compiled = _compiled(tx, document, parameters)
    query = select(orders).order_by(orders.c.placed_at.desc(), orders.c.id.desc()).limit(limit)
    rows = tx.execute(query).all()
    seen = [for_rules(row.canonical, row.platform, {}, row.updated_at) for row in rows]
    saw = [(order, views(compiled, order)) for order in seen]
    lists = [
        _count(rules, [found.get(rules.id, order) for order, found in saw])
        for rules in compiled.for_orders
    ]
    return {"orders": len(rows), "lists": lists}


def _count(rules: RuleList, seen: Sequence[Mapping[str, Any]]) -> Record:
    matched = dict.fromkeys((row.id for row in rules.rows), 0)
    acting = dict(matched)
    none = failed = 0
    for order in seen:
        try:
            hits = [row.id for row in rules.rows if row.test(order)]
        except RuleFailed:
            failed += 1
            continue
        for id_ in hits:
            matched[id_] += 1
        for id_ in hits if rules.mode == "all" else hits[:1]:
            acting[id_] += 1
        none += not hits
    return {"id": rules.id, "matched": matched, "acting": acting, "none": none, "failed": failed}


def analysis(document: Document, parameters: Document) -> list[Record]:
    """Findings about each list by meaning: `rows` are row ids, `positions` theirs from 0, `witness`
    an order that shows it, `reads` what the rows concerned read of an order.
    """
    compiled = compile_blueprint(document["key"], 0, document, parameters)
    found: list[Record] = []
    for index, rules in enumerate(document.get("rules", [])):
        texts = [compiled.rule_texts[rules["id"], row["id"]] for row in rules["rows"]]
        reads = [rule.variables for rule in compiled.lists[rules["id"]].conditions.rules]
        results = [row["then"] for row in rules["rows"]]
        # A risk or courier list need not say something about every order; a routing list must.
        covered = bool(rules.get("otherwise")) or rules.get("stage") != "routing"
        text = ListText(texts, results, rules.get("mode", "first"), otherwise=covered)
        for finding in analyse(text, _seen_by(document, rules), *compiled.names):
            found.append(_finding(finding, rules, index, reads))
    return found


def _seen_by(document: Document, rules: Document) -> Schema:
    """What the rows of a list may read."""
    what, key = looks_at(rules)
    if what == "order":
        return order_schema(own_field_types(document))
    model = next((m for m in own_models(document) if m.key == key), None)
    fields = record_fields(model, changed=what == "change") if model else {}
    return plain_schema({**fields, "now": FieldSpec("instant")})


def _finding(
    finding: Finding, rules: Document, index: int, reads: Sequence[frozenset[str]]
) -> Record:
    ids = [rules["rows"][row]["id"] for row in finding.rows]
    concerned = [reads[row] for row in finding.rows] or reads
    at = f"/rules/{index}/rows/{finding.rows[0]}" if finding.rows else f"/rules/{index}"
    return {
        "kind": finding.kind,
        "list": rules["id"],
        "rows": ids,
        "positions": list(finding.rows),
        "reads": frozenset().union(*concerned),
        "where": at,
        "witness": _shown(finding.witness),
    }


def _shown(witness: Mapping[str, Any] | None) -> Record | None:
    return None if witness is None else {k: v for k, v in witness.items() if v not in (None, [])}
