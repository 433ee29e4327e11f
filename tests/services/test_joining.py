"""Messages to a robot: joined into few posts, none lost, never more posts than the group bears."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from connectors.simulators.robots import RobotSimulator
from connectors.simulators.wire import Fault
from orderloom import jobs
from orderloom.connect import Request, Response, Transport
from orderloom.services.delivering import delivery, outbox
from orderloom.services.hub import work
from orderloom.store.db import Database
from tests.support.crash import Crash
from tests.support.hub import Hub

MINUTE = 60_000


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


def tell(hub: Hub, robot: str, *numbers: int, text: str = "缺货\n" * 20) -> None:
    """Write messages into the outbox, as alerts do."""
    now = hub.clock.now()
    messages = [
        outbox.Outgoing(
            hub.connections[robot],
            f"order:{number}/risk",
            "alert.risk",
            1,
            {"to": [], "subject": f"<{number}>", "text": text},
            now,
            None,
        )
        for number in numbers
    ]
    with hub.write() as tx:
        outbox.put(tx, messages, now)


def run(hub: Hub, robot: str, seconds: int) -> None:
    """Each second the ticker looks for work and wakes two workers at once if there is some."""
    for _ in range(seconds):
        with hub.database.read() as tx:
            due = hub.connections[robot] in delivery.due_connections(tx, hub.clock.now())
        if due:
            jobs.deliver(hub.connections[robot])
            jobs.deliver(hub.connections[robot])
        hub.advance(1)


def told(robot: RobotSimulator) -> list[int]:
    text = "".join(post["text"] for post in robot.posts())
    return [int(number) for number in re.findall(r"<(\d+)>", text)]


def states(hub: Hub) -> dict[str, int]:
    return hub.pairs("SELECT state, count(*) FROM outbox GROUP BY state")


def busiest_minute(robot: RobotSimulator) -> int:
    times = robot.arrivals
    return max(sum(at <= other < at + MINUTE for other in times) for at in times)


@pytest.mark.parametrize("key", ["dingtalk", "wecom"])
def test_a_storm_leaves_in_few_posts_with_a_receipt_for_each(hub: Hub, key: str) -> None:
    tell(hub, key, *range(60))
    robot = hub.robots[key]
    run(hub, key, 62)
    assert told(robot) == list(range(60)), "each once, in order"
    assert states(hub) == {"sent": 60}
    assert len(robot.posts()) <= 15
    assert busiest_minute(robot) <= 18
    assert len(robot.arrivals) == len(robot.posts()), "no call was refused"
    joined = [json.loads(row["receipt"]) for row in hub.rows("SELECT receipt FROM outbox")]
    assert all(receipt["joined"] > 1 for receipt in joined)


def test_a_steady_trickle_never_passes_twenty_a_minute(hub: Hub) -> None:
    robot = hub.robots["dingtalk"]
    for second in range(70):
        tell(hub, "dingtalk", second)
        run(hub, "dingtalk", 1)
    run(hub, "dingtalk", 5)
    assert told(robot) == list(range(70))
    assert busiest_minute(robot) <= 18


def test_the_pace_outlives_the_loss_of_redis_and_of_the_worker(hub: Hub) -> None:
    """It stands in the database: whoever comes next finds it there."""
    tell(hub, "dingtalk", 1)
    jobs.deliver(hub.connections["dingtalk"])
    tell(hub, "dingtalk", 2)
    hub.activate()
    assert jobs.deliver(hub.connections["dingtalk"]) == 0
    hub.advance(4)
    assert jobs.deliver(hub.connections["dingtalk"]) == 1


def test_one_message_the_platform_dislikes_is_found_and_the_others_arrive(hub: Hub) -> None:
    robot = hub.robots["wecom"]
    robot.refuse = lambda text: "<3>" in text
    tell(hub, "wecom", *range(6))
    run(hub, "wecom", 60)
    assert sorted(told(robot)) == [0, 1, 2, 4, 5]
    assert states(hub) == {"sent": 5, "dead": 1}
    (shown,) = hub.exceptions()
    assert shown["code"] == "connect.refused"
    assert busiest_minute(robot) <= 18


def test_a_robot_that_is_mute_is_left_alone_as_long_as_it_says(hub: Hub) -> None:
    robot = hub.robots["dingtalk"]
    robot.faults.add(Fault("throttled", seconds=120))
    tell(hub, "dingtalk", 1)
    run(hub, "dingtalk", 2)
    tell(hub, "dingtalk", 2)
    run(hub, "dingtalk", 110)
    assert robot.calls == {"post": 1}
    run(hub, "dingtalk", 20)
    assert sorted(told(robot)) == [1, 2]
    assert states(hub) == {"sent": 2}


def test_a_robot_that_was_removed_stops_its_connection_and_loses_nothing(hub: Hub) -> None:
    robot = hub.robots["feishu"]
    robot.removed = True
    tell(hub, "feishu", 1, 2)
    run(hub, "feishu", 5)
    query = "SELECT state FROM connection WHERE connector = 'feishu'"
    assert (hub.value(query), states(hub)) == ("auth_failed", {"waiting": 2})
    robot.removed = False
    hub.execute("UPDATE connection SET state = 'ok'")
    hub.advance(600)
    run(hub, "feishu", 5)
    assert told(robot) == [1, 2]


class DiesAfter:
    """The worker dies when the answer to its call arrives, once `armed`."""

    armed = False

    def __init__(self, way: Transport) -> None:
        self.way = way

    def send(self, request: Request) -> Response:
        answer = self.way.send(request)
        if DiesAfter.armed:
            DiesAfter.armed = False
            raise Crash
        return answer


def test_a_crash_repeats_the_post_in_hand_and_nothing_else(database: Database) -> None:
    hub = Hub(database, transport=DiesAfter)
    robot = hub.robots["wecom"]
    tell(hub, "wecom", *range(20))
    run(hub, "wecom", 1)
    first = told(robot)
    hub.advance(4)
    DiesAfter.armed = True
    with pytest.raises(Crash):
        jobs.deliver(hub.connections["wecom"])
    in_hand = told(robot)[len(first) :]
    assert in_hand
    hub.advance(work.LEASE_MS / 1000)
    run(hub, "wecom", 60)
    counts: dict[int, int] = {}
    for number in told(robot):
        counts[number] = counts.get(number, 0) + 1
    assert {number for number, times in counts.items() if times > 1} == set(in_hand)
    assert sorted(counts) == list(range(20))
    assert states(hub) == {"sent": 20}


def test_a_connector_that_breaks_down_over_one_message_posts_the_others(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    wecom: Any = hub.context.gateway.registry.get("wecom")
    post = wecom.post

    def fragile(self: Any, whole: Any) -> None:
        if "<2>" in whole.text:
            raise KeyError("a fault in the connector")
        post(self, whole)

    monkeypatch.setattr(wecom, "post", fragile)
    tell(hub, "wecom", 1, 2, 3)
    run(hub, "wecom", 30)
    assert sorted(told(hub.robots["wecom"])) == [1, 3]
    assert states(hub) == {"sent": 2, "dead": 1}
