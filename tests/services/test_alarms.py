"""The hub's own troubles are told once per cause, reminded of, and said to be over."""

from __future__ import annotations

import pytest

from orderloom.errors import InputError
from orderloom.jobs.ticker import tick
from orderloom.services.hub import presence
from orderloom.services.telling import alarms
from orderloom.services.telling.alarms import Wishes
from orderloom.store.db import Database
from tests.support.hub import ZONE, Hub
from tests.support.racing import Rival
from tests.support.told import ALL, OPS, add, posts

MINUTE = 60


@pytest.fixture
def hub(database: Database) -> Hub:
    found = Hub(database)
    add(found, "值班", {"feishu": ALL})
    wish(found, Wishes(("值班",), exceptions=3, remind_minutes=60))
    return found


def wish(hub: Hub, wanted: Wishes) -> None:
    with hub.write() as tx:
        alarms.set_wishes(tx, wanted, OPS, hub.clock.now())


def pass_time(hub: Hub, seconds: int, step: int = 20) -> list[str]:
    """The ticker ticks, messages leave; the first lines of what was posted."""
    before = len(posts(hub, "feishu"))
    for _ in range(0, seconds, step):
        tick()
        hub.deliver()
        hub.advance(step)
    return [post["text"].splitlines()[0] for post in posts(hub, "feishu")[before:]]


def stop(hub: Hub) -> None:
    hub.execute("UPDATE connection SET state = 'auth_failed' WHERE connector = 'taobao'")


def go_on(hub: Hub) -> None:
    hub.execute("UPDATE connection SET state = 'ok' WHERE connector = 'taobao'")


def test_a_stopped_connection_is_told_once_then_each_hour_then_over(hub: Hub) -> None:
    assert pass_time(hub, 2 * MINUTE) == []
    stop(hub)
    assert pass_time(hub, 55 * MINUTE, 300) == ["连接“天猫主店”已停止"]
    assert pass_time(hub, 65 * MINUTE, 300) == ["连接“天猫主店”已停止"]
    assert "第 2 次提醒" in posts(hub, "feishu")[-1]["text"]
    go_on(hub)
    assert pass_time(hub, 65 * MINUTE, 300) == ["已恢复:连接“天猫主店”已停止"]
    assert pass_time(hub, 65 * MINUTE, 300) == []
    stop(hub)
    told = pass_time(hub, 2 * MINUTE)
    assert told == ["连接“天猫主店”已停止"], "another time is another trouble"


def test_what_is_put_right_within_a_minute_wakes_nobody(hub: Hub) -> None:
    stop(hub)
    assert pass_time(hub, 40) == []
    go_on(hub)
    assert pass_time(hub, 5 * MINUTE) == []


def test_a_connection_that_keeps_failing_is_told_after_ten_minutes(hub: Hub) -> None:
    hub.execute("UPDATE connection SET failures = 5 WHERE connector = 'qimen'")
    assert pass_time(hub, 9 * MINUTE, 180) == []
    assert pass_time(hub, 3 * MINUTE, 60) == ["连接“仓库系统(奇门)”连续调用失败"]


def test_an_authorisation_that_ends_is_told_once_and_not_per_order(hub: Hub) -> None:
    hub.shop.shop.make(3, "x")
    hub.shop.expired = True
    for _ in range(5):
        hub.pull(30)
    (told,) = pass_time(hub, 5 * MINUTE)
    assert told.startswith("连接“天猫主店”已停止:")


def test_exceptions_that_pile_up_are_one_trouble(hub: Hub) -> None:
    hub.take(*(hub.trade(number, lines={f"X-{number}": 1}) for number in range(3)))
    assert pass_time(hub, 5 * MINUTE) == [], "three are allowed"
    hub.take(*(hub.trade(number, lines={f"X-{number}": 1}) for number in range(3, 9)))
    (told,) = pass_time(hub, 30 * MINUTE, 60)
    assert told.startswith("有 9 条异常等待处理,最多的是:")
    newest = hub.value("SELECT max(id) FROM exception")
    hub.execute("UPDATE exception SET state = 'resolved' WHERE id < :newest", newest=newest)
    assert pass_time(hub, MINUTE) == [f"已恢复:{told}"]


