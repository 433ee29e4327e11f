"""Rules write records of the blueprint's own models: once for an order and row, told in words."""

from __future__ import annotations

import copy
from typing import Any
from zlib import crc32

import pytest
from sqlalchemy import inspect

from connectors.simulators.goods import tid_of
from orderloom.blueprint import library
from orderloom.blueprint.plan import check
from orderloom.errors import BlueprintError
from orderloom.services.hub.work import SHARDS
from orderloom.services.orders import orders_view
from orderloom.store.db import Database
from tests.support.hub import Hub
from tests.support.recording import Record, buyers, field, record, row, title, with_rows

SPENT = {"+": [{"var": "paid"}, 0]}


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


def stored(hub: Hub) -> list[Record]:
    columns = "f_f1 phone, f_f2 level, f_f3 spent, revision, order_id"
    return hub.rows(f"SELECT {columns} FROM x_buyer ORDER BY f_f1")  # noqa: S608


def did(hub: Hub, number: int, zone: str = "Asia/Shanghai") -> list[str]:
    registry = hub.context.gateway.registry
    with hub.database.read() as tx:
        page = orders_view.story(tx, hub.context.plans, registry, hub.order(number)["id"], zone)
    told = [e["detail"]["did"] for e in page["story"] if e["kind"] in ("routed", "judged")]
    return [deed["what"]["en"] for deeds in told for deed in deeds]


def test_a_record_is_created_then_changed_once_for_each_order_and_told(hub: Hub) -> None:
    big = {">=": [{"var": "paid"}, 10_000]}
    rows = (row("seen", [record(spent={"var": "paid"})]), row("big", [record(level="gold")], big))
    hub.republish(with_rows(*rows))
    hub.take(hub.trade(1, receiver_mobile="13800001111", payment="69.00"))
    assert stored(hub) == [
        {"phone": "13800001111", "level": None, "spent": 6900, "revision": 1,
         "order_id": hub.order(1)["id"]},
    ]  # fmt: skip
    assert "Recorded in “Buyers”: Phone = 13800001111, Spent = ¥69.00" in did(hub, 1)
    # The same order again, changed: its row was done. Another order of the same buyer: both rows.
    hub.take(hub.trade(1, receiver_mobile="13800001111", payment="70.00", later=5))
    second = hub.trade(2, receiver_mobile="13800001111", payment="250.00")
    hub.take(second)
    hub.take(second)
    (only,) = stored(hub)
    assert (only["level"], only["spent"], only["revision"]) == ("gold", 25_000, 2)
    assert only["order_id"] == hub.order(2)["id"]


def test_a_batch_writes_a_record_once_in_the_order_of_its_orders(hub: Hub) -> None:
    hub.republish(with_rows(row("seen", [record(spent={"var": "paid"})])))
    lane = [n for n in range(1, 40) if not crc32(str(tid_of(n)).encode()) % SHARDS][:3]
    bought = zip(lane, ("13800001111", "13800002222", "13800001111"), (1, 2, 3), strict=True)
    trades = [hub.trade(n, receiver_mobile=p, payment=f"{yuan}0.00") for n, p, yuan in bought]
    hub.take(*trades)
    assert [(r["spent"], r["revision"]) for r in stored(hub)] == [(3000, 1), (2000, 1)]
    hub.take(*trades)
    hub.take(hub.trade(40, receiver_mobile="13800002222", payment="20.00"))
    assert [(r["spent"], r["revision"]) for r in stored(hub)] == [(3000, 1), (2000, 1)]


def test_what_cannot_be_written_waits_for_a_person_and_is_done_when_it_can(hub: Hub) -> None:
    halves = {"/": [{"var": "item_count"}, 2]}
    then = [record(spent=halves), {"do": "tag", "tag": "seen"}]
    hub.republish(with_rows(row("seen", then), row("task", [{"do": "task", "title": title("x")}])))
    hub.take(hub.trade(1, receiver_mobile=""), hub.trade(2, receiver_mobile="13800002222"))
    told = {e["code"] for e in hub.exceptions()} - {"task.open"}
    assert told == {"record.not_identified", "record.does_not_fit"}
    assert stored(hub) == []
    assert hub.order(1)["canonical"]["tags"] == ["seen"]
    pair = {"TEE-BLK-S": 2}
    hub.take(
        hub.trade(1, pair, receiver_mobile="13800001111", later=5),
        hub.trade(2, pair, receiver_mobile="13800002222", later=5),
    )
    assert [r["spent"] for r in stored(hub)] == [1, 1]
    assert {e["code"] for e in hub.exceptions()} == {"task.open"}
    assert hub.value("SELECT count(*) FROM exception WHERE code = 'task.open'") == 2


def test_the_story_tells_times_on_the_hubs_clock_and_truth_in_words(hub: Hub) -> None:
    model = buyers(field("f9", "since", "instant"), field("f8", "regular", "yes_no"))
    since = {"ts": "2026-07-01T23:30:00+08:00"}
    hub.republish(with_rows(row("seen", [record(since=since, regular=True)]), model=model))
    hub.take(hub.trade(1, receiver_mobile="13800001111"))
    assert "Since = 2026-07-01 23:30, Regular = yes" in did(hub, 1)[0]
    assert "Since = 2026-07-01 17:30, Regular = yes" in did(hub, 1, "Europe/Berlin")[0]


