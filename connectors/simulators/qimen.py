"""A WMS behind Qimen as a WSGI application: strict about signatures and required elements."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

from orderloom.connect import (
    Clock,
    beijing_ms,
    beijing_text,
    build_xml,
    child_text,
    parse_xml,
    same_signature,
    top_sign,
)

from .journal import Journal
from .qimen_forms import kept, progress
from .wire import Call, Reply, Simulator, spoil

APP_KEY = "10000001"
APP_SECRET = "tlk_demo_secret_01"  # noqa: S105 - invented, for the simulator only
CUSTOMER = "c0000001"
OWNER = "DEMO"
_TIMESTAMP_TOLERANCE_MS = 600_000
_PERSON = ("name", "mobile", "province", "city", "detailAddress")
_NEEDED = (
    "deliveryOrderCode",
    "orderType",
    "warehouseCode",
    "createTime",
    "placeOrderTime",
    "operateTime",
    "shopNick",
    "logisticsCode",
    *(f"senderInfo/{part}" for part in _PERSON),
    *(f"receiverInfo/{part}" for part in _PERSON),
)
_LINE_NEEDED = ("ownerCode", "itemCode", "planQty", "actualPrice")
_GONE = ("DELIVERED", "PARTDELIVERED")
_MOST_LINES = 100
_AT_WORK = ("ACCEPT", "PARTDELIVERED")


def demo_settings(base: str) -> dict[str, Any]:
    """Settings of the connector `qimen` that reach a simulator mounted at `base`."""
    return {
        "app_key": APP_KEY,
        "app_secret": APP_SECRET,
        "customer_id": CUSTOMER,
        "owner_code": OWNER,
        "gateway": f"{base}/router/qimen/service",
        "sender_name": "演示仓",
        "sender_mobile": "13800000000",
        "sender_province": "浙江省",
        "sender_city": "杭州市",
        "sender_address": "示例路1号",
    }


class Refusal(Exception):
    """What the WMS answers instead of doing it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


