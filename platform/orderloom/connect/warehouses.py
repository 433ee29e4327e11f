"""What connectors of warehouses share: which effects they carry out, and counts of pieces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .base import Connector, send_each
from .errors import Permanent
from .http import bad_answer
from .model import Message, Receipt

_CREATE, _CANCEL = "fulfilment.create", "fulfilment.cancel"


class WarehouseConnector(Connector):
    """Creates and cancels fulfilments one by one; a warehouse says how each is done."""

    kind = "warehouse"
    effects = (_CREATE, _CANCEL)

    def send(self, messages: Sequence[Message]) -> list[Receipt]:
        """One receipt per fulfilment; one created again is the same fulfilment."""
        return send_each(messages, self._carry_out)

    def create(self, message: Message) -> Receipt:
        """Has a fulfilment sent; raises ConnectorError."""
        raise NotImplementedError

    def cancel(self, message: Message) -> Receipt:
        """Stops a fulfilment; raises ConnectorError."""
        raise NotImplementedError

    def _carry_out(self, message: Message) -> Receipt:
        if message.effect == _CREATE:
            return self.create(message)
        if message.effect == _CANCEL:
            return self.cancel(message)
        raise Permanent("connect.unknown_effect", message.effect, item=True)


def pieces(row: Mapping[str, Any], name: str) -> int:
    """A count that may be written with decimals ("12.0000"); 0 where there is none."""
    text = str(row.get(name) or 0).strip()
    try:
        return int(text.partition(".")[0])
    except ValueError:
        raise bad_answer(name) from None
