"""JSONLogic as json-logic-js 2.0.5 evaluates it, with operators of our own.

    rule = compile_rule({">": [{"var": "total"}, 10_000]})
    rule.test({"total": 25_000})        # True
    rule.trace({"total": 25_000})       # every value on the way

Three deliberate differences from json-logic-js: inherited JavaScript names (`constructor`) are
plain missing; a key that looks like a rule is never evaluated by `missing`; `log` writes nothing.
"""

from orderloom.engine.jsonlogic.errors import RuleFailed, RuleInvalid
from orderloom.engine.jsonlogic.operators import (
    CATALOGUE,
    Example,
    Names,
    Operator,
    Operators,
    Param,
    fact_key,
    fact_of,
)
from orderloom.engine.jsonlogic.parse import Limits, parse, parse_text
from orderloom.engine.jsonlogic.rule import CompiledList, CompiledRule, compile_list, compile_rule
from orderloom.engine.jsonlogic.trace import TraceNode
from orderloom.engine.jsonlogic.tree import Json, ListNode, Literal, Node, Op, to_json

__all__ = [
    "CATALOGUE",
    "CompiledList",
    "CompiledRule",
    "Example",
    "Json",
    "Limits",
    "ListNode",
    "Literal",
    "Names",
    "Node",
    "Op",
    "Operator",
    "Operators",
    "Param",
    "RuleFailed",
    "RuleInvalid",
    "TraceNode",
    "compile_list",
    "compile_rule",
    "fact_key",
    "fact_of",
    "parse",
    "parse_text",
    "to_json",
]
