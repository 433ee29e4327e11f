"""What connectors of warehouses share: which effects they carry out, refusals, counts of pieces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from .base import Connector, send_each
from .body import needed
from .errors import ConnectorError, Permanent
from .http import Response, bad_answer
from .model import Message, Receipt, Seller
from .times import beijing_ms

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

    def refused(self, code: Any, words: Any) -> Permanent:
        """The warehouse's no to one fulfilment, in its own words."""
        reason = self.say(words or "")
        return Permanent("connect.refused", item=True, platform_code=code, reason=reason)

    def _carry_out(self, message: Message) -> Receipt:
        if message.effect == _CREATE:
            return self.create(message)
        if message.effect == _CANCEL:
            return self.cancel(message)
        raise Permanent("connect.unknown_effect", message.effect, item=True)


class ErpConnector(WarehouseConnector):
    """An ERP where this hub is one of the shops: answers are JSON with a code, 0 when all is well.

    `shop`: the setting, and the field of answers, that names the hub's shop; `words`: the field
    that tells in words what a code means.
    """

    shop: ClassVar[str]
    words: ClassVar[str]

    def failure(self, code: int, words: str, response: Response) -> ConnectorError:
        """The error that a code other than 0 stands for."""
        raise NotImplementedError

    def answered(self, response: Response) -> Mapping[str, Any]:
        """An answer whose code is 0; raises `failure` for any other."""
        answer = response.json()
        code = str(answer.get("code")) if isinstance(answer, dict) else ""
        if not code.removeprefix("-").isdecimal():
            raise bad_answer("code")
        if int(code) != 0:
            raise self.failure(int(code), str(answer.get(self.words) or ""), response)
        return dict(answer)

    def own_shop(self, shops: Iterable[Mapping[str, Any]]) -> Seller:
        """The hub's shop among those there are; Permanent when it is none of them."""
        mine = str(self.values[self.shop])
        for shop in shops:
            if str(shop.get(self.shop)) == mine:
                return Seller(mine, str(shop.get("shop_name") or mine))
        raise Permanent("connect.permission", reason=f"{self.shop} {mine}")


def fulfilment_no(message: Message) -> str:
    """The fulfilment a message is about; Permanent (item) when it does not say."""
    return needed(message.body, "fulfilment_no")


def rows_at(answer: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The records in a list of an answer; TryLater when there is no such list."""
    rows = answer.get(name)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise bad_answer(name)
    return rows


def pieces(row: Mapping[str, Any], name: str) -> int:
    """A count that may be written with decimals ("12.0000"); an empty one is 0.

    TryLater where there is no such field: that it is called otherwise is no reason to sell nothing.
    """
    if name not in row:
        raise bad_answer(name)
    text = str(row[name] or 0).strip()
    try:
        return int(text.partition(".")[0])
    except ValueError:
        raise bad_answer(name) from None


_MOST_DIGITS = 9  # of a count of pieces; more is no count


def quantities(counted: Iterable[tuple[Any, Any]]) -> dict[str, int]:
    """Pieces by item code, of (item code, count) as platforms write them; what is neither is
    passed over."""
    found: Counter[str] = Counter()
    for code, count in counted:
        text = str(count or 0).strip().partition(".")[0]
        if code and text.isdecimal() and len(text) <= _MOST_DIGITS:
            found[str(code)] += int(text)
    return dict(+found)


def told_ms(value: Any) -> int | None:
    """When something happened, by Beijing's clock; None where a platform tells no usable time."""
    try:
        return beijing_ms(value)
    except (ValueError, OverflowError):
        return None
