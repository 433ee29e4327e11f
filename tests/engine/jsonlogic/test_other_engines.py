"""Two other Python engines as second opinions: where they agree, and why neither decides.

They pass the official suite and agree on well-typed conditions; what follows are the cases in
which they differ from json-logic-js, and so from the browser (docs/adr/0007).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from random import Random
from typing import Any

import pytest

from orderloom.engine.jsonlogic import RuleFailed, compile_rule
from tests.engine.jsonlogic import golden
from tests.engine.jsonlogic.oracle import ERROR, carried, same

Engine = Callable[[Any, Any], Any]
PAIRS = 400


def ours(rule: Any, data: Any) -> Any:
    try:
        return carried(compile_rule(rule, fast=False).evaluate(data))
    except RuleFailed:
        return ERROR


def _datalogic() -> Engine:
    engine = import_module("datalogic_py").Engine()
    return lambda rule, data: engine.compile(json.dumps(rule)).evaluate(data)


def _panzi() -> Engine:
    evaluate: Engine = import_module("json_logic").jsonLogic
    return evaluate


ENGINES: dict[str, Engine] = {"datalogic": _datalogic(), "panzi": _panzi()}
EACH = pytest.mark.parametrize("name", ENGINES)


def theirs(name: str, rule: Any, data: Any) -> Any:
    try:
        return carried(ENGINES[name](rule, data))
    except Exception:  # noqa: BLE001 - each has its own kinds of errors
        return ERROR


def differing(name: str, pairs: list[tuple[Any, Any]]) -> list[Any]:
    asked = ((rule, data, ours(rule, data), theirs(name, rule, data)) for rule, data in pairs)
    return [found for found in asked if not same(found[2], found[3])]


@EACH
def test_they_pass_the_official_suite(name: str) -> None:
    official = golden.read("official.json")
    assert len(official) == 277
    asked = ((case, theirs(name, case["rule"], case["data"])) for case in official)
    assert [case for case, found in asked if not same(found, case["expected"])] == []


NAN, INFINITY = {"$js": "NaN"}, {"$js": "Infinity"}
# what it is about, rule, data, json-logic-js and ours, datalogic-py 5.9, panzi-json-logic 1.0
DEVIATIONS: list[tuple[str, Any, Any, Any, Any, Any]] = [
    ("durations", {"===": ["1d", "24h"]}, None, False, True, False),
    ("durations", {"===": ["60s", "1m"]}, None, False, True, False),
    ("durations", {"in": ["1d", ["24h"]]}, None, False, True, False),
    ("durations", {"<": ["5m", "10m"]}, None, False, True, False),
    (
        "instants as texts",
        {"==": ["2026-01-01T00:00:00Z", "2026-01-01T08:00:00+08:00"]},
        None,
        False,
        True,
        False,
    ),
    ("null is no nought", {"==": [None, 0]}, None, False, True, True),
    ("null in a sum", {"+": [None, 1]}, None, NAN, 1, 1),
    ("true in a sum", {"+": [True, 1]}, None, NAN, 2, 2),
    ("a third subtrahend", {"-": [10, 2, 3]}, None, 8, 5, 8),
    ("division by nought", {"/": [1, 0]}, None, INFINITY, ERROR, ERROR),
    ("negative remainder", {"%": [-7, 3]}, None, -1, -1, 2),
    ("text beside number", {"<": ["abc", 5]}, None, False, ERROR, False),
    ("a list of one", {"==": [["a"], "a"]}, None, True, ERROR, True),
    ("missing: null", {"missing": ["a"]}, {"a": None}, ["a"], [], ["a"]),
    ("missing: empty", {"missing": ["a"]}, {"a": ""}, ["a"], [], ["a"]),
    ("default beside null", {"var": ["a", 9]}, {"a": None}, None, None, 9),
    ("length", {"var": "items.length"}, {"items": [1, 2]}, 2, None, 2),
    ("number in a text", {"in": [1, "a1"]}, None, True, False, True),
    ("joining null", {"cat": ["x", None]}, None, "x", "x", "xnull"),
    ("joining true", {"cat": [True]}, None, "true", "true", "True"),
    ("joining 1.0", {"cat": [{"var": "a"}]}, {"a": 1.0}, "1", "1.0", "1"),
    ("merging null", {"merge": [None, [1]]}, None, [None, 1], [1], [None, 1]),
    ("an empty object holds", {"!!": [{"var": "a"}]}, {"a": {}}, True, False, True),
    ("2**53 + 1", {"+": [{"var": "a"}, 0]}, {"a": 2**53 + 1}, 2**53, 2**53 + 1, 2**53 + 1),
    (
        "reducing without a start",
        {"reduce": [[1, 2], {"+": [{"var": "current"}, {"var": "accumulator"}]}]},
        None,
        NAN,
        3,
        3,
    ),
]


@pytest.mark.parametrize(
    ("rule", "data", "exact", "datalogic", "panzi"), [case[1:] for case in DEVIATIONS]
)
def test_where_they_differ(rule: Any, data: Any, exact: Any, datalogic: Any, panzi: Any) -> None:
    said = [ours(rule, data), theirs("datalogic", rule, data), theirs("panzi", rule, data)]
    wanted = [exact, datalogic, panzi]
    assert all(same(one, other) for one, other in zip(said, wanted, strict=True)), said


WORDS = ("浙江", "江苏", "SKU-1", "TEE-BLK-S", "顺丰", "jd", "请发顺丰")
LASTING = ("1d", "24h", "60s", "1m", "3m")  # lengths and models that look like times


class Typed:
    """Conditions of the kinds people drag, on orders in which every field is there."""

    def __init__(self, seed: int, words: tuple[str, ...]) -> None:
        self._random, self._words = Random(seed), words

    def pair(self) -> tuple[Any, Any]:
        return self._condition(3), self._order()

    def _order(self) -> Any:
        pick = self._random.choice
        lines = [self._line() for _ in range(self._random.randrange(1, 4))]
        texts = {name: pick(self._words) for name in ("province", "note", "platform")}
        return {**texts, "total": self._fen(), "paid": self._fen(), "tags": [], "lines": lines}

    def _line(self) -> Any:
        pick = self._random.choice
        return {"sku": pick(self._words), "quantity": pick((1, 2, 5)), "price": self._fen()}

    def _fen(self) -> int:
        return self._random.choice((0, 1, 990, 12_900, 200_000))

    def _condition(self, depth: int, inside: bool = False) -> Any:
        kind = self._random.randrange(6) if depth else 5
        below = [self._condition(depth - 1, inside) for _ in range(2)] if kind < 4 else []
        if kind < 2:
            return {("and", "or")[kind]: below}
        if kind == 2:
            return {"!": [below[0]]}
        if kind == 3:
            return {"if": [below[0], below[1], False]}
        if kind == 4 and not inside:
            name = self._random.choice(("some", "all", "none"))
            return {name: [{"var": "lines"}, self._condition(depth - 1, inside=True)]}
        return self._test(inside)

    def _test(self, inside: bool) -> Any:
        pick = self._random.choice
        number = {"var": pick(("quantity", "price") if inside else ("total", "paid"))}
        text = {"var": "sku" if inside else pick(("province", "note", "platform"))}
        words = [pick(self._words) for _ in range(3)]
        return pick(
            (
                {pick((">", ">=", "<", "<=", "==", "!=")): [number, self._fen()]},
                {"<=": [self._fen(), number, self._fen()]},
                {">": [{pick("+-*"): [number, 2]}, self._fen()]},
                {pick(("==", "===", "!=")): [text, pick(self._words)]},
                {"in": [text, words]},
                {"in": [pick(self._words), text]},
            )
        )


@EACH
def test_they_agree_on_well_typed_conditions(name: str) -> None:
    typed = Typed(0, WORDS)
    pairs = [typed.pair() for _ in range(PAIRS)]
    assert differing(name, pairs) == []
    held = sum(ours(*pair) is True for pair in pairs)
    assert PAIRS / 4 < held < 3 * PAIRS / 4, "neither mostly true nor mostly false"


def test_texts_that_look_like_times_are_why_the_fast_one_cannot_decide() -> None:
    typed = Typed(0, LASTING)
    pairs = [typed.pair() for _ in range(PAIRS)]
    assert differing("panzi", pairs) == []
    assert len(differing("datalogic", pairs)) > PAIRS / 20
