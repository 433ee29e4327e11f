"""JD (京东 POP) through the JD Open Service (JOS): orders of one shop, and what was shipped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from orderloom.connect import (
    COURIER_CODES,
    JOS_COLUMNS,
    JOS_SETTINGS,
    JosConnector,
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
    Window,
    WindowedConnector,
    Wrapping,
    bad_answer,
    beijing_text,
    cover,
    digest,
    dump_json,
    instant,
    is_masked,
    is_unset,
    is_yes,
    masked_fields,
    numbered,
    only_record,
    raw_order,
    version,
    whole_number,
    window_settings,
)

_SEARCH = {"encrypted": "jingdong.pop.order.enSearch", "plain": "jingdong.pop.order.search"}
_GET = {"encrypted": "jingdong.pop.order.enGet", "plain": "jingdong.pop.order.get"}
_SHIP = "jingdong.pop.order.shipment"
_VENDER = "jingdong.seller.vender.info.get"
_ORDER_FIELDS = (
    "orderId,venderId,orderType,payType,orderTotalPrice,orderSellerPrice,orderPayment,"
    "freightPrice,sellerDiscount,balanceUsed,orderState,orderStateRemark,deliveryType,orderRemark,"
    "venderRemark,orderStartTime,orderEndTime,paymentConfirmTime,modified,outBoundDate,"
    "parentOrderId,directParentOrderId,returnOrder,storeOrder,idSopShipmenttype,logisticsId,"
    "waybill,pin,open_id_buyer,consigneeInfo,itemInfoList,couponDetailList"
)
_SHIPPED_FIELDS = "orderId,orderState,logisticsId,waybill"
_ONLY_WHOLE = ("consigneeInfo", "itemInfoList")
_LIST = ("searchorderinfo_result", "orderInfoList")
_ONE = ("orderDetailInfo", "orderInfo")
_ORDERS = Wrapping(
    wrappers=("*_responce", *_LIST, *_ONE),
    beside=("apiResult", "orderTotal", "code"),
    is_record=lambda data: "orderId" in data,
)
_IDS = ("venderId", "parentOrderId", "directParentOrderId", "skuId", "wareId", "logisticsId")
_TIMES = ("orderStartTime", "paymentConfirmTime", "outBoundDate", "orderEndTime", "modified")
_EVENTS = _TIMES[:4]
_CONSIGNEE = (
    "fullname",
    "mobile",
    "telephone",
    "province",
    "city",
    "county",
    "town",
    "fullAddress",
    "oaid",
)
_RECEIVER = {
    "fullname": "receiver_name",
    "mobile": "phone",
    "telephone": "phone",
    "province": "province",
    "city": "city",
    "county": "district",
    "town": "town",
    "fullAddress": "address",
    "open_id_buyer": "customer_ref",
    "pin": "customer_ref",
}
# Ciphers of JD's data safety service: base64 that starts with a zero byte.
_CIPHER = re.compile(r"AA[A-Za-z0-9+/]{10,}={0,2}")


class Jd(WindowedConnector, ShippingConnector, JosConnector):
    """Pulls by modification time in windows, newest first, each read from the last page."""

    key = "jd"
    title = Text("京东 POP", "JD POP")
    api_version = "2.0"
    verified = Text(
        "签名:厂商公布的算例;订单格式:公开字段和一张真实订单的格式;其余只对照过我们的模拟器",
        "signature: the vendor's published examples; orders: documented fields, a recorded order; "
        "the rest: our simulator only",
    )
    kind = "channel"
    couriers = MappingProxyType(
        {
            "SF": "467",
            "YTO": "463",
            "ZTO": "1499",
            "YUNDA": "1327",
            "STO": "470",
            "EMS": "465",
            "POSTB": "2170",
            "JD": "2087",
            "DBKD": "3046",
        }
    )
    settings = (
        *JOS_SETTINGS,
        Setting(
            "receiver",
            Text("收件人数据", "Receiver's data"),
            "choice",
            default="encrypted",
            choices=("encrypted", "plain"),
            help=Text(
                "encrypted:密文(正式应用);plain:需平台授予明文权限。",
                "encrypted: ciphers, as apps get them; plain: needs the platform's permission.",
            ),
        ),
        COURIER_CODES,
        *window_settings(),
    )
    limits = Limits(per_second=10, burst=20)
    overlap_s = 300
    lag_s = 60
    envelope = _ORDERS.names
    coverage = cover(
        filled="external_no parent_no placed_at modified_at payment_state delivery_state"
        " do_not_ship total paid freight discount customer_ref buyer_note province city district"
        " town receiver_token",
        masked="receiver_name phone address",
        late="paid_at seller_note",
    )
    columns = JOS_COLUMNS

    def check(self) -> Seller:
        """The shop behind the access token."""
        answer = self._answer(self._ask(_VENDER, {}), "vender_info_result")
        shop = only_record(answer, "vender_info_result")
        seller_id = str(shop.get("vender_id") or "")
        if not seller_id:
            raise bad_answer("vender_id")
        return Seller(seller_id, str(shop.get("shop_name") or seller_id))

    def detail(self, refs: Sequence[Ref]) -> list[RawItem]:
        """The whole orders, one request each."""
        return [_item(*self._order(ref.external_no, _ORDER_FIELDS)) for ref in refs]

    @classmethod
    def normalise(cls, raw: Any) -> Normal:
        """An order, bare or in its answer -> ids as text, lists as lists, unset times None.

        Added are `lineNo` in each line, `street` (the address without the place it begins with),
        and `paymentState`, which tells an order cancelled before it was paid from the others.
        """
        order = _ORDERS.one(raw)
        number = _number_of(order)
        if number is None:
            raise Permanent("connect.no_number", "orderId", item=True)
        body = {**_clean(order), "orderId": number, "paymentState": _payment_state(order)}
        body["consigneeInfo"] = _consignee(body)
        body["itemInfoList"] = _lines(_as_list(order.get("itemInfoList")))
        body["couponDetailList"] = [_clean(one) for one in _as_list(order.get("couponDetailList"))]
        masked = masked_fields({**body, **body["consigneeInfo"]}, _RECEIVER, _is_hidden)
        parent = body.get("parentOrderId")
        return Normal(
            number,
            parent,
            version(body, "modified", _EVENTS),
            body,
            masked,
            digest(body, cls.volatile),
        )

    @classmethod
    def read_file(cls, data: Any) -> Iterator[RawItem]:
        """Orders in a list answer, a single answer, a list of either, or one bare order."""
        for order in _ORDERS.all(data):
            yield _item(order, dump_json(order))

    def _ship(self, shipment: Shipment) -> None:
        """JD ships orders whole: it has no place for what is in a parcel."""
        params = {
            "orderId": shipment.order_no,
            "logiCoprId": shipment.courier,
            "logiNo": shipment.tracking_no,
        }
        answer = self._answer(self._ask(_SHIP, params), "sopjosshipment_result")
        result = only_record(answer, "sopjosshipment_result")
        if not is_yes(result.get("success")):
            raise self._refusal(result, item=True)

    def _shipped(self, order_no: str) -> list[str]:
        order, _ = self._order(order_no, _SHIPPED_FIELDS)
        return re.split(r"[|,]", str(order.get("waybill") or ""))

    def _list(self, window: Window, page: int, *, count: bool) -> Listing:
        del count  # every page tells the total
        params = {
            "start_date": beijing_text(window.start),
            "end_date": beijing_text(window.end),
            "order_state": "ALL",
            "optional_fields": _ORDER_FIELDS,
            "page": str(page),
            "page_size": str(self.values["page_size"]),
            "sortType": "1",
            "dateType": "0",
        }
        response = self._ask(_SEARCH[self.values["receiver"]], params)
        answer = self._answer(response, *_LIST)
        return Listing(
            answer.records, whole_number(answer.outer.get("orderTotal")), response.date_ms
        )

    def _row(self, record: Any, text: str) -> RawItem | Ref:
        """Lists are whole; a row that lacks its lines or its receiver is asked for."""
        item = _item(record, text)
        known = isinstance(record, dict) and _number_of(record) is not None
        if known and not all(name in record for name in _ONLY_WHOLE):
            return Ref(item.external_no, item.modified_ms)
        return item

    def _order(self, number: str, fields: str) -> tuple[dict[str, Any], str]:
        """The order with these fields, as (value, exact text)."""
        params = {"order_id": number, "optional_fields": fields}
        response = self._ask(_GET[self.values["receiver"]], params)
        answer = self._answer(response, *_ONE, item=True)
        return only_record(answer, "orderInfo"), answer.records[0][1]


def _is_hidden(value: Any) -> bool:
    """Stars or a cipher in the place of a person's data."""
    return is_masked(value) or (isinstance(value, str) and bool(_CIPHER.fullmatch(value)))


