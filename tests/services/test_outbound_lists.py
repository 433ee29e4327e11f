"""What leaves a warehouse on a day: on one list of a hand-over moment each, never changed after."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from orderloom import jobs
from orderloom.connect import Parcel
from orderloom.services.delivering import outbox
from orderloom.services.fulfilling import outbound_lists
from orderloom.services.fulfilling.outbound_lists import PATIENCE_MS, Slot
from orderloom.services.users.people import User
from orderloom.store.db import Database
from tests.support.hub import START, ZONE, Hub

OPS = User(1, "ops", "运营", "ops", "zh-CN")


@pytest.fixture
def hub(database: Database) -> Hub:
    """Everything is handed over at ten."""
    made = Hub(database)

    def daily(document: dict[str, Any]) -> None:
        for step in document["outbound"]:
            step["hand_over"] = {"daily_at": "10:00"}

    made.republish(daily)
    return made


def to_ten(hub: Hub, later_ms: int = PATIENCE_MS) -> None:
    due = outbox.hand_over_at({"daily_at": "10:00"}, hub.clock.now(), ZONE)
    hub.advance((due + later_ms - hub.clock.now()) / 1000)


def make(hub: Hub) -> int:
    """What the ticker would have made."""
    return sum(jobs.list_outbound(warehouse) for warehouse in hub.warehouses.values())


def listed(hub: Hub) -> list[dict[str, dict[str, Any]]]:
    """Order number -> entry, of each list that is not empty, in the order they were made."""
    lists: dict[int, dict[str, dict[str, Any]]] = {}
    for row in hub.rows("SELECT list_id, content FROM outbound_entry ORDER BY list_id, place"):
        entry = json.loads(row["content"])
        lists.setdefault(row["list_id"], {})[entry["order_no"]] = entry
    return list(lists.values())


def nos(hub: Hub, *numbers: int) -> set[str]:
    return {str(hub.order(number)["external_no"]) for number in numbers}


def ask(hub: Hub, warehouse_id: int) -> int:
    with hub.write() as tx:
        return outbound_lists.make_now(tx, warehouse_id, None, OPS, hub.clock.now(), ZONE)


def test_the_list_of_a_moment_holds_what_was_due_and_stays_as_it_was(hub: Hub) -> None:
    hub.take(hub.trade(1, {"TEE-BLK-S": 2}, buyer_message="轻放"), hub.trade(2))
    to_ten(hub, PATIENCE_MS - 1)
    assert make(hub) == 0  # what was decided on just before ten may still be on its way
    hub.clock.advance(1)
    assert make(hub) == len(hub.warehouses)
    (entries,) = listed(hub)
    assert entries.keys() == nos(hub, 1, 2)
    (made,) = hub.fulfilments(1)
    first = entries[hub.order(1)["external_no"]]
    assert (first["fulfilment_no"], first["buyer_note"]) == (made["no"], "轻放")
    assert [(line["code"], line["quantity"]) for line in first["lines"]] == [("TEE-BLK-S", 2)]
    query = "SELECT * FROM outbound_list WHERE warehouse_id = :id"
    (head,) = hub.rows(query, id=made["warehouse_id"])
    assert (head["count"], head["pieces"], head["made_by"]) == (2, 3, "hub")
    hub.take(hub.trade(1, {"TEE-BLK-S": 2}, status="TRADE_CLOSED", later=60))
    assert hub.fulfilments(1)[0]["state"] == "cancelled"
    assert make(hub) == 0
    assert (listed(hub), hub.rows(query, id=made["warehouse_id"])) == ([entries], [head])


def test_each_fulfilment_is_on_one_list_also_one_written_late(hub: Hub) -> None:
    hub.take(hub.trade(1), hub.trade(2))
    (late,) = hub.fulfilments(2)
    hub.execute("UPDATE fulfilment SET state = 'cancelling' WHERE id = :id", id=late["id"])
    to_ten(hub)
    make(hub)
    hub.execute("UPDATE fulfilment SET state = 'handed_over' WHERE id = :id", id=late["id"])
    hub.take(hub.trade(3))
    to_ten(hub)
    to_ten(hub)  # the hub was away at one of the moments
    make(hub)
    assert [entries.keys() for entries in listed(hub)] == [nos(hub, 1), nos(hub, 2, 3)]


def test_two_makers_at_once_make_one_list(hub: Hub) -> None:
    hub.take(hub.trade(1))
    (made,) = hub.fulfilments(1)
    slot = Slot(made["warehouse_id"], made["hand_over_at"])
    with hub.write() as tx:
        assert outbound_lists.make_due(tx, slot, hub.clock.now(), ZONE)
    with hub.write() as tx:
        assert not outbound_lists.make_due(tx, slot, hub.clock.now(), ZONE)
    assert [entries.keys() for entries in listed(hub)] == [nos(hub, 1)]


def test_one_that_is_asked_for_shows_things_as_they_stand_and_takes_nothing_away(hub: Hub) -> None:
    hub.take(hub.trade(1), hub.trade(2))
    (made,) = hub.fulfilments(1)
    hub.advance((made["hand_over_at"] - hub.clock.now()) / 1000)
    hub.deliver()
    hub.tell("shipped", made["no"], Parcel("YTO", "YT900", {}))
    hub.take(hub.trade(2, status="TRADE_CLOSED", later=60))
    ask(hub, made["warehouse_id"])
    (entries,) = listed(hub)
    assert entries.keys() == nos(hub, 1)
    assert [(e["courier"], e["tracking_nos"]) for e in entries.values()] == [("YTO", ["YT900"])]
    hub.advance(60)
    make(hub)
    assert [entries.keys() for entries in listed(hub)] == [nos(hub, 1)] * 2
    assert hub.value("SELECT actor FROM audit WHERE action = 'outbound.make'") == "ops"


def test_warehouses_told_at_once_have_their_list_when_the_day_ends(database: Database) -> None:
    hub = Hub(database)
    hub.take(hub.trade(1))
    assert make(hub) == 0  # of the day before: there were no warehouses
    hub.advance(24 * 3600)
    hub.take(hub.trade(2))
    make(hub)
    assert [entries.keys() for entries in listed(hub)] == [nos(hub, 1)]
    (day,) = {row["for_day"] for row in hub.rows("SELECT for_day FROM outbound_list")}
    assert day == datetime.fromtimestamp(START / 1000, ZoneInfo(ZONE)).date().isoformat()


@pytest.mark.parametrize(
    ("now", "last"),
    [("2026-10-24T10:00", "2026-10-24T10:00"), ("2026-10-25T09:59", "2026-10-24T10:00")],
)
def test_the_last_moment_goes_by_the_calendar(now: str, last: str) -> None:
    """Also on the night the clock goes back, which makes a day of 25 hours."""
    berlin = ZoneInfo("Europe/Berlin")
    instants = (datetime.fromisoformat(t).replace(tzinfo=berlin).timestamp() for t in (now, last))
    at, expected = (int(instant * 1000) for instant in instants)
    assert outbox.last_hand_over({"daily_at": "10:00"}, at, "Europe/Berlin") == expected