class QimenSimulator(Simulator):
    """One WMS for all warehouses of one customer; `/router/qimen/service`.

    `on_change(kind, id, document)` hears of every delivery order before the answer leaves.
    """

    actions = ("ship", "part", "refuse")
    switches = ("mute", "clock_ahead")
    holds = "deliveries"

    def __init__(
        self,
        clock: Clock | None = None,
        on_change: Callable[[str, str, Any], None] | None = None,
        app_secret: str = APP_SECRET,
    ) -> None:
        super().__init__(clock)
        self._secret = app_secret
        self._on_change = on_change or (lambda kind, key, document: None)
        self._lock = threading.RLock()
        self._orders: dict[str, dict[str, Any]] = {}
        self._counts: dict[str, tuple[int, int]] = {}
        self.open: dict[str, None] = {}  # codes that are being worked on
        self.untold: dict[str, None] = {}  # codes the hub has still to hear of
        self.callback = ""
        self.mute = False  # news is forgotten, and the hub never hears of it
        self.repeats = 0
        self.authorised = True
        self._methods: dict[str, Callable[[Element], dict[str, Any]]] = {
            "deliveryorder.create": self._create,
            "deliveryorder.query": self._query,
            "order.cancel": self._cancel,
            "stock.query": self._stock,
        }

    def recall(self, journal: Journal) -> None:
        with self._lock:
            self._orders.update(journal.all("delivery"))
            self.open = {c: None for c, o in self._orders.items() if o["status"] in _AT_WORK}

    def orders(self) -> list[dict[str, Any]]:
        """All delivery orders: code, id, status, warehouse, source order, lines, times."""
        with self._lock:
            return list(self._orders.values())

    def order(self, code: str) -> dict[str, Any]:
        """One delivery order; KeyError if there is none."""
        with self._lock:
            return self._orders[code]

    def answer(self, call: Call) -> Reply:
        """One gateway call."""
        method = call.query.get("method", "").removeprefix("taobao.qimen.")
        self.count(method)
        fault = self.faults.take(method)
        try:
            self._admit(call)
            if fault is not None and fault.kind in _REFUSALS:
                raise Refusal(*_REFUSALS[fault.kind])
            if fault is not None and fault.prevents:
                return spoil(Reply(b"<response><flag>success</flag></response>"), fault)
            content = {"flag": "success", "code": "0", "message": "ok", **self._done(method, call)}
        except Refusal as refusal:
            content = {"flag": "failure", "code": refusal.code, "message": refusal.message}
        body = build_xml("response", content)
        reply = Reply(body, 200, "text/xml;charset=utf-8")
        return spoil(reply, fault) if fault is not None else reply

    def direct(self, verb: str, path: list[str], call: Call) -> Any:
        """`orders` (GET), `orders/CODE` (POST {"status": …} or {"do": …}), `callback` (POST
        {"url": …, "mute": …}: where the hub is told, or never), `stock` (GET, POST), `state`."""
        if path == ["orders"]:
            return {"orders": self.orders()}
        if path[0] == "orders" and len(path) == 2 and verb == "POST":
            return self._directed(path[1], call.json())
        if path == ["callback"] and verb == "POST":
            wish = {"url": self.callback, "mute": self.mute} | call.json()
            self.callback, self.mute = str(wish["url"]), bool(wish["mute"])
            return wish
        if path == ["stock"]:
            if verb == "POST":
                self._set_stock(call.json())
            return {"stock": {key: list(value) for key, value in self._counts.items()}}
        if path == ["state"]:
            return {"orders": len(self._orders), "repeats": self.repeats, "calls": self.calls}
        return None

    def _directed(self, code: str, wish: dict[str, Any]) -> dict[str, Any]:
        if "status" in wish:
            return self._set_status(code, str(wish["status"]))
        self.happen(code, str(wish["do"]))
        return self._orders[code]

    def count_of(self) -> int:
        return len(self._orders)

    def newest(self) -> str:
        """The delivery order that came last of those being worked on; KeyError if there is none."""
        with self._lock:
            if not self.open:
                raise KeyError("nothing to do")
            return next(reversed(self.open))

    def happen(self, number: str, action: str) -> None:
        """ship, part or refuse."""
        acts = {"ship": self.ship, "part": self.ship_part, "refuse": self.refuse}
        acts[action](number)

    def ship(self, code: str) -> None:
        """What is left of a delivery order leaves in one parcel. ValueError if nothing can."""
        with self._lock:
            order = self._at_work(code)
            self._leave(order, _rest(order), "DELIVERED")

    def ship_part(self, code: str) -> None:
        """One piece of it leaves; the last one ends it."""
        with self._lock:
            order = self._at_work(code)
            rest = _rest(order)
            last = sum(pieces for _, pieces in rest) == 1
            self._leave(order, [[rest[0][0], 1]], "DELIVERED" if last else "PARTDELIVERED")

    def refuse(self, code: str) -> None:
        """The warehouse will not send it."""
        with self._lock:
            self._tell({**self._at_work(code), "status": "REJECT"})

    def _at_work(self, code: str) -> dict[str, Any]:
        order = self._orders[code]
        if order["status"] not in _AT_WORK:
            raise ValueError(order["status"])
        return order

    def _leave(self, order: dict[str, Any], items: list[list[Any]], status: str) -> None:
        parcels = order.get("parcels", [])
        number = f"{order['courier']}{order['id'][3:]}{len(parcels) + 1:02d}"
        if order.get("tracking_no") and not parcels:
            number = order["tracking_no"]
        parcel = {"courier": order["courier"], "number": number, "items": items}
        self._count(order, items, free=0, locked=-1)
        self._tell({**order, "status": status, "parcels": [*parcels, parcel]})

    def _tell(self, order: dict[str, Any]) -> None:
        """Remember a change the hub has to hear of."""
        told = order.get("news", 0) + 1
        self._keep({**order, "news": told, "at": beijing_text(self.clock.now())})
        if not self.mute:
            self.untold[order["code"]] = None

    def _count(
        self, order: dict[str, Any], items: list[list[Any]], *, free: int, locked: int
    ) -> None:
        """Counts follow what is promised, sent and given back, where counts are kept."""
        for item, pieces in items:
            key = f"{order['warehouse']}/{item}"
            if key in self._counts:
                was_free, was_locked = self._counts[key]
                self._counts[key] = (was_free + free * pieces, was_locked + locked * pieces)

    def _set_status(self, code: str, status: str) -> dict[str, Any]:
        with self._lock:
            order = {**self._orders[code], "status": status}
            self._keep(order)
            return order

    def _set_stock(self, wish: dict[str, Any]) -> None:
        with self._lock:
            for key, (free, locked) in wish.items():
                self._counts[key] = (int(free), int(locked))

    def _admit(self, call: Call) -> None:
        query = call.query
        given, expected = query.get("sign", ""), top_sign(query, self._secret, "md5", call.body)
        if not given or not same_signature(given, expected):
            raise Refusal("sign-check-failure", "Invalid signature")
        known = query.get("app_key") == APP_KEY and query.get("customerId") == CUSTOMER
        if not known or not self.authorised:
            raise Refusal("TOP60", "qimen.request-convert-error 获取不到卖家授权关系")
        try:
            ms = beijing_ms(query.get("timestamp"))
        except ValueError:
            ms = None
        if ms is None or abs(ms - self.clock.now()) > _TIMESTAMP_TOLERANCE_MS:
            raise Refusal("TOP31", "Invalid timestamp")

    def _done(self, method: str, call: Call) -> dict[str, Any]:
        if method not in self._methods:
            raise Refusal("TOP22", f"Invalid method {method}")
        try:
            request = parse_xml(call.body)
        except ValueError as fault:
            raise Refusal("S003", f"XML: {fault}") from None
        with self._lock:
            return self._methods[method](request)

    def _create(self, request: Element) -> dict[str, Any]:
        order = request.find("deliveryOrder")
        lines = request.findall("orderLines/orderLine")
        if order is None or not lines:
            raise Refusal("S003", "deliveryOrder / orderLines 缺失")
        _demand(order, _NEEDED)
        for line in lines:
            _demand(line, _LINE_NEEDED)
        code = child_text(order, "deliveryOrderCode")
        if code in self._orders:
            self.repeats += 1
            raise Refusal("S011", f"发货单 {code} 已存在")
        new = kept(order, lines, f"WMS{len(self._orders) + 1:08d}")
        new["created"] = beijing_text(self.clock.now())
        self._count(new, new["lines"], free=-1, locked=1)
        self._keep(new)
        return {"createTime": new["created"], "deliveryOrderId": new["id"]}

    def _cancel(self, request: Element) -> dict[str, Any]:
        _demand(request, ("warehouseCode", "orderCode"))
        order = self._order(request)
        if order["status"] in _GONE:
            raise Refusal("S012", "已出库,不能取消")
        if order["status"] in _AT_WORK:
            self._count(order, _rest(order), free=1, locked=-1)
        self._keep({**order, "status": "CANCELED", "cancelled": beijing_text(self.clock.now())})
        return {}

    def _query(self, request: Element) -> dict[str, Any]:
        _demand(request, ("orderCode", "page", "pageSize"))
        size = int(child_text(request, "pageSize"))
        if not 1 <= size <= _MOST_LINES:
            raise Refusal("S003", f"pageSize {size}")
        found = progress(self._order(request))
        first = (int(child_text(request, "page")) - 1) * size
        lines = found["orderLines"]["orderLine"]
        page = {"orderLine": lines[first : first + size]}
        return {**found, "orderLines": page, "totalLines": len(lines)}

    def _stock(self, request: Element) -> dict[str, Any]:
        _demand(request, ("itemCode",))
        warehouse, item = child_text(request, "warehouseCode"), child_text(request, "itemCode")
        if f"{warehouse}/{item}" not in self._counts:
            raise Refusal("S010", f"商品 {item} 不存在")
        free, locked = self._counts[f"{warehouse}/{item}"]
        row = {"itemCode": item, "quantity": free, "lockQuantity": locked}
        return {"items": {"item": [{"warehouseCode": warehouse, **row}]}}

    def _order(self, request: Element) -> dict[str, Any]:
        code = child_text(request, "orderCode")
        if code not in self._orders:
            raise Refusal("S010", f"单据 {code} 不存在")
        return self._orders[code]

    def _keep(self, order: dict[str, Any]) -> None:
        self._on_change("delivery", order["code"], order)
        self._orders[order["code"]] = order
        if order["status"] in _AT_WORK:
            self.open[order["code"]] = None
        else:
            self.open.pop(order["code"], None)


def _rest(order: dict[str, Any]) -> list[list[Any]]:
    """Items and pieces that have not left."""
    gone: Counter[str] = Counter()
    for parcel in order.get("parcels", []):
        gone.update(dict(parcel["items"]))
    wanted: Counter[str] = Counter()
    for item, pieces in order["lines"]:
        wanted[item] += pieces
    return [[item, pieces] for item, pieces in (wanted - gone).items()]


def _demand(element: Element, paths: tuple[str, ...]) -> None:
    for path in paths:
        if not child_text(element, path):
            raise Refusal("S003", f"{path} 不能为空")


_REFUSALS = {
    "refused": ("S099", "仓库拒单"),
    "busy": ("S500", "系统繁忙,请稍后重试"),
    "throttled": ("S500", "系统繁忙 timeout"),
}