def _item(order: Any, text: str) -> RawItem:
    if not isinstance(order, dict):
        return raw_order(None, None, order, text)
    return raw_order(_number_of(order), instant(order.get("modified")), order, text)


def _number_of(order: Mapping[str, Any]) -> str | None:
    number = order.get("orderId")
    text = str(number).strip() if isinstance(number, int | str) else ""
    return text if text.isdecimal() else None


def _payment_state(order: Mapping[str, Any]) -> Any:
    """The order's state, but for one that was never paid another word when it is cancelled."""
    state = order.get("orderState")
    unpaid = is_unset(order.get("paymentConfirmTime"))
    return "CANCELED_UNPAID" if state == "TRADE_CANCELED" and unpaid else state


def _as_list(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [value]
    return value if isinstance(value, list) else []


def _clean(record: Any) -> Any:
    if not isinstance(record, dict):
        return record
    body = dict(record)
    for name in _IDS:
        if body.get(name) is not None:
            body[name] = None if str(body[name]) in ("", "0") else str(body[name])
    for name in _TIMES:
        if name in body and is_unset(body[name]):
            body[name] = None
    return body


def _consignee(body: dict[str, Any]) -> dict[str, Any]:
    """The receiver; tables have its fields beside the order's."""
    flat = {name: body.pop(name) for name in _CONSIGNEE if name in body}
    given = body.get("consigneeInfo")
    found = {**flat, **(given if isinstance(given, dict) else {})}
    street = str(found.get("fullAddress") or "")
    for part in ("province", "city", "county", "town"):
        street = street.removeprefix(str(found.get(part) or ""))
    return {**found, "street": street.strip()} if street else found


def _lines(records: list[Any]) -> list[Any]:
    """JD does not number lines: a product is one line, unless it comes twice, as a gift may."""
    lines = [_clean(record) for record in records]
    own = [line for line in lines if isinstance(line, dict)]
    for line, number in zip(own, numbered(str(line.get("skuId")) for line in own), strict=True):
        line["lineNo"] = number
    return lines
