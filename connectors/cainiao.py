"""Cainiao electronic waybills (菜鸟电子面单) through the Taobao Open Platform."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderloom.connect import (
    COURIERS,
    LABEL_SETTINGS,
    TOP_SETTINGS,
    ConnectorError,
    LabelConnector,
    Limits,
    Message,
    Permanent,
    Receipt,
    Response,
    Seller,
    Setting,
    Text,
    TopConnector,
    bad_answer,
    contents_of,
    dump_json,
    for_courier,
    label_refusal,
    needed,
    receiver_of,
)

_GET = "cainiao.waybill.ii.get"
_CANCEL = "cainiao.waybill.ii.cancel"
_SEARCH = "cainiao.waybill.ii.search"
_CHANNELS = {"taobao": "TB", "tmall": "TM", "jd": "JD", "pdd": "PDD", "douyin": "DY"}
_CP_CODES = {code: code for code in COURIERS if code != "OTHER"}
_LONGEST_NAME = 60


class Cainiao(LabelConnector, TopConnector):
    """One waybill per fulfilment; the same fulfilment asked for again gets the same number."""

    key = "cainiao"
    title = Text("菜鸟电子面单", "Cainiao waybills")
    api_version = "2.0"
    verified = Text(
        "签名:厂商公布的算例;请求和应答字段:一份文档副本;其余只对照过我们的模拟器",
        "signature: the vendor's published examples; fields: one copy of the documentation; "
        "the rest: our simulator only",
    )
    settings = (
        *TOP_SETTINGS,
        Setting("user_id", Text("面单使用者 ID", "User ID of the waybills"), "number", minimum=1),
        Setting(
            "template_url",
            Text("打印模板地址", "Print template address"),
            help=Text(
                "各快递公司不同时,写成:YTO=http://…, ZTO=http://…",
                "If couriers differ: YTO=http://…, ZTO=http://…",
            ),
        ),
        *LABEL_SETTINGS,
    )
    codes = _CP_CODES
    limits = Limits(per_second=20, burst=20)

    def check(self) -> Seller:
        """Asks which couriers this seller has waybills of."""
        self._answer(self._ask(_SEARCH, {}), "waybill_apply_subscription_cols")
        user = str(self.values["user_id"])
        return Seller(user, user)

    def create(self, message: Message, courier: str, code: str) -> Receipt:
        """A waybill; asked for again with the same order and package it is the same one."""
        content = dump_json(self._application(message.body, courier, code))
        response = self._ask(_GET, {"param_waybill_cloud_print_apply_new_request": content})
        answer = self._answer(response, "modules", "waybill_cloud_print_response", item=True)
        waybill = next((record for record, _ in answer.records if isinstance(record, dict)), {})
        number = str(waybill.get("waybill_code") or "")
        if not number:
            raise bad_answer("waybill_code")
        detail = {"tracking_no": number, "courier": self._hub_code(waybill, courier)}
        template = self._template(courier)
        printing = {"print_data": waybill.get("print_data"), "template_url": template}
        return Receipt(message.id, True, number, detail, attachment=printing)

    def cancel(self, message: Message, courier: str, code: str) -> Receipt:
        """Cainiao takes back numbers nobody has picked up yet."""
        number = needed(message.body, "tracking_no")
        response = self._ask(_CANCEL, {"cp_code": code, "waybill_code": number})
        answer = self._answer(response, "cancel_result", item=True)
        if [value for value, _ in answer.records] != [True]:
            raise Permanent("connect.refused", item=True, reason="cancel_result")
        return Receipt(message.id, True, number, {"state": "cancelled"})

    def _hub_code(self, waybill: Mapping[str, Any], asked: str) -> str:
        """Who really carries it: Cainiao may have chosen another courier than was asked for."""
        real = waybill.get("real_cp_code")
        hub = {code: courier for courier, code in self.courier_codes().items()}
        return hub.get(real, str(real)) if real else asked

    def _template(self, courier: str) -> str:
        url = for_courier(self.values["template_url"], courier)
        if not url:
            raise Permanent("connect.no_template", item=True, courier=courier)
        return url

    def _application(self, body: Mapping[str, Any], courier: str, code: str) -> dict[str, Any]:
        return {
            "cp_code": code,
            "sender": self._sender(),
            "trade_order_info_dtos": [self._parcel(body, courier)],
            "store_code": "",
            "dms_sorting": False,
            "three_pl_timing": False,
            "need_encrypt": True,
        }

    def _sender(self) -> dict[str, Any]:
        values = self.values
        return {
            "address": {
                "province": values["sender_province"],
                "city": values["sender_city"],
                "district": values["sender_district"],
                "town": "",
                "detail": values["sender_address"],
            },
            "name": values["sender_name"],
            "mobile": values["sender_mobile"],
            "phone": "",
        }

    def _parcel(self, body: Mapping[str, Any], courier: str) -> dict[str, Any]:
        """Order number and package id make the request repeatable: they never change."""
        number, platform = needed(body, "fulfilment_no"), str(body.get("source_platform") or "")
        contents = contents_of(body)
        items = [{"name": name[:_LONGEST_NAME], "count": count} for name, count in contents]
        return {
            "object_id": number,
            "user_id": self.values["user_id"],
            "template_url": self._template(courier),
            "logistics_services": "",
            "order_info": {
                "order_channels_type": _CHANNELS.get(platform, "OTHERS"),
                "trade_order_list": [needed(body, "order_no")],
            },
            "package_info": {"id": number, "items": items},
            "recipient": _recipient(body),
        }

    def _failure(self, answer: Mapping[str, Any], response: Response, item: bool) -> ConnectorError:
        return label_refusal(super()._failure(answer, response, item), self.values)


def _recipient(body: Mapping[str, Any]) -> dict[str, Any]:
    receiver = receiver_of(body)
    recipient = {
        "address": {
            "province": receiver.province,
            "city": receiver.city,
            "district": receiver.district,
            "town": receiver.town,
            "detail": receiver.address,
        },
        "name": receiver.name,
        "mobile": receiver.mobile,
    }
    if receiver.oaid:
        recipient |= {"oaid": receiver.oaid, "tid": needed(body, "order_no")}
    return recipient
