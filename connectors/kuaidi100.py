"""Kuaidi100 (快递100) electronic waybills: one door to many couriers' own waybill accounts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from orderloom.connect import (
    LABEL_SETTINGS,
    AuthFailed,
    Clock,
    HttpClient,
    LabelConnector,
    Limits,
    Message,
    Permanent,
    Receipt,
    Seller,
    Setting,
    Text,
    TryLater,
    bad_answer,
    blames_signature,
    contents_of,
    dump_json,
    for_courier,
    label_refusal,
    needed,
    receiver_of,
    says,
    values_in,
)

_GATEWAY = "https://api.kuaidi100.com/label/order"
_SLUGS = {
    "SF": "shunfeng",
    "YTO": "yuantong",
    "ZTO": "zhongtong",
    "STO": "shentong",
    "YUNDA": "yunda",
    "EMS": "ems",
    "POSTB": "youzhengguonei",
    "JD": "jd",
    "DBKD": "debangkuaidi",
    "JTSD": "jtexpress",
}
_DONE = ("200", "30011")  # 30011: this order number got its waybill earlier; here it is again
_UNAUTHORISED = "key无效,key不存在,未授权,授权已过期,账号已停用,unauthorized"
_THROTTLED = "频繁,too many"
_BUSY = "系统繁忙,系统异常,服务异常,超时,请稍后,timeout,busy"
_LONGEST_CARGO = 50
_LONGEST_ORDER = 32
_PER_COURIER = Text(
    "各快递公司不同时,写成:YTO=K210001, SF=7550000000",
    "If couriers differ: YTO=K210001, SF=7550000000",
)


def _account(name: str, zh: str, en: str, *, secret: bool = False) -> Setting:
    return Setting(name, Text(zh, en), required=False, secret=secret, help=_PER_COURIER)


class Kuaidi100(LabelConnector):
    """One waybill per fulfilment; the same fulfilment asked for again gets the same number."""

    key = "kuaidi100"
    title = Text("快递100 电子面单", "Kuaidi100 waybills")
    api_version = "label/order V2"
    verified = Text(
        "签名和字段:厂商公开的示例代码;其余只对照过我们的模拟器",
        "signature and fields: the vendor's public demo code; the rest: our simulator only",
    )
    settings = (
        Setting("key", Text("授权 key", "Key"), secret=True),
        Setting("secret", Text("密钥 secret", "Secret"), secret=True),
        Setting("gateway", Text("网关地址", "Gateway address"), "url", default=_GATEWAY),
        _account("partner_id", "面单账号 partnerId", "Waybill account (partnerId)"),
        _account("partner_key", "面单密码 partnerKey", "Its password (partnerKey)", secret=True),
        _account("partner_secret", "面单密钥 partnerSecret", "Its secret", secret=True),
        _account("net", "收件网点 net", "Branch (net)"),
        _account("temp_id", "打印模板编码 tempId", "Print template (tempId)"),
        Setting(
            "print_type",
            Text("面单形式", "Form of the label"),
            "choice",
            default="IMAGE",
            choices=("IMAGE", "HTML"),
        ),
        Setting(
            "pay_type",
            Text("付款方式", "Who pays"),
            "choice",
            default="MONTHLY",
            choices=("MONTHLY", "SHIPPER", "CONSIGNEE", "THIRDPARTY"),
        ),
        Setting("exp_type", Text("快递产品", "Service"), default="标准快递"),
        *LABEL_SETTINGS,
    )
    codes = _SLUGS
    limits = Limits(per_second=5, burst=5)

    def __init__(self, settings: Mapping[str, Any], client: HttpClient, clock: Clock) -> None:
        super().__init__(settings, client, clock)
        own = (values_in(self.values[name]) for name in ("partner_key", "partner_secret"))
        self._secrets = (*self._secrets, *(value for values in own for value in values))

    def check(self) -> Seller:
        """Asks for a label that cannot exist: an orderly no proves the credentials."""
        self._raise_for_account(self._call("printOld", {"taskId": "ORDERLOOM-CHECK"}))
        account = str(self.values["partner_id"] or self.key)
        return Seller(account, account)

    def create(self, message: Message, courier: str, code: str) -> Receipt:
        """A waybill; asked for again with the same `orderId` it is the same one."""
        answer = self._call("order", self._order(message.body, courier, code))
        data = self._data(answer)
        number = str(data.get("kuaidinum") or "")
        if not number:
            raise bad_answer("kuaidinum")
        detail = {"tracking_no": number, "courier": courier}
        printing = {"label_url": data.get("label"), "task_id": data.get("taskId")}
        reference = str(data.get("kdComOrderNum") or "") or None
        return Receipt(message.id, True, reference, detail, attachment=printing)

    def cancel(self, message: Message, courier: str, code: str) -> Receipt:
        """`orderId` is the courier's own number of the order, where it gave one."""
        order = {
            **self._partner(courier),
            "kuaidicom": code,
            "kuaidinum": needed(message.body, "tracking_no"),
            "orderId": message.body.get("reference") or "",
            "reason": "订单取消",
        }
        self._data(self._call("cancel", order))
        return Receipt(message.id, True, None, {"state": "cancelled"})

    def _partner(self, courier: str) -> dict[str, str]:
        """The waybill account with this courier; what it does not need stays away."""
        names = {
            "partnerId": "partner_id",
            "partnerKey": "partner_key",
            "partnerSecret": "partner_secret",
            "net": "net",
        }
        found = {name: for_courier(self.values[own], courier) for name, own in names.items()}
        return {name: value for name, value in found.items() if value}

    def _order(self, body: Mapping[str, Any], courier: str, slug: str) -> dict[str, Any]:
        """`orderId` with `reorder` makes the request repeatable (for 48 hours)."""
        contents = contents_of(body)
        return {
            **self._partner(courier),
            **_receiver(body),
            "sendMan": self._sender(),
            "kuaidicom": slug,
            "orderId": needed(body, "fulfilment_no")[:_LONGEST_ORDER],
            "reorder": True,
            "thirdOrderId": needed(body, "order_no"),
            "cargo": "、".join(name for name, _ in contents)[:_LONGEST_CARGO],
            "count": sum(count for _, count in contents),
            "payType": self.values["pay_type"],
            "expType": self.values["exp_type"],
            "printType": self.values["print_type"],
            "tempId": for_courier(self.values["temp_id"], courier),
        }

    def _sender(self) -> dict[str, str]:
        values = self.values
        parts = ("province", "city", "district", "address")
        return {
            "name": values["sender_name"],
            "mobile": values["sender_mobile"],
            "printAddr": "".join(values[f"sender_{part}"] for part in parts),
        }

    def _call(self, method: str, param: Mapping[str, Any]) -> dict[str, Any]:
        """One signed request: the very text that is signed is sent."""
        text, now = dump_json(param), str(self.clock.now())
        key, secret = str(self.values["key"]), str(self.values["secret"])
        sign = hashlib.md5((text + now + key + secret).encode(), usedforsecurity=False).hexdigest()
        form = {"method": method, "key": key, "t": now, "param": text, "sign": sign.upper()}
        answer = self.client.post_form(str(self.values["gateway"]), form).json()
        if not isinstance(answer, dict) or "code" not in answer:
            raise bad_answer("code")
        return answer

    def _data(self, answer: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a successful call brought; raises what a refusal means."""
        code = str(answer["code"])
        if code in _DONE and answer.get("success") is not False:
            data = answer.get("data")
            return data if isinstance(data, dict) else {}
        self._raise_for_account(answer)
        reason = self.say(answer.get("message") or "")
        refused = Permanent("connect.refused", item=True, platform_code=code, reason=reason)
        raise label_refusal(refused, self.values)

    def _raise_for_account(self, answer: Mapping[str, Any]) -> None:
        """Raises a refusal that every other call would meet, too."""
        code, words = str(answer["code"]), str(answer.get("message") or "")
        facts: dict[str, Any] = {"platform_code": code, "reason": self.say(words)}
        if code in _DONE:
            return
        if blames_signature(words):
            raise Permanent("connect.signature", **facts)
        if says(words, _UNAUTHORISED):
            raise AuthFailed("connect.auth", **facts)
        if says(words, _THROTTLED):
            raise TryLater("connect.throttled", **facts)
        if says(words, _BUSY):
            raise TryLater("connect.platform_busy", uncertain=True, **facts)


def _receiver(body: Mapping[str, Any]) -> dict[str, Any]:
    found = receiver_of(body)
    person = {"name": found.name, "mobile": found.mobile, "printAddr": found.whole_address}
    return {"recMan": person, "oaid": found.oaid} if found.oaid else {"recMan": person}
