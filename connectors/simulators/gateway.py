"""What simulated shops behind a gateway share: one way through, its limit, its refusals."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from orderloom.connect import Clock

from .shop import Record, ShopSimulator
from .wire import Meter, Reply, json_reply, spoil


class Refused(Exception):
    """What a platform answers instead of doing it."""

    answer: Record


class GatewayShop(ShopSimulator):
    """A shop whose platform allows so many calls a second and refuses in its own words.

    `refusals`: kind of fault -> what the platform itself says to a call that is to fail.
    """

    order_calls = "order"

    def __init__(
        self,
        clock: Clock | None,
        token: str,
        per_second: int,
        refusals: Mapping[str, Callable[[], Refused]],
    ) -> None:
        super().__init__(clock, token)
        self._meter = Meter(self.clock, per_second)
        self._refusals = refusals

    def through(self, method: str, serve: Callable[[bool], Record]) -> Reply:
        """The answer to one call. `serve(prevented)`: admits it and gives its document; when
        `prevented`, nothing else happens."""
        self.count(method)
        fault = self.faults.take(method)
        try:
            if fault is not None and fault.kind in self._refusals:
                raise self._refusals[fault.kind]()
            document = serve(fault is not None and fault.prevents)
        except Refused as refusal:
            document = self.refused(method, refusal)
        if fault is not None and fault.kind == "duplicates":
            self.double(document)
        reply = json_reply(self.written(document))
        return spoil(reply, fault) if fault is not None else reply

    def refused(self, method: str, refusal: Refused) -> Record:
        """The document that says no."""
        return {"error_response": refusal.answer}

    def double(self, document: Record) -> None:
        """The first row of a list comes twice."""
        raise NotImplementedError

    def written(self, document: Record) -> Record:
        """The document as it leaves."""
        return document
