"""The home screen's picture: what went through each step, what waits, what is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from orderloom.connect import Parcel
from orderloom.services.hub import flow_view, presence, status
from orderloom.services.publishing.runtime import PlanCache
from orderloom.store.db import Database
from tests.support.hub import ZONE, Hub

Record = dict[str, Any]
DAY = 86_400


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


def flow(hub: Hub) -> Record:
    with hub.database.read() as tx:
        return flow_view.flow(tx, hub.context.plans, hub.clock.now(), ZONE)


def steps(hub: Hub) -> dict[str, Record]:
    """By title in English; ids are numbers of the database."""
    return {step["title"]["en"]: step for step in flow(hub)["steps"]}


def test_an_empty_installation_has_nothing_to_show(database: Database) -> None:
    with database.read() as tx:
        found = flow_view.flow(tx, PlanCache(), 1_790_991_000_000, ZONE)
    assert (found["plan"], found["steps"], found["edges"], found["workers"]) == (None, [], [], 0)


def test_the_steps_are_joined_from_source_to_warehouse_system(hub: Hub) -> None:
    found = flow(hub)
    kinds = {step["id"]: step["kind"] for step in found["steps"]}
    assert set(kinds.values()) == {"source", "mapping", "rules", "warehouse", "wms", "alert"}
    joined = {(kinds[edge["from"]], kinds[edge["to"]]) for edge in found["edges"]}
    assert joined == {
        ("source", "mapping"),
        ("mapping", "rules"),
        ("rules", "warehouse"),
        ("warehouse", "wms"),
        ("rules", "alert"),
    }
    ids = [step["id"] for step in found["steps"]]
    assert len(ids) == len(set(ids))
    assert any(id_.startswith("src:taobao:") for id_ in ids)


def test_a_label_service_is_a_step_of_its_own(database: Database) -> None:
    hub = Hub(database, labels=True)
    hub.take(hub.trade(0))
    hub.deliver()
    found = flow(hub)
    kinds = {step["id"]: step["kind"] for step in found["steps"]}
    joined = {(kinds[edge["from"]], kinds[edge["to"]]) for edge in found["edges"]}
    assert {("warehouse", "wms"), ("warehouse", "label")} <= joined
    (labels,) = [step for step in found["steps"] if step["kind"] == "label"]
    assert (labels["count_24h"], labels["faults"]) == (1, 0)


def test_every_step_counts_its_own(hub: Hub) -> None:
    hub.take(
        hub.trade(0),
        hub.trade(1, {"NOPE-1": 1}),
        hub.trade(2, payment="99999.00"),
        hub.trade(3, created="0000-00-00 00:00:00"),
    )
    hub.deliver()
    hub.land(hub.trade(4))
    found = steps(hub)
    source, mapping = found["演示旗舰店"], found["Mapping: Taobao/Tmall order"]
    rules = next(step for step in found.values() if step["kind"] == "rules")
    assert source["count_24h"] == 3
    assert (mapping["waiting"], mapping["faults"]) == (1, 1)
    assert (rules["waiting"], rules["faults"]) == (1, 2)
    assert found["杭州仓"]["count_24h"] == 1
    assert found["仓库系统(奇门)"]["count_24h"] == 1
    assert found["主管邮箱"]["waiting"] == 1


def test_orders_to_be_shipped_wait_at_their_warehouse(hub: Hub) -> None:
    hub.take(hub.trade(0), hub.trade(1))
    assert steps(hub)["杭州仓"]["waiting"] == 2
    hub.deliver()
    assert steps(hub)["杭州仓"]["waiting"] == 0


def test_what_a_warehouse_refuses_shows_at_it_and_strange_news_at_who_told(hub: Hub) -> None:
    hub.take(hub.trade(0))
    hub.deliver()
    hub.tell("refused", hub.fulfilments(0)[0]["no"], reason="no stock")
    hub.tell("shipped", "F-NOBODY", Parcel("ZTO", "ZT1"))
    found = steps(hub)
    assert (found["杭州仓"]["faults"], found["仓库系统(奇门)"]["faults"]) == (1, 1)
    elsewhere = [one for one in found.values() if one["kind"] == "warehouse" and one["faults"]]
    assert elsewhere == [found["杭州仓"]]


def test_shipments_to_be_reported_wait_at_their_shop(hub: Hub) -> None:
    hub.take(hub.trade(0))
    hub.deliver()
    hub.tell("shipped", hub.fulfilments(0)[0]["no"], Parcel("ZTO", "ZT1"))
    waiting = steps(hub)["演示旗舰店"]
    assert (waiting["waiting"], waiting["faults"]) == (1, 0)
    assert "1 条" in waiting["detail"]["zh"]
    hub.execute("UPDATE outbox SET state = 'dead' WHERE effect = 'shipment.report'")
    refused = steps(hub)["演示旗舰店"]
    assert (refused["waiting"], refused["faults"]) == (0, 1)
    assert "拒收 1" in refused["detail"]["zh"]


def test_only_the_last_day_counts(hub: Hub) -> None:
    hub.take(hub.trade(0))
    assert flow(hub)["orders_today"] == 1
    hub.advance(DAY + 60)
    hub.take(hub.trade(1))
    assert steps(hub)["演示旗舰店"]["count_24h"] == 1


def test_today_begins_at_midnight_in_the_hubs_zone(hub: Hub) -> None:
    hub.take(hub.trade(0))
    with hub.database.read() as tx:
        here = flow_view.flow(tx, hub.context.plans, hub.clock.now(), "Asia/Shanghai")
        # 09:30 in Shanghai is still the evening before in New York, and it soon ends.
        later = hub.clock.now() + 4 * 3600 * 1000
        there = flow_view.flow(tx, hub.context.plans, later, "America/New_York")
    assert (here["orders_today"], there["orders_today"]) == (1, 0)


def test_a_connection_that_is_refused_is_a_fault_in_words(hub: Hub) -> None:
    with hub.write() as tx:
        tx.execute(
            text("UPDATE connection SET state = 'auth_failed', trouble = :trouble"),
            {"trouble": '{"code": "connect.auth_failed", "where": null, "params": {}}'},
        )
    for title in ("演示旗舰店", "仓库系统(奇门)", "主管邮箱"):
        step = steps(hub)[title]
        assert step["faults"] == 1
        assert step["detail"]["zh"]


def test_a_closed_warehouse_says_so(hub: Hub) -> None:
    with hub.write() as tx:
        tx.execute(text("UPDATE warehouse SET closed = true WHERE code = 'HZ'"))
    assert "closed" in steps(hub)["杭州仓"]["detail"]["en"]


def test_the_rate_counts_the_last_minute(hub: Hub) -> None:
    hub.take(hub.trade(0), hub.trade(1))
    assert flow(hub)["rate_per_minute"] == 2
    hub.advance(61)
    assert flow(hub)["rate_per_minute"] == 0


def test_status_is_the_machine_readable_truth(hub: Hub) -> None:
    hub.take(hub.trade(0), hub.trade(1, {"NOPE-1": 1}), "{broken", hub.trade(2, payment="99999.00"))
    hub.deliver()
    with hub.write() as tx:
        worker = presence.Process("w", "worker", 1, 0)
        presence.beat(tx, worker, None, hub.clock.now())
    with hub.database.read() as tx:
        found = status.collect(tx, hub.clock.now())
    on_hand = hub.value("SELECT sum(on_hand) FROM stock")
    assert found == {
        "orders": {
            "total": 3,
            "by_channel": {"taobao": 3},
            "by_state": {"exception": 1, "handed_over": 1, "held": 1},
        },
        "inbox": {"waiting": 0, "failed": 1},
        "outbox": {"waiting": 1, "sent": 1, "dead": 0},
        "stock": {"on_hand": on_hand, "allocated": 1, "oversold": 0},
        "workers": 1,
        "plan": found["plan"],
    }
    assert found["plan"] == hub.value("SELECT hash FROM plan WHERE live")


def test_stock_below_what_is_allocated_would_show(hub: Hub) -> None:
    """The control of `oversold`: it is not a constant."""
    with hub.write() as tx:
        tx.execute(
            text("UPDATE stock SET allocated = on_hand + 2 WHERE id = (SELECT min(id) FROM stock)")
        )
    with hub.database.read() as tx:
        assert status.collect(tx, hub.clock.now())["stock"]["oversold"] == 2
