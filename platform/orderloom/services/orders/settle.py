"""Bringing orders to where they should be: held, routed, re-routed, cancelled or left alone.

`settle` works on a batch of orders in their order of arrival. First everything is judged without
touching stock; then the stock rows that can matter are locked, what must be given back is given
back, and what is still wanted is placed, order by order on one shared sheet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import orjson

from orderloom.engine.bundles import Bought, Part, Piece, pieces
from orderloom.engine.canonical import for_rules, to_ship
from orderloom.engine.routing import Placement, Route, place
from orderloom.engine.rules import Hold, Judgement, judge
from orderloom.engine.states import ACTIVE
from orderloom.engine.stockview import StockSheet
from orderloom.errors import RuleError
from orderloom.services.deciding import acting, facts
from orderloom.services.fulfilling import handover, undo
from orderloom.services.hub.exceptions import Raised
from orderloom.services.orders.batch import Batch
from orderloom.services.orders.orderbook import OrderState
from orderloom.store.db import Tx


@dataclass
class Case:
    """One order being settled."""

    order: OrderState
    pieces: list[Piece] = field(default_factory=list)
    needs: dict[int, int] = field(default_factory=dict)  # sku id -> pieces
    left: dict[int, int] = field(default_factory=dict)  # of these, what is not placed yet
    signature: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    judgement: Judgement = field(default_factory=Judgement)
    before: dict[str, Any] = field(default_factory=dict)  # what the rules' values replaced
    acted: list[str] = field(default_factory=list)  # rows that did something for the first time
    held: bool = False  # by a rule, for the first time
    wanted: bool = False

    @property
    def subject(self) -> str:
        """The name of its exceptions."""
        return f"order:{self.order.id}"


def settle(tx: Tx, batch: Batch, orders: Sequence[OrderState]) -> None:
    """Settle orders whose canonical data, lines and SKUs are up to date."""
    cases = [_case(order) for order in orders]
    facts.fetch(tx, batch, cases)
    for case in cases:
        case.order.short = case.order.stuck = False
        _judge(case, batch)
        _take_back(case, batch)
        case.left = _left_to_place(case) if case.wanted else {}
    placing = [case for case in cases if case.left]
    batch.prepare(case.order for case in cases)
    _open_stock(batch, cases, placing)
    if placing:
        sheet = _sheet(batch)
        for case in placing:
            _place(case, batch, sheet)
    for case in cases:
        if not case.left and (case.held or case.acted or case.before):
            batch.decide(case.order, _context(case, batch, {}), _outcome(case, None))


def _case(order: OrderState) -> Case:
    found = pieces(_bought(order))
    needs: dict[int, int] = {}
    for piece in found:
        needs[piece.sku] = needs.get(piece.sku, 0) + piece.quantity
    return Case(order, found, dict(sorted(needs.items())), signature=_signature(order, needs))


def _bought(order: OrderState) -> Iterator[Bought]:
    """The lines that want goods and whose product is known."""
    for line in to_ship(order.canonical):
        number = line["external_line_no"]
        row = order.lines[number]
        if row["sku_id"] is not None:
            parts = [Part(*part) for part in row["parts"] or ()]
            yield Bought(number, row["sku_id"], line["quantity"], parts, row["price"])


_RECEIVER = ("receiver_name", "phone", "province", "city", "district", "town", "address")


def _signature(order: OrderState, needs: Mapping[int, int]) -> str:
    """What a fulfilment was made from: when this changes, it has to be made anew."""
    receiver = [order.canonical[name] for name in _RECEIVER]
    content = orjson.dumps([receiver, sorted(needs.items())])
    return sha256(content).hexdigest()[:16]


def _judge(case: Case, batch: Batch) -> None:
    """Run the rules and decide whether goods should go out for this order."""
    order = case.order
    if _is_open(order):
        _run_rules(case, batch)
        holds = _raise_holds(case, batch)
        case.before = acting.give(order, case.judgement)
        case.acted = acting.act(batch, order, case.judgement.acts, holds)
    else:
        over = ("hold", "rule", "record")
        batch.resolve(order, case.subject, *(f"{kind}:{order.id}" for kind in over))
    case.wanted = bool(case.needs) and _is_open(order) and not order.open_flags
    case.wanted = case.wanted and not order.unknown_skus and not order.stuck


def _run_rules(case: Case, batch: Batch) -> None:
    """Judge the order; one whose rules cannot be worked out waits for a person, alone."""
    order = case.order
    seen = for_rules(order.canonical, batch.platform, case.facts, batch.now)
    try:
        case.judgement = judge(batch.lists, seen, order.external_no)
    except RuleError as error:
        order.stuck = True
        batch.raised.append(
            Raised(
                "rule",
                error.code,
                f"rule:{order.id}",
                f"{error.code}/{error.where}",
                {**error.params, "where": error.where},
                account_id=order.account_id,
                order_id=order.id,
            )
        )
    else:
        judged = case.judgement
        judged.route = _without_barred(order, batch, judged.route)
        batch.resolve(order, f"rule:{order.id}")


def _is_open(order: OrderState) -> bool:
    """Paid, not finished, and not already shipped by somebody else."""
    canonical = order.canonical
    if canonical["payment_state"] != "paid":
        return False
    mine = any(f.state in _WITH_US for f in order.fulfilments)
    return mine or canonical["delivery_state"] in ("none", "partial")


# Of these the channel may already say that they are shipped: it heard so from us.
_WITH_US = frozenset({"handed_over", "refused", "partly_shipped", "shipped"})


def _raise_holds(case: Case, batch: Batch) -> list[Hold]:
    """Hold the order for reasons it was not held for before; returns these."""
    order = case.order
    known = {(flag["kind"], flag["code"]) for flag in order.flags}
    fresh = [h for h in case.judgement.holds if ("risk", h.code) not in known]
    for hold in fresh:
        order.new_flags.append(handover.flag(batch, order, "risk", hold.code, dict(hold.title)))
    _follow_platform(order, batch)
    if fresh:
        case.held = True
        batch.raised.append(_held(case, fresh))
        order.note("risk", holds=[{"code": h.code, "title": dict(h.title)} for h in fresh])
    return fresh


def _held(case: Case, holds: Sequence[Hold]) -> Raised:
    title = dict(holds[0].title)
    order = case.order
    return Raised(
        "risk",
        "risk.held",
        f"hold:{order.id}",
        f"risk.held/{holds[0].code}",
        {"reason": title},
        account_id=order.account_id,
        order_id=order.id,
    )


def _follow_platform(order: OrderState, batch: Batch) -> None:
    """The platform's own "do not ship yet" is a hold that ends when the platform ends it."""
    reason = order.canonical["do_not_ship"]
    known = next((flag for flag in order.flags if flag["kind"] == "platform"), None)
    if reason and known is None:
        order.new_flags.append(
            handover.flag(batch, order, "platform", "do_not_ship", {"text": reason})
        )
    elif known is not None and bool(reason) != (known["released_at"] is None):
        known["released_at"] = None if reason else batch.now
        handover.update_flag(batch.tx, known)


