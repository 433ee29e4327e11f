"""Taobao and Tmall through the Taobao Open Platform (TOP): orders of one shop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from orderloom.connect import (
    COURIER_CODES,
    COURIERS,
    TOP_COLUMNS,
    TOP_ENVELOPE,
    TOP_SETTINGS,
    ConnectorError,
    Limits,
    Listing,
    Normal,
    Permanent,
    RawItem,
    Ref,
    Seller,
    Setting,
    Shipment,
    ShippingConnector,
    Text,
    TopConnector,
    TryLater,
    Window,
    WindowedConnector,
    bad_answer,
    beijing_ms,
    beijing_text,
    cover,
    digest,
    dump_json,
    is_unset,
    masked_fields,
    whole_number,
    window_settings,
)

_CHANGED = "taobao.trades.sold.increment.get"
_WHOLE = "taobao.trade.fullinfo.get"
_SELLER = "taobao.user.seller.get"
_SHIP = "taobao.logistics.offline.send"
_BUSY = (":S01", ":B150")

_ORDER_FIELDS = (
    "tid,tid_str,type,status,step_trade_status,title,seller_nick,buyer_nick,buyer_open_uid,"
    "payment,total_fee,post_fee,discount_fee,adjust_fee,received_payment,created,pay_time,"
    "modified,consign_time,end_time,receiver_name,receiver_state,receiver_city,"
    "receiver_district,receiver_town,receiver_address,receiver_zip,receiver_mobile,"
    "receiver_phone,buyer_message,seller_memo,seller_flag,promotion_details,orders"
)
_THIN_FIELDS = "tid,tid_str,status,modified"
_ONLY_WHOLE = ("receiver_address", "receiver_state", "orders")
_LISTS = {"orders": "order", "promotion_details": "promotion_detail"}
_IDS = ("tid", "oid", "num_iid", "sku_id", "refund_id", "promotion_id", "id")
_TIMES = ("created", "pay_time", "modified", "consign_time", "end_time", "timeout_action_time")
_EVENTS = ("created", "pay_time", "consign_time", "end_time")
_RECEIVER = {
    "receiver_name": "receiver_name",
    "receiver_mobile": "phone",
    "receiver_phone": "phone",
    "receiver_state": "province",
    "receiver_city": "city",
    "receiver_district": "district",
    "receiver_town": "town",
    "receiver_address": "address",
    "buyer_open_uid": "customer_ref",
    "buyer_nick": "customer_ref",
}


class Taobao(WindowedConnector, ShippingConnector, TopConnector):
    """Pulls by modification time in windows, newest first, each read from the last page."""

    key = "taobao"
    title = Text("淘宝/天猫", "Taobao / Tmall")
    api_version = "2.0"
    verified = Text(
        "签名:厂商公布的算例;订单格式:公开字段和一份虚构样例;其余只对照过我们的模拟器",
        "signature: the vendor's published examples; orders: documented fields, invented sample; "
        "the rest: our simulator only",
    )
    kind = "channel"
    couriers = MappingProxyType({code: code for code in COURIERS})
    settings = (
        *TOP_SETTINGS,
        Setting(
            "details",
            Text("订单详情", "Order details"),
            "choice",
            default="auto",
            choices=("auto", "always", "never"),
            help=Text(
                "auto:列表不完整时逐单查询;always:总是逐单查询;never:只用列表。",
                "auto: asked per order when the list is thin; always; never: list only.",
            ),
        ),
        COURIER_CODES,
        *window_settings(),
    )
    limits = Limits(per_second=40, burst=40)
    overlap_s = 300
    lag_s = 60
    volatile = ("oaid",)
    envelope = TOP_ENVELOPE
    columns = TOP_COLUMNS
    coverage = cover(
        filled="external_no placed_at modified_at payment_state delivery_state do_not_ship total"
        " paid freight discount promotion_tags customer_ref buyer_note province city district"
        " town receiver_token",
        masked="receiver_name phone address",
        late="paid_at seller_note",
    )

    def check(self) -> Seller:
        """The seller behind the session key."""
        answer = self._answer(self._ask(_SELLER, {"fields": "user_id,nick"}), "user")
        if len(answer.records) != 1 or not isinstance(answer.records[0][0], dict):
            raise bad_answer("user")
        user = answer.records[0][0]
        nick = str(user.get("nick") or "")
        seller_id = str(user.get("user_id") or nick)
        if not seller_id:
            raise bad_answer("user_id")
        return Seller(seller_id, nick or seller_id)

    def detail(self, refs: Sequence[Ref]) -> list[RawItem]:
        """The whole trades, one request each."""
        return [self._trade(ref) for ref in refs]

    def _ship(self, shipment: Shipment) -> None:
        """The whole order, or the lines in this parcel; what was shipped before is refused."""
        params = {
            "tid": shipment.order_no,
            "company_code": shipment.courier,
            "out_sid": shipment.tracking_no,
        }
        if not shipment.whole:
            params |= {"sub_tid": ",".join(shipment.line_nos), "is_split": "1"}
        try:
            answer = self._answer(self._ask(_SHIP, params), "shipping", item=True)
        except Permanent as refusal:
            raise _later(refusal) from None
        done = answer.records[0][0] if answer.records else None
        if not isinstance(done, dict) or done.get("is_success") not in (True, "true"):
            raise bad_answer("is_success")

    def _shipped(self, order_no: str) -> list[str]:
        trade = self._trade(Ref(order_no, None)).value
        lines = _as_list(trade.get("orders")) if isinstance(trade, dict) else []
        return [str(line.get("invoice_no") or "") for line in lines if isinstance(line, dict)]

    @classmethod
    def normalise(cls, raw: Any) -> Normal:
        """A bare trade or a full-info answer -> ids as text, lists as lists, unset times None."""
        trade = _unwrapped(raw)
        number = _number_of(trade)
        if number is None:
            raise Permanent("connect.no_number", "tid", item=True)
        body = _clean(trade)
        body["tid"] = number
        body.pop("tid_str", None)
        body["orders"] = [_line(line) for line in _as_list(body.get("orders"))]
        masked = masked_fields(body, _RECEIVER)
        return Normal(number, None, _version(body), body, masked, digest(body, cls.volatile))

    @classmethod
    def read_file(cls, data: Any) -> Iterator[RawItem]:
        """Trades in a list answer, a full-info answer, a list of either, or one bare trade."""
        if isinstance(data, list):
            for entry in data:
                yield from cls.read_file(entry)
        elif not isinstance(data, dict):
            raise Permanent("connect.no_records", item=True)
        elif "tid" in data or "tid_str" in data:
            yield _item(data, dump_json(data))
        else:
            yield from cls.read_file(_inside(data))

    def _row(self, record: Any, text: str) -> RawItem | Ref:
        item = _item(record, text)
        return item if self._is_enough(record) else Ref(item.external_no, item.modified_ms)

    def _is_enough(self, trade: Any) -> bool:
        """True when the list's row is to be landed as it is, without asking for the whole trade."""
        mode = self.values["details"]
        if mode == "never" or not isinstance(trade, dict) or _number_of(trade) is None:
            return True
        return mode == "auto" and all(name in trade for name in _ONLY_WHOLE)

    def _list(self, window: Window, page: int, *, count: bool) -> Listing:
        params = {
            "fields": _THIN_FIELDS if self.values["details"] == "always" else _ORDER_FIELDS,
            "start_modified": beijing_text(window.start),
            "end_modified": beijing_text(window.end),
            "page_no": str(page),
            "page_size": str(self.values["page_size"]),
            "use_has_next": "false" if count else "true",
        }
        response = self._ask(_CHANGED, params)
        answer = self._answer(response, "trades", "trade")
        total = whole_number(answer.outer.get("total_results"))
        return Listing(answer.records, total, response.date_ms)

    def _trade(self, ref: Ref) -> RawItem:
        params = {"tid": ref.external_no, "fields": _ORDER_FIELDS, "include_oaid": "true"}
        answer = self._answer(self._ask(_WHOLE, params), "trade", item=True)
        if len(answer.records) != 1:
            raise bad_answer("trade")
        return _item(*answer.records[0])


