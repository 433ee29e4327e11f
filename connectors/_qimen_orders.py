"""A fulfilment of the hub in the words of `deliveryorder.create`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderloom.connect import beijing_moment, lacking, lines_of, needed

_PLATFORMS = {
    "taobao": "TB",
    "tmall": "TM",
    "jd": "JD",
    "pdd": "PDD",
    "douyin": "DY",
}


class DeliveryOrder:
    """A fulfilment of the hub in the words of `deliveryorder.create`."""

    def __init__(self, body: Mapping[str, Any], settings: Mapping[str, Any]) -> None:
        self.body = body
        self.settings = settings
        self.code = needed(body, "fulfilment_no")

    def content(self, created: str) -> dict[str, Any]:
        return {
            "deliveryOrder": self._head(created),
            "orderLines": {"orderLine": [self._line(line) for line in lines_of(self.body)]},
        }

    def _head(self, created: str) -> dict[str, Any]:
        body = self.body
        platform = str(body.get("source_platform") or "").lower()
        placed = beijing_moment(body, "placed_at")
        return {
            "deliveryOrderCode": self.code,
            "orderType": "JYCK",
            "warehouseCode": needed(body, "warehouse_code"),
            "sourcePlatformCode": _PLATFORMS.get(platform, "OTHER"),
            "createTime": created,
            "placeOrderTime": placed or created,
            "payTime": beijing_moment(body, "paid_at"),
            "operateTime": created,
            "shopNick": needed(body, "shop_nick"),
            "totalAmount": _yuan(body, "total"),
            "logisticsCode": body.get("courier") or self.settings["default_courier"],
            "expressCode": body.get("tracking_no") or None,
            "senderInfo": self._sender(),
            "receiverInfo": self._receiver(),
            "buyerMessage": body.get("buyer_note") or None,
            "sellerMessage": body.get("seller_note") or None,
            "oaidOrderSourceCode": body.get("order_no") if self._oaid() else None,
        }

    def _sender(self) -> dict[str, Any]:
        sender = {
            tag: self.settings[f"sender_{name}"]
            for tag, name in (
                ("name", "name"),
                ("mobile", "mobile"),
                ("province", "province"),
                ("city", "city"),
                ("area", "district"),
                ("detailAddress", "address"),
            )
        }
        return {tag: value or None for tag, value in sender.items()}

    def _receiver(self) -> dict[str, Any]:
        receiver = self.body.get("receiver") or {}
        return {
            "name": receiver.get("name"),
            "mobile": receiver.get("mobile"),
            "province": receiver.get("province"),
            "city": receiver.get("city"),
            "area": receiver.get("district") or None,
            "town": receiver.get("town") or None,
            "detailAddress": receiver.get("address"),
            "oaid": self._oaid(),
        }

    def _oaid(self) -> str | None:
        return (self.body.get("receiver") or {}).get("oaid") or None

    def _line(self, line: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "orderLineNo": line.get("line_no"),
            "sourceOrderCode": self.body.get("order_no"),
            "ownerCode": self.body.get("owner_code") or self.settings["owner_code"],
            "itemCode": needed(line, "item_code"),
            "planQty": needed(line, "quantity"),
            "actualPrice": _yuan(line, "price"),
            "inventoryType": "ZP",
        }


def _yuan(body: Mapping[str, Any], name: str) -> str:
    """Integer fen -> yuan text."""
    amount = body.get(name, 0)
    if not isinstance(amount, int):
        raise lacking(name)
    return f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02d}"
