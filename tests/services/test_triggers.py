"""Lists that records and the clock set off: once for each change and moment, through crashes."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from orderloom import jobs
from orderloom.blueprint import library
from orderloom.blueprint.plan import check
from orderloom.errors import BlueprintError, LeaseLost
from orderloom.services.deciding import rulebook, scheduled, schedules
from orderloom.services.orders import orders_view
from orderloom.store.db import Database, Tx
from tests.support.hub import ZONE, Hub
from tests.support.recording import Record, record, row, rule_list, title, with_lists

DAILY = {"on": "schedule", "schedule": {"daily_at": "10:00"}}
DAY = 86_400
TASK = {"do": "task", "title": title("call")}
MAIL = {"do": "notify", "alert": "told"}
CHANGED = {"on": "record", "model": "buyers"}


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


def publish(hub: Hub, *lists: Record, rows: list[Record] | None = None) -> None:
    def change(document: Record) -> None:
        with_lists(*lists, rows=rows or [])(document)
        words = title("{{ record.level or record.phone }}")
        head = {"id": "told", "title": title("told"), "send_to": "mailbox", "recipients": []}
        document["alerts"].append({**head, "subject": words, "text": words})

    hub.republish(change)


def due(hub: Hub) -> list[int]:
    with hub.database.read() as tx:
        return list(schedules.due(tx, hub.clock.now()))


def run_due(hub: Hub) -> int:
    return sum(jobs.run_schedule(id_) for id_ in due(hub))


def tasks(hub: Hub) -> int:
    return int(hub.value("SELECT count(*) FROM exception WHERE code = 'task.open'"))


def mails(hub: Hub) -> list[str]:
    rows = hub.rows("SELECT body FROM outbox WHERE effect = 'alert.told' ORDER BY id")
    return [json.loads(row["body"])["subject"] for row in rows]


def test_a_list_runs_once_at_its_moment_however_often_it_is_called(hub: Hub) -> None:
    publish(hub, rule_list("remind", DAILY, row("all", [TASK])))
    assert run_due(hub) == 0  # its first moment is worked out
    assert due(hub) == []
    hub.advance(DAY)
    assert run_due(hub) == 1
    assert run_due(hub) == 0
    assert tasks(hub) == 1
    hub.advance(DAY)
    assert (run_due(hub), tasks(hub)) == (1, 2)


def test_after_an_outage_one_run_makes_up_for_all_missed_moments_and_says_so(hub: Hub) -> None:
    publish(hub, rule_list("remind", DAILY, row("all", [TASK])))
    run_due(hub)
    first = hub.value("SELECT next_at FROM rule_schedule")
    hub.advance(3 * DAY)
    assert (run_due(hub), tasks(hub)) == (1, 1)
    (ran,) = hub.rows("SELECT * FROM rule_schedule")
    assert ran["missed_since"] == first
    assert ran["last_moment"] == first + 2 * DAY * 1000
    assert ran["next_at"] == first + 3 * DAY * 1000


def work_on(hub: Hub, tx: Tx, schedule_id: int, limit: int) -> int:
    """Begin or go on with a run, as a worker does, but only so far."""
    plans, now = hub.context.plans, hub.clock.now()
    run = schedules.begin(tx, plans, schedule_id, now, ZONE)
    assert run is not None
    ids = scheduled.part(tx, run, limit)
    schedules.move(tx, run, ids[-1], len(ids))
    did = scheduled.work(tx, plans, run, ids, now, ZONE)
    schedules.count(tx, run, did)
    return did


def test_a_run_that_breaks_off_goes_on_where_it_was(hub: Hub) -> None:
    over = {**DAILY, "over": "records", "model": "buyers"}
    then = [MAIL, record(phone={"var": "phone"}, level="gold")]
    gild = rule_list("gild", over, row("gold", then, {"!=": [{"var": "level"}, "gold"]}))
    publish(hub, gild, rows=[row("seen", [record()])])
    hub.take(*(hub.trade(n, receiver_mobile=f"1380000{n:04}") for n in range(5)))
    run_due(hub)
    hub.advance(DAY)
    (id_,) = due(hub)
    with hub.database.write() as tx:
        assert work_on(hub, tx, id_, 2) == 2
    with hub.database.writer.connect() as dying:  # a worker that does not live to commit
        assert work_on(hub, dying, id_, 2) == 2
    assert due(hub) == [id_]
    assert (run_due(hub), run_due(hub)) == (3, 0)
    assert len(mails(hub)) == 5
    assert hub.value("SELECT count(*) FROM x_buyer WHERE f_f2 = 'gold'") == 5
    (ran,) = hub.rows("SELECT moment, looked_at, did FROM rule_schedule")
    assert ran == {"moment": None, "looked_at": 5, "did": 5}


def test_two_workers_do_a_part_once(hub: Hub) -> None:
    publish(hub, rule_list("remind", DAILY, row("all", [TASK])))
    run_due(hub)
    hub.advance(DAY)
    (id_,) = due(hub)
    with hub.database.write() as tx:
        run = schedules.begin(tx, hub.context.plans, id_, hub.clock.now(), ZONE)
    assert run is not None
    with hub.database.write() as tx:
        schedules.move(tx, run, 1, 1)
    with pytest.raises(LeaseLost), hub.database.write() as tx:
        schedules.move(tx, run, 1, 1)


def test_a_list_over_open_orders_is_judged_like_any_other_and_told_in_the_story(hub: Hub) -> None:
    late = {"<": [{"var": "placed_at"}, {"-": [{"var": "now"}, DAY * 500]}]}
    tag = {"do": "tag", "tag": "late"}
    publish(hub, rule_list("late", {**DAILY, "over": "orders"}, row("old", [tag, TASK], late)))
    hub.take(hub.trade(1), hub.trade(2, status="TRADE_CLOSED"))
    run_due(hub)
    hub.advance(2 * DAY)
    hub.take(hub.trade(3))
    assert run_due(hub) == 1
    assert hub.order(1)["canonical"]["tags"] == ["late"]
    assert hub.order(3)["canonical"]["tags"] == []
    hub.advance(DAY)
    run_due(hub)
    assert tasks(hub) == 3  # order 1 on both days, order 3 on the second
    registry = hub.context.gateway.registry
    with hub.database.read() as tx:
        page = orders_view.story(tx, hub.context.plans, registry, hub.order(1)["id"])
        (document,) = [json.loads(r["document"]) for r in hub.rows(
            "SELECT document FROM blueprint_version ORDER BY version DESC LIMIT 1")]  # fmt: skip
        lists = rulebook.on_order(tx, document, {}, hub.order(1)["id"])
    told = [e["detail"] for e in page["story"] if e["kind"] == "judged"]
    assert [[d["what"]["en"] for d in detail["did"]] for detail in told] == [
        ["Tag “late”", "Task: call"],
        ["Tag “late”", "Task: call"],
    ]
    assert all(detail["same_again"] for detail in told)
    assert lists[-1]["acting"] == ["old"]


def test_a_changed_record_sets_lists_off_with_what_it_was_before(hub: Hub) -> None:
    rise = {"and": [{"==": [{"var": "level"}, "gold"]}, {"!=": [{"var": "old.level"}, "gold"]}]}
    new = rule_list(
        "new", {**CHANGED, "event": "created"}, row("welcome", [TASK], {"var": "created"})
    )
    risen = rule_list("risen", {**CHANGED, "event": "changed"}, row("gold", [MAIL], rise))
    big = {">=": [{"var": "paid"}, 10_000]}
    rows = [row("seen", [record(level="silver")], {"!": big}),
            row("big", [record(level="gold")], big)]  # fmt: skip
    publish(hub, new, risen, rows=rows)
    phone: dict[str, Any] = {"receiver_mobile": "13800001111"}
    hub.take(hub.trade(1, payment="10.00", **phone))
    assert (tasks(hub), mails(hub)) == (1, [])
    for number, payment in ((2, "200.00"), (3, "300.00"), (4, "10.00"), (5, "200.00")):
        hub.take(hub.trade(number, payment=payment, **phone))
    assert (tasks(hub), mails(hub)) == (1, ["gold", "gold"])


def test_records_that_set_each_other_off_are_stopped_and_told(hub: Hub) -> None:
    more = record(phone={"cat": [{"var": "phone"}, "x"]})
    publish(hub, rule_list("loop", CHANGED, row("again", [more])), rows=[row("seen", [record()])])
    hub.take(hub.trade(1, receiver_mobile="13800001111"))
    assert hub.value("SELECT count(*) FROM x_buyer") == 5
    (told,) = hub.exceptions()
    assert (told["code"], told["params"]["most"]) == ("record.endless", 5)
    assert hub.order(1)["state"] == "to_ship"


def bad(trigger: Record, *then: Record, when: Any = True) -> Record:
    return rule_list("more", trigger, row("r", list(then) or [TASK], when))


@pytest.mark.parametrize(
    ("rules", "code", "where"),
    [
        ({**bad(DAILY), "stage": "risk"}, "stage_or_trigger", "/stage"),
        ({k: v for k, v in bad(DAILY).items() if k != "trigger"}, "missing_key", "/stage"),
        (bad({"on": "record"}), "missing_key", "/trigger/model"),
        (bad({**CHANGED, "model": "buyer"}), "unknown_name", "/trigger/model"),
        (bad({"on": "schedule"}), "missing_key", "/trigger/schedule"),
        (bad({**DAILY, "over": "records"}), "missing_key", "/trigger/model"),
        (bad({**DAILY, "event": "any"}), "unknown_name", "/trigger/event"),
        (bad({**DAILY, "schedule": "at_once"}), "bad_timing", "/trigger/schedule"),
        (bad({**DAILY, "schedule": {"cron": "0 0 31 2 *"}}), "never", "/trigger/schedule"),
        (bad({**DAILY, "zone": "China/Shanghai"}), "bad_zone", "/trigger/zone"),
        (bad(DAILY, {"do": "tag", "tag": "x"}), "verb_not_here", "/rows/0/then/0/do"),
        (bad({**DAILY, "over": "orders"}, {"do": "route", "candidates": ["yiwu"]}),
         "verb_not_here", "/rows/0/then/0/do"),
    ],
)  # fmt: skip
def test_a_trigger_that_cannot_be_is_named_where_it_stands(
    rules: Record, code: str, where: str
) -> None:
    assert (f"blueprint.{code}", f"/rules/3{where}") in found(rules)


@pytest.mark.parametrize(
    ("trigger", "when", "code"),
    [
        (CHANGED, {"==": [{"var": "levl"}, "gold"]}, "rules.unknown_field"),
        (CHANGED, {"==": [{"var": "old.level"}, "bronze"]}, "rules.impossible_value"),
        (CHANGED, {">": [{"var": "total"}, 1]}, "rules.unknown_field"),
        (DAILY, {">": [{"var": "total"}, 1]}, "rules.unknown_field"),
        ({**DAILY, "over": "records", "model": "buyers"}, {"!": {"var": "old"}},
         "rules.unknown_field"),
    ],
)  # fmt: skip
def test_conditions_read_only_what_there_is(trigger: Record, when: Any, code: str) -> None:
    at = "/rules/3/rows/0/when/"
    assert code in [c for c, where in found(bad(trigger, when=when)) if where.startswith(at)]


def found(rules: Record) -> list[tuple[str, str]]:
    document = copy.deepcopy(library.read("fashion-order-hub"))
    with_lists(rules)(document)
    with pytest.raises(BlueprintError) as refused:
        check(document)
    return [(f.code, f.where) for f in refused.value.params["findings"]]
