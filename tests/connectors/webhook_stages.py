"""The stage of the connector `webhook`."""

from __future__ import annotations

from typing import Any

from connectors.simulators import webhook
from connectors.simulators.webhook import WebhookSimulator
from connectors.simulators.wire import Fault
from connectors.webhook import Webhook
from orderloom.connect import Message, Transport, WsgiTransport
from orderloom.connect.conformance import Stage
from tests.connectors.staging import NETWORK


class WebhookStage(Stage):
    connector = Webhook
    faults = frozenset(NETWORK)

    def __init__(self) -> None:
        super().__init__()
        self.simulator = WebhookSimulator(self.clock)

    def settings(self) -> dict[str, Any]:
        return webhook.demo_settings("http://erp")

    def transport(self) -> Transport:
        return WsgiTransport(self.simulator)

    def secrets(self) -> list[str]:
        return [webhook.SECRET]

    def wrong_secret(self) -> dict[str, Any]:
        return {**self.settings(), "secret": "not_the_secret_at_all"}

    def disturb(self, kind: str, *, effect_first: bool = False) -> None:
        self.simulator.faults.add(Fault(kind, after=effect_first))

    def expire(self) -> None:
        self.simulator.closed = True

    def message(self, number: int, effect: str) -> Message:
        body = {"rule": {"list": "risk", "row": "r"}, "order": {"external_no": str(number)}}
        return Message(str(number), effect, f"order:{number}", f"event-{number}", body)

    def bad_message(self) -> Message:
        return Message("99", "label.create", "order:99", "event-99", {})

    def effects(self) -> list[str]:
        return [event["id"] for event in self.simulator.events()]
