"""What rules do beyond routing: values, tasks, messages; once each, and told in the story."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from typing import Any

import pytest

from orderloom.blueprint import library
from orderloom.blueprint.plan import check
from orderloom.errors import BlueprintError, Conflict, NotFound
from orderloom.services.deciding import why_not
from orderloom.services.delivering import retry
from orderloom.services.orders import orders_view
from orderloom.services.users.people import User
from orderloom.store.db import Database
from tests.support.hub import ZONE, Hub

Record = dict[str, Any]
TITLE = {"zh": "联系客户确认地址", "en": "Ask the customer for the address"}
FIELD = {"id": "f1", "key": "priority", "title": {"zh": "优先级", "en": "Priority"}}
OPS = User(1, "ops", "Ops", "ops", "zh")


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


def with_row(document: Record, then: Sequence[Record], when: Any, stage: str) -> None:
    """Give the document one row more, first in its list, and a field of its own."""
    document["models"] = [{"extends": "order", "fields": [{**FIELD, "kind": "integer"}]}]
    rows = next(r for r in document["rules"] if r["stage"] == stage)["rows"]
    title = {"zh": "试一试", "en": "Trial"}
    rows.insert(0, {"id": "trial", "title": title, "when": when, "then": list(then)})


def rule(hub: Hub, then: Sequence[Record], when: Any = True, stage: str = "risk") -> None:
    """Publish the demo with such a row."""
    hub.republish(lambda document: with_row(document, then, when, stage))


def entries(hub: Hub, kind: str, number: int = 1) -> list[Record]:
    registry = hub.context.gateway.registry
    with hub.database.read() as tx:
        page = orders_view.story(tx, hub.context.plans, registry, hub.order(number)["id"])
    return [entry["detail"] for entry in page["story"] if entry["kind"] == kind]


def did(detail: Record) -> list[str]:
    return [deed["what"]["en"] for deed in detail["did"]]


def test_a_value_is_worked_out_seen_by_later_lists_and_explained(hub: Hub) -> None:
    rule(hub, [{"do": "set", "field": "priority", "value": {"+": [{"var": "item_count"}, 1]}}])
    seen = {"==": [{"var": "priority"}, 4]}
    rule(hub, [{"do": "route", "candidates": ["yiwu"]}], seen, stage="routing")
    hub.take(hub.trade(1, {"TEE-BLK-S": 3}))
    assert hub.order(1)["canonical"]["priority"] == 4
    assert hub.value("SELECT f_f1 FROM x_order") == 4
    (routed,) = entries(hub, "routed")
    assert (routed["row"]["id"], routed["chosen"][0]["role"]) == ("trial", "yiwu")
    assert "Priority set to 4" in did(routed)
    assert routed["same_again"]


def test_a_tag_that_a_rule_gave_does_not_change_what_the_rule_saw(hub: Hub) -> None:
    fresh = {"!": [{"in": ["new", {"var": "tags"}]}]}
    rule(hub, [{"do": "tag", "tag": "new"}], fresh)
    hub.take(hub.trade(1))
    (routed,) = entries(hub, "routed")
    assert routed["same_again"]
    assert did(routed)[0] == "Tag “new”"


def test_a_task_is_given_once_and_done_by_a_person(hub: Hub) -> None:
    rule(hub, [{"do": "task", "title": TITLE}])
    hub.take(hub.trade(1))
    (task,) = hub.exceptions()
    assert (task["kind"], task["code"], task["params"]["title"]) == ("task", "task.open", TITLE)
    assert hub.order(1)["state"] == "to_ship"
    with hub.write() as tx:
        retry.finish_exception(tx, task["id"], OPS, hub.clock.now())
    with pytest.raises(Conflict), hub.write() as tx:
        retry.finish_exception(tx, task["id"], OPS, hub.clock.now())
    hub.take(hub.trade(1, later=5, seller_memo="changed"))
    assert hub.exceptions() == []
    assert entries(hub, "judged") == []


def test_what_can_be_tried_again_is_not_done_by_saying_so(hub: Hub) -> None:
    hub.take(hub.trade(1, {"NOPE": 1}))
    (unknown,) = hub.exceptions()
    with pytest.raises(Conflict), hub.write() as tx:
        retry.finish_exception(tx, unknown["id"], OPS, hub.clock.now())
    with pytest.raises(NotFound), hub.write() as tx:
        retry.finish_exception(tx, 1, OPS, hub.clock.now())


def test_messages_leave_once_for_an_order_and_row_also_without_a_hold(hub: Hub) -> None:
    then = [{"do": "notify", "alert": "risk-mail"}, {"do": "send", "send_to": "wms"}]
    rule(hub, then, {">": [{"var": "item_count"}, 1]}, stage="courier")
    hub.take(hub.trade(1))
    sent = "SELECT effect, body FROM outbox WHERE effect <> 'fulfilment.create' ORDER BY effect"
    assert hub.rows(sent) == []
    hub.take(hub.trade(1, {"TEE-BLK-S": 2}, later=5))
    hub.take(hub.trade(1, {"TEE-BLK-S": 2}, later=9, seller_memo="again"))
    mail, event = hub.rows(sent)
    assert (mail["effect"], event["effect"]) == ("alert.risk-mail", "order.event")
    body = json.loads(event["body"])
    assert body["rule"] == {"list": "courier", "row": "trial"}
    assert body["order"]["external_no"] == hub.order(1)["external_no"]


def test_two_rows_that_ask_for_one_message_give_one(hub: Hub) -> None:
    rule(hub, [{"do": "notify", "alert": "risk-mail"}])
    hub.take(hub.trade(1, payment="2000.00"))
    assert hub.value("SELECT count(*) FROM outbox") == 1


def test_a_held_order_tells_which_rule_held_it_and_why(hub: Hub) -> None:
    hub.take(hub.trade(1, payment="2000.00"))
    (judged,) = entries(hub, "judged")
    (risk,) = [rules for rules in judged["lists"] if rules["id"] == "risk"]
    assert risk["tried"][0]["matched"]
    assert risk["tried"][0]["trace"]["op"] == ">="
    assert did(judged) == [
        "Hold: The order reaches the large-amount limit",
        "Tag “大额”",
        "Alert “Risk mail” sent",
    ]


def test_a_candidate_keeps_pieces_back_and_says_so(hub: Hub) -> None:
    route = {"do": "route", "candidates": ["hangzhou"], "backups": ["yiwu"], "safety": 5}
    rule(hub, [route], stage="routing")
    hub.stock({("HZ", "TEE-BLK-S"): 5, ("YW", "TEE-BLK-S"): 1})
    hub.take(hub.trade(1))
    (routed,) = entries(hub, "routed")
    assert [c["role"] for c in routed["chosen"]] == ["yiwu"]
    reason = routed["candidates"][0]["reason"]["en"]
    assert reason == "Lacks TEE-BLK-S × 1 (the rule keeps 5 of each back)"


@pytest.mark.parametrize(
    ("action", "code", "place"),
    [
        ({"do": "set", "field": "prioritty", "value": 1}, "blueprint.unknown_name", "/field"),
        ({"do": "set", "field": "total", "value": 1}, "blueprint.unknown_name", "/field"),
        ({"do": "set", "field": "priority", "value": "high"}, "rules.never_equal", "/value"),
        ({"do": "set", "field": "priority", "value": {"param": "x"}}, "blueprint.unknown_name",
         "/value/param"),
        ({"do": "set", "field": "priority", "value": {"in_set": [1, "x"]}}, "rules.unknown_set",
         "/value/in_set/1"),
        ({"do": "set", "field": "priority"}, "blueprint.missing_key", "/value"),
        ({"do": "send", "send_to": "hangzhou"}, "blueprint.unknown_name", "/send_to"),
        ({"do": "task"}, "blueprint.missing_key", "/title"),
        ({"do": "route", "candidates": ["yiwu"], "safety": -1}, "blueprint.bad_value", "/safety"),
    ],
)  # fmt: skip
def test_an_action_that_cannot_be_is_refused_where_it_stands(
    action: Record, code: str, place: str
) -> None:
    document = copy.deepcopy(library.read("fashion-order-hub"))
    with_row(document, [action], True, "risk")
    with pytest.raises(BlueprintError) as refused:
        check(document)
    assert (refused.value.code, refused.value.where) == (code, f"/rules/0/rows/0/then/0{place}")


def test_why_not_another_warehouse_names_the_smallest_change(hub: Hub) -> None:
    hub.take(hub.trade(1))
    with hub.database.read() as tx:
        (other,) = why_not.why_not(tx, hub.context.plans, hub.order(1)["id"], ZONE)
    assert other["role"] == "yiwu"
    backup, remote = other["ways"]
    assert (backup["row"]["id"], backup["changes"]) == ("jiangzhehu", [])
    assert (remote["row"]["id"], remote["row"]["position"]) == ("remote", 2)
    (change,) = remote["changes"]
    assert change["en"].startswith("Province were ")
    assert change["zh"].split()[-1] in ("新疆", "西藏", "青海", "内蒙古", "宁夏", "甘肃", "海南")
