"""The strict profile: every trap is named at its place, and what passes is safe."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderloom.engine.jsonlogic import compile_rule
from orderloom.engine.jsonlogic.check import FieldSpec, Schema, check

LINE = {
    "qty": FieldSpec("integer", least=1),
    "price": FieldSpec("money", least=0),
    "sku": FieldSpec("text", nullable=True),
    "gift": FieldSpec("yes_no"),
    "weight": FieldSpec("number", nullable=True, least=0),
}
FIELDS = {
    "total": FieldSpec("money", least=0),
    "paid": FieldSpec("money", nullable=True, least=0),
    "count": FieldSpec("integer", least=1),
    "level": FieldSpec("integer"),
    "ratio": FieldSpec("number", nullable=True),
    "placed_at": FieldSpec("instant"),
    "ship_by": FieldSpec("instant", nullable=True),
    "state": FieldSpec("choice", choices=("unpaid", "paid", "closed")),
    "province": FieldSpec("text", nullable=True, choices=("浙江", "江苏", "新疆")),
    "note": FieldSpec("text", nullable=True),
    "platform": FieldSpec("text"),
    "vip": FieldSpec("yes_no"),
    "urgent": FieldSpec("yes_no", nullable=True),
    "tags": FieldSpec("texts"),
    "lines": FieldSpec("list", fields=LINE),
    "buyer": FieldSpec("object", nullable=True, fields={"age": FieldSpec("integer")}),
    "phone": FieldSpec("text", nullable=True, channels={"taobao": "masked", "jd": "never"}),
}
SCHEMA = Schema(FIELDS, facts={"orders": FieldSpec("integer", nullable=True, least=0)})


def v(path: str) -> dict[str, str]:
    return {"var": path}


def there(path: str) -> dict[str, Any]:
    return {"!=": [v(path), None]}


FINE: list[Any] = [
    True,
    {">": [v("total"), 10_000]},
    {"<": [1, v("count"), 5]},
    {"==": [v("state"), "paid"]},
    {"==": [v("province"), "浙江"]},
    {"in": [v("province"), ["浙江", "江苏"]]},
    {"in": [v("platform"), ["jd", "taobao"]]},
    {"in": ["急", v("note")]},
    {"in": ["赠品", v("tags")]},
    {"==": [v("note"), None]},
    there("note"),
    {"and": [there("paid"), {"<": [v("paid"), 100]}]},
    {"or": [{"==": [v("paid"), None]}, {"<": [v("paid"), 100]}]},
    {"if": [{"==": [v("paid"), None]}, False, {"<": [v("paid"), 100]}]},
    {"and": [{"!": {"missing": ["paid", "ratio"]}}, {"<": [v("paid"), v("total")]}]},
    {"and": [{"!": {"==": [v("paid"), None]}}, {"<": [v("paid"), v("total")]}]},
    {"and": [{">": [v("total"), 0]}, {"in": [v("note"), ["a"]]}, {"!=": [v("note"), "b"]}]},
    {">": [{"+": [v("total"), 100]}, {"*": [v("count"), 50]}]},
    {">": [{"/": [v("total"), v("count")]}, 100]},
    {"and": [{"!=": [v("level"), 0]}, {">": [{"/": [v("total"), v("level")]}, 1]}]},
    {"if": [{">": [v("level"), 0]}, {">": [{"%": [v("total"), v("level")]}, 1]}, True]},
    {">": [{"-": [{"max": [v("total"), 5]}, 1]}, 2]},
    {"<": [{"-": [v("placed_at"), {"ts": "2026-10-01T00:00:00+08:00"}]}, 60_000]},
    v("vip"),
    {"!": v("urgent")},
    {"and": [v("vip"), {"or": [v("urgent"), {"!": [v("vip")]}]}]},
    {"some": [v("lines"), {">": [v("qty"), 2]}]},
    {"some": [v("lines"), {"and": [there("weight"), {">": [v("weight"), 2]}]}]},
    {"none": [{"filter": [v("lines"), v("gift")]}, {"text_has": [v("sku"), "X"]}]},
    {"some": [v("tags"), {"==": [v(""), "vip"]}]},
    {">": [{"reduce": [v("lines"), {"+": [v("accumulator"), v("current.qty")]}, 0]}, 3]},
    {">": [{"reduce": [{"map": [v("lines"), v("price")]},
                       {"+": [v("accumulator"), v("current")]}, 0]}, 3]},
    {">": [{"sum_of": [v("lines"), "qty"]}, 3]},
    {"<": [{"count_if": [v("lines"), v("gift")]}, 3]},
    {"in_region": [v("province"), ["浙江省", "@remote"]]},
    {"starts_with": [v("note"), "急"]},
    {"time_in": [v("ship_by"), "09:00", "18:00"]},
    {"and": [{"!=": [{"fact": ["orders", 60]}, None]}, {"<": [{"fact": ["orders", 60]}, 3]}]},
    {"and": [{"!=": [{"fact": ["orders", 60]}, None]},
             {"some": [v("lines"), {"<": [{"fact": ["orders", 60]}, 3]}]}]},
    {"and": [there("buyer.age"), {"<": [v("buyer.age"), 3]}]},
    {"==": [{"cat": [v("platform"), "-", v("count")]}, "jd-1"]},
    {"==": [{"substr": [v("platform"), 0, 2]}, "jd"]},
]  # fmt: skip


@pytest.mark.parametrize("rule", FINE)
def test_sound_rules_pass_without_a_word(rule: Any) -> None:
    assert check(rule, SCHEMA) == []
    compile_rule(rule)


Wrong = tuple[Any, str, str, str]  # rule, code, pointer, severity
WRONG: list[Wrong] = [
    ({">": [v("totl"), 1]}, "unknown_field", "/>/0", "error"),
    ({"some": [v("lines"), v("vip")]}, "unknown_field", "/some/1", "error"),
    (v("lines.length"), "unknown_field", "", "error"),
    (v("constructor"), "unknown_field", "", "error"),
    ({"!": {"missing": ["paid", "nope"]}}, "unknown_field", "/!/missing/1", "error"),
    ({"<": [v("paid"), 100]}, "missing_matches", "", "error"),
    ({">=": [v("paid"), 0]}, "missing_matches", "", "error"),
    ({">": [v("paid"), 100]}, "missing_unsaid", "", "warning"),
    ({"<": [{"fact": ["orders", 60]}, 3]}, "missing_matches", "", "error"),
    ({"!=": [v("note"), "x"]}, "missing_matches", "", "warning"),
    ({"or": [there("paid"), {"<": [v("paid"), 1]}]}, "missing_matches", "/or/1", "error"),
    ({"and": [{"<": [v("paid"), 1]}, there("paid")]}, "missing_matches", "/and/0", "error"),
    ({"<": [{"var": ["paid", 500]}, 100]}, "default_unused", "/</0", "warning"),
    ({">": [{"+": [v("paid"), 1]}, 2]}, "missing_in_sum", "/>/0/+/0", "error"),
    ({">": [v("note"), 5]}, "wrong_type", "/>/0", "error"),
    ({">": [v("total"), "100"]}, "wrong_type", "/>/1", "error"),
    ({"<": [v("platform"), "b"]}, "wrong_type", "/</0", "error"),
    ({">": [v("lines"), 1]}, "wrong_type", "/>/0", "error"),
    ({"==": [v("tags"), "a"]}, "wrong_type", "/==/0", "error"),
    ({"==": [v("total"), "100"]}, "never_equal", "", "error"),
    ({"===": [v("vip"), 1]}, "never_equal", "", "error"),
    ({"in": [v("count"), [1, "2"]]}, "never_equal", "/in/1/1", "error"),
    ({"in": [5, v("tags")]}, "never_equal", "", "error"),
    ({"in": [5, v("note")]}, "wrong_type", "/in/0", "error"),
    ({"in": ["", v("note")]}, "empty_text", "/in/0", "error"),
    ({"in": [v("note"), []]}, "empty_list", "", "warning"),
    ({"in": [v("note"), v("total")]}, "wrong_type", "/in/1", "error"),
    ({"==": [v("state"), "Paid"]}, "impossible_value", "/==/1", "error"),
    ({"in": [v("province"), ["浙江", "浙工"]]}, "impossible_value", "/in/1/1", "error"),
    ({"in_region": [v("province"), ["浙江", "江苏省", "江酥"]]},
     "impossible_value", "/in_region/1/2", "error"),
    ({"==": [v("placed_at"), v("total")]}, "different_units", "", "error"),
    ({"<": [v("total"), v("placed_at")]}, "different_units", "", "error"),
    ({">": [{"+": [v("total"), v("placed_at")]}, 1]}, "different_units", "/>/0", "error"),
    ({">": [{"/": [v("total"), v("level")]}, 1]}, "may_divide_by_zero", "/>/0///1", "error"),
    ({">": [{"/": [1, 0]}, 1]}, "may_divide_by_zero", "/>/0///1", "error"),
    ({">": [{"%": [1, {"-": [v("total"), 1]}]}, 1]}, "may_divide_by_zero", "/>/0/%/1", "error"),
    (v("total"), "wrong_type", "", "error"),
    ({"and": [v("note"), True]}, "not_a_condition", "/and/0", "error"),
    ({"!": v("lines")}, "not_a_condition", "/!", "error"),
    ({"if": [v("total"), True, False]}, "not_a_condition", "/if/0", "error"),
    ({"some": [v("lines"), v("qty")]}, "not_a_condition", "/some/1", "error"),
    ({"some": [v("total"), True]}, "wrong_type", "/some/0", "error"),
    ({"or": [False, {"nope": 1}]}, "unknown_operator", "/or/1", "error"),
    ({"missing_some": [1, ["paid"]]}, "not_in_profile", "", "error"),
    ({"==": [{"log": v("note")}, "x"]}, "not_in_profile", "/==/0", "error"),
    ({"==": [{"var": {"cat": ["a", "b"]}}, "x"]}, "path_not_written", "/==/0", "error"),
    ({"==": [{"var": ""}, "x"]}, "whole_record", "/==/0", "error"),
    ({"==": [{"a": 1, "b": 2}, "x"]}, "object_in_rule", "/==/0", "error"),
    ({">": [v("total")]}, "arity", "", "error"),
    ({"==": [v("state"), "paid", "paid"]}, "arity", "", "error"),
    ({">": [{"+": [v("total")]}, 1]}, "arity", "/>/0", "error"),
    ({">": [{"reduce": [v("lines"), v("current.qty")]}, 1]}, "arity", "/>/0", "error"),
    ({">": [{"reduce": [v("lines"), v("current.sku"), 0]}, 1]}, "wrong_type", "/>/0/reduce/1",
     "error"),
    ({"some": [v("lines"), {">": [v("weight"), 1]}]}, "missing_unsaid", "/some/1", "warning"),
    ({"and": [there("weight"), True]}, "unknown_field", "/and/0/!=/0", "error"),
    ({"text_has": [v("lines"), "x"]}, "wrong_type", "/text_has/0", "error"),
    ({">": [{"sum_of": [v("lines"), "sku"]}, 1]}, "wrong_type", "/>/0/sum_of/1", "error"),
    ({">": [{"fact": ["order", 60]}, 1]}, "unknown_fact", "/>/0", "error"),
    ({"==": [{"substr": [v("note"), 0, 2]}, "ab"]}, "missing_in_sum", "/==/0/substr/0", "error"),
    ({"==": [{"cat": [v("vip"), "x"]}, "ab"]}, "wrong_type", "/==/0/cat/0", "error"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "code", "pointer", "severity"), WRONG)
def test_traps_are_named_at_their_place(rule: Any, code: str, pointer: str, severity: str) -> None:
    pointer = pointer.replace("///", "/~1/")
    found = [(d.code, d.pointer, d.severity) for d in check(rule, SCHEMA)]
    assert (f"rules.{code}", pointer, severity) in found


def test_channels_that_mask_a_field() -> None:
    rule = {"==": [v("phone"), "13800000000"]}
    assert check(rule, SCHEMA, channels=["tmall"]) == []
    found = check(rule, SCHEMA, channels=["taobao", "jd"])
    assert [(d.code, d.severity, d.params) for d in found] == [
        ("rules.field_masked", "warning", {"field": "phone", "channel": "taobao"}),
        ("rules.field_never", "warning", {"field": "phone", "channel": "jd"}),
    ]


FIXED: list[tuple[Any, Any]] = [
    ({">": [v("totl"), 1]}, {">": [v("total"), 1]}),
    ({"==": [v("state"), "piad"]}, {"==": [v("state"), "paid"]}),
    ({"==": [v("total"), "100"]}, {"==": [v("total"), 100]}),
    ({"==": [v("platform"), 100]}, {"==": [v("platform"), "100"]}),
    ({">": [v("total"), "100"]}, {">": [v("total"), 100]}),
    ({"<": [v("paid"), 100]}, {"and": [there("paid"), {"<": [v("paid"), 100]}]}),
    ({"or": [v("vip"), v("note")]}, {"or": [v("vip"), there("note")]}),
    ({"starts_wit": [v("note"), "a"]}, {"starts_with": [v("note"), "a"]}),
    ({"==": [{"fact": ["order", 1]}, 2]}, {"==": [{"fact": ["orders", 1]}, 2]}),
]


def put(document: Any, pointer: str, value: Any) -> Any:
    if not pointer:
        return value
    _, step, *rest = pointer.split("/")
    inner = "".join(f"/{name}" for name in rest)
    if isinstance(document, list):
        return [put(d, inner, value) if i == int(step) else d for i, d in enumerate(document)]
    return {k: put(d, inner, value) if k == step else d for k, d in document.items()}


@pytest.mark.parametrize(("rule", "better"), FIXED)
def test_the_fix_put_in_place_passes(rule: Any, better: Any) -> None:
    (finding,) = check(rule, SCHEMA)
    assert finding.fix is not None
    fixed = put(rule, finding.fix.pointer, finding.fix.rule)
    assert fixed == better
    assert check(fixed, SCHEMA) == []


def test_what_a_rule_is_to_give() -> None:
    assert check(v("total"), SCHEMA, expects="number") == []
    assert check(v("total"), SCHEMA, expects=None) == []
    assert check({"fact": "x"}, Schema(FIELDS)) == []  # nothing is known of it


# ── whatever passes is safe: random rules over random records

texts = st.sampled_from(["浙江", "江苏", "jd", "a", "", "5"])
numbers = st.sampled_from([0, 1, 2, 5, -3, 0.5, 1000])


def _value(spec: FieldSpec) -> st.SearchStrategy[Any]:
    match spec.kind:
        case "yes_no":
            found: st.SearchStrategy[Any] = st.booleans()
        case "texts":
            found = st.lists(texts, max_size=3)
        case "list" | "object":
            record = st.fixed_dictionaries({k: _value(s) for k, s in spec.fields.items()})
            found = st.lists(record, max_size=3) if spec.kind == "list" else record
        case "text" | "choice":
            found = st.sampled_from(spec.choices) if spec.choices else texts
        case _:
            found = numbers.filter(lambda n: spec.least is None or n >= spec.least)
            found = found if spec.kind == "number" else found.filter(lambda n: isinstance(n, int))
    return st.none() | found if spec.nullable else found


records = st.fixed_dictionaries({name: _value(spec) for name, spec in FIELDS.items()})
ORDER = {
    "number": ("total", "paid", "count", "level", "ratio", "buyer.age"),
    "text": ("state", "province", "note", "platform"),
    "boolean": ("vip", "urgent"),
}
ITEM = {"number": ("qty", "price", "weight"), "text": ("sku",), "boolean": ("gift",)}
FOLD = {"number": ("current.qty", "current.weight", "accumulator"), "text": (), "boolean": ()}
Names = dict[str, tuple[str, ...]]


@st.composite
def likely(draw: st.DrawFn, kind: str = "boolean", names: Names = ORDER, depth: int = 3) -> Any:
    """A rule that is mostly of the right types, but careless about what may be missing."""

    def of(kind: str, names: Names = names) -> Any:
        return draw(likely(kind, names, depth - 1))

    def one(*choices: Any) -> Any:
        return draw(st.sampled_from(choices))

    if depth == 0 or draw(st.integers(0, 9)) == 0:
        constants = {"number": numbers, "text": texts, "boolean": st.booleans()}[kind]
        return draw(st.sampled_from(names[kind]).map(v) if names[kind] else constants)
    if kind == "text":
        return one({"cat": [of("text"), of("number")]}, {"if": [of("boolean"), of("text"), "a"]})
    if kind == "number":
        operator = one("+", "-", "*", "/", "%", "max", "min", "if", "reduce", "count_if")
        if operator == "if":
            return {"if": [of("boolean"), of("number"), of("number")]}
        if operator == "reduce" and names is ORDER:
            return {"reduce": [v("lines"), of("number", FOLD), one(0, 1, None)]}
        if operator == "count_if" and names is ORDER:
            return {"count_if": [v("lines"), of("boolean", ITEM)]}
        return {one("+", "-", "*", "/", "%", "max"): [of("number"), of("number")]}
    path = one(*names["number"], *names["text"]) if names["number"] else "x"
    operator = one("and", "or", "!", "<", ">=", "==", "!=", "in", "some", "guard", "unless")
    if operator in ("and", "or"):
        return {operator: [of("boolean"), of("boolean")]}
    if operator == "!":
        return {"!": [of("boolean")]}
    if operator in ("<", ">=", "==", "!="):
        return {operator: [of("number"), of("number")]}
    if operator == "in":
        return {"in": [of("text"), draw(st.lists(texts, max_size=2))]}
    if operator == "some" and names is ORDER:
        return {one("some", "all", "none"): [v("lines"), of("boolean", ITEM)]}
    if operator == "guard":
        return {"and": [{"!=": [v(path), one(None, 0)]}, of("boolean")]}
    return {"or": [{"==": [v(path), one(None, 0)]}, of("boolean")]}


@settings(max_examples=600, deadline=None)
@given(st.integers(1, 4).flatmap(lambda depth: likely(depth=depth)), records)
def test_whatever_passes_never_gives_a_surprise(rule: Any, record: Any) -> None:
    if any(found.severity == "error" for found in check(rule, SCHEMA, expects=None)):
        return
    nodes = [compile_rule(rule).trace(record)]
    while nodes:
        node = nodes.pop()
        nodes.extend(node.args)
        assert node.value == node.value, "not a number"
        assert node.value not in (float("inf"), float("-inf"))
        if node.op in ("and", "or", "!", "==", "<", "some", "all", "none", "in"):
            assert isinstance(node.value, bool) or node.value is None
        if node.op in ("<", ">", "<=", ">=", "+", "-", "*", "/", "%", "max"):
            kinds = {type(arg.value) for arg in node.args}
            ordered = node.op in ("<", ">", "<=", ">=")
            assert kinds <= ({int, float, type(None)} if ordered else {int, float}), node
