"""The back end of a brand's own mini-program: REST with HMAC signatures, and it pushes."""

from __future__ import annotations

import hashlib
import hmac
import json
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlencode

from orderloom.connect import Clock, beijing_ms, same_signature

from .rest_orders import REST_ORDERS
from .shop import Keep, Record, Shop, ShopSimulator
from .wire import Call, Reply, json_reply, spoil

KEY = "demo-mini-program"
SECRET = "tlk_demo_secret_01"  # noqa: S105 - invented, for the simulator only
SELLER_ID = "mini-0001"
SHOP = "演示小程序商城"
_TOLERANCE_S = 300
_MOST_ROWS = 100

# What the brand's blueprint says of this interface: see "An own shop" in docs/connectors.md.
DESCRIPTION: dict[str, Any] = {
    "sign": {
        "text": "{method}\n{path}\n{query}\n{timestamp}\n{body_sha256}",
        "headers": {
            "x-key": "{key}",
            "x-timestamp": "{timestamp}",
            "x-signature": "{signature}",
        },
    },
    "shop": {"path": "/shop", "id": "data.id", "title": "data.name"},
    "list": {
        "path": "/orders",
        "query": {"from": "{from}", "to": "{to}", "page": "{page}", "size": "{size}"},
        "records": "data.orders",
        "total": "data.total",
    },
    "detail": {"path": "/orders/{number}", "record": "data"},
    "order": {"number": "order_no", "modified": "updated_at"},
    "webhook": {
        "text": "{timestamp}\n{body}",
        "signature": "x-signature",
        "timestamp": "x-timestamp",
        "records": "orders",
    },
    "ship": {
        "path": "/orders/{number}/shipments",
        "body": {"courier": "{courier}", "tracking_no": "{tracking_no}", "items": "{lines}"},
        "shipped": "parcels",
        "number": "tracking_no",
    },
    "result": {
        "code": "code",
        "message": "message",
        "ok": [0],
        "expired": [401],
        "throttled": [429],
        "later": [503],
        "signature": [4010],
        "clock": [4011],
    },
}


def demo_settings(base: str) -> dict[str, Any]:
    """Settings of the connector `rest` that reach a simulator mounted at `base`."""
    return {
        "base": base,
        "key": KEY,
        "secret": SECRET,
        "description": DESCRIPTION,
        "overlap_s": 10,
        "lag_s": 1,
        "history_hours": 1,
    }


class Refused(Exception):
    """What the shop answers instead: its code and words."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(code)
        self.answer = {"code": code, "message": message}


class RestSimulator(ShopSimulator):
    """One shop. `hook`: where it pushes each change to, if anybody wants to hear."""

    order_calls = "orders"

    def __init__(self, clock: Clock | None = None, keep: Keep | None = None) -> None:
        super().__init__(clock, KEY)
        self.shop = Shop(self.clock, REST_ORDERS, self._tell)
        self._keep_too = keep or (lambda kind, key, document: None)
        self.hook = ""
        self.pushed = 0

    def summary(self, record: Record) -> Record:
        """Number, state, amount and items."""
        items = [[item["sku"], item["count"], item["after_sale"]] for item in record["items"]]
        told = {name: record[name] for name in ("order_no", "status", "updated_at")}
        return {**told, "paid": record["amount"]["paid"], "items": items}

    def answer(self, call: Call) -> Reply:
        """One call of the interface."""
        self.count(call.path)
        fault = self.faults.take(call.path)
        try:
            self._admit(call)
            if fault is not None and fault.kind in _REFUSALS:
                raise Refused(*_REFUSALS[fault.kind])
            early = fault is not None and not fault.after and fault.kind not in _HARMLESS
            doubled = fault is not None and fault.kind == "duplicates"
            found = {} if early else self._served(call, doubled)
            document = {"code": 0, "data": found}
        except Refused as refused:
            document = refused.answer
        reply = json_reply(document)
        return spoil(reply, fault) if fault is not None else reply

    def direct(self, verb: str, path: list[str], call: Call) -> Any:
        """Besides what every shop offers: `hook` (POST {"url": …}), where changes are pushed to."""
        if path == ["hook"] and verb == "POST":
            self.hook = str(call.json()["url"])
            return {"hook": self.hook}
        return super().direct(verb, path, call)

    def push(self, orders: list[Record]) -> int:
        """Pushes orders to the hook; the status it was answered with, 0 if nobody answered."""
        body = json.dumps({"orders": orders}, ensure_ascii=False).encode()
        stamp = str(self.clock.now() // 1000)
        signature = self._hmac(f"{stamp}\n{body.decode()}")
        headers = {"x-timestamp": stamp, "x-signature": signature}
        request = urllib.request.Request(self.hook, body, headers)  # noqa: S310 - http only
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code
        except OSError:
            return 0

    def _tell(self, kind: str, key: str, document: Any) -> None:
        self._keep_too(kind, key, document)
        if self.hook and kind == REST_ORDERS.kind and self.push([document]) == 200:
            self.pushed += 1

    def _admit(self, call: Call) -> None:
        stamp = call.headers.get("x-timestamp", "")
        query = urlencode(sorted(call.query.items()))
        hashed = hashlib.sha256(call.body).hexdigest()
        text = f"{call.method}\n{call.full_path}\n{query}\n{stamp}\n{hashed}"
        if not same_signature(call.headers.get("x-signature", ""), self._hmac(text)):
            raise Refused(4010, "签名错误")
        if not stamp.isdecimal() or abs(int(stamp) - self.clock.now() // 1000) > _TOLERANCE_S:
            raise Refused(4011, "时间戳过期")
        if call.headers.get("x-key") != self.token or self.expired:
            raise Refused(401, "访问标识已失效")

    def _served(self, call: Call, doubled: bool) -> Any:
        parts = call.path.strip("/").split("/")
        if parts == ["shop"]:
            return {"id": SELLER_ID, "name": SHOP}
        if parts == ["orders"]:
            return self._changed(call.query, doubled)
        if parts[0] == "orders" and len(parts) == 2:
            return self._order(parts[1])
        if parts[0] == "orders" and parts[2:] == ["shipments"] and call.method == "POST":
            return self._ship(parts[1], call.json())
        raise Refused(404, "没有这个接口")

    def _changed(self, query: dict[str, str], doubled: bool) -> Record:
        try:
            start, end = beijing_ms(query["from"]), beijing_ms(query["to"])
            page, size = int(query["page"]), int(query["size"])
        except (KeyError, ValueError) as fault:
            raise Refused(400, f"参数错误 {fault}") from None
        if start is None or end is None or not 1 <= size <= _MOST_ROWS or page < 1:
            raise Refused(400, "参数错误")
        found, total = self.shop.between(start, end, (page - 1) * size, size, oldest_first=True)
        return {"total": total, "orders": found + found[:1] if doubled else found}

    def _order(self, number: str) -> Record:
        try:
            return self.shop.get(number)
        except KeyError:
            raise Refused(404, "订单不存在") from None

    def _ship(self, number: str, wish: Record) -> Record:
        order = self._order(number)
        if order["status"] != "paid":
            raise Refused(409, f"订单状态 {order['status']} 不能发货")
        self.shop.act(number, "ship", str(wish["tracking_no"]))
        return {"order_no": number}

    def _hmac(self, text: str) -> str:
        return hmac.digest(self.secret(SECRET).encode(), text.encode(), "sha256").hex()


_HARMLESS = ("slow", "duplicates")
_REFUSALS = {
    "throttled": (429, "请求过多"),
    "busy": (503, "系统繁忙"),
    "refused": (404, "订单不存在"),
}
