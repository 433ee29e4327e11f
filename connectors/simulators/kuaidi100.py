"""Kuaidi100's label service as a WSGI application: signatures over the very text received."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from orderloom.connect import Clock, same_signature

from .shop import Keep
from .waybills import Refusal, Tokens, Waybill, WaybillOffice, WaybillSimulator
from .wire import Call, Reply, json_reply, spoil

KEY = "demokey01"
SECRET = "tlk_demo_secret_01"  # noqa: S105 - invented, for the simulator only
PARTNER = "K2100019999"
PARTNER_KEY = "partner_demo_secret"
COURIERS = {
    "shunfeng": "SF",
    "yuantong": "YTO",
    "zhongtong": "ZTO",
    "shentong": "STO",
    "yunda": "YUNDA",
    "ems": "EMS",
    "youzhengguonei": "POSTB",
    "jd": "JD",
    "debangkuaidi": "DBKD",
    "jtexpress": "JTSD",
}
_PAYERS = ("SHIPPER", "CONSIGNEE", "MONTHLY", "THIRDPARTY")
_FORMS = ("NON", "IMAGE", "HTML")
_ORDER = ("kuaidicom", "partnerId", "partnerKey", "orderId", "cargo", "expType", "tempId")
_PERSON = ("name", "mobile", "printAddr")
_REFUSALS = {
    "throttled": (30005, "请求过于频繁,请稍后再试"),
    "busy": (30500, "系统繁忙,请稍后重试"),
    "refused": (30099, "快递公司拒绝下单"),
}


def demo_settings(base: str) -> dict[str, Any]:
    """Settings of the connector `kuaidi100` that reach a simulator mounted at `base`."""
    return {
        "key": KEY,
        "secret": SECRET,
        "gateway": f"{base}/label/order",
        "partner_id": PARTNER,
        "partner_key": PARTNER_KEY,
        "temp_id": "60f6c17c7c2237",
        "sender_name": "演示仓",
        "sender_mobile": "13800000000",
        "sender_province": "浙江省",
        "sender_city": "杭州市",
        "sender_district": "余杭区",
        "sender_address": "示例路1号",
    }


class _No(Exception):
    def __init__(self, code: int, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


class Kuaidi100Simulator(WaybillSimulator):
    """The labels of one customer: `/label/order`. `tokens`: whether an OAID belongs to an order."""

    def __init__(self, clock: Clock | None, tokens: Tokens, keep: Keep | None = None) -> None:
        super().__init__(clock)
        self.office = WaybillOffice(self.clock, "kuaidi100", tokens, keep)
        self._methods: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "order": self._order,
            "cancel": self._cancel,
            "printOld": self._print_again,
        }

    def answer(self, call: Call) -> Reply:
        """One call; whatever happens, HTTP 200."""
        if call.path != "/label/order":
            return json_reply({"error": "not the service"}, 404)
        form = call.form()
        method = form.get("method", "")
        self.count(method)
        fault = self.faults.take(method)
        try:
            if fault is not None and fault.kind in _REFUSALS:
                raise _No(*_REFUSALS[fault.kind])
            param = self._admitted(form)
            if fault is not None and fault.prevents:
                return spoil(json_reply({"code": 200}), fault)
            document = {"success": True, "code": 200, "message": "success"}
            document |= self._methods[method](param)
        except _No as no:
            document = {"success": False, "code": no.code, "message": no.message, "data": None}
        except Refusal as refusal:
            document = {"success": False, "code": 30006, "message": refusal.message, "data": None}
        reply = json_reply(document)
        return spoil(reply, fault) if fault is not None else reply

    def _admitted(self, form: Mapping[str, str]) -> Mapping[str, Any]:
        if form.get("method") not in self._methods:
            raise _No(30001, "method 参数错误")
        text, now, key = form.get("param", ""), form.get("t", ""), form.get("key", "")
        if not (len(now) == 13 and now.isdecimal()):
            raise _No(30001, "t 参数错误")
        if key != KEY or self.expired:
            raise _No(30003, f"key无效: {key}")
        signed = hashlib.md5((text + now + key + SECRET).encode(), usedforsecurity=False)
        if not same_signature(form.get("sign", ""), signed.hexdigest().upper()):
            raise _No(30002, "签名校验失败")
        try:
            param = json.loads(text)
        except ValueError:
            raise _No(30001, "param 不是JSON") from None
        if not isinstance(param, dict):
            raise _No(30001, "param 参数错误")
        return param

    def _order(self, param: Mapping[str, Any]) -> dict[str, Any]:
        _demand(param, _ORDER)
        _demand(param.get("sendMan"), _PERSON)
        _demand(param.get("recMan"), _PERSON)
        self._check_account(param)
        if param.get("payType") not in _PAYERS or param.get("printType") not in _FORMS:
            raise _No(30001, "payType / printType 参数错误")
        courier, receiver, before = _courier(param), param["recMan"], self.office.repeats
        wanted = {
            "name": receiver["name"],
            "mobile": receiver["mobile"],
            "province": _province(receiver["printAddr"]),
            "address": receiver["printAddr"],
            "token": param.get("oaid"),
        }
        order = str(param.get("thirdOrderId") or "")
        waybill = self.office.issue(courier, str(param["orderId"]), order, wanted)
        repeated = self.office.repeats > before
        if repeated and not param.get("reorder"):
            raise _No(30010, "订单号重复")
        return {"code": 30011 if repeated else 200, "data": _data(waybill)}

    def _cancel(self, param: Mapping[str, Any]) -> dict[str, Any]:
        _demand(param, ("kuaidicom", "kuaidinum", "partnerId"))
        self._check_account(param)
        number = str(param["kuaidinum"])
        if param.get("orderId") != _own_number(number):
            raise _No(30001, "orderId 与下单时不一致")
        self.office.cancel(_courier(param), number)
        return {"data": None}

    def _print_again(self, param: Mapping[str, Any]) -> dict[str, Any]:
        _demand(param, ("taskId",))
        found = [one for one in self.office.waybills() if _task(one["number"]) == param["taskId"]]
        if not found:
            raise _No(30007, "任务不存在")
        return {"data": _data(found[0])}

    def _check_account(self, param: Mapping[str, Any]) -> None:
        if (param["partnerId"], param.get("partnerKey")) != (PARTNER, PARTNER_KEY):
            raise _No(30008, "电子面单账号或密码错误")


def _demand(document: Any, names: tuple[str, ...]) -> None:
    for name in names:
        if not isinstance(document, dict) or not document.get(name):
            raise _No(30001, f"{name} 不能为空")


def _courier(param: Mapping[str, Any]) -> str:
    slug = str(param["kuaidicom"])
    if slug not in COURIERS:
        raise _No(30001, f"不支持的快递公司 {slug}")
    return COURIERS[slug]


def _province(address: str) -> str:
    """The first part of an address in one piece."""
    for end in ("特别行政区", "自治区", "省", "市"):
        head, found, _ = address.partition(end)
        if found and len(head) <= 8:
            return head + end
    return address


def _data(waybill: Waybill) -> dict[str, Any]:
    number = waybill["number"]
    return {
        "taskId": _task(number),
        "kuaidinum": number,
        "kdComOrderNum": _own_number(number),
        "childNum": None,
        "returnNum": None,
        "label": f"https://label.example/{_task(number)}.png",
        "bulkpen": "300-0088",
        "orgCode": "571",
    }


def _task(number: str) -> str:
    return hashlib.sha256(number.encode()).hexdigest()[:32].upper()


def _own_number(number: str) -> str:
    return f"KD{_task(number)[:16]}"
