"""Telling a channel in which parcel an order left, and finding out whether it knows already."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from .base import Connector, send_each
from .body import needed
from .couriers import courier_codes
from .errors import Permanent
from .model import Message, Receipt

_REPORT = "shipment.report"


@dataclass(frozen=True, slots=True)
class Shipment:
    """One parcel. `courier`: the platform's code; `line_nos`: the platform's numbers of the lines
    in it; `whole`: nothing of the order is left behind."""

    order_no: str
    courier: str
    tracking_no: str
    line_nos: tuple[str, ...]
    whole: bool


class ShippingConnector(Connector):
    """Carries out `shipment.report`; an order that has the number already counts as reported.

    Needs the setting `COURIER_CODES`. `couriers`: the hub's code -> the platform's.
    """

    delivery = "readable"
    effects = (_REPORT,)
    couriers: ClassVar[Mapping[str, str]]

    def send(self, messages: Sequence[Message]) -> list[Receipt]:
        """One report after the other. A refusal is believed after a look at the order."""
        return send_each(messages, self._report)

    def read_back(self, messages: Sequence[Message]) -> list[Receipt | None]:
        """A report has arrived when the order carries its number."""
        return [self._reported(message) for message in messages]

    def _ship(self, shipment: Shipment) -> None:
        """One request; Permanent (item) when the platform refuses."""
        raise NotImplementedError

    def _shipped(self, order_no: str) -> Collection[str]:
        """The tracking numbers the order carries."""
        raise NotImplementedError

    def _report(self, message: Message) -> Receipt:
        if message.effect not in self.effects:
            raise Permanent("connect.unknown_effect", message.effect, item=True)
        shipment = self._shipment(message)
        try:
            self._ship(shipment)
        except Permanent as refusal:
            known = self._reported(message) if refusal.item else None
            if known is None:
                raise
            return known
        return _receipt(message, shipment.tracking_no)

    def _reported(self, message: Message) -> Receipt | None:
        number = needed(message.body, "tracking_no")
        try:
            found = self._shipped(needed(message.body, "order_no"))
        except Permanent as refusal:
            if refusal.item:  # there is no such order
                return None
            raise
        return _receipt(message, number) if number in found else None

    def _shipment(self, message: Message) -> Shipment:
        body = message.body
        courier = needed(body, "courier")
        code = courier_codes(self.couriers, self.values["courier_codes"]).get(courier)
        if code is None:
            raise Permanent("connect.courier_unknown", item=True, courier=courier)
        return Shipment(
            order_no=needed(body, "order_no"),
            courier=code,
            tracking_no=needed(body, "tracking_no"),
            line_nos=tuple(map(str, body.get("line_nos") or ())),
            whole=bool(body.get("whole", True)),
        )


def _receipt(message: Message, number: str) -> Receipt:
    return Receipt(message.id, True, number, {"state": "shipped"})
