"""The notifications screen's calls: people, tests, history, the hub's own troubles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orderloom.connect import Registry, Unpaced
from orderloom.services.connecting.connections import Gateway
from orderloom.services.delivering import outbox
from orderloom.store.db import Database
from orderloom.store.ids import reserve
from orderloom.store.tables import connection
from tests.support.site import NOW, Browser, Site

AT = "/api/v1/notifications"


@pytest.fixture
def site(database: Database, tmp_path: Path) -> Site:
    """With the built-in connectors."""
    found = Site(database, tmp_path)
    gateway = Gateway.of(found.settings, found.clock, Unpaced(), Registry.load())
    found.app = found.make_app(gateway)
    return found


@pytest.fixture
def robot(site: Site) -> str:
    """The id of a connection to a robot; one to a warehouse is there, too."""
    with site.database.write() as tx:
        ids = reserve(tx, 2)
        for id_, connector in zip(ids, ("dingtalk", "qimen"), strict=True):
            row: dict[str, Any] = {"id": id_, "connector": connector, "title": connector}
            row |= {"settings": {}, "secrets": b"", "created_at": NOW, "changed_at": NOW}
            tx.execute(connection.insert().values(row))
    return str(ids[0])


@pytest.fixture
def ops(site: Site) -> Browser:
    return site.signed_in("ops")


def person(robot: str, **values: Any) -> dict[str, Any]:
    return {
        "name": " 王主管 ",
        "mail": "wang@shop.example",
        "mobile": "13800000001",
        "locale": "zh-CN",
        "groups": ["仓库组"],
        "quiet": {"from": "22:00", "to": "07:00", "zone": "Asia/Shanghai"},
        "paused": False,
        "ways": [{"connection_id": robot, "severities": ["warning", "critical"]}],
        **values,
    }


def test_a_person_is_added_changed_tried_and_removed(ops: Browser, robot: str) -> None:
    answer = ops.send("POST", f"{AT}/contacts", person(robot))
    assert answer.status_code == 201, answer.get_json()
    at = f"{AT}/contacts/{answer.get_json()['id']}"
    shown = ops.get(AT).get_json()
    (known,) = shown["contacts"]
    assert known == {**person(robot, name="王主管"), "id": answer.get_json()["id"], "revision": 1}
    assert [(c["id"], c["by_mail"]) for c in shown["connections"]] == [(robot, False)]
    assert "Asia/Shanghai" in shown["zones"]
    changed = person(robot, name="王主任", quiet=None, revision=1)
    assert ops.send("PUT", at, changed).status_code == 204
    stale = ops.send("PUT", at, changed)
    assert (stale.status_code, stale.get_json()["code"]) == (409, "contacts.changed")
    assert ops.send("POST", f"{at}/test").get_json() == {"messages": 1}
    (told,) = ops.get(f"{AT}/history").get_json()["items"]
    assert (told["to"], told["state"], told["severity"]) == ("王主任", "waiting", "info")
    assert ops.send("DELETE", at).status_code == 204
    (told,) = ops.get(f"{AT}/history").get_json()["items"]
    assert told["state"] == "cancelled"
    assert ops.send("DELETE", at).status_code == 404


def test_faults_name_their_field(ops: Browser, robot: str) -> None:
    bad = ops.send("POST", f"{AT}/contacts", person(robot, mail="nobody"))
    assert (bad.status_code, bad.get_json()["where"]) == (422, "mail")
    assert "邮箱" in bad.get_json()["message"]
    for broken in ({"colour": "red"}, {"ways": [{"connection_id": robot}]}, {"quiet": {"from": 1}}):
        answer = ops.send("POST", f"{AT}/contacts", person(robot, **broken))
        assert answer.status_code == 422, broken
        assert answer.get_json()["errors"], broken


def test_history_tells_states_receipts_and_troubles(site: Site, ops: Browser, robot: str) -> None:
    body = {"to": ["a@x.example"], "subject": "缺货", "text": "M 码", "mentions": []}
    rows: list[dict[str, Any]] = [
        {"state": "sent", "receipt": '{"reference": null, "joined": 3}', "sent_at": NOW},
        {"state": "dead", "trouble": '{"code": "connect.refused", "params": {"reason": "不行"}}'},
        {"state": "waiting"},
    ]
    with site.database.write() as tx:
        for number, values in enumerate(rows):
            told = outbox.Outgoing(
                int(robot), f"x/{number}", "alert.x", 1, body, NOW, None, None, "critical"
            )
            outbox.put(tx, [told], NOW)
            changes = ", ".join(f"{name} = '{value}'" for name, value in values.items())
            tx.exec_driver_sql(f"UPDATE outbox SET {changes} WHERE subject = 'x/{number}'")  # noqa: S608

    def items(query: str = "") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = ops.get(f"{AT}/history{query}").get_json()["items"]
        return found

    assert [told["state"] for told in items()] == ["waiting", "failed", "sent"]
    (sent,) = items("?state=sent")
    assert (sent["joined"], sent["to"], sent["problem"]) == (3, "a@x.example", None)
    (failed,) = items("?state=failed")
    assert "不行" in failed["problem"]["message"]["zh"]
    page = ops.get(f"{AT}/history?limit=2").get_json()
    following = ops.get(f"{AT}/history?limit=2&cursor={page['next']}").get_json()
    assert [told["state"] for told in following["items"]] == ["sent"]
    assert ops.get(f"{AT}/history?cursor=forged").status_code == 422
    assert items("?contact=99") == []


def test_the_hubs_own_troubles(ops: Browser, robot: str) -> None:
    ops.send("POST", f"{AT}/contacts", person(robot))
    wanted = {"recipients": ["仓库组"], "exceptions": 20, "remind_minutes": 120}
    assert ops.send("PUT", f"{AT}/alarms", wanted).status_code == 204
    assert ops.get(AT).get_json()["alarms"] == wanted
    answer = ops.send("PUT", f"{AT}/alarms", {**wanted, "recipients": ["谁"]})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "alarm.not_a_contact")
    assert ops.send("PUT", f"{AT}/alarms", {**wanted, "remind_minutes": 0}).status_code == 422


def test_viewers_look_only(site: Site, robot: str) -> None:
    viewer = site.signed_in("viewer")
    assert viewer.get(AT).status_code == viewer.get(f"{AT}/history").status_code == 200
    for method, path in (
        ("POST", "/contacts"),
        ("PUT", "/contacts/1"),
        ("DELETE", "/contacts/1"),
        ("POST", "/contacts/1/test"),
        ("PUT", "/alarms"),
    ):
        assert viewer.send(method, AT + path, person(robot)).status_code == 403
