"""Numbers stay exact, and each record's text is the very text received."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.connect import dump_json, parse_json, split_json

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=12,
)


def test_long_numbers_and_money_stay_exact() -> None:
    value = parse_json('{"tid": 20344556677889900119999, "fee": 0.10}')
    assert value == {"tid": 20344556677889900119999, "fee": Decimal("0.10")}
    assert dump_json(value) == '{"tid":20344556677889900119999,"fee":0.10}'


@pytest.mark.parametrize(
    "text", ["", " ", "{", '{"a":1', "NaN", '{"a":Infinity}', "[1,]", "1 2", "[" * 50_000, "'x'"]
)
def test_what_is_not_json(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the class is the promise
        parse_json(text)
    with pytest.raises(ValueError):  # noqa: PT011
        split_json(text or "{", "*", "trades", "trade")


def test_what_no_database_stores_is_replaced() -> None:
    assert parse_json(r'{"a\u0000": ["\ud83d", "ok \ud83d\ude00"]}') == {"a�": ["�", "ok 😀"]}


@given(st.lists(JSON, max_size=5), st.sampled_from([None, 0, 2]))
def test_records_are_cut_out_exactly(records: list[Any], indent: int | None) -> None:
    texts = [json.dumps(record, indent=indent) for record in records]
    text = '{"x_response": {"total_results": 5, "trades": {"trade": [%s]}, "id": "r"}}'
    split = split_json(text % " , ".join(texts), "*", "trades", "trade")
    assert [raw for _, raw in split.records] == texts
    assert split.outer == {"total_results": 5, "id": "r"}
    assert split.names == ("x_response", "trades", "trade")


@given(JSON)
def test_splitting_agrees_with_parsing(value: Any) -> None:
    text = json.dumps({"answer": value})
    split = split_json(text, "answer")
    expected = value if isinstance(value, list) else [] if value is None else [value]
    assert [record for record, _ in split.records] == [parse_json(json.dumps(v)) for v in expected]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('{"r":{"trades":{"trade":{"tid":1}}}}', 1),
        ('{"r":{"trades":{"trade":[]}}}', 0),
        ('{"r":{"trades":{"trade":null}}}', 0),
        ('{"r":{"trades":null}}', 0),
        ('{"r":{"trades":""}}', 0),
        ('{"r":{}}', 0),
        ("[1]", 0),
        ("7", 0),
    ],
)
def test_empty_and_single(text: str, count: int) -> None:
    assert len(split_json(text, "*", "trades", "trade").records) == count


def test_every_prefix_of_an_answer_is_recognised_as_cut() -> None:
    text = '{"r": {"total_results": 2, "trades": {"trade": [{"tid": 1}, {"tid": 2}]}}}'
    for end in range(len(text)):
        with pytest.raises(ValueError):  # noqa: PT011
            split_json(text[:end], "*", "trades", "trade")
