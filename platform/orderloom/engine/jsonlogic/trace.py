"""Evaluation with every step kept. Uses the reference closures, so nothing can differ."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from orderloom.engine.jsonlogic.clean import Copier, cleaned, scalar
from orderloom.engine.jsonlogic.closures import BUDGET, LOOPS, Builder, Closure, Run
from orderloom.engine.jsonlogic.errors import RuleFailed
from orderloom.engine.jsonlogic.operators import Names
from orderloom.engine.jsonlogic.tree import Literal, Node, Op, constant, walk

MAX_ENTRIES: Final = 100_000  # nodes and list items kept; the rest is evaluated, not written down
MAX_VALUES: Final = 500_000  # in a trace as JSON, where lists appear at every node that gave them


@dataclass(slots=True)
class TraceNode:
    """One evaluated node. `op` is an operator, "list" or "literal"; `args` are the nodes
    evaluated for it, in order (what was short-circuited is absent); `var` the path read;
    `item` counts the items of a loop, whose bodies share one pointer. Lists and objects among the
    values are those of the data, not copies.
    """

    pointer: str
    op: str
    value: Any = None
    args: list[TraceNode] = field(default_factory=list)
    var: str | None = None
    item: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The node as plain JSON; absent keys mean not applicable. Raises RuleFailed if huge."""
        return self._document(Copier(MAX_VALUES))

    def _document(self, copier: Copier) -> dict[str, Any]:
        document: dict[str, Any] = {"pointer": self.pointer, "op": self.op}
        document["value"] = copier.copy(self.value)
        document["args"] = [arg._document(copier) for arg in self.args]
        if self.var is not None:
            document["var"] = self.var
        if self.item is not None:
            document["item"] = self.item
        return document


def trace(node: Node, names: Names, data: Any, budget: int = BUDGET) -> TraceNode:
    """The tree of values of one evaluation; raises what evaluating raises."""
    recorder = _Recorder(node)
    value = Builder(names, recorder.watch).build(node)(data, Run(data, budget))
    whole = recorder.top.args[0]
    whole.value = cleaned(value)
    return whole


class _Recorder:
    """Writes down what closures do, in the order they are entered."""

    def __init__(self, node: Node) -> None:
        self.top = TraceNode("", "root")
        self._open = [self.top]
        self._room = MAX_ENTRIES
        self._bodies = {
            op.args[1].pointer
            for op in walk(node)
            if isinstance(op, Op) and op.name in LOOPS and len(op.args) > 1
        }

    def watch(self, node: Node, closure: Closure) -> Closure:
        """A closure that leaves an entry each time it runs."""
        op, path = _op(node), _path(node)

        def watched(data: Any, run: Run) -> Any:
            self._room -= 1
            if self._room < 0:
                return closure(data, run)
            entry = TraceNode(node.pointer, op, var=path, item=self._item(node.pointer))
            self._open[-1].args.append(entry)
            self._open.append(entry)
            value = closure(data, run)
            self._open.pop()
            self._room -= len(value) if value.__class__ is list else 0
            entry.value = scalar(value) if self._room >= 0 else None
            if op == "literal":
                entry.args.clear()
            return value

        return watched

    def _item(self, pointer: str) -> int | None:
        if pointer not in self._bodies:
            return None
        siblings = self._open[-1].args
        if not siblings or siblings[-1].pointer != pointer:
            return 0
        return (siblings[-1].item or 0) + 1


def _op(node: Node) -> str:
    if isinstance(node, Op):
        return node.name
    return "literal" if isinstance(node, Literal) or constant(node) else "list"


def _path(node: Node) -> str | None:
    if not isinstance(node, Op) or node.name != "var" or not node.args:
        return None
    path = node.args[0]
    return path.value if isinstance(path, Literal) and isinstance(path.value, str) else None


def locate(node: Node, names: Names, data: Any, budget: int = BUDGET) -> str | None:
    """Where an evaluation fails: the pointer of the innermost operation that raised."""
    found: list[str] = []

    def watch(inner: Node, closure: Closure) -> Closure:
        def watched(seen: Any, run: Run) -> Any:
            try:
                return closure(seen, run)
            except (RuleFailed, RecursionError):
                found.append(inner.pointer)
                raise

        return watched

    try:
        Builder(names, watch).build(node)(data, Run(data, budget))
    except (RuleFailed, RecursionError):
        return found[0] if found else None
    return None
