"""Cainiao's waybills behind TOP's gateway: strict about every part of an application."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from orderloom.connect import Clock

from .shop import Keep
from .top import APP_KEY, APP_SECRET, SESSION, TopError, TopGateway, response
from .waybills import Refusal, Tokens, Waybill, WaybillOffice, WaybillSimulator

USER_ID = 10000001
TEMPLATE = "http://cloudprint.cainiao.com/template/standard/000000"
COURIERS = ("SF", "YTO", "ZTO", "STO", "YUNDA", "EMS", "POSTB", "JD", "DBKD", "JTSD")
_APPLICATION = "param_waybill_cloud_print_apply_new_request"
_CHANNELS = ("TB", "TM", "JD", "PDD", "DY", "OTHERS")
_MOST = 10
_ADDRESS = ("province", "city", "detail")


def demo_settings(base: str) -> dict[str, Any]:
    """Settings of the connector `cainiao` that reach a simulator mounted at `base`."""
    return {
        "app_key": APP_KEY,
        "app_secret": APP_SECRET,
        "session": SESSION,
        "gateway": f"{base}/router/rest",
        "user_id": USER_ID,
        "template_url": TEMPLATE,
        "sender_name": "演示仓",
        "sender_mobile": "13800000000",
        "sender_province": "浙江省",
        "sender_city": "杭州市",
        "sender_district": "余杭区",
        "sender_address": "示例路1号",
    }


class CainiaoSimulator(TopGateway, WaybillSimulator):
    """The waybill account of one seller. `tokens`: whether an OAID belongs to an order."""

    needed: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "cainiao.waybill.ii.get": (_APPLICATION,),
        "cainiao.waybill.ii.cancel": ("cp_code", "waybill_code"),
        "cainiao.waybill.ii.search": (),
    }

    def __init__(self, clock: Clock | None, tokens: Tokens, keep: Keep | None = None) -> None:
        super().__init__(clock)
        self.office = WaybillOffice(self.clock, "cainiao", tokens, keep)

    def serve(self, method: str, params: dict[str, str], doubled: bool) -> dict[str, Any]:
        """The waybill methods."""
        serve: dict[str, Callable[[dict[str, str]], dict[str, Any]]] = {
            "cainiao.waybill.ii.get": self._get,
            "cainiao.waybill.ii.cancel": self._cancel,
            "cainiao.waybill.ii.search": self._search,
        }
        try:
            content = serve[method](params)
        except Refusal as refusal:
            raise _remote(f"isv.waybill-{refusal.reason}", refusal.message) from None
        return response(method.replace(".", "_"), content)

    def _get(self, params: dict[str, str]) -> dict[str, Any]:
        wish = _parsed(params[_APPLICATION])
        courier = str(_at(wish, "cp_code"))
        if courier not in COURIERS:
            raise _remote("isv.invalid-parameter", f"未订购 {courier} 的电子面单")
        _check_person(_at(wish, "sender"))
        parcels = _at(wish, "trade_order_info_dtos")
        if not isinstance(parcels, list) or not 1 <= len(parcels) <= _MOST:
            raise _remote("isv.invalid-parameter", "trade_order_info_dtos")
        made = [self._made(courier, parcel) for parcel in parcels]
        return {"modules": {"waybill_cloud_print_response": made}}

    def _made(self, courier: str, parcel: Mapping[str, Any]) -> dict[str, Any]:
        for path in ("object_id", "template_url", "package_info.id", "package_info.items"):
            _at(parcel, path)
        if _at(parcel, "user_id") != USER_ID:
            raise _remote("isv.invalid-parameter", "user_id")
        orders = _at(parcel, "order_info.trade_order_list")
        if _at(parcel, "order_info.order_channels_type") not in _CHANNELS:
            raise _remote("isv.invalid-parameter", "order_channels_type")
        receiver = _recipient(_at(parcel, "recipient"), str(orders[0]))
        number = str(_at(parcel, "package_info.id"))
        waybill = self.office.issue(courier, number, str(orders[0]), receiver)
        return _printable(waybill, str(parcel["object_id"]))

    def _cancel(self, params: dict[str, str]) -> dict[str, Any]:
        self.office.cancel(params["cp_code"], params["waybill_code"])
        return {"cancel_result": True}

    def _search(self, params: dict[str, str]) -> dict[str, Any]:
        asked = [code for code in COURIERS if params.get("cp_code", code) == code]
        info = [
            {
                "cp_code": code,
                "cp_type": 2,
                "branch_account_cols": {
                    "waybill_branch_account": [
                        {
                            "branch_code": "330001",
                            "branch_name": "演示网点",
                            "quantity": self.office.pools.get(code, 0),
                        }
                    ]
                },
            }
            for code in asked
        ]
        return {"waybill_apply_subscription_cols": {"waybill_apply_subscription_info": info}}


def _recipient(person: Any, order: str) -> dict[str, Any]:
    _check_person(person)
    token = person.get("oaid")
    if token and str(person.get("tid")) != order:
        raise _remote("isv.invalid-parameter", "tid")
    address = person["address"]
    return {
        "name": person["name"],
        "mobile": person["mobile"],
        "province": address["province"],
        "address": address["detail"],
        "token": token,
    }


def _check_person(person: Any) -> None:
    for part in ("name", "mobile", *(f"address.{part}" for part in _ADDRESS)):
        _at(person, part)


def _printable(waybill: Waybill, object_id: str) -> dict[str, Any]:
    """`print_data` is for the print component alone: nobody else can read it."""
    secret = hashlib.sha256(f"{waybill['number']}/{waybill['parcel']}".encode()).hexdigest()
    data = {"encryptedData": f"AES:{secret * 8}", "templateURL": TEMPLATE, "ver": "waybill_v1"}
    return {
        "object_id": object_id,
        "waybill_code": waybill["number"],
        "parent_waybill_code": "",
        "cp_code": waybill["courier"],
        "real_cp_code": "",
        "print_data": json.dumps(data, separators=(",", ":")),
        "extra_info": "",
    }


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise _remote("isv.invalid-parameter", _APPLICATION) from None


def _at(document: Any, path: str) -> Any:
    value = document
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    if value in (None, "", []):
        raise _remote("isv.missing-parameter", f"{path} 不能为空")
    return value


def _remote(sub_code: str, sub_msg: str) -> TopError:
    return TopError(15, "Remote service error", sub_code, sub_msg)
