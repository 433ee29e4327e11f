"""Douyin shops through Doudian's open platform: orders, after-sales, messages, what was shipped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from orderloom.connect import (
    COURIER_CODES,
    DETAILS,
    Answer,
    AuthFailed,
    Limits,
    Listing,
    Normal,
    Page,
    Permanent,
    Push,
    RawItem,
    Ref,
    Request,
    Response,
    Seller,
    Setting,
    Shipment,
    ShippingConnector,
    Source,
    Text,
    Window,
    WindowedConnector,
    bad_answer,
    courier_codes,
    cover,
    digest,
    dump_json,
    lacking,
    masked_fields,
    parse_json,
    whole_number,
    window_settings,
)

from ._douyin_calls import CALL_SETTINGS, DoudianConnector
from ._douyin_orders import (
    COLUMNS,
    RECEIVER,
    WRAPPING,
    body_of,
    changed_at,
    moment,
    number_of,
    row_of,
)

_ORDERS, _ORDER = "order.searchList", "order.orderDetail"
_AFTER_SALES = "afterSale.List"
_SHIP, _SHIP_PART = "order.logisticsAdd", "order.logisticsAddMultiPack"
_ONLY_WHOLE = ("sku_order_list", "post_addr", "pay_amount")
_DAY_S = 86_400
_RECEIVED = Answer(body=b'{"code":0,"msg":"success"}')


class Douyin(WindowedConnector, ShippingConnector, DoudianConnector):
    """Reads two lists by turns: orders, and after-sales, which need not move their order's time."""

    key = "douyin"
    title = Text("抖店", "Douyin shop")
    api_version = "2"
    verified = Text(
        "签名:公开的算例;错误码和订单字段:公开资料;推送和其余只对照过我们的模拟器",
        "signature: a public example; error numbers and order fields: public notes; "
        "pushes and the rest: our simulator only",
    )
    kind = "channel"
    settings = (
        *CALL_SETTINGS,
        Setting(
            "after_sales",
            Text("同时读取售后单", "Read after-sales, too"),
            "bool",
            default=True,
            help=Text(
                "售后变化不一定更新订单时间;需要售后权限。",
                "An after-sale need not change its order's time; it takes their permission.",
            ),
        ),
        DETAILS,
        COURIER_CODES,
        *window_settings(most_pages=100),
    )
    limits = Limits(per_second=200, burst=200)
    overlap_s = 300
    lag_s = 60
    couriers = courier_codes(
        {},
        "SF=shunfeng, YTO=yuantong, ZTO=zhongtong, STO=shentong, YUNDA=yunda, EMS=ems,"
        " POSTB=youzhengguonei, JD=jd, DBKD=debangkuaidi, JTSD=jtexpress",
    )
    volatile = ("ciphers",)
    envelope = WRAPPING.names
    coverage = cover(
        filled="external_no placed_at modified_at ship_by payment_state delivery_state do_not_ship"
        " total paid freight discount customer_ref buyer_note province city district town",
        masked="receiver_name phone address",
        late="paid_at seller_note",
    )
    columns = COLUMNS

    def check(self) -> Seller:
        """Looks for an order of today: it proves token and permission, and names the shop."""
        now, shop_id = self.clock.now() // 1000, str(self.values["shop_id"])
        today = {"update_time_start": now - _DAY_S, "update_time_end": now}
        answer = self._answer(self._search(today, 1, 1), "shop_order_list")
        rows = [row for row, _ in answer.records if isinstance(row, dict)]
        shop = rows[0] if rows else {}
        if str(shop.get("shop_id") or shop_id) != shop_id:
            raise AuthFailed("connect.auth", reason=f"shop_id {shop['shop_id']}")
        name = shop.get("shop_name") or self.values["shop_name"] or shop_id
        return Seller(shop_id, str(name))

    def pull(self, cursor: Any, until_ms: int) -> Page:
        """A page of orders, or of after-sales once the orders are read."""
        state = _cursor(cursor)
        if state["turn"] == _AFTER_SALES and self.values["after_sales"]:
            return self._pull_after_sales(state, until_ms)
        page = self._pull(Source(self._list, self._row), state["orders"], until_ms)
        state["orders"] = page.cursor
        more = page.more
        if not page.more and self.values["after_sales"]:
            state["turn"], more = _AFTER_SALES, True
        return Page(page.items, state, more, page.refs)

    def detail(self, refs: Sequence[Ref]) -> list[RawItem]:
        """The whole orders, one request each."""
        return [row_of(*self._order(ref.external_no)) for ref in refs]

    @classmethod
    def normalise(cls, raw: Any) -> Normal:
        """An order, bare or in its answer: what `body_of` makes of it."""
        order = WRAPPING.one(raw)
        number = number_of(order)
        if number is None:
            raise Permanent("connect.no_number", "order_id", item=True)
        body = body_of(order)
        masked = masked_fields(body["receiver"], RECEIVER)
        return Normal(number, None, changed_at(body), body, masked, digest(body, cls.volatile))

    @classmethod
    def read_file(cls, data: Any) -> Iterator[RawItem]:
        """Orders in answers of list and detail calls, new form or old, or bare ones."""
        return (row_of(order, dump_json(order)) for order in WRAPPING.all(data))

    def parse_webhook(self, request: Request) -> Push:
        """Messages only name orders; those of other shops of the same app are none of ours."""
        self._check_genuine(request)
        try:
            messages = parse_json(request.body.decode())
        except ValueError:
            raise Permanent("connect.payload_not_json") from None
        found = messages if isinstance(messages, list) else [messages]
        numbers = dict.fromkeys(filter(None, map(self._order_in, found)))
        return Push(refs=[Ref(number, None) for number in numbers], answer=_RECEIVED)

    def _pull_after_sales(self, state: dict[str, Any], until_ms: int) -> Page:
        """Names the orders of after-sales that changed; `seen` tells which of them are news."""
        seen: dict[str, int] = state["seen"]

        def row(record: Any, _text: str) -> Ref | None:
            number, at = _after_sale_of(record)
            if number is None or seen.get(number, 0) >= at:
                return None
            seen[number] = at
            return Ref(number, None)

        page = self._pull(Source(self._list_after_sales, row), state["after_sales"], until_ms)
        state["after_sales"] = page.cursor
        if not page.more:
            state["turn"] = _ORDERS
            oldest = page.cursor["mark"] - self.values["overlap_s"] * 1000
            state["seen"] = {number: at for number, at in seen.items() if at >= oldest}
        return Page((), state, page.more, page.refs)

    def _list(self, window: Window, page: int, *, count: bool) -> Listing:
        del count  # every page tells the total
        span = {
            "update_time_start": window.start // 1000,
            "update_time_end": window.end // 1000,
        }
        response = self._search(span, page, self.values["page_size"])
        return self._listing(response, "shop_order_list")

    def _search(self, span: Mapping[str, int], page: int, size: int) -> Response:
        paging = {"page": page - 1, "size": size, "order_by": "update_time", "order_asc": True}
        return self._ask(_ORDERS, {**span, **paging})

    def _list_after_sales(self, window: Window, page: int, *, count: bool) -> Listing:
        del count  # every page tells the total
        asked = {
            "update_start_time": window.start // 1000,
            "update_end_time": window.end // 1000,
            "order_by": ["update_time asc"],
            "page": page - 1,
            "size": self.values["page_size"],
        }
        return self._listing(self._ask(_AFTER_SALES, asked), "items")

    def _listing(self, response: Response, name: str) -> Listing:
        answer = self._answer(response, name)
        total = whole_number(answer.outer.get("total"))
        return Listing(answer.records, total, response.date_ms)

    def _row(self, record: Any, text: str) -> RawItem | Ref:
        item = row_of(record, text)
        if not isinstance(record, dict) or number_of(record) is None:
            return item
        thin = not all(name in record for name in _ONLY_WHOLE)
        ask = thin or self.values["details"] == "always"
        return Ref(item.external_no, item.modified_ms) if ask else item

    def _ship(self, shipment: Shipment) -> None:
        """The order in one parcel, or those of its lines that are in this one."""
        parcel = {"company_code": shipment.courier, "logistics_code": shipment.tracking_no}
        asked: dict[str, Any] = {"order_id": shipment.order_no, "is_refund_reject": False}
        if shipment.whole:
            self._answer(self._ask(_SHIP, {**asked, **parcel}), item=True)
            return
        if not shipment.line_nos:
            raise lacking("line_nos")
        lines = [{"shipped_order_id": number} for number in shipment.line_nos]
        asked["pack_list"] = [{**parcel, "shipped_order_info": lines}]
        # The platform carries out one request of a name only.
        asked["request_id"] = f"{shipment.order_no}-{shipment.tracking_no}"
        self._answer(self._ask(_SHIP_PART, asked), item=True)

    def _shipped(self, order_no: str) -> list[str]:
        order, _ = self._order(order_no)
        parcels = order.get("logistics_info") or []
        return [str(one.get("tracking_no")) for one in parcels if isinstance(one, dict)]

    def _order(self, number: str) -> tuple[dict[str, Any], str]:
        """The whole order and its exact text."""
        response = self._ask(_ORDER, {"shop_order_id": number})
        answer = self._answer(response, "shop_order_detail", item=True)
        if len(answer.records) != 1 or not isinstance(answer.records[0][0], dict):
            raise bad_answer("shop_order_detail")
        return answer.records[0]

    def _order_in(self, message: Any) -> str | None:
        """The order a message speaks of; None for those of other shops and other things."""
        data = message.get("data") if isinstance(message, dict) else None
        if isinstance(data, str):
            try:
                data = parse_json(data)
            except ValueError:
                return None
        if not isinstance(data, dict):
            return None
        if str(data.get("shop_id") or self.values["shop_id"]) != str(self.values["shop_id"]):
            return None
        return number_of({"order_id": data.get("p_id") or data.get("shop_order_id")})


def _cursor(stored: Any) -> dict[str, Any]:
    """Where either list stands, and whose turn it is. Permanent when it is not one of ours."""
    if not stored:
        return {"turn": _ORDERS, "orders": None, "after_sales": None, "seen": {}}
    try:
        return {name: stored[name] for name in ("turn", "orders", "after_sales", "seen")}
    except (KeyError, TypeError):
        raise Permanent("connect.bad_cursor") from None


def _after_sale_of(record: Any) -> tuple[str | None, int]:
    """The order an after-sale belongs to, and when it changed (ms)."""
    row = record if isinstance(record, dict) else {}
    info, order = row.get("aftersale_info") or {}, row.get("order_info") or {}
    number = number_of({"order_id": order.get("shop_order_id")})
    return number, moment(info.get("update_time")) or 0
