"""Decision lists: which rows act, in which order, and that a choice by weight is stable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from orderloom.engine.jsonlogic import compile_list, compile_rule
from orderloom.engine.routing import Route
from orderloom.engine.rules import (
    Action,
    Assign,
    Courier,
    Hold,
    Judgement,
    Notify,
    RouteTo,
    Row,
    RuleList,
    Send,
    Tag,
    Task,
    judge,
    weighted,
)
from orderloom.errors import RuleError

TITLE = {"zh": "标题", "en": "Title"}
DEAR: dict[str, Any] = {">=": [{"var": "total"}, 100]}
FAR: dict[str, Any] = {"in": [{"var": "province"}, ["新疆", "西藏"]]}


def row(id_: str, when: Any, *actions: Action) -> tuple[Any, Row]:
    return when, Row(id_, TITLE, compile_rule(when).test, actions)


def rules(mode: Any, *rows: tuple[Any, Row], otherwise: tuple[Action, ...] = ()) -> RuleList:
    conditions = compile_list([when for when, _ in rows])
    return RuleList("list", "routing", mode, tuple(r for _, r in rows), conditions, otherwise)


def judged(seen: Mapping[str, Any], *lists: RuleList) -> Judgement:
    return judge(lists, seen, "key")


ROWS = (row("dear", DEAR, Tag("dear")), row("far", FAR, Tag("far")))


def test_only_the_first_matching_row_acts() -> None:
    seen = {"total": 100, "province": "新疆"}
    assert judged(seen, rules("first", *ROWS)).tags == ["dear"]
    assert judged({**seen, "total": 99}, rules("first", *ROWS)).tags == ["far"]


def test_every_matching_row_acts() -> None:
    result = judged({"total": 100, "province": "新疆"}, rules("all", *ROWS))
    assert result.tags == ["dear", "far"]
    assert result.matched == {"list": ["dear", "far"]}


@pytest.mark.parametrize("mode", ["first", "all"])
def test_the_default_acts_when_no_row_does(mode: str) -> None:
    found = judged({"total": 1}, rules(mode, *ROWS, otherwise=(Tag("other"),)))
    assert (found.tags, found.matched) == (["other"], {"list": []})
    assert judged({"total": 100}, rules(mode, *ROWS, otherwise=(Tag("other"),))).tags == ["dear"]


def test_the_first_route_and_the_first_courier_stand() -> None:
    first, second = Route(("a",)), Route(("b",))
    result = judged(
        {},
        rules("all", row("1", True, RouteTo(first), Courier((("X", 1),)))),
        rules("all", row("2", True, RouteTo(second), Courier((("Y", 1),)))),
    )
    assert (result.route, result.courier) == (first, "X")


def test_holds_and_alerts_are_collected_and_tags_named_once() -> None:
    hold = Hold("dear", TITLE)
    actions = (hold, Notify("mail"), Tag("t"), Tag("t"))
    result = judged({}, rules("all", row("1", True, *actions)))
    assert (result.holds, result.tags) == ([hold], ["t"])
    assert result.acts == {"list/1": [Notify("mail")]}


def test_a_list_sees_what_the_lists_before_it_gave() -> None:
    twice = compile_rule({"*": [{"var": "total"}, 2]}).evaluate
    first = row("1", True, Tag("new"), Assign("score", twice), Assign("gone", lambda seen: None))
    tagged = {"in": ["new", {"var": "tags"}]}
    second = row("2", {"and": [tagged, {"==": [{"var": "score"}, 14]}]}, Tag("seen"))
    result = judged({"total": 7, "tags": ["old"]}, rules("all", first), rules("all", second))
    assert (result.tags, result.changes) == (["new", "seen"], {"score": 14})
    assert result.saw["list"]["tags"] == ["new", "old"]


def test_what_is_done_once_is_named_after_its_row() -> None:
    task = Task(TITLE)
    found = judged({"total": 1}, rules("first", *ROWS, otherwise=(task, Send("erp"))))
    assert found.acts == {"list/$otherwise": [task, Send("erp")]}


def test_the_same_order_always_gets_the_same_courier() -> None:
    weights = (("ZTO", 6), ("YTO", 4))
    assert len({weighted(weights, "order-1") for _ in range(10)}) == 1


def test_couriers_share_out_by_weight() -> None:
    weights = (("ZTO", 6), ("YTO", 4), ("EMS", 0))
    shares = Counter(weighted(weights, f"order-{n}") for n in range(5_000))
    assert set(shares) == {"ZTO", "YTO"}
    assert abs(shares["ZTO"] - 3_000) < 150


@pytest.mark.parametrize("weights", [(), (("ZTO", 0),)])
def test_without_weight_there_is_no_choice(weights: tuple[tuple[str, int], ...]) -> None:
    assert weighted(weights, "x") is None


def test_a_rule_that_fails_says_where() -> None:
    with pytest.raises(RuleError) as failed:
        judged({}, rules("first", row("1", {"and": [True, {"fact": ["orders_of_customer", 60]}]})))
    assert failed.value.where == "/0/and/1"  # the row, then the place in it
