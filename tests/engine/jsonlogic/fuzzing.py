"""Random rules and data: any type anywhere, right types with gaps, right types throughout.

Left out, as ours differs on purpose: names every JavaScript object inherits, rules in the data
of `missing`, integers beyond 2**53.
"""

from __future__ import annotations

from random import Random
from typing import Any, Literal

Mode = Literal["wild", "nullable", "typed"]
MODES: tuple[Mode, ...] = ("wild", "nullable", "typed")

TEXTS = (
    "", "a", "b", "ab", "abc", "0", "1", "10", "-1", " 5 ", "1e3", "0x1F", ".5", "5.", "1.5abc",
    "Infinity", "-Infinity", "NaN", "null", "true", "浙江", "浙江省", "上海", "𠮷", "𠮷野", "！",
    "é", "\u3000", "\t7\n", "1,2", "[object Object]", "2026-11-11", "2026-02-01", "0b11", "1_000",
    "٣",
)  # fmt: skip
NUMBERS = (
    0, 1, 2, 3, 5, 7, 10, 100, -1, -2, -10, 0.5, 1.5, -0.5, 2.0, 0.1, 0.2, 1e21, 1e-7, 123456789,
    9007199254740991, 9007199254740992, -9007199254740992, 4294967296, 1e300, 1.0,
)  # fmt: skip
SCALARS = (None, True, False)
PATHS = ("a", "b", "c", "n", "t", "flag", "o.x", "o.y", "o.deep.z", "items", "tags", "nums", "gone")
WILD_PATHS = (
    "", "items.0", "items.1.qty", "items.length", "tags.0", "t.length", "t.0", "nums.01", "n.x",
    "a.b.c", "o", ".", "a.", "o..x", "1", "0", "tags.-1",
)  # fmt: skip
ITEM_PATHS = ("qty", "sku", "price", "gift", "spec.color", "gone", "")