def test_a_number_that_dances_on_the_limit_is_one_trouble(hub: Hub) -> None:
    wish(hub, Wishes(("值班",), exceptions=10))
    hub.take(*(hub.trade(number, lines={f"X-{number}": 1}) for number in range(12)))
    one = hub.value("SELECT max(id) FROM exception")
    assert len(pass_time(hub, MINUTE)) == 1
    for state in ("resolved", "open", "resolved", "open"):
        hub.execute("UPDATE exception SET state = :state WHERE id >= :id - 2", state=state, id=one)
        assert pass_time(hub, MINUTE) == []


def alive(hub: Hub, *names: str) -> None:
    with hub.write() as tx:
        for name in names:
            presence.beat(tx, presence.Process(name, "worker", 1, 0), None, hub.clock.now())


def test_a_missing_worker_is_told_when_it_stays_away(hub: Hub) -> None:
    hub.context.workers = 2
    alive(hub, "a", "b")
    assert pass_time(hub, 20) == []
    told = []
    for _ in range(12):  # "b" dies; another takes its place half a minute later
        alive(hub, "a")
        told += pass_time(hub, 5, 5)
    alive(hub, "a", "c")
    assert told + pass_time(hub, 15, 15) == []
    for _ in range(30):
        alive(hub, "a")
        told += pass_time(hub, 5, 5)
    assert told == ["只有 1 个处理进程在运行,应有 2 个"]
    told = pass_time(hub, 3 * MINUTE)
    assert sorted(told) == [
        "已恢复:只有 1 个处理进程在运行,应有 2 个",
        "没有处理进程在运行(应有 2 个),订单不会被处理",
    ]


def test_two_tickers_tell_once(hub: Hub) -> None:
    stop(hub)

    def look() -> None:
        with hub.database.write() as tx:
            alarms.watch(tx, 0, hub.clock.now(), ZONE)

    look()
    hub.advance(2 * MINUTE)
    with hub.write() as tx:
        alarms.watch(tx, 0, hub.clock.now(), ZONE)
        rival = Rival(look)
        rival.wait_until_stuck(hub.database)
    rival.join()
    assert hub.value("SELECT count(*) FROM outbox") == 1


def test_only_people_can_be_told_of_the_hub(hub: Hub) -> None:
    with pytest.raises(InputError, match=r"alarm\.not_a_contact"):
        wish(hub, Wishes(("boss@shop.example", "没有这个人")))


def test_somebody_who_is_gone_is_said_to_be_missing(hub: Hub) -> None:
    hub.execute("DELETE FROM contact_way")
    hub.execute("DELETE FROM contact")
    stop(hub)
    assert pass_time(hub, 2 * MINUTE) == []
    assert [e["code"] for e in hub.exceptions()] == ["alert.unknown_recipient"]


def test_refused_signatures_name_the_connection_and_end_by_themselves(hub: Hub) -> None:
    """The secret was changed at the platform: every call is refused until it is put right."""
    hub.pull()
    hub.shop.shop.make(1, "meanwhile")
    hub.shop.secret_changed = True
    told = [line for _ in range(9) for line in (hub.pull(300), *pass_time(hub, 60, 60)) if line]
    assert told == ["连接“天猫主店”连续调用失败:签名不被接受:Invalid signature。"]
    assert "核对 App Secret" in posts(hub, "feishu")[-1]["text"]
    hub.shop.secret_changed = False
    hub.pull(600)
    assert hub.waiting == 1
    assert pass_time(hub, 60, 60) == [f"已恢复:{told[0]}"]
