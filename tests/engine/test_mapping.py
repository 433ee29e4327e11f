"""From a channel's order to the canonical one: exact, complete, and never silently wrong."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.engine.canonical import LINE_FIELDS, ORDER_FIELDS, Field
from orderloom.engine.mapping import MAX_LINES, FieldMapping, compile_mapping, trace

DOCUMENT: dict[str, Any] = {
    "id": "shop",
    "order": [
        {"to": "external_no", "from": "no", "steps": [{"do": "text"}]},
        {"to": "placed_at", "from": "at", "steps": [{"do": "time"}]},
        {
            "to": "payment_state",
            "from": "status",
            "steps": [{"do": "table", "entries": {"P": "paid", "U": "unpaid"}}],
        },
        {"to": "total", "from": "amount", "steps": [{"do": "yuan"}]},
        {"to": "phone", "from": ["mobile", "to.phone"], "steps": [{"do": "phone"}]},
        {"to": "address", "from": "to.street"},
        {"to": "currency", "value": "CNY"},
    ],
    "lines": {
        "each": "items",
        "fields": [
            {"to": "external_line_no", "from": "id", "steps": [{"do": "text"}]},
            {"to": "quantity", "from": "n", "steps": [{"do": "quantity"}]},
            {"to": "price", "from": "price", "steps": [{"do": "yuan"}]},
        ],
    },
}
BODY: dict[str, Any] = {
    "no": 2034455667780000017,
    "at": "2026-10-01 08:00:00",
    "status": "P",
    "amount": "69.00",
    "to": {"phone": "138 0000 0000", "street": "示例路1号"},
    "items": [{"id": 1, "n": "2", "price": "34.50"}],
}


@pytest.fixture
def mapping() -> FieldMapping:
    return compile_mapping(DOCUMENT)


def changed(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(BODY), **changes}


def reasons(mapping: FieldMapping, body: dict[str, Any]) -> dict[str, str]:
    _, problems = mapping.apply(body, frozenset())
    return {problem.field: problem.reason for problem in problems}


def test_an_order_has_exactly_the_canonical_fields(mapping: FieldMapping) -> None:
    order, problems = mapping.apply(BODY, frozenset())
    assert problems == []
    added = {"lines", "masked", "tags", "item_count", "address_issues"}
    assert set(order) == {f.name for f in ORDER_FIELDS} | added
    assert set(order["lines"][0]) == {field.name for field in LINE_FIELDS}
    assert order["external_no"] == "2034455667780000017"
    assert order["total"] == 6_900
    assert order["phone"] == "13800000000"
    assert order["address"] == "示例路1号"
    assert order["item_count"] == 2
    assert order["delivery_state"] == "none"


def test_the_first_place_that_holds_something_wins(mapping: FieldMapping) -> None:
    order, _ = mapping.apply(changed(mobile="13900000000"), frozenset())
    assert order["phone"] == "13900000000"
    order, _ = mapping.apply(changed(mobile=""), frozenset())
    assert order["phone"] == "13800000000"


def test_orders_do_not_share_their_defaults(mapping: FieldMapping) -> None:
    first, _ = mapping.apply(BODY, frozenset())
    second, _ = mapping.apply(BODY, frozenset())
    first["promotion_tags"].append("x")
    first["lines"][0]["quantity"] = 9
    first["tags"].append("x")
    assert second["promotion_tags"] == []
    assert second["lines"][0]["quantity"] == 2
    assert second["tags"] == []


def test_only_what_may_be_masked_counts_as_masked(mapping: FieldMapping) -> None:
    order, _ = mapping.apply(BODY, frozenset({"phone", "total"}))
    assert order["masked"] == ["phone"]


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"no": None}, "external_no", "missing"),
        ({"no": "9" * 201}, "external_no", "text_too_long"),
        ({"no": {"a": 1}}, "external_no", "not_text"),
        ({"at": "0000-00-00 00:00:00"}, "placed_at", "missing"),
        ({"at": "soon"}, "placed_at", "not_a_time"),
        ({"status": "X"}, "payment_state", "not_in_table"),
        ({"amount": "-1.00"}, "total", "negative_amount"),
        ({"amount": "1e999999999"}, "total", "amount_out_of_range"),
        ({"to": {"street": ["x"]}}, "address", "not_text"),
        ({"to": {"street": "x" * 2001}}, "address", "text_too_long"),
        ({"items": []}, "lines", "no_lines"),
        ({"items": None}, "lines", "no_lines"),
        ({"items": "many"}, "lines", "no_lines"),
        ({"items": ["first"]}, "lines/1", "not_a_record"),
        ({"items": [{"id": 1, "n": 0}]}, "lines/1/quantity", "quantity_out_of_range"),
        ({"items": [{"id": 1, "n": 10**9}]}, "lines/1/quantity", "quantity_out_of_range"),
        ({"items": [{"n": 1}]}, "lines/1/external_line_no", "missing"),
        ({"items": [{"id": 1, "n": 1}, {"id": "1", "n": 1}]}, "lines/2/external_line_no",
         "line_twice"),
        ({"items": [{"id": n, "n": 1} for n in range(5_000)]}, "lines", "too_many_lines"),
    ],
)  # fmt: skip
def test_bad_values_are_named_with_their_field_and_reason(
    mapping: FieldMapping, changes: dict[str, Any], field: str, reason: str
) -> None:
    assert reasons(mapping, changed(**changes))[field] == reason


def test_all_problems_of_an_order_are_told_at_once(mapping: FieldMapping) -> None:
    body = changed(status="X", amount="much", items=[{"id": 1, "n": 0}, {"id": 2, "n": "1"}])
    assert set(reasons(mapping, body)) == {"payment_state", "total", "lines/1/quantity"}


def test_a_problem_shows_what_was_found_in_short(mapping: FieldMapping) -> None:
    _, problems = mapping.apply(changed(status="X" * 500), frozenset())
    (problem,) = problems
    assert problem.value == "X" * 80
    assert problem.step == "table"


def test_as_many_lines_as_allowed_are_taken(mapping: FieldMapping) -> None:
    items = [{"id": n, "n": 1} for n in range(MAX_LINES)]
    order, problems = mapping.apply(changed(items=items), frozenset())
    assert problems == []
    assert order["item_count"] == MAX_LINES


def test_fields_of_the_blueprint_are_mapped_and_guarded() -> None:
    own = [
        Field("vip", "yes_no", "贵宾", "VIP"),
        Field("points", "integer", "积分", "Points"),
        Field("labels", "texts", "标签", "Labels"),
    ]
    document = copy.deepcopy(DOCUMENT)
    document["order"] += [{"to": f.name, "from": f.name} for f in own]
    mapping = compile_mapping(document, own)
    order, problems = mapping.apply(changed(vip=True, points="12", labels=["a"]), frozenset())
    assert (problems, order["vip"], order["points"], order["labels"]) == ([], True, 12, ["a"])
    assert reasons(mapping, changed(vip="yes", points=10**30, labels="a,b")) == {
        "vip": "not_yes_no",
        "points": "number_out_of_range",
        "labels": "not_texts",
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.decimals(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*BODY, "mobile"]), JSON), st.booleans())
def test_whatever_comes_either_maps_or_is_refused_with_reasons(
    changes: dict[str, Any], whole: bool
) -> None:
    body = changed(**changes) if whole else changes
    order, problems = compile_mapping(DOCUMENT).apply(body, frozenset())
    if not problems:
        assert all(order[f.name] is not None for f in ORDER_FIELDS if f.required)
        assert isinstance(order["total"], int)
        assert order["item_count"] > 0
    assert all(problem.reason.isidentifier() for problem in problems)


def test_a_trace_tells_source_and_every_step(mapping: FieldMapping) -> None:
    fields = {entry["to"]: entry for entry in trace(mapping, BODY)}
    assert fields["phone"] == {
        "to": "phone",
        "from": "to.phone",
        "raw": "138 0000 0000",
        "value": "13800000000",
        "transforms": [{"name": "phone", "before": "138 0000 0000", "after": "13800000000"}],
    }


def test_a_trace_shows_where_a_value_failed(mapping: FieldMapping) -> None:
    fields = {entry["to"]: entry for entry in trace(mapping, changed(amount="much"))}
    assert fields["total"]["value"] is None
    assert fields["total"]["transforms"] == [
        {"name": "yuan", "before": "much", "failed": "not_an_amount"}
    ]