class Fuzzer:
    """A stream of (rule, data) pairs that a seed fixes."""

    def __init__(self, seed: int, mode: Mode) -> None:
        self._random = Random(seed)
        self._mode = mode

    def pair(self) -> tuple[Any, Any]:
        """One rule and data for it."""
        return self.rule(self._random.choice((2, 3, 4, 5))), self.data()

    # ── data

    def data(self) -> Any:
        pick = self._random.choice
        if self._mode == "wild" and self._random.random() < 0.08:
            return pick((None, 5, "text", [1, "2", [3]], True, []))
        full = {
            "a": self.scalar(), "b": self.scalar(), "c": self.scalar(),
            "n": pick(NUMBERS), "t": pick(TEXTS), "flag": pick((True, False)),
            "o": {"x": pick(NUMBERS), "y": pick(TEXTS), "deep": {"z": pick(NUMBERS)}},
            "items": [self._item() for _ in range(self._random.randrange(4))],
            "tags": [pick(TEXTS) for _ in range(self._random.randrange(4))],
            "nums": [pick(NUMBERS) for _ in range(self._random.randrange(5))],
        }  # fmt: skip
        return {key: self._gap(value) for key, value in full.items() if not self._absent()}

    def _item(self) -> Any:
        pick = self._random.choice
        item = {
            "qty": pick((1, 2, 3, 0)), "sku": pick(TEXTS), "price": pick(NUMBERS),
            "gift": pick((True, False)), "spec": {"color": pick(TEXTS)},
        }  # fmt: skip
        return {key: self._gap(value) for key, value in item.items() if not self._absent()}

    def _absent(self) -> bool:
        return self._mode != "typed" and self._random.random() < 0.12

    def _gap(self, value: Any) -> Any:
        chance = self._random.random()
        if self._mode != "typed" and chance < 0.12:
            return None
        return self._anything(2) if self._mode == "wild" and chance < 0.35 else value

    def _anything(self, depth: int) -> Any:
        kind = self._random.randrange(8 if depth else 5)
        if kind < 5:
            return self.scalar()
        size = self._random.randrange(4)
        if kind == 5:
            return {self._random.choice("abxyz"): self._anything(depth - 1) for _ in range(size)}
        return [self._anything(depth - 1) for _ in range(size)]

    def scalar(self) -> Any:
        pool = self._random.choice((TEXTS, NUMBERS, SCALARS))
        return self._random.choice(pool)

    # ── rules

    def rule(self, depth: int, paths: tuple[str, ...] = PATHS) -> Any:
        if depth <= 0 or self._random.random() < 0.1:
            return self._leaf(paths)
        if self._mode == "wild":
            return self._wild(depth, paths)
        return self._boolean(depth, paths)

    def _leaf(self, paths: tuple[str, ...]) -> Any:
        chance = self._random.random()
        if chance < 0.55:
            return self._var(paths)
        if chance < 0.9:
            return self.scalar()
        if chance < 0.97:
            return [self.scalar() for _ in range(self._random.randrange(4))]
        return self._random.choice(({}, {"x": 1, "y": {"var": "a"}}))

    def _var(self, paths: tuple[str, ...]) -> Any:
        pick, chance = self._random.choice, self._random.random()
        path: Any = pick(paths)
        if self._mode == "wild" and chance < 0.2:
            path = pick((*WILD_PATHS, 0, 1, 1.5, None, True))
        if chance > 0.85:
            return {"var": [path, self.scalar()]}
        return {"var": [path]} if chance > 0.75 else {"var": path}

    def _wild(self, depth: int, paths: tuple[str, ...]) -> Any:
        pick = self._random.choice

        def below(inside: tuple[str, ...] = paths) -> Any:
            return self.rule(depth - 1, inside)

        name = pick((
            "==", "!=", "===", "!==", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "min", "max",
            "in", "cat", "substr", "merge", "log", "!", "!!", "if", "?:", "and", "or", "and", "or",
            "if", "in", "==", "map", "filter", "some", "all", "none", "reduce", "missing",
            "missing_some", "list", "var", "+", "-", "<", "unknown.op", "in",
        ))  # fmt: skip
        if name == "list":
            return [below() for _ in range(self._random.randrange(4))]
        if name in ("map", "filter", "some", "all", "none"):
            return {name: [self._source(depth), below(ITEM_PATHS)][: pick((2, 2, 2, 2, 2, 1))]}
        if name == "reduce":
            return {name: [self._source(depth), self._step(depth), below()][: pick((3, 3, 3, 2))]}
        if name == "missing":
            return {name: [pick((*PATHS, *WILD_PATHS)) for _ in range(self._random.randrange(4))]}
        if name == "missing_some":
            keys: Any = [pick(PATHS) for _ in range(self._random.randrange(4))]
            return {name: [self.scalar(), keys if self._random.random() < 0.9 else pick(TEXTS)]}
        if name == "var":
            return {name: [{"cat": ["o.", pick("xyz")]}, below()]}
        if self._random.random() < 0.08:
            return {name: below()} if name != "*" else {name: [below()]}
        return {name: [below() for _ in range(pick((0, 1, 2, 2, 2, 2, 2, 3, 3, 4, 5)))]}

    def _source(self, depth: int) -> Any:
        lists: tuple[Any, ...] = ({"var": "items"}, {"var": "tags"}, {"var": "nums"})
        chance = self._random.random()
        if chance < 0.2 and depth > 1:
            name = self._random.choice(("filter", "map"))
            return {name: [self._source(depth - 1), self.rule(depth - 2, ITEM_PATHS)]}
        if chance < 0.3 and self._mode == "wild":
            return self.rule(depth - 1)
        return self._random.choice(lists)

    def _step(self, depth: int) -> Any:
        inner = ("current", "accumulator", "current.qty", "current.price", "accumulator.x", "")
        name = self._random.choice(("+", "*", "max", "and", "or", "if", "cat", "-", "/", "=="))
        if self._random.random() < 0.2:
            return self.rule(depth - 1, inner)
        return {name: [self._leaf(inner) for _ in range(self._random.choice((2, 2, 3)))]}

    # ── rules with the right types

    def _boolean(self, depth: int, paths: tuple[str, ...]) -> Any:
        pick, inside = self._random.choice, paths is not PATHS
        kind = self._random.randrange(11)
        if kind < 3:
            size = self._random.randrange(1, 5)
            return {pick(("and", "or")): [self._boolean(depth - 1, paths) if depth > 1 else
                                          self._relation(inside) for _ in range(size)]}  # fmt: skip
        if kind == 3:
            return {pick(("!", "!!")): [self.rule(depth - 1, paths)]}
        if kind == 4:
            tests = [self.rule(depth - 1, paths) for _ in range(pick((3, 5, 4, 13)))]
            return {"if": tests}
        if kind < 7 and not inside:
            name = pick(("some", "all", "none", "filter", "map"))
            return {name: [self._source(depth), self.rule(depth - 1, ITEM_PATHS)]}
        if kind == 7 and not inside:
            return {"reduce": [self._source(depth), self._step(depth), pick((0, 1, 0.5, "", None))]}
        return self._relation(inside)

    def _relation(self, inside: bool) -> Any:
        pick = self._random.choice
        number = {"var": pick(("qty", "price") if inside else ("n", "o.x", "o.deep.z"))}
        text = {"var": pick(("sku", "spec.color") if inside else ("t", "o.y"))}
        flag = {"var": "gift" if inside else "flag"}
        return pick((
            {pick(("<", "<=", ">", ">=", "==", "!=", "===")): [number, pick(NUMBERS)]},
            {pick(("<", "<=", ">", ">=", "==", "!=")): [pick(NUMBERS), number]},
            {pick(("<", "<=")): [pick(NUMBERS), number, pick(NUMBERS)]},
            {pick(("==", "!=", "===", "!==", "<", ">=")): [text, pick(TEXTS)]},
            {"in": [text, [pick(TEXTS) for _ in range(self._random.randrange(5))]]},
            {"in": [number, [pick(NUMBERS) for _ in range(self._random.randrange(4))]]},
            {"in": [pick(TEXTS), text]},
            {"in": [text, pick(TEXTS)]},
            {pick(("==", "!=", "===")): [flag, pick((True, False, None))]},
            {pick(("==", "!=")): [text, None]},
            {pick((">", "<=")): [{pick("+*-"): [number, pick(NUMBERS)]}, pick(NUMBERS)]},
            {pick((">", "==")): [{pick("/%"): [number, pick(NUMBERS)]}, number]},
            {"==": [{"cat": [text, "-", number]}, pick(TEXTS)]},
            {"==": [{"substr": [text, pick((0, 1, -1)), pick((1, 2, -1))]}, pick(TEXTS)]},
            flag,
        ))  # fmt: skip


def pairs(seed: int, count: int) -> list[tuple[Any, Any]]:
    """`count` pairs, the three modes in turn."""
    fuzzers = [Fuzzer(seed * len(MODES) + index, mode) for index, mode in enumerate(MODES)]
    return [fuzzers[index % len(fuzzers)].pair() for index in range(count)]