def _later(refusal: Permanent) -> ConnectorError:
    """The shipping system words being busy as a refusal."""
    if str(refusal.params.get("platform_code", "")).endswith(_BUSY):
        return TryLater("connect.platform_busy", uncertain=True, **refusal.params)
    return refusal


def _item(trade: Any, text: str) -> RawItem:
    """A row nobody can identify is landed all the same: it must not be lost, nor stop the page."""
    number = _number_of(trade) if isinstance(trade, dict) else None
    if number is None:
        return RawItem("order", f"unidentified-{digest({'text': text})[:16]}", None, text)
    return RawItem("order", number, _instant(trade.get("modified")), text, trade)


def _version(body: Mapping[str, Any]) -> int | None:
    """The time of modification; without one, the latest event told of: it is at least as new."""
    modified = _instant(body.get("modified"))
    return modified or max(
        filter(None, (_instant(body.get(name)) for name in _EVENTS)), default=None
    )


def _number_of(trade: Mapping[str, Any]) -> str | None:
    """`tid_str` first: recorders that round numbers keep it exact."""
    number = trade.get("tid_str") or trade.get("tid")
    text = str(number).strip() if isinstance(number, int | str) else ""
    return text if text.isdecimal() else None


def _instant(value: Any) -> int | None:
    try:
        return beijing_ms(value)
    except (ValueError, OverflowError):
        return None


def _unwrapped(raw: Any) -> dict[str, Any]:
    while isinstance(raw, dict) and "tid" not in raw and "tid_str" not in raw:
        raw = _inside(raw)
    if not isinstance(raw, dict):
        raise Permanent("connect.no_records", item=True)
    return raw


def _inside(data: Mapping[str, Any]) -> Any:
    """What a wrapper (`…_response`, `trades`, `trade`) holds."""
    for name, value in data.items():
        if name.endswith("_response") or name in ("trades", "trade"):
            return value if value is not None else []
    if "total_results" in data or "request_id" in data:
        return []
    raise Permanent("connect.no_records", item=True)


def _as_list(value: Any) -> list[Any]:
    """TOP writes {"orders": {"order": […]}}, an object instead of a list of one, or nothing."""
    if isinstance(value, dict):
        inner = next((value[name] for name in _LISTS.values() if name in value), value)
        return inner if isinstance(inner, list) else [inner]
    return value if isinstance(value, list) else []


def _clean(record: Mapping[str, Any]) -> dict[str, Any]:
    body = dict(record)
    for name in _IDS:
        value = body.get(name)
        if value is not None and not isinstance(value, str):
            body[name] = str(value)
    for name in _TIMES:
        if name in body and is_unset(body[name]):
            body[name] = None
    if "promotion_details" in body:
        body["promotion_details"] = [_line(p) for p in _as_list(body["promotion_details"])]
    return body


def _line(record: Any) -> Any:
    if not isinstance(record, dict):
        return record
    line = _clean(record)
    exact = line.pop("oid_str", None)
    if exact:
        line["oid"] = str(exact)
    return line
