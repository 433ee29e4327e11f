"""The fast path: a rule as generated Python, about as fast as writing it by hand.

The code is built as syntax nodes, never as text, and what comes from a rule is in it only as
constants. Where data is of a kind the code is not made for (a text where numbers are compared in
earnest, a list where an object should be), it gives up and the closures answer.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, Final

from orderloom.engine.jsonlogic.closures import BUDGET, LOOPS
from orderloom.engine.jsonlogic.codegen import logic, pieces
from orderloom.engine.jsonlogic.codegen.emit import Emitter
from orderloom.engine.jsonlogic.codegen.frame import Scope
from orderloom.engine.jsonlogic.codegen.loops import LOOP_FORMS
from orderloom.engine.jsonlogic.codegen.program import RETREATS, Program
from orderloom.engine.jsonlogic.codegen.relations import RELATIONS
from orderloom.engine.jsonlogic.operators import Names
from orderloom.engine.jsonlogic.tree import Node, Op, depth, walk

Evaluate = Callable[[Any], Any]
_DEEPEST: Final = 48  # beyond this CPython's compiler may run out of stack
_FORMS: Final = {
    **RELATIONS,
    **LOOP_FORMS,
    "var": logic.variable,
    "if": logic.choice,
    "?:": logic.choice,
    "and": logic.conjunction,
    "or": logic.disjunction,
    "!": logic.negation,
    "!!": logic.truth,
}
_TESTS: Final = {
    "if": logic.choice_test,
    "?:": logic.choice_test,
    "and": logic.conjunction_test,
    "or": logic.disjunction_test,
}


def generate(
    node: Node, names: Names, slow: Evaluate, *, test: bool, budget: int = BUDGET
) -> Evaluate | None:
    """A function of the data that gives the rule's value, or (`test`) whether it holds.

    `slow` does the same by closures. None if the rule has no fast form.
    """
    if depth(node) > _DEEPEST or any(map(_undefined, walk(node))):
        return None
    program = Program(node, names, budget)
    try:
        _write(program, test)
        program.restart(counting=False)
        body = _write(program, test)
        return _made(program, body, slow)
    except RecursionError:
        return None


def _undefined(node: Node) -> bool:
    """Whether the value may be JavaScript's undefined, which the fast path does not know."""
    if not isinstance(node, Op):
        return False
    least = 2 if node.name in LOOPS else 1 if node.name in ("and", "or", "log") else 0
    return len(node.args) < least


def _write(program: Program, test: bool) -> list[ast.stmt]:
    emitter = Emitter(program, _FORMS, _TESTS)
    frame = program.frame(":root", Scope("data"))
    logic.ends(emitter, program.root, frame, logic.as_test if test else logic.as_result)
    return frame.block


def _made(program: Program, body: list[ast.stmt], slow: Evaluate) -> Evaluate:
    if program.with_run:
        run = pieces.call("Run", pieces.name("data"), pieces.constant(program.budget))
        body.insert(0, pieces.assign("run", run))
    again = pieces.give(pieces.call("slow", pieces.name("data")))
    handler = ast.ExceptHandler(pieces.name("RETREATS"), None, [again])
    guarded = ast.Try(body, [handler], [], [])
    rule = pieces.function("rule", ["data"], [guarded])
    program.space.update(slow=slow, RETREATS=RETREATS)
    module = ast.Module([*program.functions, rule], [])
    pieces.locate(module)
    return _function(module, program.space)


def _function(module: ast.Module, space: dict[str, Any]) -> Evaluate:
    # Safe: the module consists of nodes from this package; a rule contributes constants only
    # (scalars and frozensets of them), never names, attributes or text that is parsed. The
    # namespace has no builtins but a handful of types and `len`.
    exec(compile(module, "<rule>", "exec"), space)  # noqa: S102
    made: Evaluate = space["rule"]
    return made
