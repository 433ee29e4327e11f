"""The state axes of an order and of a fulfilment, as data.

Each axis lists where every state may go. `check()` refuses, at start-up, a table with an unknown
target, a state nothing leads to, or one with no way out that is not marked final.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orderloom.errors import ConfigError, Conflict


@dataclass(frozen=True)
class Axis:
    """`start`: where a new record begins; `final`: states that may be the end."""

    name: str
    start: str
    final: frozenset[str]
    moves: Mapping[str, tuple[str, ...]]

    def check(self) -> None:
        """Raise ConfigError for a table that cannot be right."""
        targets = {state for moves in self.moves.values() for state in moves}
        for problem, states in (
            ("unknown_target", targets - set(self.moves)),
            ("unreachable", set(self.moves) - targets - {self.start}),
            ("no_way_out", {s for s, m in self.moves.items() if not m} - self.final),
        ):
            if states:
                raise ConfigError(f"states.{problem}", self.name, states=sorted(states))

    def move(self, current: str, target: str) -> str:
        """`target`, if the table allows it; raises Conflict otherwise."""
        if target != current and target not in self.moves.get(current, ()):
            raise Conflict("states.not_allowed", self.name, current=current, target=target)
        return target


# Platforms report where an order *is*, not each step, so these three allow jumps.
PAYMENT = Axis(
    "payment",
    "unpaid",
    frozenset({"paid", "refunded", "closed"}),
    {
        "unpaid": ("deposit_paid", "paid", "closed", "refunded"),
        "deposit_paid": ("paid", "closed", "refunded"),
        "paid": ("refunded", "closed"),
        "refunded": (),
        "closed": (),
    },
)
HOLD = Axis(
    "hold",
    "none",
    frozenset({"none"}),
    {
        "none": ("platform", "risk", "manual"),
        "platform": ("none", "risk", "manual"),
        "risk": ("none", "platform", "manual"),
        "manual": ("none", "platform", "risk"),
    },
)
AFTER_SALE = Axis(
    "after_sale",
    "none",
    frozenset({"none", "refunded", "rejected"}),
    {
        "none": ("requested", "returning", "refunded", "rejected"),
        "requested": ("returning", "refunded", "rejected", "none"),
        "returning": ("refunded", "rejected", "none"),
        "rejected": ("requested", "returning", "refunded", "none"),
        "refunded": (),
    },
)
FULFILMENT = Axis(
    "fulfilment",
    "waiting",
    frozenset({"shipped", "cancelled"}),
    {
        # News of a warehouse may come before the receipt of what it is about.
        "waiting": (
            "handed_over",
            "refused",
            "partly_shipped",
            "shipped",
            "cancelling",
            "cancelled",
        ),
        "handed_over": ("refused", "partly_shipped", "shipped", "cancelling", "cancelled"),
        "refused": ("handed_over", "partly_shipped", "shipped", "cancelling", "cancelled"),
        "partly_shipped": ("shipped", "cancelling"),
        "cancelling": ("cancelled", "handed_over", "partly_shipped", "shipped"),
        "shipped": (),
        # Goods that left although they should not have are gone all the same.
        "cancelled": ("partly_shipped", "shipped"),
    },
)
AXES = (PAYMENT, HOLD, AFTER_SALE, FULFILMENT)

ACTIVE = frozenset({"waiting", "handed_over", "refused", "partly_shipped", "cancelling", "shipped"})


def check_all() -> None:
    """Check every axis; called once when a process starts."""
    for axis in AXES:
        axis.check()


def fulfil_state(fulfilments: list[str], *, short: bool) -> str:
    """The order's fulfilment axis from the states of its fulfilments."""
    active = [state for state in fulfilments if state in ACTIVE]
    if short:
        return "short"
    if "refused" in active:
        return "refused"
    if not active:
        return "cancelled" if fulfilments else "none"
    if all(state == "shipped" for state in active):
        return "shipped"
    if "shipped" in active or "partly_shipped" in active:
        return "partly_shipped"
    for state in ("cancelling", "handed_over"):
        if state in active:
            return state
    return "waiting"


def after_sale_state(refund_states: list[str]) -> str:
    """The order's after-sale axis from the refund states of its lines."""
    running = [state for state in refund_states if state != "none"]
    for state in ("requested", "returning"):
        if state in running:
            return state
    if running and all(state == "refunded" for state in refund_states):
        return "refunded"
    return "rejected" if "rejected" in running else "none"


def hold_state(kinds: list[str]) -> str:
    """The order's hold axis from its open flags: the most serious one is named."""
    return next((kind for kind in ("platform", "risk", "manual") if kind in kinds), "none")


def one_word(
    payment: str, delivery: str, hold: str, fulfil: str, after_sale: str, *, stuck: bool
) -> str:
    """The order's state in one word; `stuck`: an exception keeps it from being routed."""
    if payment == "closed":
        return "cancelled"
    if payment == "refunded" or after_sale == "refunded":
        return "closed"
    if delivery == "finished":
        return "completed"
    if delivery == "shipped" or fulfil == "shipped":
        return "shipped"
    if fulfil == "refused":
        return "exception"
    if fulfil in ("handed_over", "partly_shipped", "cancelling"):
        return "handed_over"
    if payment in ("unpaid", "deposit_paid"):
        return "awaiting_payment"
    if hold != "none":
        return "held"
    if stuck:
        return "exception"
    return "short" if fulfil == "short" else "to_ship"
