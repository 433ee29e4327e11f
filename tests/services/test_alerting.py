"""Who is told of what, over what and when: people, groups, severities, quiet hours."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orderloom.errors import Conflict, InputError, NotFound
from orderloom.services.telling import contacts, told_view
from orderloom.store.db import Database
from tests.support.hub import ZONE, Hub
from tests.support.told import ALL, OPS, add, alarm_an_order, form, let_alert, posts, quiet

HOUR = 3600


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)  # it is half past nine in the morning


def letters(hub: Hub) -> list[dict[str, Any]]:
    rows = hub.rows("SELECT * FROM outbox WHERE severity IS NOT NULL ORDER BY id")
    return [{**row, "body": json.loads(row["body"])} for row in rows]


def deliver(hub: Hub, seconds: int = 0) -> None:
    hub.advance(seconds)
    hub.deliver()


def history(hub: Hub, **asked: Any) -> list[dict[str, Any]]:
    wanted = {"state": None, "contact_id": None, "before": None, "limit": 50, **asked}
    with hub.database.read() as tx:
        return told_view.history(tx, **wanted, now=hub.clock.now()).items


def test_people_are_told_over_their_own_ways_by_severity(hub: Hub) -> None:
    add(hub, "王主管", {"dingtalk": ("critical",), "smtp": ("warning", "critical")})
    add(hub, "Ann", {"feishu": ALL}, locale="en")
    let_alert(hub, "王主管", "Ann")
    alarm_an_order(hub, 1)
    deliver(hub)
    assert posts(hub, "dingtalk") == [], "a warning is mail to him"
    assert "on hold" in posts(hub, "feishu")[0]["text"], "in the language of each"
    (mail,) = [row for row in letters(hub) if row["connection_id"] == hub.connections["smtp"]]
    assert (mail["body"]["to"], mail["severity"]) == (["3@shop.example"], "warning")
    assert "已挂起" in mail["body"]["subject"]
    let_alert(hub, "王主管", severity="critical")
    alarm_an_order(hub, 2)
    deliver(hub)
    assert [post["mentions"] for post in posts(hub, "dingtalk")] == [["13800000001"]]


def test_a_group_is_all_its_people_and_one_post_calls_each(hub: Hub) -> None:
    for number, name in enumerate(("王主管", "小李", "小赵")):
        add(hub, name, {"wecom": ALL}, groups=("仓库组",), mobile=f"1380000000{number}")
    add(hub, "不在组里", {"wecom": ALL})
    let_alert(hub, "仓库组", "小李")
    alarm_an_order(hub)
    deliver(hub)
    (post,) = posts(hub, "wecom")
    assert sorted(post["mentions"]) == ["13800000000", "13800000001", "13800000002"]
    assert post["text"].count("已挂起") == 2, "subject and text, once for all of them"
    assert [(told["state"], told["joined"]) for told in history(hub)] == [("sent", 3)] * 3


def test_addresses_and_people_without_ways_are_told_over_the_alerts_connection(hub: Hub) -> None:
    add(hub, "小李", {}, mobile="13800000009")
    let_alert(hub, "boss@shop.example", "138 0000 0001", "小李")
    alarm_an_order(hub)
    bodies = [row["body"] for row in letters(hub)]
    assert [body["to"] for body in bodies] == [["boss@shop.example"], ["2@shop.example"]]
    assert [body["mentions"][0]["mobile"] for body in bodies] == ["13800000001", "13800000009"]


def test_a_robot_needs_no_recipients(hub: Hub) -> None:
    robot = hub.connections["feishu"]
    hub.execute("UPDATE binding SET target_id = :robot WHERE role = 'mailbox'", robot=robot)
    let_alert(hub)
    alarm_an_order(hub)
    deliver(hub)
    assert len(posts(hub, "feishu")) == 1


def test_an_unknown_recipient_is_said_and_stops_nobody(hub: Hub) -> None:
    add(hub, "小李", {"wecom": ALL})
    let_alert(hub, "小李", "王主管")
    alarm_an_order(hub)
    deliver(hub)
    assert len(posts(hub, "wecom")) == 1
    (shown,) = [e for e in hub.exceptions() if e["code"] == "alert.unknown_recipient"]
    assert shown["params"]["name"] == "王主管"
    with hub.database.read() as tx:
        seen = told_view.alerts(tx, hub.context.plans)
    assert seen[0]["strangers"] == ["王主管"]
    add(hub, "老王", {"wecom": ALL}, groups=("王主管",))
    assert "alert.unknown_recipient" not in [e["code"] for e in hub.exceptions()]


def test_what_is_not_critical_waits_for_the_end_of_the_quiet_hours(hub: Hub) -> None:
    person = add(hub, "王主管", {"dingtalk": ALL}, quiet=quiet("21:00", "07:30"))
    let_alert(hub, "王主管")
    hub.advance(11.5 * HOUR - 1)  # 20:59:59
    alarm_an_order(hub, 1)
    deliver(hub)
    assert len(posts(hub, "dingtalk")) == 1
    hub.advance(1)
    alarm_an_order(hub, 2)
    deliver(hub, 5)  # a robot rests between posts
    assert len(posts(hub, "dingtalk")) == 1
    (waiting,) = history(hub, state="open", contact_id=person)
    end = hub.clock.now() + int((10.5 * HOUR - 5) * 1000)
    assert (waiting["state"], waiting["not_before"]) == ("held", end)
    deliver(hub, int(10.5 * HOUR) - 6)
    assert len(posts(hub, "dingtalk")) == 1
    deliver(hub, 1)
    assert len(posts(hub, "dingtalk")) == 2
    assert [told["state"] for told in history(hub)] == ["sent", "sent"]


def test_what_is_critical_wakes_people(hub: Hub) -> None:
    add(hub, "王主管", {"dingtalk": ALL}, quiet=quiet("09:00", "18:00"))
    let_alert(hub, "王主管", severity="critical")
    alarm_an_order(hub)
    deliver(hub)
    assert len(posts(hub, "dingtalk")) == 1


def test_one_persons_quiet_hours_keep_nobody_else_waiting(hub: Hub) -> None:
    add(hub, "王主管", {"dingtalk": ALL}, quiet=quiet("09:00", "18:00"), mobile="1111111")
    add(hub, "Ann", {"dingtalk": ALL}, quiet=quiet("22:00", "07:00", "Europe/London"), mobile="")
    add(hub, "小李", {"dingtalk": ALL}, mobile="2222222")
    let_alert(hub, "王主管", "Ann", "小李")
    alarm_an_order(hub)
    deliver(hub)  # half past two at night in London
    assert [post["mentions"] for post in posts(hub, "dingtalk")] == [["2222222"]]
    deliver(hub, int(4.5 * HOUR))
    assert len(posts(hub, "dingtalk")) == 2


def test_more_held_messages_than_a_job_takes_keep_nobody_waiting(hub: Hub) -> None:
    add(hub, "王主管", {"wecom": ALL}, quiet=quiet("09:00", "18:00"))
    let_alert(hub, "王主管")
    hub.take(*(hub.trade(number, payment="2000.00") for number in range(60)))
    add(hub, "小李", {"wecom": ALL})
    let_alert(hub, "小李")
    alarm_an_order(hub, 99)
    deliver(hub)
    assert len(posts(hub, "wecom")) == 1


def test_hours_changed_meanwhile_count_for_what_waits(hub: Hub) -> None:
    person = add(hub, "王主管", {"dingtalk": ALL}, quiet=quiet("09:00", "18:00"))
    let_alert(hub, "王主管")
    alarm_an_order(hub)
    deliver(hub)
    over = {hub.connections["dingtalk"]: ALL}
    registry = hub.context.gateway.registry

    def change(revision: int, hours: dict[str, str] | None) -> None:
        changed = form("王主管", over, quiet=hours)
        with hub.write() as tx:
            contacts.change(tx, registry, person, revision, changed, OPS, hub.clock.now())
        deliver(hub)

    change(1, quiet("09:00", "20:00"))
    deliver(hub, int(8.5 * HOUR))
    assert posts(hub, "dingtalk") == [], "now they last until eight"
    change(2, quiet("22:00", "07:00"))
    assert len(posts(hub, "dingtalk")) == 1
    with pytest.raises(Conflict, match=r"contacts\.changed"):
        change(2, None)


def test_a_delayed_message_does_not_come_at_night(hub: Hub) -> None:
    add(hub, "王主管", {"dingtalk": ALL}, quiet=quiet("22:00", "07:00"))
    let_alert(hub, "王主管")
    hub.execute("UPDATE connection SET state = 'paused' WHERE connector = 'dingtalk'")
    alarm_an_order(hub)
    hub.advance(14 * HOUR)
    hub.execute("UPDATE connection SET state = 'ok' WHERE connector = 'dingtalk'")
    deliver(hub)
    assert posts(hub, "dingtalk") == []
    deliver(hub, 8 * HOUR)
    assert len(posts(hub, "dingtalk")) == 1


def test_paused_and_removed_people_are_told_nothing(hub: Hub) -> None:
    add(hub, "小李", {"wecom": ALL}, paused=True)
    person = add(hub, "王主管", {"wecom": ALL}, quiet=quiet("09:00", "18:00"))
    let_alert(hub, "小李", "王主管")
    alarm_an_order(hub)
    deliver(hub)
    with hub.write() as tx:
        contacts.remove(tx, person, OPS, hub.clock.now())
    deliver(hub, 10 * HOUR)
    assert posts(hub, "wecom") == []
    assert [(told["state"], told["to"]) for told in history(hub)] == [
        ("cancelled", "3@shop.example、王主管")
    ]


def test_a_threshold_tells_people_too(hub: Hub) -> None:
    add(hub, "采购", {"feishu": ALL})

    def change(document: dict[str, Any]) -> None:
        document["alerts"][1] |= {"recipients": ["采购"], "severity": "info"}
        document["thresholds"][0]["reaches"] = 2

    hub.republish(change)
    hub.take(hub.trade(1, lines={"TEE-BLK-S": 2}))
    deliver(hub)
    assert "补货提醒" in posts(hub, "feishu")[0]["text"]
    assert [told["severity"] for told in history(hub)] == ["info"]


def test_a_test_message_goes_over_each_way_at_once(hub: Hub) -> None:
    hours = quiet("09:00", "18:00")
    person = add(hub, "王主管", {"dingtalk": ("critical",), "wecom": ("info",)}, quiet=hours)
    with hub.write() as tx:
        assert contacts.test(tx, person, OPS, hub.clock.now()) == 2
    deliver(hub)
    for robot in ("dingtalk", "wecom"):
        assert "王主管" in posts(hub, robot)[0]["text"]
    idle = add(hub, "小李", {})
    with hub.write() as tx, pytest.raises(InputError, match=r"contacts\.no_way"):
        contacts.test(tx, idle, OPS, hub.clock.now())
    with hub.write() as tx, pytest.raises(NotFound):
        contacts.test(tx, 0, OPS, hub.clock.now())


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"name": " "}, "name", "bad_name"),
    ({"name": "138 0000 0001"}, "name", "bad_name"),
    ({"groups": ("a@b.example",)}, "groups", "bad_name"),
    ({"mail": "a@b"}, "mail", "bad_mail"),
    ({"mobile": "12-34"}, "mobile", "bad_mobile"),
    ({"quiet": quiet("24:00", "07:00")}, "quiet.from", "bad_clock"),
    ({"quiet": quiet("22:00", "7:00")}, "quiet.to", "bad_clock"),
    ({"quiet": quiet("22:00", "22:00")}, "quiet.to", "no_hours"),
    ({"quiet": quiet("22:00", "07:00", "Mars/Base")}, "quiet.zone", "bad_zone"),
    ({"ways": ((1, ALL),)}, "ways.0.connection_id", "no_such_connection"),
]


def test_bad_forms(hub: Hub) -> None:
    registry = hub.context.gateway.registry
    for values, field, code in BAD:
        given = contacts.Form(**{**vars(form("王主管", {})), **values})
        with hub.write() as tx, pytest.raises(InputError) as refused:
            contacts.add(tx, registry, given, OPS, hub.clock.now())
        assert (refused.value.where, refused.value.code) == (field, f"contacts.{code}")
    assert hub.rows("SELECT * FROM contact") == []


def test_ways_fit_the_person(hub: Hub) -> None:
    def fails(code: str, ways: dict[str, tuple[str, ...]], **values: Any) -> None:
        with pytest.raises((InputError, Conflict), match=rf"contacts\.{code}"):
            add(hub, "王主管", ways, **values)

    fails("needs_mail", {"smtp": ALL}, mail="")
    fails("no_severity", {"wecom": ()})
    fails("no_such_connection", {"qimen": ALL})
    add(hub, "王主管", {"smtp": ALL, "wecom": ("info",)})
    fails("name_taken", {})


def test_history_in_pages(hub: Hub) -> None:
    add(hub, "小李", {"wecom": ALL})
    let_alert(hub, "小李")
    hub.take(*(hub.trade(number, payment="2000.00") for number in range(5)))
    with hub.database.read() as tx:
        first = told_view.history(tx, None, None, None, 3, hub.clock.now())
        rest = told_view.history(tx, None, None, first.next, 3, hub.clock.now())
    assert [len(first.items), len(rest.items), rest.next] == [3, 2, None]
    ids = [told["id"] for told in (*first.items, *rest.items)]
    assert ids == sorted(ids, reverse=True)
    assert {told["external_no"] for told in first.items} <= {
        row["external_no"] for row in hub.rows("SELECT external_no FROM orders")
    }
    assert hub.context.zone == ZONE
