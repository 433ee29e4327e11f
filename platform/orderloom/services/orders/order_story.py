"""An order's story in order: what came in, how it was read, what was decided, what was sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from orderloom.connect import Registry
from orderloom.engine.canonical import DERIVED_FIELDS, ORDER_BY_NAME, ORDER_FIELDS
from orderloom.services.deciding.explain import explain_order
from orderloom.services.orders.order_parts import Parts
from orderloom.services.orders.showing import iso, plain, problem
from orderloom.services.publishing.runtime import PlanCache
from orderloom.store.db import Tx
from orderloom.texts import both

Record = dict[str, Any]

# What happens at one instant (a batch has only one) is told in this order.
KINDS = (
    "received",
    "mapped",
    "merged",
    "judged",
    "risk",
    "routed",
    "short",
    "fulfilment",
    "allocated",
    "refused",
    "parcel",
    "manual",
    "after_sale",
    "state",
    "cancelled",
    "exception",
    "sent",
    "receipt",
)
_TOLD_BY_OTHERS = frozenset({"created"})
_TITLES = {f.name: {"zh": f.zh, "en": f.en} for f in (*ORDER_FIELDS, *DERIVED_FIELDS)}


def tell(tx: Tx, plans: PlanCache, registry: Registry, parts: Parts, zone: str) -> list[Record]:
    """The story's entries, oldest first: {"at", "kind", "title", "detail"}."""
    explained = explain_order(tx, plans, registry, parts.order.id, zone)
    entries = [
        *_received(parts),
        *_mapped(parts, explained["mapped"]),
        *_notes(parts),
        *(_decided(parts, decision) for decision in explained["decisions"]),
        *_fulfilments(parts),
        *_exceptions(parts),
        *_messages(parts),
    ]
    return sorted(entries, key=lambda entry: (entry["at"], KINDS.index(entry["kind"])))


def _entry(at: int, kind: str, detail: Mapping[str, Any], **params: Any) -> Record:
    title = both(f"story.{kind}", params)
    return {"at": at, "kind": kind, "title": title, "detail": plain(detail)}


def _received(parts: Parts) -> Iterator[Record]:
    for row in parts.received:
        detail = {"inbox_id": str(row.id), "source": row.source, "payload_text": row.payload}
        source = both(f"story.source_{row.source}")
        yield _entry(row.received_at, "received", {**detail, "state": row.state}, source=source)


def _mapped(parts: Parts, mapped: Sequence[Record]) -> Iterator[Record]:
    worked_at: dict[str, int] = {
        note.detail["inbox_id"]: note.at
        for note in parts.notes
        if note.kind in ("created", "merged")
    }
    for entry in mapped:
        at = worked_at.get(entry["inbox_id"]) or entry["at"]
        fields = [_field(field) for field in entry["fields"]]
        filled = sum(field["value"] is not None for field in fields)
        detail = {"inbox_id": entry["inbox_id"], "fields": fields}
        yield _entry(at, "mapped", detail, filled=filled, count=len(fields))


def _field(field: Record) -> Record:
    known = ORDER_BY_NAME.get(field["to"])
    kind = known.kind if known else "text"
    value = field["value"]
    if kind == "instant" and isinstance(value, int):
        value = iso(value)
    return {**field, "kind": kind, "value": value}


def _notes(parts: Parts) -> Iterator[Record]:
    for note in parts.notes:
        if note.kind not in _TOLD_BY_OTHERS:
            kind = note.kind if note.kind in KINDS else "state"
            detail = _note_detail(parts, note.kind, note.detail)
            params = {name: value for name, value in detail.items() if name != "lacking"}
            yield _entry(note.at, kind, {**detail, "actor": note.actor}, **params)


def _note_detail(parts: Parts, kind: str, detail: Mapping[str, Any]) -> Record:
    """The note's own detail, plus what its title wants in words."""
    match kind:
        case "merged":
            titles = [_TITLES.get(name, both("story.lines")) for name in detail["fields"]]
            return {**detail, "changed": titles}
        case "risk":
            return {**detail, "reasons": [hold["title"] for hold in detail["holds"]]}
        case "short":
            lacking = parts.by_code(detail["lacking"])
            return {**detail, "lacking": lacking, "skus": _pieces(lacking)}
        case "state":
            return {**detail, "word": both(f"story.state_{detail['to']}")}
        case "parcel":
            named = {name: detail[name] for name in ("fulfilment", "courier", "tracking_no")}
            return {**named, "skus": _pieces(detail["contents"])}
        case "after_sale":
            return {**detail, "word": both(f"story.after_sale_{detail['refund_state']}")}
        case _:
            return dict(detail)


