"""W1's warehouse system: takes whatever it is sent."""

from __future__ import annotations

from collections.abc import Sequence

from orderloom.connect import Connector, Message, Receipt, Seller, Text


class W1Warehouse(Connector):
    """Says yes to everything."""

    key = "w1_warehouse"
    title = Text("W1 仓库", "W1 warehouse")
    api_version = "1"
    kind = "warehouse"
    settings = ()
    delivery = "idempotent"
    effects = ("fulfilment.create", "fulfilment.cancel")

    def check(self) -> Seller:
        """Nobody needs to log in."""
        return Seller("w1", "W1")

    def send(self, messages: Sequence[Message]) -> list[Receipt]:
        """Accepted, all of them."""
        return [Receipt(message.id, ok=True) for message in messages]
