"""The day's books: what the channels, the hub, the warehouse and the label service have."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.day.day import SHIPPED, Day
from tests.support import invariants

_SETTLED = ("closed", "cancelled")
_HELD_UP = {"held", "short", "exception", "awaiting_payment"}


@dataclass
class Report:
    """Numbers by channel, and everything that does not agree, in words."""

    at_channel: Counter[str] = field(default_factory=Counter)
    in_hub: Counter[str] = field(default_factory=Counter)
    by_state: Counter[str] = field(default_factory=Counter)
    at_warehouse: int = 0
    labels: int = 0
    parcels: int = 0
    unseen: int = 0  # orders that were over before the channel's list showed them
    missing: list[str] = field(default_factory=list)
    double: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)

    def text(self) -> str:
        """For people reading the test's output."""
        lines = [f"{'':10}{'channel':>9}{'hub':>9}"]
        lines += [
            f"{name:10}{count:>9}{self.in_hub[name]:>9}" for name, count in self.at_channel.items()
        ]
        states = ", ".join(f"{state} {count}" for state, count in sorted(self.by_state.items()))
        out = f"warehouse: {self.at_warehouse}, labels: {self.labels}, parcels: {self.parcels}"
        lines += [f"states: {states}", out]
        wrong = [*self.missing, *self.double, *self.differing]
        return "\n".join([*lines, f"wrong: {len(wrong)}", *wrong[:20]])


def of(day: Day) -> Report:
    """Compare everything with everything."""
    report = Report(parcels=day.parcels)
    hub = day.hub
    here = {(r["platform"], r["external_no"]): r for r in hub.rows("SELECT * FROM orders")}
    report.in_hub.update(platform for platform, _ in here)
    report.by_state.update(row["state"] for row in here.values())
    out, asked_back = _out(hub), _asked_back(hub)
    for name, simulator in day.shops.items():
        _channel(report, name, simulator, here, out, asked_back)
    report.double += invariants.orders(hub)
    report.differing += invariants.stock(hub)
    _warehouse(report, hub)
    _labels(report, hub)
    return report


def _channel(
    report: Report, name: str, simulator: Any, here: Any, out: set[int], asked_back: set[int]
) -> None:
    dialect = simulator.shop.dialect
    for record in simulator.shop.all():
        number, state = dialect.number(record), dialect.state(record)
        if state == "void":
            report.unseen += 1
            continue
        report.at_channel[name] += 1
        row = here.get((name, number))
        if row is None:
            if state not in ("to_pay", "closed"):
                report.missing.append(f"{name} {number}: {state}, not in the hub")
            continue
        done = state in ("shipped", "finished", "closed")
        if row["state"] == "shipped" and not done and row["id"] not in asked_back:
            report.differing.append(f"{name} {number}: shipped, but {state} at the channel")
        if state == "closed" and row["state"] not in _SETTLED and row["id"] not in out:
            report.differing.append(f"{name} {number}: closed, but {row['state']}")
        waits = row["state"] in _HELD_UP or row["after_sale_state"] == "requested"
        if state == "to_ship" and row["id"] not in out and not waits:
            report.differing.append(f"{name} {number}: to ship, but {row['state']}")


def _asked_back(hub: Any) -> set[int]:
    """Sent, but the buyer wants the money back: the channel wants to hear a person's answer first,
    and the person has been told so."""
    query = (
        "SELECT o.id FROM orders o JOIN exception e ON e.order_id = o.id"
        " WHERE e.kind = 'delivery' AND e.state = 'open'"
        " AND (o.after_sale_state = 'requested' OR o.hold_state = 'platform')"
    )
    return {row["id"] for row in hub.rows(query)}


def _out(hub: Any) -> set[int]:
    query = (
        "SELECT DISTINCT order_id FROM fulfilment"
        " WHERE state IN ('handed_over', 'partly_shipped', 'shipped')"
    )
    return {row["order_id"] for row in hub.rows(query)}


def _warehouse(report: Report, hub: Any) -> None:
    """Every delivery order the warehouse has is one the hub means, and the other way round."""
    there = {o["code"]: o["status"] for o in hub.wms.orders()}
    here = hub.pairs("SELECT no, state FROM fulfilment WHERE state <> 'cancelled'")
    report.at_warehouse = sum(status != "CANCELED" for status in there.values())
    for no, state in here.items():
        status = there.get(no)
        if status is None or status == "CANCELED":
            report.missing.append(f"{no}: {state}, at the warehouse {status}")
        elif (status == "DELIVERED") != (state in SHIPPED):
            report.differing.append(f"{no}: {state}, at the warehouse {status}")
    strange = [no for no, status in there.items() if status != "CANCELED" and no not in here]
    report.double += [f"{no}: at the warehouse, not in the hub" for no in strange]


def _labels(report: Report, hub: Any) -> None:
    """Every waybill number in use is the label of a living fulfilment, known at its warehouse."""
    office = {w["number"] for w in hub.labels.office.waybills() if w["state"] != "cancelled"}
    query = (
        "SELECT l.tracking_no, f.no FROM label l JOIN fulfilment f ON f.id = l.fulfilment_id"
        " WHERE l.state = 'made' AND f.state <> 'cancelled'"
    )
    here = hub.pairs(query)
    there = {o["code"]: o["tracking_no"] for o in hub.wms.orders() if o["status"] != "CANCELED"}
    report.labels = len(office)
    report.missing += [f"label {number}: not in use" for number in here if number not in office]
    report.double += [f"label {number}: in use, not in the hub" for number in office - here.keys()]
    for number, no in here.items():
        if no in there and there[no] != number:
            report.differing.append(f"{no}: label {number}, at the warehouse {there[no]}")
