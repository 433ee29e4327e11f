"""The stages of warehouse systems that are asked for their news."""

from __future__ import annotations

from typing import Any

from connectors.jushuitan import Jushuitan
from connectors.simulators import jushuitan
from connectors.simulators.jushuitan import JushuitanSimulator
from connectors.simulators.wire import Fault
from orderloom.connect import Message, Transport, WsgiTransport
from orderloom.connect.conformance import Stage
from tests.connectors.staging import NETWORK, delivery_order


class WarehouseStage(Stage):
    """A warehouse system; `simulator.room` has its deliveries."""

    simulator: JushuitanSimulator
    faults = frozenset({*NETWORK, "throttled", "busy", "expire"})
    names_the_wait = False
    last_call = ""
    """What the call that takes effect is named by, where sending takes more than one."""

    def transport(self) -> Transport:
        return WsgiTransport(self.simulator)

    def wrong_secret(self) -> dict[str, Any]:
        return {**self.settings(), "app_secret": "not_the_secret_at_all"}

    def disturb(self, kind: str, *, effect_first: bool = False) -> None:
        call = self.last_call if effect_first else ""
        self.simulator.faults.add(Fault(kind, call=call, after=effect_first))

    def expire(self) -> None:
        self.simulator.expired = True

    def message(self, number: int, effect: str) -> Message:
        body = delivery_order(number)
        return Message(str(number), effect, body["fulfilment_no"], body["fulfilment_no"], body)

    def bad_message(self) -> Message:
        body = {**delivery_order(99), "lines": []}
        return Message("99", "fulfilment.create", "F0099", "F0099", body)

    def effects(self) -> list[str]:
        return [delivery["code"] for delivery in self.simulator.room.deliveries()]

    def ship(self, message: Message) -> None:
        self.simulator.room.ship(message.subject)


class JushuitanStage(WarehouseStage):
    connector = Jushuitan
    last_call = "upload"

    def __init__(self) -> None:
        super().__init__()
        self.simulator = JushuitanSimulator(self.clock)

    def settings(self) -> dict[str, Any]:
        return jushuitan.demo_settings("http://jst")
