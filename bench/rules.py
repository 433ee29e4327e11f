"""How fast a decision list is: 20,000 orders, 30 rows, beside hand-written Python and libraries.

All of them run in turn, several rounds, in one process; quoted are medians of ratios to the
hand-written function of the same round. Libraries are measured only where they are installed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from bench.report import machine
from bench.rules_by_hand import first_row
from bench.rules_orders import make
from bench.zen import expression
from orderloom.engine.jsonlogic import compile_list

Order = dict[str, Any]
Engine = Callable[[Order], int | None]
ORDERS = 20_000
SLOW = 2_000  # what is far slower is given fewer orders
RULES: list[Any] = json.loads(Path(__file__).with_name("rules.json").read_text(encoding="utf-8"))


def chain() -> Any:
    """The list as one rule: the number of the first row that matches, else null."""
    return {"if": [part for number, rule in enumerate(RULES) for part in (rule, number)] + [None]}


def engines() -> dict[str, Engine]:
    """Whatever can be measured here, ours first."""
    found: dict[str, Engine] = {
        "hand-written": first_row,
        "orderloom": compile_list(RULES).first,
        "orderloom, closures": compile_list(RULES, fast=False).first,
    }
    for name, make_engine in _LIBRARIES.items():
        try:
            found[name] = make_engine()
        except ImportError:
            print(f"{name}: not installed, left out")
    return found


def _datalogic() -> Engine:
    rule = import_module("datalogic_py").Engine().compile(json.dumps(chain()))
    return lambda order: _number(rule.evaluate(order))


def _panzi() -> Engine:
    apply, rule = import_module("json_logic").jsonLogic, chain()
    return lambda order: _number(apply(rule, order))


def _zen() -> Engine:
    compiled = import_module("zen").compile_expression(expression(RULES))
    return lambda order: _number(compiled.evaluate(order))


_LIBRARIES: Mapping[str, Callable[[], Engine]] = {
    "datalogic-py": _datalogic,
    "panzi-json-logic": _panzi,
    "zen-engine": _zen,
}


def _number(value: Any) -> int | None:
    return None if value is None else int(value)


def check(found: Mapping[str, Engine], orders: Sequence[Order]) -> dict[str, int]:
    """How many of the first orders each engine decides unlike the hand-written function."""
    wanted = [first_row(order) for order in orders[:SLOW]]
    return {
        name: sum(run(order) != row for order, row in zip(orders, wanted, strict=False))
        for name, run in found.items()
    }


def measure(found: Mapping[str, Engine], orders: Sequence[Order], rounds: int) -> dict[str, Any]:
    """Per engine: the median of its speed relative to the hand-written one, and microseconds."""
    slow = {name for name in found if _once(found[name], orders[:200]) > 20e-6}
    ratios: dict[str, list[float]] = {name: [] for name in found}
    best: dict[str, float] = dict.fromkeys(found, float("inf"))
    for _ in range(rounds):
        for name, run in found.items():
            sample = orders[:SLOW] if name in slow else orders
            hand, took = _once(first_row, sample), _once(run, sample)
            again = _once(first_row, sample)
            ratios[name].append((hand + again) / 2 / took)
            best[name] = min(best[name], took)
    return {
        name: {"ratio": round(median(ratios[name]), 3), "best_us": round(best[name] * 1e6, 1)}
        for name in found
    }


def _once(run: Engine, orders: Sequence[Order]) -> float:
    """Seconds an order."""
    began = perf_counter()
    for order in orders:
        run(order)
    return (perf_counter() - began) / len(orders)


def main(rounds: int, json_file: Path | None) -> int:
    """Exit code 1 when ours decides otherwise than by hand, or is slower than 0.7 of it."""
    orders, found = make(ORDERS), engines()
    wrong = check(found, orders)
    figures = measure(found, orders, rounds)
    print(f"{ORDERS} orders, {len(RULES)} rows, {rounds} rounds; {machine()}\n")
    print(f"{'':22}{'speed':>8}{'best µs':>10}{'other results':>15}")
    for name, figure in figures.items():
        print(f"{name:22}{figure['ratio']:>8}{figure['best_us']:>10}{wrong[name]:>15}")
    if json_file:
        json_file.write_text(json.dumps({"figures": figures, "wrong": wrong}, indent=1))
    right = not wrong["orderloom"] and not wrong["orderloom, closures"]
    return 0 if right and figures["orderloom"]["ratio"] >= 0.7 else 1
