"""What directs the simulated warehouse systems, and what they remember."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.simulators.journal import Journal
from connectors.simulators.serve import simulators
from connectors.simulators.wire import Simulator
from orderloom.connect import Message, Request, WsgiTransport
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
    begun = {**page.cursor, "acks": []}
    again = stage.connect().confirmations(begun, stage.clock.now())
    assert not again.confirmations
    assert [one.event for one in stage.connect().inquire([message])] == ["shipped"]