def _take_back(case: Case, batch: Batch) -> None:
    """Cancel fulfilments that no longer fit what is wanted."""
    misfits = [
        f
        for f in case.order.fulfilments
        if f.state in ("waiting", "handed_over", "refused", "partly_shipped")
        and not (case.wanted and f.row["signature"] == case.signature)
    ]
    for fulfilment in misfits:
        undo.cancel(batch, case.order, fulfilment)


def _left_to_place(case: Case) -> dict[int, int]:
    """What no fulfilment stands for; nothing while one that was made for something else is out."""
    out = [f for f in case.order.fulfilments if f.state in ACTIVE]
    if any(f.row["signature"] != case.signature for f in out):
        return {}
    covered = {line["sku_id"] for f in out for line in f.lines}
    return {sku: n for sku, n in case.needs.items() if sku not in covered}


def _open_stock(batch: Batch, cases: Sequence[Case], placing: Sequence[Case]) -> None:
    """Lock every stock row this batch can touch, in one go, and give back what was cancelled."""
    freed = [f for case in cases for f in case.order.fulfilments if undo.holds_stock(f)]
    places = batch.bound.warehouses
    keys = {
        (places[role], sku)
        for case in placing
        for role in _candidates(case)
        if role in places
        for sku in case.left
    }
    batch.stock.open(keys, {line["stock_id"] for f in freed for line in f.lines})
    for fulfilment in freed:
        undo.release(batch, fulfilment)


