"""Pinduoduo through its open platform (POP): orders of one shop, and what was shipped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from orderloom.connect import (
    COURIER_CODES,
    DETAILS,
    REFRESH_TOKEN,
    AuthFailed,
    ConnectorError,
    Limits,
    Listing,
    Normal,
    Permanent,
    RawItem,
    Ref,
    Renewed,
    Response,
    Seller,
    Setting,
    Shipment,
    ShippingConnector,
    Split,
    Text,
    TryLater,
    Window,
    WindowedConnector,
    bad_answer,
    courier_codes,
    cover,
    digest,
    dump_json,
    masked_fields,
    md5_sign,
    renewed,
    says,
    split_json,
    version,
    whole_number,
    window_settings,
)

from ._pdd_orders import (
    COLUMNS,
    EVENTS,
    MASKS,
    RECEIVER,
    WRAPPING,
    body_of,
    number_of,
    records,
    row_of,
)

_GATEWAY = "https://gw-api.pinduoduo.com/api/router"
_SHOP = "pdd.mall.info.get"
_RENEW = "pdd.pop.auth.token.refresh"
_CHANGED = "pdd.order.number.list.increment.get"
_WHOLE = "pdd.order.information.get"
_SHIP = "pdd.logistics.online.send"
_SHIP_MORE = "pdd.order.upload.extra.logistics"
_SPLIT_PARCELS = "1"

_ONLY_WHOLE = ("item_list", "pay_amount", "receiver_name")
_COURIERS = courier_codes(
    {},
    "SF=44, YTO=85, ZTO=115, STO=1, YUNDA=121, EMS=118, POSTB=132, JD=120, DBKD=131, JTSD=384,"
    " OTHER=180",
)
_AUTH = (10019, 20032)
_PERMANENT = {
    **dict.fromkeys((10016, 10018), "connect.app_key"),
    20004: "connect.signature",
    **dict.fromkeys((20005, 20031, 20034, 30000, 30001, 70034, 70035), "connect.permission"),
}
_THROTTLED = {52101: 10.0, 70031: 10.0, 70032: 300.0, 70036: 300.0}
_SWITCHED_OFF = (52102, 52103, 70033)
_SWITCHED_OFF_S = 180.0
_BUSY = range(50000, 52003)
_REFUSED = 50001
_BUSY_WORDS = "系统异常,系统错误,繁忙,稍后,超时,timeout"


class Pdd(WindowedConnector, ShippingConnector):
    """Pulls by time of change in windows of at most half an hour, each read from its last page."""

    key = "pdd"
    title = Text("拼多多", "Pinduoduo")
    api_version = "V1"
    verified = Text(
        "签名:厂商公布的算例;错误码和订单字段:公开资料;其余只对照过我们的模拟器",
        "signature: the vendor's published example; error numbers and order fields: public copies; "
        "the rest: our simulator only",
    )
    kind = "channel"
    settings = (
        Setting("client_id", Text("应用 client_id", "App's client_id")),
        Setting(
            "client_secret", Text("应用密钥 client_secret", "App's client_secret"), secret=True
        ),
        Setting("access_token", Text("店铺授权 access_token", "Shop's token"), secret=True),
        REFRESH_TOKEN,
        Setting("gateway", Text("网关地址", "Gateway address"), "url", default=_GATEWAY),
        DETAILS,
        COURIER_CODES,
        *window_settings(window_s=(1200, 1500), overlap_s=(300, 300), lag_s=180),
    )
    limits = Limits(per_second=200, burst=200)
    overlap_s = 300
    lag_s = 180
    couriers = _COURIERS
    volatile = (*(f"{name}_cipher" for name in MASKS), "urge_shipping_time")
    envelope = WRAPPING.names
    coverage = cover(
        filled="external_no placed_at paid_at modified_at ship_by payment_state delivery_state"
        " do_not_ship total paid freight discount buyer_note province city district"
        " receiver_token",
        masked="receiver_name phone address",
        late="seller_note",
    )
    columns = COLUMNS

    def check(self) -> Seller:
        """The shop that gave the access token."""
        shop = self._answer(self._ask(_SHOP, {})).outer
        if not shop.get("mall_id"):
            raise bad_answer("mall_id")
        seller_id = str(shop["mall_id"])
        return Seller(seller_id, str(shop.get("mall_name") or seller_id))

    def renew(self) -> Renewed:
        """A new access token, and the refresh token for the next time."""
        token = self.values["refresh_token"]
        if not token:
            raise AuthFailed("connect.auth")
        try:
            answer = self._answer(self._ask(_RENEW, {"refresh_token": token}, signed_in=False))
        except Permanent as refusal:
            if refusal.code in ("connect.refused", "connect.bad_call"):
                raise AuthFailed("connect.auth", **refusal.params) from None
            raise
        return renewed(answer.outer, token, self.clock.now())

    def detail(self, refs: Sequence[Ref]) -> list[RawItem]:
        """The whole orders, one request each."""
        return [row_of(*self._order(ref.external_no)) for ref in refs]

    @classmethod
    def normalise(cls, raw: Any) -> Normal:
        """An order, bare or in its answer: what `body_of` makes of it."""
        order = WRAPPING.one(raw)
        number = number_of(order)
        if number is None:
            raise Permanent("connect.no_number", "order_sn", item=True)
        body = body_of(order)
        changed, masked = version(body, "updated_at", EVENTS), masked_fields(body, RECEIVER)
        return Normal(number, None, changed, body, masked, digest(body, cls.volatile))

    @classmethod
    def read_file(cls, data: Any) -> Iterator[RawItem]:
        """Orders in answers of any of the list and detail calls, or bare ones."""
        return (row_of(order, dump_json(order)) for order in WRAPPING.all(data))

    def _list(self, window: Window, page: int, *, count: bool) -> Listing:
        params = {
            "start_updated_at": str(window.start // 1000),
            "end_updated_at": str(window.end // 1000),
            "order_status": "5",
            "refund_status": "5",
            "is_lucky_flag": "0",
            "page": str(page),
            "page_size": str(self.values["page_size"]),
            "use_has_next": "false" if count else "true",
        }
        response = self._ask(_CHANGED, params)
        answer = self._answer(response, "order_sn_list")
        total = whole_number(answer.outer.get("total_count"))
        return Listing(answer.records, total, response.date_ms)

    def _row(self, record: Any, text: str) -> RawItem | Ref:
        item = row_of(record, text)
        if not isinstance(record, dict) or number_of(record) is None:
            return item
        thin = not all(name in record for name in _ONLY_WHOLE)
        ask = thin or self.values["details"] == "always"
        return Ref(item.external_no, item.modified_ms) if ask else item

    def _ship(self, shipment: Shipment) -> None:
        """The first parcel makes the whole order a shipped one; others of it are added."""
        params = {
            "order_sn": shipment.order_no,
            "logistics_id": shipment.courier,
            "tracking_number": shipment.tracking_no,
        }
        try:
            self._done(_SHIP, params, "is_success")
        except Permanent as refusal:
            if not refusal.item or shipment.whole:
                raise
            if shipment.tracking_no in (known := self._shipped(shipment.order_no)) or not known:
                raise
            self._ship_more(shipment)

    def _ship_more(self, shipment: Shipment) -> None:
        parcel = {"shipping_id": int(shipment.courier), "tracking_number": shipment.tracking_no}
        params = {
            "order_sn": shipment.order_no,
            "extra_track_list": dump_json([parcel]),
            "extra_track_type": _SPLIT_PARCELS,
        }
        self._done(_SHIP_MORE, params, "success")

    def _shipped(self, order_no: str) -> list[str]:
        order, _ = self._order(order_no)
        parcels = [order, *records(order.get("extra_delivery_list"))]
        return [
            str(parcel["tracking_number"]) for parcel in parcels if parcel.get("tracking_number")
        ]

    def _order(self, number: str) -> tuple[dict[str, Any], str]:
        """The whole order and its exact text."""
        answer = self._answer(self._ask(_WHOLE, {"order_sn": number}), "order_info", item=True)
        if len(answer.records) != 1 or not isinstance(answer.records[0][0], dict):
            raise bad_answer("order_info")
        return answer.records[0]

    def _done(self, method: str, params: Mapping[str, str], name: str) -> None:
        """A call that changes one order; its answer says 1 or true."""
        answer = self._answer(self._ask(method, params), name, item=True)
        if [str(value).lower() for value, _ in answer.records] not in (["true"], ["1"]):
            raise Permanent("connect.refused", item=True, reason=self.say(answer.outer))

    def _ask(self, method: str, params: Mapping[str, str], *, signed_in: bool = True) -> Response:
        """One signed request."""
        signed = {
            **params,
            "type": method,
            "client_id": self.values["client_id"],
            "timestamp": str(self.platform_now() // 1000),
            "data_type": "JSON",
        }
        if signed_in:
            signed["access_token"] = self.values["access_token"]
        signed["sign"] = md5_sign(signed, self.values["client_secret"])
        return self.client.post_form(self.values["gateway"], signed)

    def _answer(self, response: Response, *path: str, item: bool = False) -> Split:
        """The records at `path` below the method's wrapper; raises what the gateway reports.

        `item`: the call was about one order, so a refusal concerns that order only.
        """
        try:
            answer = split_json(response.text(), "*", *(path or ("",)))
        except ValueError:
            raise bad_answer("json") from None
        if answer.names[:1] == ("error_response",):
            raise self._failure(answer.outer, response, item)
        if not answer.names or not answer.names[0].endswith("_response"):
            raise bad_answer("_response")
        return answer

    def _failure(self, answer: Mapping[str, Any], response: Response, item: bool) -> ConnectorError:
        code = whole_number(answer.get("error_code"))
        words = dict.fromkeys(str(answer[n]) for n in ("error_msg", "sub_msg") if answer.get(n))
        facts: dict[str, Any] = {
            "platform_code": f"{answer.get('error_code')} {answer.get('sub_code') or ''}".strip(),
            "reason": self.say(" / ".join(words)),
        }
        if code in (10000, 10001) and "timestamp" in facts["reason"]:
            return self.follow_clock(response, **facts)
        return _failure(code, facts, item)


def _failure(code: int | None, facts: dict[str, Any], item: bool) -> ConnectorError:
    """The class of an error number. 50001 is whatever the service behind the gateway has to say."""
    if code in _AUTH:
        return AuthFailed("connect.auth", **facts)
    if code in _THROTTLED:
        return TryLater("connect.throttled", after_s=_THROTTLED[code], **facts)
    if code in _SWITCHED_OFF:
        return TryLater("connect.platform_busy", after_s=_SWITCHED_OFF_S, **facts)
    if code == _REFUSED and not says(facts["reason"], _BUSY_WORDS):
        return Permanent("connect.refused", item=item, **facts)
    if code in _BUSY:
        return TryLater("connect.platform_busy", uncertain=True, **facts)
    if code in _PERMANENT:
        return Permanent(_PERMANENT[code], **facts)
    return Permanent("connect.bad_call", item=item, **facts)
