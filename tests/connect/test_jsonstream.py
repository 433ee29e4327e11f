"""Records of JSON files come out one by one, wherever the file's pieces begin and end."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderloom.connect import TOP_ENVELOPE, FileRecord, json_records, parse_json

relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
LIMIT = 10_000
TID = 2034455667788990011


def reading(text: str, piece: int) -> Callable[[int], str]:
    """Gives the text in pieces of that length."""
    pieces: Iterator[str] = (text[i : i + piece] for i in range(0, len(text), piece))
    return lambda _most: next(pieces, "")


def records(text: str, piece: int = 1 << 20, limit: int = LIMIT) -> list[FileRecord]:
    return list(json_records(reading(text, piece), TOP_ENVELOPE, limit))


def seen(text: str, piece: int = 1 << 20, limit: int = LIMIT) -> list[str]:
    """Texts of the records, codes of the errors."""
    found = records(text, piece, limit)
    assert [record.place for record in found] == list(range(1, len(found) + 1))
    return [record.error.code if record.error else record.text for record in found]


ONE, TWO = '{"tid":1,"orders":{"order":[{"oid":"1"}]}}', '{"tid": 2, "title": "a]}\\"{"}'


@pytest.mark.parametrize(
    "text",
    [
        f"[{ONE},{TWO}]",
        f"\n [ {ONE} ,\r\n\t{TWO} ] \n",
        f"{ONE}\n{TWO}\n",
        f"{ONE}\r\n\r\n{TWO}",
        f"{ONE} {TWO}",
        f'{{"trades_sold_get_response":{{"total_results":2,"trades":{{"trade":[{ONE},{TWO}]}},'
        '"request_id":"k"}}',
        f'{{"total_results":200000,"trades":[{ONE},{TWO}],"has_next":false}}',
        f'[{{"trade_fullinfo_get_response":{{"trade":{ONE}}}}},{{"trade":{TWO}}}]',
        f'{{"trade_fullinfo_get_response":{{"trade":{ONE},"request_id":"k"}}}}\n{TWO}',
        f"[[{ONE}],[{TWO}]]",
        f"[null,{ONE},{TWO}]",
    ],
)
@pytest.mark.parametrize("piece", [1, 2, 3, 7, 16, 1000])
def test_every_shape_gives_the_same_records(text: str, piece: int) -> None:
    assert seen(text, piece) == [ONE, TWO]


@pytest.mark.parametrize("text", ["", " \n", "[]", '{"x_response":{"total_results":0}}'])
def test_a_file_may_hold_no_record(text: str) -> None:
    assert seen(text, 3) == []


BROKEN = "connect.payload_not_json"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[{"tid":},{"tid":2}]', [BROKEN, '{"tid":2}']),
        ('[{"tid":NaN},{"tid":2}]', [BROKEN, '{"tid":2}']),
        ('{"tid":1\n{"tid":2}\n{"tid":3}', [BROKEN, '{"tid":2}', '{"tid":3}']),
        ('{"tid":"1}\n{"tid":"2"}\n{"tid":"3"}\n', [BROKEN, '{"tid":"2"}', '{"tid":"3"}']),
        ('{"tid":1}\nno json\n{"tid":3}', ['{"tid":1}', BROKEN, '{"tid":3}']),
        ('{"tid":1}]', ['{"tid":1}', BROKEN]),
        ('[{"tid":1} {"tid":2}]', ['{"tid":1}', BROKEN]),
        ('[{"tid":1,"a":"x"y"},{"tid":2,"b":"some more"}]', [BROKEN, "file.rest_unread"]),
        ("[" * 100, [BROKEN]),
        (f'[{{"tid":{"9" * 5000}}},{{"tid":2}}]', [BROKEN, '{"tid":2}']),
        ('{"a":' * 100_000, [BROKEN]),
    ],
)
@pytest.mark.parametrize("piece", [1, 5, 16, 17, 4096])
def test_a_broken_record_is_named_and_left_behind(
    text: str, expected: list[str], piece: int
) -> None:
    if len(text) > 100_000 and piece < 100:
        piece = 1000
    assert seen(text, piece) == expected


@pytest.mark.parametrize("piece", [1, 100, 4096, 1 << 20])
def test_a_record_beyond_the_limit_is_not_read(piece: int) -> None:
    huge = json.dumps({"tid": 1, "note": "\\]}{[" * 3000})
    text = f"[{huge},{ONE}]"
    assert seen(text, piece) == ["file.record_too_large", ONE]
    assert seen(f"{huge}\n{ONE}", piece) == ["file.record_too_large", ONE]


def test_the_window_does_not_grow_with_the_file() -> None:
    """A record without end is given up as soon as it is too large."""
    asked = 0

    def endless(most: int) -> str:
        nonlocal asked
        asked += 1
        return ('["' + "x" * most)[:most] if asked == 1 else "x" * most

    record = next(json_records(endless, TOP_ENVELOPE, LIMIT))
    assert record.error is not None
    assert record.error.code == "file.record_too_large"
    assert asked < 5


def test_numbers_of_any_size_stay_exact() -> None:
    numbers = [TID, 10**40, 2**64, 0.1]
    (record,) = records(json.dumps([{"tid": TID, "n": numbers}]), 3)
    assert record.text == json.dumps({"tid": TID, "n": numbers})
    assert parse_json(record.text)["n"][:3] == numbers[:3]


words = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ["\\", '"', "]}", '{"tid":', "\n{", "李小明", "𠮷"]
)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)
trades = st.builds(
    lambda tid, more: {"tid": tid, **more},
    st.integers(10**18, 10**19 - 1),
    st.dictionaries(words, values, max_size=4),
)
shapes: list[Callable[[list[str]], str]] = [
    lambda texts: f"[{','.join(texts)}]",
    lambda texts: "\n".join(texts),
    lambda texts: f'{{"a_response":{{"trades":{{"trade":[{", ".join(texts)}]}}}}}}',
    lambda texts: f'[{",".join(f"""{{"trade":{text}}}""" for text in texts)}]',
]


@relaxed
@given(
    st.lists(trades, max_size=5),
    st.sampled_from(shapes),
    st.booleans(),
    st.integers(1, 60),
)
def test_any_records_in_any_shape_and_pieces(
    found: list[dict[str, Any]], shape: Callable[[list[str]], str], escaped: bool, piece: int
) -> None:
    texts = [json.dumps(trade, ensure_ascii=escaped) for trade in found]
    assert seen(shape(texts), piece) == texts


@relaxed
@given(
    st.lists(trades, min_size=1, max_size=4),
    st.sampled_from(shapes),
    st.floats(0, 1),
    st.integers(1, 60),
)
def test_what_was_whole_before_a_break_is_not_lost(
    found: list[dict[str, Any]],
    shape: Callable[[list[str]], str],
    cut: float,
    piece: int,
) -> None:
    texts = [json.dumps(trade) for trade in found]
    whole = shape(texts)
    end = int(cut * len(whole))
    ends, at = [], 0
    for text in texts:
        at = whole.index(text, at) + len(text)
        ends.append(at)
    got = seen(whole[:end], piece)
    expected = sum(place <= end for place in ends)
    assert got[:expected] == texts[:expected]
    assert all(code in ("file.cut_off", BROKEN) for code in got[expected:])
    assert len(got) <= expected + 1


@relaxed
@given(st.text('[]{}":,\\ \n01aé', max_size=60), st.integers(1, 9))
def test_nonsense_comes_to_an_end_whatever_its_pieces(text: str, piece: int) -> None:
    assert len(seen(text, piece)) <= len(text) + 1