def _candidates(case: Case) -> tuple[str, ...]:
    route = case.judgement.route
    return (*route.candidates, *route.backups) if route else ()


def _without_barred(order: OrderState, batch: Batch, route: Route | None) -> Route | None:
    """A warehouse that refused the order, and shall not get it again, is not looked at."""
    barred = {batch.bound.role_of(f.row["warehouse_id"]) for f in order.fulfilments if f.barred}
    return route.without(barred) if route and barred else route


def _sheet(batch: Batch) -> StockSheet:
    """The locked levels under the blueprint's own names for the warehouses."""
    roles = {id_: role for role, id_ in batch.bound.warehouses.items()}
    levels = {
        (roles[place_], sku): batch.stock.free(place_, sku)
        for place_, sku in batch.stock.levels
        if place_ in roles
    }
    return StockSheet(levels, batch.bound.closed)


def _place(case: Case, batch: Batch, sheet: StockSheet) -> None:
    order, route = case.order, case.judgement.route
    seen = {
        role: {str(sku): sheet.available(role, sku) for sku in case.left}
        for role in _candidates(case)
    }
    placement = place(route, case.left, sheet) if route else Placement({})
    order.short = placement.short
    if placement.short:
        _short(case, batch, placement, routed=route is not None)
    else:
        batch.resolve(order, case.subject)
        courier, signature = case.judgement.courier, case.signature
        handover.fulfil(batch, order, placement, case.pieces, courier, signature)
    batch.decide(order, _context(case, batch, seen), _outcome(case, placement))


def _context(case: Case, batch: Batch, stock: dict[str, Any]) -> dict[str, Any]:
    """All the engine saw; `batch.decide` adds the order as the rules left it."""
    needs = {str(sku): count for sku, count in case.left.items()}
    seen = {"facts": case.facts, "stock": stock, "needs": needs, "now": batch.now}
    if batch.bound.blueprint.tables:
        seen["tables"] = batch.bound.blueprint.table_versions
    if batch.scheduled is not None:
        seen["scheduled"] = {"list": batch.scheduled.id, "at": batch.scheduled.moment}
    return {**seen, "before": case.before} if case.before else seen


def _short(case: Case, batch: Batch, placement: Placement, *, routed: bool) -> None:
    lacking: dict[str, int] = {}
    for looked in placement.considered:
        for sku, gap in looked.lacking.items():
            lacking[str(sku)] = min(gap, lacking.get(str(sku), gap))
    code = "stock.short" if routed else "routing.no_rule"
    if routed and not placement.considered:
        code = "routing.all_refused"
    order = case.order
    batch.raised.append(
        Raised(
            "stock",
            code,
            case.subject,
            f"{code}/{','.join(sorted(lacking))}",
            {"lacking": lacking, "skus": ", ".join(sorted(_codes(batch, lacking)))},
            account_id=order.account_id,
            order_id=order.id,
        )
    )
    order.note("short", lacking=lacking, rule=case.judgement.matched)


def _codes(batch: Batch, lacking: Mapping[str, int]) -> Iterator[str]:
    """The hub's codes of what is lacking, for people."""
    return (batch.products[int(sku)].code for sku in lacking)


def _outcome(case: Case, placement: Placement | None) -> dict[str, Any]:
    """What was decided; without a placement the order was only judged."""
    judgement = case.judgement
    looked = placement.considered if placement else ()
    parcels = placement.parcels if placement else {}
    return {
        "matched": judgement.matched,
        "holds": [hold.code for hold in judgement.holds],
        "tags": judgement.tags,
        "changes": judgement.changes,
        "acted": case.acted,
        "placing": placement is not None,
        "courier": judgement.courier,
        "considered": [
            {
                "warehouse": c.warehouse,
                "ok": c.ok,
                "closed": c.closed,
                "lacking": {str(sku): gap for sku, gap in c.lacking.items()},
                "kept": c.kept,
            }
            for c in looked
        ],
        "parcels": {
            role: {str(sku): n for sku, n in part.items()} for role, part in parcels.items()
        },
    }