def _pieces(amounts: Mapping[str, int]) -> list[str]:
    return [f"{code} × {amount}" for code, amount in sorted(amounts.items())]


def _decided(parts: Parts, decision: Record) -> Record:
    return _routed(parts, decision) if decision["placing"] else _judged(decision)


def _judged(decision: Record) -> Record:
    """The rules did something, but no warehouse was looked for: the order is held, or has one."""
    detail = {name: decision[name] for name in ("plan", "did", "same_again", "lists", "unjudged")}
    rows = list({deed["row"]["en"]: deed["row"] for deed in decision["did"]}.values())
    return _entry(decision["at"], "judged", detail, rules=rows)


def _routed(parts: Parts, decision: Record) -> Record:
    routing = next((rules for rules in decision["lists"] if rules["stage"] == "routing"), None)
    needed = parts.needed(decision["id"])
    chosen = [{"role": role, "warehouse": parts.place(role)} for role in decision["chosen"]]
    row = routing["row"] if routing else None
    detail = {
        "plan": decision["plan"],
        "row": {name: row[name] for name in ("id", "title", "position")} if row else None,
        "sentence": row["sentence"] if row else None,
        "tried": routing["tried"] if routing else [],
        "candidates": [_candidate(parts, c, needed) for c in decision["considered"]],
        "chosen": chosen or None,
        "courier": decision["courier"],
        "courier_why": decision["courier_why"],
        "did": decision["did"],
        "unjudged": decision["unjudged"],
        "same_again": decision["same_again"],
        "lists": [rules for rules in decision["lists"] if rules is not routing],
    }
    title = row["title"] if row else both("story.otherwise")
    places = [entry["warehouse"] for entry in chosen] or [both("story.nowhere")]
    return _entry(decision["at"], "routed", detail, rule=title, places=places)


def _candidate(parts: Parts, considered: Record, needed: Mapping[str, int]) -> Record:
    lacking = considered["lacking"]
    if considered["closed"]:
        reason = both("story.warehouse_closed")
    elif lacking and considered["kept"]:
        params = {"skus": _pieces(lacking), "kept": considered["kept"]}
        reason = both("story.warehouse_keeps", params)
    elif lacking:
        reason = both("story.warehouse_lacks", {"skus": _pieces(lacking)})
    else:
        reason = both("story.warehouse_serves")
    return {
        "warehouse": parts.place(considered["role"]),
        "role": considered["role"],
        "available": considered["available"],
        "needed": dict(needed),
        "ok": considered["ok"],
        "reason": reason,
    }


def _fulfilments(parts: Parts) -> Iterator[Record]:
    for made in parts.fulfilments:
        name = {"no": made.no, "warehouse": made.warehouse}
        detail = {**name, "courier": made.courier, "hand_over_at": iso(made.hand_over_at)}
        yield _entry(made.created_at, "fulfilment", {**detail, "id": str(made.id)}, **name)
        lines = [
            {"sku_code": line.hub_code, "quantity": line.quantity}
            for line in parts.lines_of(made.id)
        ]
        pieces = [f"{line['sku_code']} × {line['quantity']}" for line in lines]
        detail = {"fulfilment": made.no, "warehouse": made.warehouse, "lines": lines}
        yield _entry(made.created_at, "allocated", detail, skus=pieces, warehouse=made.warehouse)


def _exceptions(parts: Parts) -> Iterator[Record]:
    for row in parts.exceptions:
        words = problem({"code": row.code, "params": row.params}) or {}
        resolved = None if row.resolved_at is None else iso(row.resolved_at)
        detail = {**words, "id": str(row.id), "state": row.state, "resolved_at": resolved}
        yield _entry(row.created_at, "exception", detail, reason=words["message"])


def _messages(parts: Parts) -> Iterator[Record]:
    for row in parts.messages:
        params = {"connection": row.connection, "effect": _effect(row.effect)}
        detail = {
            "connection": row.connection,
            "effect": row.effect,
            "idempotency_key": row.idempotency_key,
            "message": row.body,
            "state": row.state,
            "attempts": row.attempts,
            "error": problem(row.trouble),
            "not_before": iso(row.not_before),
        }
        state = both(f"story.message_{row.state}")
        yield _entry(row.sent_at or row.created_at, "sent", detail, **params, state=state)
        if row.receipt is not None:
            receipt = {"connection": row.connection, "receipt": row.receipt}
            yield _entry(row.sent_at or row.created_at, "receipt", receipt, **params)


def _effect(effect: str) -> dict[str, str]:
    subject, _, verb = effect.partition(".")
    return both("story.effect_alert" if subject == "alert" else f"story.effect_{subject}_{verb}")
