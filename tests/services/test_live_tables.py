"""Live tables: seeded by publishing, edited without it, and remembered by every decision."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orderloom.errors import BlueprintError, Conflict, InputError, NotFound
from orderloom.services.orders import orders_view
from orderloom.services.publishing import live_tables
from orderloom.services.users.people import User
from orderloom.store.db import Database
from tests.support.hub import Hub

Record = dict[str, Any]
OPS = User(1, "lin", "Lin", "ops", "zh")
TIBET: Record = {"receiver_state": "西藏自治区"}
GRADES = {
    "key": "grades",
    "title": {"zh": "客户等级", "en": "Customer grades"},
    "keys": "text",
    "values": "integer",
    "entries": [{"keys": ["buyer-1"], "value": 3}],
}


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


def table(hub: Hub, key: str = "couriers") -> int:
    found: int = hub.value("SELECT id FROM live_table WHERE key = :key", key=key)
    return found


def row(keys: list[str], **weights: int) -> Record:
    return {"keys": keys, "value": [{"courier": c, "weight": w} for c, w in weights.items()]}


def save(hub: Hub, entries: list[Record], revision: int, key: str = "couriers") -> None:
    with hub.write() as tx:
        live_tables.save(tx, table(hub, key), entries, revision, OPS, hub.clock.now())


def routed(hub: Hub, number: int) -> Record:
    registry = hub.context.gateway.registry
    with hub.database.read() as tx:
        page = orders_view.story(tx, hub.context.plans, registry, hub.order(number)["id"])
    (detail,) = [entry["detail"] for entry in page["story"] if entry["kind"] == "routed"]
    return dict(detail)


def courier(hub: Hub, number: int) -> str:
    (made,) = hub.fulfilments(number)
    return str(made["courier"])


def test_an_edit_counts_from_the_next_order_and_old_decisions_keep_their_version(hub: Hub) -> None:
    hub.take(hub.trade(1, **TIBET))
    assert courier(hub, 1) in ("EMS", "POSTB")
    plan = hub.value("SELECT hash FROM plan WHERE live")
    save(hub, [row(["浙江省"], SF=1), row(["@remote"], JTSD=5), row([], ZTO=1)], 1)
    hub.take(hub.trade(2, **TIBET), hub.trade(3, receiver_state="四川省"))
    assert (courier(hub, 2), courier(hub, 3)) == ("JTSD", "ZTO")
    assert hub.value("SELECT hash FROM plan WHERE live") == plan
    told = {number: routed(hub, number)["courier_why"]["en"] for number in (1, 2, 3)}
    assert told == {
        1: "Row 1 of “Couriers by region”, version 1: 新疆, 西藏",
        2: "Row 2 of “Couriers by region”, version 2: Remote regions",
        3: "Row 3 of “Couriers by region”, version 2: all other regions",
    }
    assert all(routed(hub, number)["same_again"] for number in (1, 2, 3))


def test_who_changed_what_is_kept_and_an_earlier_version_counts_again(hub: Hub) -> None:
    others = row([], ZTO=6, YTO=4)
    save(hub, [row(["新疆", "西藏"], EMS=1), others], 1)
    with hub.write() as tx:
        live_tables.restore(tx, table(hub), 1, 2, OPS, hub.clock.now())
    first, second = hub.rows("SELECT * FROM audit WHERE action = 'table.changed' ORDER BY id")
    assert (first["actor"], first["subject"]) == ("lin", "fashion-order-hub/couriers")
    detail = json.loads(first["detail"])
    assert [(c["before"], c["after"]) for c in detail["changes"]] == [
        (row(["新疆", "西藏"], EMS=3, POSTB=1), row(["新疆", "西藏"], EMS=1)),
        (row(["@remote"], EMS=1, YTO=1), None),
    ]
    assert json.loads(second["detail"])["restored"] == 1
    kept = hub.rows("SELECT version, entries, restored FROM live_table_version ORDER BY version")
    assert [(k["version"], k["restored"]) for k in kept] == [(1, None), (2, None), (3, 1)]
    assert kept[2]["entries"] == kept[0]["entries"]
    with pytest.raises(NotFound), hub.write() as tx:
        live_tables.restore(tx, table(hub), 9, 3, OPS, hub.clock.now())


def test_of_two_who_edit_the_same_version_one_is_told_who_was_first(hub: Hub) -> None:
    save(hub, [row([], ZTO=1)], 1)
    with pytest.raises(Conflict) as refused:
        save(hub, [row([], YTO=1)], 1)
    assert (refused.value.params["by"], refused.value.params["version"]) == ("lin", 2)
    with pytest.raises(InputError, match="unchanged"):
        save(hub, [row([], ZTO=1)], 2)
    with pytest.raises(NotFound), hub.write() as tx:
        live_tables.save(tx, 1, [], 1, OPS, hub.clock.now())


def test_what_does_not_fit_is_refused_cell_by_cell(hub: Hub) -> None:
    wrong = [row(["新彊"], EMS=1), row(["@remot"], XX=1), row(["江苏"], SF=0), row([], ZTO=1)]
    with pytest.raises(BlueprintError) as refused:
        save(hub, wrong, 1)
    found = {(f.where, f.code): f.params.get("nearest") for f in refused.value.params["findings"]}
    assert found == {
        ("/entries/0/keys/0", "tables.not_a_province"): "新疆",
        ("/entries/1/keys/0", "tables.unknown_set"): "remote",
        ("/entries/1/value", "tables.unknown_courier"): None,
        ("/entries/2/value", "tables.no_couriers"): None,
    }
    assert hub.value("SELECT version FROM live_table") == 1


def with_grades(document: Record, **changes: Any) -> None:
    document["tables"] = [*document["tables"][:1], {**GRADES, **changes}]
    graded = {">=": [{"lookup": ["grades", {"var": "customer_ref"}, 0]}, 3]}
    row = {"id": "graded", "title": {"zh": "大客户", "en": "Good customer"}, "when": graded}
    rows = document["rules"][0]["rows"]
    rows[:] = [r for r in rows if r["id"] != "graded"]
    rows.append({**row, "then": [{"do": "tag", "tag": "good"}]})


def test_rules_look_up_what_is_live_and_explain_it_as_it_was(hub: Hub) -> None:
    hub.republish(with_grades)
    hub.take(hub.trade(1))
    who = hub.order(1)["canonical"]["customer_ref"]
    assert hub.order(1)["canonical"]["tags"] == []
    save(hub, [{"keys": [f" {who} "], "value": 3}], 1, "grades")
    hub.take(hub.trade(2, buyer_nick=who, buyer_open_uid=who))
    assert hub.order(2)["canonical"]["customer_ref"] == who
    assert hub.order(2)["canonical"]["tags"] == ["good"]
    save(hub, [{"keys": ["nobody"], "value": 1}], 2, "grades")
    assert [d["what"]["en"] for d in routed(hub, 2)["did"]] == ["Tag “good”"]
    risk = next(rules for rules in routed(hub, 2)["lists"] if rules["id"] == "risk")
    sentence = next(row["sentence"]["en"] for row in risk["tried"] if row["id"] == "graded")
    assert "the table “Customer grades”" in sentence
    assert routed(hub, 2)["same_again"]


def test_publishing_keeps_what_is_live_and_refuses_what_it_no_longer_fits(hub: Hub) -> None:
    hub.republish(with_grades)
    save(hub, [{"keys": ["A"], "value": 7}], 1, "grades")
    hub.republish(with_grades)
    assert hub.value("SELECT version FROM live_table WHERE key = 'grades'") == 2

    def of_another_kind(document: Record) -> None:
        with_grades(document, values="yes_no", entries=[])
        document["rules"][0]["rows"].pop()

    with pytest.raises(BlueprintError, match="no_longer_fits") as refused:
        hub.republish(of_another_kind)
    assert refused.value.params["row"] == 1


def test_a_plan_of_today_is_ready_before_jobs_fork_and_stays_so(hub: Hub) -> None:
    hub.context.warm()
    plan = hub.value("SELECT hash FROM plan WHERE live")
    with hub.database.read() as tx:
        before = hub.context.plans.now(tx, plan, "fashion-order-hub")
        assert hub.context.plans.now(tx, plan, "fashion-order-hub") is before
    save(hub, [row([], ZTO=1)], 1)
    with hub.database.read() as tx:
        after = hub.context.plans.now(tx, plan, "fashion-order-hub")
    assert before is not None
    assert after is not None
    assert (before.table_versions, after.table_versions) == ({"couriers": 1}, {"couriers": 2})
    assert after.rules[0] is before.rules[0]  # only lists that read a table are compiled again
