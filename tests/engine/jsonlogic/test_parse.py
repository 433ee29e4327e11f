"""Rules are read losslessly, within bounds, and every refusal names its place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.engine.jsonlogic import (
    Limits,
    ListNode,
    Literal,
    Op,
    RuleInvalid,
    parse,
    parse_text,
    to_json,
)

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
scalars = scalars.filter(lambda value: value not in (float("inf"), float("-inf")))
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=20,
)


@given(documents)
def test_nothing_is_lost(document: Any) -> None:
    again = to_json(parse(document))
    assert json.dumps(again) == json.dumps(document)  # key order, bare arguments, 1 and 1.0 alike


@given(documents)
def test_reading_text_is_reading_its_value(document: Any) -> None:
    text = json.dumps(document)
    assert parse_text(text) == parse(json.loads(text))


@given(documents)
def test_every_pointer_leads_to_its_node(document: Any) -> None:
    nodes = [parse(document)]
    while nodes:
        node = nodes.pop()
        assert json.dumps(to_json(node)) == json.dumps(_at(document, node.pointer))
        nodes.extend(node.args if isinstance(node, Op) else ())
        nodes.extend(node.items if isinstance(node, ListNode) else ())


def _at(document: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        document = document[int(name) if isinstance(document, list) else name]
    return document


def test_the_tree() -> None:
    node = parse({"/": [{"var": "a"}, [1], {"x": 1, "y": {"var": "b"}}]})
    assert node == Op(
        "",
        "/",
        (
            Op("/~1/0", "var", (Literal("/~1/0/var", "a"),), bare=True),
            ListNode("/~1/1", (Literal("/~1/1/0", 1),)),
            Literal("/~1/2", {"x": 1, "y": {"var": "b"}}),
        ),
        bare=False,
    )


def _nested(levels: int) -> Any:
    rule: Any = 1
    for _ in range(levels):
        rule = {"!": [rule]}
    return rule


REFUSED: list[tuple[Any, Limits, str, str]] = [
    (_nested(5), Limits(depth=5), "rules.too_deep", "/!/0/!/0/!/0/!/0/!/0"),
    (_nested(500), Limits(depth=10_000), "rules.too_deep", "/!/0" * 128),
    ({"a": {"x": [[[1]]], "y": 1}}, Limits(depth=3), "rules.too_deep", "/a/x/0"),
    ([1, 2, 3], Limits(nodes=3), "rules.too_many_nodes", "/2"),
    ({"a": 1, "b": 2}, Limits(nodes=2), "rules.too_many_nodes", "/b"),
    (["abc", "def"], Limits(text=5), "rules.too_long", "/1"),
    ({"x" * 6: 1}, Limits(text=5), "rules.too_long", ""),
    ([float("nan")], Limits(), "rules.not_json", "/0"),
    ([{1, 2}], Limits(), "rules.not_json", "/0"),
    ({1: 2}, Limits(), "rules.not_json", ""),
    ({"a": 1, 2: 3}, Limits(), "rules.not_json", ""),
]


@pytest.mark.parametrize(("rule", "limits", "code", "where"), REFUSED)
def test_refusals_say_where(rule: Any, limits: Limits, code: str, where: str) -> None:
    with pytest.raises(RuleInvalid) as caught:
        parse(rule, limits)
    assert (caught.value.code, caught.value.where) == (code, where)


def test_the_limits_themselves_are_allowed() -> None:
    assert to_json(parse(_nested(5), Limits(depth=6, nodes=6, text=5))) == _nested(5)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"and": [true], "and": [false]}', "rules.duplicate_key"),
        ('{"==": [{"x": 1, "x": 2}, 1]}', "rules.duplicate_key"),
        ("[NaN]", "rules.not_json"),
        ("[1e999]", "rules.not_json"),
        ('{"a": ', "rules.not_json"),
        ("[" * 100_000, "rules.too_deep"),
        (" " * 300_000, "rules.too_long"),
    ],
)
def test_text_that_is_refused(text: str, code: str) -> None:
    with pytest.raises(RuleInvalid) as caught:
        parse_text(text)
    assert caught.value.code == code


def test_pointers_can_begin_anywhere() -> None:
    with pytest.raises(RuleInvalid) as caught:
        parse({"!": [[float("inf")]]}, at="/rules/0/when")
    assert caught.value.where == "/rules/0/when/!/0/0"