def test_what_is_required_is_given_by_every_rule_and_never_empty(hub: Hub) -> None:
    name = field("f9", "name", required=True)
    with pytest.raises(BlueprintError) as refused:
        hub.republish(with_rows(row("seen", [record(spent=1)]), model=buyers(name)))
    assert (refused.value.code, refused.value.where) == ("blueprint.not_given", f"{THEN}/values")
    given = record(name={"var": "seller_note"})
    hub.republish(with_rows(row("seen", [given]), model=buyers(name)))
    hub.take(hub.trade(1, receiver_mobile="13800001111"))
    assert [e["code"] for e in hub.exceptions()] == ["record.not_given"]
    assert stored(hub) == []
    hub.take(hub.trade(1, receiver_mobile="13800001111", seller_memo="急用", later=5))
    assert hub.rows("SELECT f_f9 FROM x_buyer") == [{"f_f9": "急用"}]
    assert {e["code"] for e in hub.exceptions()} == set()


def test_a_model_grows_and_is_renamed_without_losing_anything(hub: Hub) -> None:
    hub.republish(with_rows(row("seen", [record(spent=1)])))
    hub.take(hub.trade(1, receiver_mobile="13800001111"))
    points = field("f9", "points", "integer")

    def change(document: Record) -> None:
        model = buyers(points)
        model["key"], model["fields"][0]["key"], model["known_by"] = "people", "mobile", ["mobile"]
        document["models"] = [model]
        action = document["rules"][0]["rows"][0]["then"][0]
        action["model"], action["values"][0]["field"] = "people", "mobile"
        action["values"].append({"field": "points", "value": 7})

    hub.republish(change)
    hub.take(hub.trade(2, receiver_mobile="13800001111"))
    rows = hub.rows("SELECT f_f1, f_f3, f_f9, revision FROM x_buyer")
    assert rows == [{"f_f1": "13800001111", "f_f3": 1, "f_f9": 7, "revision": 2}]


def test_what_is_stored_cannot_become_something_else(hub: Hub) -> None:
    hub.republish(with_rows())
    for change, code, where in (
        (buyers(known_by=["phone", "level"]), "known_by_changed", "/known_by"),
        ({**buyers(), "fields": [*buyers()["fields"][:2], field("f3", "spent")]}, "kind_changed",
         "/fields/2/kind"),
    ):  # fmt: skip
        with pytest.raises(BlueprintError) as refused:
            hub.republish(with_rows(model=change))
        assert (refused.value.code, refused.value.where) == (
            f"blueprint.{code}",
            f"/models/0{where}",
        )
    with hub.database.read() as tx:
        assert inspect(tx).has_table("x_buyer")


def put(at: str, value: Any) -> Any:
    """A change of the good document: a JSON pointer below its model, or below its action."""

    def change(document: Record) -> None:
        *path, last = at.split("/")
        place: Any = {"model": document["models"][0],
                      "then": document["rules"][0]["rows"][0]["then"]}  # fmt: skip
        for step in path:
            place = place[int(step)] if step.isdigit() else place[step]
        if value is None:
            del place[int(last) if last.isdigit() else last]
        else:
            place[int(last) if last.isdigit() else last] = value

    return change


def extended(name: str, value: Any) -> Any:
    """A field added to the order, with one more key."""

    def change(document: Record) -> None:
        own = {**field("f1", "grade"), name: value}
        document["models"].append({"extends": "order", "fields": [own]})

    return change


THEN = "/rules/0/rows/0/then/0"


@pytest.mark.parametrize(
    ("change", "code", "where"),
    [
        (put("model/id", "order"), "blueprint.model_taken", "/models/0/id"),
        (put("model/id", "x" * 62), "blueprint.id_too_long", "/models/0/id"),
        (put("model/title", None), "blueprint.missing_key", "/models/0/title"),
        (put("model/known_by", ["fone"]), "blueprint.unknown_name", "/models/0/known_by/0"),
        (put("model/known_by", []), "blueprint.missing_key", "/models/0/known_by"),
        (put("model/extends", "order"), "blueprint.unknown_name", "/models/0/id"),
        (put("model/fields/0/kind", "txt"), "blueprint.unknown_name", "/models/0/fields/0/kind"),
        (put("model/fields/1/key", "phone"), "blueprint.twice", "/models/0/fields/1/key"),
        (put("model/fields/2/key", "old"), "blueprint.key_taken", "/models/0/fields/2/key"),
        (extended("required", True), "blueprint.unknown_name", "/models/1/fields/0/required"),
        (put("then/0/model", "buyer"), "blueprint.unknown_name", f"{THEN}/model"),
        (put("then/0/values/1/field", "spend"), "blueprint.unknown_name",
         f"{THEN}/values/1/field"),
        (put("then/0/values/0", None), "blueprint.not_identified", f"{THEN}/values"),
        (put("then/0/values/1/value", "much"), "rules.never_equal", f"{THEN}/values/1/value"),
        (put("then/0/values/1/value", {"param": "x"}), "blueprint.unknown_name",
         f"{THEN}/values/1/value/param"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_where_it_stands(change: Any, code: str, where: str) -> None:
    document = copy.deepcopy(library.read("fashion-order-hub"))
    with_rows(row("seen", [record(spent={"var": "paid"})]))(document)
    check(document)
    change(document)
    with pytest.raises(BlueprintError) as refused:
        check(document)
    assert (code, where) in {(f.code, f.where) for f in refused.value.params["findings"]}
