"""What directs the simulated warehouse systems, and what they remember."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.simulators.journal import Journal
from connectors.simulators.serve import simulators
from connectors.simulators.stockroom import Stockroom
from connectors.simulators.stockroom_life import StockroomLife
from connectors.simulators.wire import Simulator
from orderloom.connect import ManualClock, Message, Request, WsgiTransport
from tests.connectors.warehouse_stages import ErpStage, JushuitanStage, WangdianStage

STAGES = [JushuitanStage, WangdianStage]


def directed(simulator: Simulator, path: str, wish: Any = None) -> Any:
    verb, body = ("GET", b"") if wish is None else ("POST", json.dumps(wish).encode())
    request = Request(verb, f"http://sim/_sim/{path}", {}, body)
    return json.loads(WsgiTransport(simulator).send(request).body)


def created(stage: ErpStage) -> Message:
    message = stage.message(1, "fulfilment.create")
    (receipt,) = stage.connect().send([message])
    assert receipt.ok
    return message


@pytest.mark.parametrize("made", STAGES)
def test_the_director_ships_refuses_cancels_and_counts(made: type[ErpStage]) -> None:
    stage = made()
    created(stage)
    room = stage.simulator
    for act, state in (("refuse", "refused"), ("part", "waiting"), ("cancel", "cancelled")):
        assert directed(room, "orders/F0001", {"do": act})["state"] == state
    assert "error" in directed(room, "orders/F0001", {"do": "ship"})
    assert len(directed(room, "orders")["orders"][0]["parcels"]) == 1
    assert directed(room, "stock", {"HZ/TEE": [3, 1]})["stock"] == {"HZ/TEE": [3, 1]}
    assert directed(room, "state")["orders"] == 1


@pytest.mark.parametrize("made", STAGES)
def test_deliveries_and_acknowledgements_are_remembered(
    made: type[ErpStage], tmp_path: Path
) -> None:
    stage, journal = made(), Journal(tmp_path)
    key = stage.connector.key
    stage.simulator = simulators(stage.clock, journal.put, full_list=False)[key]  # type: ignore[assignment]
    message = created(stage)
    stage.simulator.room.set_counts({"HZ/TEE-BLK-M": [5, 1], "10001/TEE-BLK-M": [5, 1]})
    stage.ship(message)
    page = stage.connect().confirmations({"ts": 1, "acks": []}, stage.clock.now())
    assert [one.event for one in page.confirmations] == ["shipped"]
    stage.connect().confirmations(page.cursor, stage.clock.now())
    journal.close()
    later = simulators(stage.clock, None, full_list=False)[key]
    journal = Journal(tmp_path)
    later.recall(journal)
    journal.close()
    stage.simulator = later  # type: ignore[assignment]
    assert [3, -1] in stage.simulator.room.counts.values()
    begun = {**page.cursor, "acks": []}
    again = stage.connect().confirmations(begun, stage.clock.now())
    assert not again.confirmations
    assert [one.event for one in stage.connect().inquire([message])] == ["shipped"]


def test_a_warehouse_that_nobody_directs_sends_refuses_and_ends_what_it_began() -> None:
    clock = ManualClock(0)
    room = Stockroom(clock, "erp")
    life = StockroomLife(room, clock, "refuse", after_s=10)
    for number in range(100):
        room.take(f"F{number}", "HZ", [["TEE", 2]], courier="YTO", tracking_no="")
    life.step()
    assert len(room.waiting()) == 100
    clock.advance(10_000)
    life.step()
    begun = [one["code"] for one in room.waiting()]
    assert all(len(one["parcels"]) == 1 for one in room.waiting())
    assert 0 < len(begun) < 30
    clock.advance(10_000)
    life.step()
    ended = {one["state"] for one in room.deliveries()}
    assert (room.waiting(), ended) == ([], {"shipped", "refused"})
