"""What connectors that get waybill numbers (电子面单) share: sender, receiver, refusals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from .base import Connector, send_each
from .body import lines_of, needed, says
from .content import is_masked
from .couriers import COURIER_CODES, courier_codes
from .errors import ConnectorError, Permanent
from .model import Message, Receipt, Setting, Text

_CREATE, _CANCEL = "label.create", "label.cancel"
SENDER_SETTINGS = (
    Setting("sender_name", Text("发件人", "Sender's name")),
    Setting("sender_mobile", Text("发件人电话", "Sender's phone")),
    Setting("sender_province", Text("发件省份", "Sender's province")),
    Setting("sender_city", Text("发件城市", "Sender's city")),
    Setting("sender_district", Text("发件区县", "Sender's district"), required=False, default=""),
    Setting("sender_address", Text("发件详细地址", "Sender's street address")),
)
_EMPTY = "余额不足,单号不足,库存不足,余额为0,no waybill,quota"
_UNSERVED = "不可达,停发,超范围,超出服务范围,未开通服务,盲区,无法提供,not reachable,not served"
_VOID = "已取消,已作废,已回收,不存在,already cancel,not exist"
LABEL_SETTINGS = (
    *SENDER_SETTINGS,
    Setting("default_courier", Text("默认快递编码", "Default courier code"), required=False),
    COURIER_CODES,
    Setting(
        "empty_words",
        Text("表示“单号用完”的词", "Words for “no numbers left”"),
        required=False,
        default=_EMPTY,
    ),
    Setting(
        "unserved_words",
        Text("表示“地址送不到”的词", "Words for “address not served”"),
        required=False,
        default=_UNSERVED,
    ),
    Setting(
        "void_words",
        Text("表示“单号已作废”的词", "Words for “number is void”"),
        required=False,
        default=_VOID,
    ),
)
_TAOBAO = ("taobao", "tmall")
_PLACE = ("province", "city", "district", "town", "address")


class LabelConnector(Connector):
    """Gets waybill numbers and gives them back, one request each; with `LABEL_SETTINGS`.

    Its platform honours a key made of the fulfilment: the same request gets the same number.
    """

    kind = "courier"
    delivery = "idempotent"
    effects = (_CREATE, _CANCEL)
    codes: ClassVar[Mapping[str, str]]
    """The hub's code of a courier -> the platform's."""

    def send(self, messages: Sequence[Message]) -> list[Receipt]:
        """One receipt per label."""
        return send_each(messages, self._carry_out)

    def create(self, message: Message, courier: str, code: str) -> Receipt:
        """A number for the fulfilment: `tracking_no` and `courier` in the receipt's detail."""
        raise NotImplementedError

    def cancel(self, message: Message, courier: str, code: str) -> Receipt:
        """Gives the number back."""
        raise NotImplementedError

    def courier_codes(self) -> dict[str, str]:
        """`codes` as this connection has them."""
        return courier_codes(self.codes, self.values["courier_codes"])

    def _carry_out(self, message: Message) -> Receipt:
        if message.effect not in self.effects:
            raise Permanent("connect.unknown_effect", message.effect, item=True)
        courier = str(message.body.get("courier") or self.values["default_courier"] or "")
        code = self.courier_codes().get(courier)
        if code is None:
            raise Permanent("connect.courier_unknown", item=True, courier=courier or None)
        if message.effect == _CREATE:
            return self.create(message, courier, code)
        try:
            return self.cancel(message, courier, code)
        except Permanent as refusal:
            if not self._is_void(refusal):
                raise
            return Receipt(message.id, True, None, {"state": "void"})

    def _is_void(self, refusal: Permanent) -> bool:
        """Whether a refused cancellation says that there is nothing (any more) to cancel."""
        return refusal.item and says(str(refusal.params.get("reason")), self.values["void_words"])


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who gets the parcel. `oaid`: Taobao's token for an address it masks, valid with its order."""

    name: str
    mobile: str
    province: str
    city: str
    district: str
    town: str
    address: str
    oaid: str | None

    @property
    def whole_address(self) -> str:
        """The address in one piece, as printed."""
        return "".join(getattr(self, part) for part in _PLACE)


def receiver_of(body: Mapping[str, Any]) -> Receiver:
    """The receiver of a `label.create`.

    Permanent (item) when a part is missing, or masked (stars, or a cipher of its platform) without
    a token the label service can read: a number would be used up for nothing.
    """
    given = body.get("receiver") or {}
    token = given.get("oaid") if body.get("source_platform") in _TAOBAO else None
    found = Receiver(
        name=needed(given, "name"),
        mobile=needed(given, "mobile"),
        province=needed(given, "province"),
        city=needed(given, "city"),
        district=given.get("district") or "",
        town=given.get("town") or "",
        address=needed(given, "address"),
        oaid=token or None,
    )
    stars = any(map(is_masked, (found.name, found.mobile, found.address)))
    if not token and (stars or given.get("masked")):
        raise Permanent("connect.receiver_masked", item=True)
    return found


def contents_of(body: Mapping[str, Any]) -> list[tuple[str, int]]:
    """What is in the parcel: names and pieces. Permanent (item) when nothing is."""
    return [
        (str(line.get("title") or needed(line, "item_code")), int(needed(line, "quantity")))
        for line in lines_of(body)
    ]


def label_refusal(failure: ConnectorError, values: Mapping[str, Any]) -> ConnectorError:
    """A platform's no to one label, told apart by its words (settings)."""
    if not (isinstance(failure, Permanent) and failure.item):
        return failure
    text, facts = str(failure.params.get("reason")), failure.params
    if says(text, values["empty_words"]):
        return Permanent("connect.no_numbers_left", item=True, **facts)
    if says(text, values["unserved_words"]):
        return Permanent("connect.not_served", item=True, **facts)
    return failure
