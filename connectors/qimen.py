"""Qimen (奇门): delivery orders to a warehouse's WMS, through Cainiao's gateway or directly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from xml.etree.ElementTree import Element

from connectors._qimen_news import NEWS, absent, queried
from connectors._qimen_orders import DeliveryOrder
from orderloom.connect import (
    SENDER_SETTINGS,
    Answer,
    AuthFailed,
    Confirmation,
    Limits,
    Message,
    Permanent,
    Push,
    Receipt,
    Request,
    Seller,
    Setting,
    StockCount,
    Text,
    TryLater,
    WarehouseConnector,
    bad_answer,
    beijing_text,
    build_xml,
    child_text,
    fulfilment_no,
    needed,
    parse_xml,
    same_signature,
    says,
    top_failure,
    top_sign,
)

_GATEWAY = "https://qimen.api.taobao.com/router/qimen/service"
_CANCEL = "fulfilment.cancel"
_MOST_LINES = 100
_CANCELLED = ("CANCELED", "CLOSED", "REJECT")
_EXISTS = "已存在,重复,已经存在,exist,duplicate"
_ABSENT = "不存在,未找到,找不到,查无,not exist,not found,no such"
_UNAUTHORISED = ("获取不到卖家授权", "未授权", "not authorized")
_UNSIGNED = ("sign-check-failure", "invalid signature", "签名")
_BUSY = ("timeout", "超时", "系统繁忙", "system busy", "isp.")


def _optional(name: str, zh: str, en: str, default: str = "") -> Setting:
    return Setting(name, Text(zh, en), required=False, default=default)


class Qimen(WarehouseConnector):
    """Creates and cancels delivery orders; reads them back before anything is repeated."""

    key = "qimen"
    title = Text("奇门仓储", "Qimen warehouse")
    api_version = "2.0"
    verified = Text(
        "签名:多个公开实现一致的算例;其余只对照过我们的模拟器",
        "signature: an example several public implementations agree on; "
        "the rest: our simulator only",
    )
    delivery = "readable"
    settings = (
        Setting("app_key", Text("应用 App Key", "App key")),
        Setting("app_secret", Text("应用密钥 App Secret", "App secret"), secret=True),
        Setting("customer_id", Text("货主/客户编号 customerId", "Customer ID")),
        Setting("gateway", Text("网关地址", "Gateway address"), "url", default=_GATEWAY),
        Setting("owner_code", Text("货主编码", "Owner code")),
        *SENDER_SETTINGS,
        _optional("default_courier", "默认快递编码", "Default courier code", "OTHER"),
        _optional("exists_words", "表示“单据已存在”的词", "Words for “exists already”", _EXISTS),
        _optional("absent_words", "表示“单据不存在”的词", "Words for “does not exist”", _ABSENT),
    )
    limits = Limits(per_second=20, burst=20, send_batch=20)

    def check(self) -> Seller:
        """Asks for a delivery order that cannot exist: an orderly no proves the credentials."""
        self._find("ORDERLOOM-CHECK", "", "")
        customer = str(self.values["customer_id"])
        return Seller(customer, customer)

    def read_back(self, messages: Sequence[Message]) -> list[Receipt | None]:
        """A create is done when the code is there, a cancel when it is there no more."""
        return [self._known(message) for message in messages]

    def inquire(self, messages: Sequence[Message]) -> list[Confirmation]:
        """One query each. What the WMS says it does not have, it will not send: it is refused."""
        found = [self._progress(message) for message in messages]
        return [news for news in found if news is not None]

    def stock(self, warehouse_code: str, item_codes: Sequence[str]) -> list[StockCount]:
        """One request per item, as the interface wants it."""
        counts = (self._item_stock(warehouse_code, code) for code in item_codes)
        return [count for count in counts if count is not None]

    def parse_webhook(self, request: Request) -> Push:
        """A call of the WMS: progress of a delivery order, or what left with which parcels."""
        query = dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))
        expected = top_sign(query, self.values["app_secret"], "md5", request.body)
        if not same_signature(query.get("sign", ""), expected):
            raise Permanent("connect.signature", None)
        method = query.get("method", "").removeprefix("taobao.qimen.")
        if method not in NEWS:
            return Push(answer=_answer("failure", "unsupported", method))
        try:
            content = parse_xml(request.body)
        except ValueError:
            raise Permanent("connect.bad_call", "xml", item=True) from None
        news = NEWS[method](content, request.body)
        return Push(confirmations=news, answer=_answer("success", "0", "ok"))

    def create(self, message: Message) -> Receipt:
        order = DeliveryOrder(message.body, self.values)
        created = beijing_text(self.clock.now())
        answer = self._call("deliveryorder.create", order.content(created))
        if _succeeded(answer):
            reference = child_text(answer, "deliveryOrderId") or order.code
            return Receipt(message.id, True, reference, {"state": "created"})
        if self._says(answer, "exists_words") and not self._says(answer, "absent_words"):
            known = self._known(message)
            if known is not None:
                return known
        raise self._refusal(answer)

    def cancel(self, message: Message) -> Receipt:
        code, warehouse, owner = self._address(message)
        answer = self._call(
            "order.cancel",
            {
                "warehouseCode": warehouse,
                "ownerCode": owner,
                "orderCode": code,
                "orderType": "JYCK",
            },
        )
        if _succeeded(answer):
            return Receipt(message.id, True, code, {"state": "cancelled"})
        known = self._known(message)
        if known is not None:
            return known
        raise self._refusal(answer)

    def _known(self, message: Message) -> Receipt | None:
        found = self._find(*self._address(message))
        status = child_text(found, "deliveryOrder/status") if found is not None else ""
        if message.effect == _CANCEL:
            if found is not None and status not in _CANCELLED:
                return None
            return Receipt(message.id, True, None, {"state": status or "absent"})
        if found is None:
            return None
        reference = child_text(found, "deliveryOrder/deliveryOrderId")
        return Receipt(message.id, True, reference or None, {"state": status or "created"})

    def _find(self, code: str, warehouse: str, owner: str) -> Element | None:
        """The delivery order in the WMS, None when it is not there."""
        answer = self._query(code, warehouse, owner, lines=1)
        if _succeeded(answer):
            return answer if _is_about(answer, code) else None
        if self._says(answer, "absent_words"):
            return None
        raise self._refusal(answer)

    def _progress(self, message: Message) -> Confirmation | None:
        """What there is to tell of a fulfilment; None as well where the WMS will not say."""
        code, warehouse, owner = self._address(message)
        answer = self._query(code, warehouse, owner, lines=_MOST_LINES)
        if _succeeded(answer):
            return queried(answer) if _is_about(answer, code) else None
        if self._says(answer, "absent_words"):
            return absent(code, self.say(_words(answer)))
        return None

    def _query(self, code: str, warehouse: str, owner: str, lines: int) -> Element:
        content = {
            "ownerCode": owner or self.values["owner_code"],
            "warehouseCode": warehouse or None,
            "orderCode": code,
            "page": 1,
            "pageSize": lines,
        }
        return self._call("deliveryorder.query", content)

    def _item_stock(self, warehouse: str, item: str) -> StockCount | None:
        content = {
            "warehouseCode": warehouse,
            "ownerCode": self.values["owner_code"],
            "itemCode": item,
            "inventoryType": "ZP",
            "page": 1,
            "pageSize": 100,
        }
        answer = self._call("stock.query", content)
        if not _succeeded(answer):
            if self._says(answer, "absent_words"):
                return None
            raise self._refusal(answer)
        rows = [row for row in answer.iterfind("items/item") if child_text(row, "itemCode") == item]
        if not rows:
            return None
        free = sum(_quantity(row, "quantity") for row in rows)
        return StockCount(warehouse, item, free, sum(_quantity(r, "lockQuantity") for r in rows))

    def _address(self, message: Message) -> tuple[str, str, str]:
        body = message.body
        owner = body.get("owner_code") or self.values["owner_code"]
        return fulfilment_no(message), needed(body, "warehouse_code"), str(owner)

    def _call(self, method: str, content: Mapping[str, Any]) -> Element:
        """One signed request; the answer's root. Raises what concerns the whole account."""
        body = build_xml("request", content)
        params = {
            "method": f"taobao.qimen.{method}",
            "app_key": self.values["app_key"],
            "customerId": self.values["customer_id"],
            "timestamp": beijing_text(self.clock.now()),
            "v": "2.0",
            "format": "xml",
            "sign_method": "md5",
        }
        params["sign"] = top_sign(params, self.values["app_secret"], "md5", body)
        url = f"{self.values['gateway']}?{urlencode(params)}"
        headers = {"content-type": "text/xml;charset=utf-8"}
        response = self.client.send("POST", url, headers=headers, body=body)
        try:
            answer = parse_xml(response.body)
        except ValueError:
            raise bad_answer("xml") from None
        self._raise_for_account(answer)
        return answer

    def _raise_for_account(self, answer: Element) -> None:
        code, words = child_text(answer, "code"), _words(answer)
        if answer.tag == "error_response":
            found = {child.tag: child.text or "" for child in answer}
            raise top_failure(found, self.say(words))
        if answer.tag != "response" or child_text(answer, "flag") not in ("success", "failure"):
            raise bad_answer("response/flag")
        if _succeeded(answer):
            return
        facts: dict[str, Any] = {"platform_code": code, "reason": self.say(words)}
        lowered = f"{code} {words}".lower()
        if any(mark in lowered for mark in _UNAUTHORISED):
            raise AuthFailed("connect.auth", **facts)
        if any(mark in lowered for mark in _UNSIGNED):
            raise Permanent("connect.signature", None, **facts)
        if any(mark in lowered for mark in _BUSY):
            raise TryLater("connect.platform_busy", None, uncertain=True, **facts)

    def _says(self, answer: Element, setting: str) -> bool:
        """Every WMS words its refusals differently, so the words are settings."""
        return says(f"{child_text(answer, 'code')} {_words(answer)}", self.values[setting])

    def _refusal(self, answer: Element) -> Permanent:
        return self.refused(child_text(answer, "code"), _words(answer))


def _answer(flag: str, code: str, words: str) -> Answer:
    body = build_xml("response", {"flag": flag, "code": code, "message": words})
    return Answer(200, "text/xml;charset=utf-8", body)


def _is_about(answer: Element, code: str) -> bool:
    return child_text(answer, "deliveryOrder/deliveryOrderCode") == code


def _succeeded(answer: Element) -> bool:
    return child_text(answer, "flag") == "success"


def _words(answer: Element) -> str:
    found = (child_text(answer, tag) for tag in ("message", "msg", "sub_msg"))
    return " ".join(text for text in found if text)


def _quantity(row: Element, tag: str) -> int:
    text = child_text(row, tag) or "0"
    try:
        return int(text)
    except ValueError:
        raise bad_answer(tag) from None
