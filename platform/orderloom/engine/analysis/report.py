"""What is wrong with a decision list: rows that cannot match or collide, orders left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from orderloom.engine.analysis import formula as fm
from orderloom.engine.analysis import witness
from orderloom.engine.analysis.boxes import Box, Budget, TooHard, points
from orderloom.engine.analysis.fields import Schema
from orderloom.engine.analysis.reader import Reader, Sets, Tables, holds
from orderloom.engine.jsonlogic import CompiledRule, compile_rule, parse

Kind = Literal["never", "covered", "overlap", "gap", "undecided"]
STEPS = 20_000  # of one question
TRIES = 24  # boxes in which a witness is looked for


@dataclass(frozen=True)
class Finding:
    """`rows`: positions from 0, the row itself first. `witness`: an order that shows it."""

    kind: Kind
    rows: tuple[int, ...]
    witness: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class ListText:
    """A decision list as the analyser reads it; `results` tell rows with the same effect apart."""

    conditions: Sequence[Any]
    results: Sequence[Any]
    mode: Literal["first", "all"] = "first"
    otherwise: bool = False


@dataclass
class _Row:
    formula: fm.Formula
    rule: CompiledRule
    boxes: list[Box] | None = None


@dataclass
class Analyser:
    """Reads all rows once, then answers questions about them."""

    text: ListText
    schema: Schema
    sets: Sets = field(default_factory=dict)
    tables: Tables = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._reader = Reader(self.schema.order, self.sets, self.tables)
        self._rows = [self._row(condition) for condition in self.text.conditions]
        self._reader.close()
        lines = Reader(self.schema.line, self.sets, self.tables)
        self._maker = witness.line_maker(self.schema, self._reader.tests, lines)
        for row in self._rows:
            row.boxes = self._boxes(row.formula)

    def _row(self, condition: Any) -> _Row:
        node = parse(condition)
        rule = compile_rule(node, sets=self.sets, tables=self.tables)
        return _Row(self._reader.read(node), rule)

    def _boxes(self, formula: fm.Formula) -> list[Box] | None:
        try:
            return self._reader.boxes(formula, Budget(STEPS))
        except (TooHard, RecursionError):
            return None

    def findings(self) -> list[Finding]:
        """All findings, row by row."""
        found: list[Finding] = []
        dead: set[int] = set()
        for index in range(len(self._rows)):
            finding = self._reachable(index)
            if finding is not None:
                found.append(finding)
                dead.add(index)
        found.extend(self._overlaps(dead))
        if self.text.mode == "first" and not self.text.otherwise:
            found.extend(self._gap())
        return found

    def _reachable(self, index: int) -> Finding | None:
        """A finding when no order reaches the row, or when that cannot be decided."""
        alone = self._search([index], ())
        if alone is None:
            return Finding("never", (index,))
        if self.text.mode == "all" or isinstance(alone, Finding):
            return alone if isinstance(alone, Finding) else None
        earlier = range(index)
        reached = self._search([index], earlier)
        if reached is None:
            return Finding("covered", (index, *self._cover(index)), alone)
        return reached if isinstance(reached, Finding) else None

    def _cover(self, index: int) -> list[int]:
        """The earlier rows that take the row's orders: one alone if it does, else those needed."""
        for other in range(index):
            if self._search([index], [other]) is None:
                return [other]
        needed = list(range(index))
        for other in range(index):
            fewer = [row for row in needed if row != other]
            if self._search([index], fewer) is None:
                needed = fewer
        return needed

    def _overlaps(self, dead: set[int]) -> Iterator[Finding]:
        """Pairs that both match an order with different results, neither inside the other.

        Where all matching rows act, that is what such a list is for.
        """
        if self.text.mode == "all":
            return
        for second in range(len(self._rows)):
            for first in range(second):
                if {first, second} & dead or self._same(first, second):
                    continue
                both = self._search([first, second], ())
                if isinstance(both, dict) and self._apart(first, second):
                    yield Finding("overlap", (first, second), both)

    def _same(self, first: int, second: int) -> bool:
        return bool(self.text.results[first] == self.text.results[second])

    def _apart(self, first: int, second: int) -> bool:
        """In a first-match list a narrow row before a wide one is how such lists are written."""
        return (
            self._search([first], [second]) is not None
            and self._search([second], [first]) is not None
        )

    def _gap(self) -> Iterator[Finding]:
        found = self._search([], range(len(self._rows)))
        if isinstance(found, Finding):
            yield Finding("undecided", ())
        elif found is not None:
            yield Finding("gap", (), found)

    def _search(
        self, inside: Sequence[int], outside: Sequence[int]
    ) -> Mapping[str, Any] | Finding | None:
        """An order in all of `inside` and none of `outside`; None: proven that there is none."""
        undecided = Finding("undecided", tuple(inside))
        try:
            return self._find(inside, outside, Budget(STEPS), undecided)
        except (TooHard, RecursionError):
            return undecided

    def _find(
        self, inside: Sequence[int], outside: Sequence[int], budget: Budget, undecided: Finding
    ) -> Mapping[str, Any] | Finding | None:
        proven = self._reader.exact(self._rows[i].formula for i in (*inside, *outside))
        tries = 0
        for box in self._parts(inside, outside, budget):
            tries += 1
            if tries > TRIES:
                return undecided
            try:
                found = self._witness(box, inside, outside, budget)
            except witness.Impossible:
                proven = proven and self._maker.reader.exact(
                    body for _, body in self._maker.bodies.values()
                )
                continue
            if found is not None:
                return found
            proven = False
        return None if proven else undecided

    def _parts(
        self, inside: Sequence[int], outside: Sequence[int], budget: Budget
    ) -> Iterator[Box]:
        formula = fm.Every(tuple(self._rows[i].formula for i in inside))
        starts = self._reader.boxes(formula, budget)
        holes: list[Box] = []
        for index in outside:
            found = self._rows[index].boxes
            if found is None:
                raise TooHard
            holes.extend(found)
        for start in starts:
            yield from points(start, holes, self._reader.full, budget)

    def _witness(
        self, box: Box, inside: Sequence[int], outside: Sequence[int], budget: Budget
    ) -> Mapping[str, Any] | None:
        for order in witness.orders(self._reader, self._maker, box, self.schema, budget):
            if all(holds(self._rows[i].rule, order) for i in inside) and not any(
                holds(self._rows[i].rule, order) for i in outside
            ):
                return order
        return None


def analyse(
    text: ListText, schema: Schema, sets: Sets | None = None, tables: Tables | None = None
) -> list[Finding]:
    """Findings about a decision list; every witness was evaluated against the rows themselves."""
    return Analyser(text, schema, sets or {}, tables or {}).findings()
