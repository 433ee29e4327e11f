"""The stages of warehouse systems, and hands on those that are asked for their news."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from connectors.jushuitan import Jushuitan
from connectors.qimen import Qimen
from connectors.simulators import jushuitan, wangdian
from connectors.simulators.jushuitan import JushuitanSimulator
from connectors.simulators.qimen import QimenSimulator
from connectors.simulators.serve import demo_settings
from connectors.simulators.wangdian import WangdianSimulator
from connectors.simulators.wire import Fault
from connectors.wangdian import Wangdian
from orderloom.connect import Connector, HttpClient, Message, Receipt, Transport, WsgiTransport
from orderloom.connect.conformance import Stage
from tests.connectors.answers import Fixed
from tests.connectors.staging import NETWORK, delivery_order

CREATE, CANCEL = "fulfilment.create", "fulfilment.cancel"
TEE = "TEE-BLK-M"


class WarehouseStage(Stage):
    """A warehouse that is handed fulfilments."""

    simulator: QimenSimulator | JushuitanSimulator | WangdianSimulator
    faults = frozenset({*NETWORK, "busy", "expire"})
    last_call = ""
    """What the call that takes effect is named by, where sending takes more than one."""

    def transport(self) -> Transport:
        return WsgiTransport(self.simulator)

    def wrong_secret(self) -> dict[str, Any]:
        return {**self.settings(), "app_secret": "not_the_secret_at_all"}

    def disturb(self, kind: str, *, effect_first: bool = False) -> None:
        call = self.last_call if effect_first else ""
        self.simulator.faults.add(Fault(kind, call=call, after=effect_first))

    def message(self, number: int, effect: str) -> Message:
        body = delivery_order(number)
        return Message(str(number), effect, body["fulfilment_no"], body["fulfilment_no"], body)

    def bad_message(self) -> Message:
        body = {**delivery_order(99), "lines": []}
        return Message("99", CREATE, "F0099", "F0099", body)


class QimenStage(WarehouseStage):
    connector = Qimen
    simulator: QimenSimulator

    def __init__(self) -> None:
        super().__init__()
        self.simulator = QimenSimulator(self.clock)

    def settings(self) -> dict[str, Any]:
        gateway = "http://wms/router/qimen/service"
        return {**demo_settings(80, 25)["qimen"], "gateway": gateway}

    def expire(self) -> None:
        self.simulator.authorised = False

    def effects(self) -> list[str]:
        return [order["code"] for order in self.simulator.orders()]

    def ship(self, message: Message) -> None:
        self.simulator.ship(message.subject)


class ErpStage(WarehouseStage):
    """An ERP that is asked for its news; `simulator.room` has its deliveries."""

    simulator: JushuitanSimulator | WangdianSimulator
    faults = frozenset({*WarehouseStage.faults, "throttled"})
    names_the_wait = False

    def expire(self) -> None:
        self.simulator.expired = True

    def effects(self) -> list[str]:
        return [delivery["code"] for delivery in self.simulator.room.deliveries()]

    def ship(self, message: Message) -> None:
        self.simulator.room.ship(message.subject)

    def send(self, effect: str, number: int = 1) -> Receipt:
        """Has one fulfilment created or cancelled."""
        return self.connect().send([self.message(number, effect)])[0]

    def against(self, answer: Any, **settings: Any) -> tuple[Connector, Fixed]:
        """A connector whose platform has one answer to everything."""
        transport = Fixed(answer)
        values = {**self.settings(), **settings}
        return self.connector(values, HttpClient(transport), self.clock), transport


class JushuitanStage(ErpStage):
    connector = Jushuitan
    simulator: JushuitanSimulator
    last_call = "upload"

    def __init__(self) -> None:
        super().__init__()
        self.simulator = JushuitanSimulator(self.clock)

    def settings(self) -> dict[str, Any]:
        return jushuitan.demo_settings("http://jst")


def in_clear(number: int) -> dict[str, Any]:
    """A fulfilment whose receiver the platform does not mask."""
    body = delivery_order(number)
    clear = {"name": "李示例", "mobile": "13800000000", "address": "示例路1号", "oaid": None}
    return {**body, "receiver": {**body["receiver"], **clear}}


class WangdianStage(ErpStage):
    connector = Wangdian
    simulator: WangdianSimulator
    last_call = "trade_push"

    def __init__(self) -> None:
        super().__init__()
        self.simulator = WangdianSimulator(self.clock)

    def settings(self) -> dict[str, Any]:
        return wangdian.demo_settings("http://wdt")

    def message(self, number: int, effect: str) -> Message:
        return replace(super().message(number, effect), body=in_clear(number))
