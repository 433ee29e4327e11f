"""Pinduoduo's open platform, simulated: strict calls, receivers in cipher, orders shipped once."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from orderloom.connect import Clock, md5_sign, same_signature

from .gateway import GatewayShop, Refused
from .pdd_orders import ORDERS, UNLISTED
from .shop import Keep, Record, Shop
from .wire import Call, Reply, json_reply

CLIENT_ID = "demo_client"
CLIENT_SECRET = "tlk_demo_secret_01"  # noqa: S105 - invented, for the simulator only
TOKEN = "demo_access_token"  # noqa: S105
REFRESH_TOKEN = "demo_refresh_token"  # noqa: S105
MALL_ID, MALL = 171000001, "演示拼多多店"
_TOKEN_S = 86_400
_TOLERANCE_S = 600
_LONGEST_SPAN_S = 1800
_COMMON = frozenset({"type", "client_id", "access_token", "timestamp", "data_type", "sign"})
_THIN = ("order_sn", "order_status", "refund_status", "updated_at")
_HIDDEN = ("receiver_name", "receiver_phone", "receiver_address")
_COURIERS = frozenset({1, 44, 85, 115, 118, 120, 121, 131, 132, 180, 384})
_SHORTEST_NUMBER = 5


def demo_settings(base: str) -> dict[str, Any]:
    """Settings of the connector `pdd` that reach a simulator mounted at `base`."""
    return {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "access_token": TOKEN,
        "refresh_token": REFRESH_TOKEN,
        "gateway": f"{base}/api/router",
        "overlap_s": 10,
        "lag_s": 1,
        "history_hours": 1,
    }


class Options(NamedTuple):
    """`thin_list`: lists only name orders. `settle_s`: changes so young are not in any list yet.

    `per_second`: more calls than that are refused; 0: any number.
    """

    thin_list: bool = False
    settle_s: int = 0
    per_second: int = 0


class PopError(Refused):
    """What the gateway answers instead of data."""

    def __init__(self, code: int, msg: str, sub_msg: str = "", sub_code: str = "") -> None:
        super().__init__(code)
        self.answer = {
            "error_code": code,
            "error_msg": msg,
            "sub_code": sub_code or str(code),
            "sub_msg": sub_msg or msg,
            "request_id": "demo0003",
        }


class PddSimulator(GatewayShop):
    """One shop behind the gateway `/api/router`."""

    def __init__(
        self,
        clock: Clock | None = None,
        options: Options = Options(),  # noqa: B008 - immutable
        keep: Keep | None = None,
    ) -> None:
        super().__init__(clock, TOKEN, options.per_second, _FAULTS)
        self.options = options
        self.shop = Shop(self.clock, ORDERS, keep)
        self._salts = itertools.count()
        self._refresh = REFRESH_TOKEN
        self._methods: dict[str, tuple[str, str, Callable[[Mapping[str, str]], Record]]] = {
            "pdd.mall.info.get": ("", "", self._mall),
            "pdd.pop.auth.token.refresh": ("refresh_token", "", self._renew),
            "pdd.order.number.list.increment.get": (
                "is_lucky_flag order_status refund_status start_updated_at end_updated_at",
                "page page_size use_has_next",
                self._changed,
            ),
            "pdd.order.information.get": ("order_sn", "", self._whole),
            "pdd.logistics.online.send": (
                "order_sn logistics_id tracking_number",
                "redelivery_type feature",
                self._send_off,
            ),
            "pdd.order.upload.extra.logistics": (
                "order_sn extra_track_list",
                "extra_track_type",
                self._send_more,
            ),
        }

    def summary(self, record: Record) -> Record:
        """Number, states, amount and lines."""
        names = ("order_sn", "order_status", "refund_status", "updated_at", "pay_amount")
        lines = [[line["outer_id"], line["goods_count"]] for line in record["item_list"]]
        return {**{name: record[name] for name in names}, "lines": lines}

    def answer(self, call: Call) -> Reply:
        """One gateway call."""
        if call.path != "/api/router" or call.method != "POST":
            return json_reply({"error": "not the gateway"}, 404)
        params = call.form()
        method = params.get("type", "")

        def serve(prevented: bool) -> Record:
            self._admit(call, method, params)
            return {"void_response": {}} if prevented else self._methods[method][2](params)

        return self.through(method, serve)

    def double(self, document: Record) -> None:
        for answer in document.values():
            rows = answer.get("order_sn_list")
            if rows:
                rows.append(rows[0])

    def _admit(self, call: Call, method: str, params: dict[str, str]) -> None:
        """The gateway's checks, in its order."""
        if call.query:
            raise PopError(10001, "公共参数错误:参数须放在请求体中")
        if params.get("client_id") != CLIENT_ID:
            raise PopError(10016, "client下线或者clientId不正确")
        if method not in self._methods:
            raise PopError(10017, "type不正确")
        self._check_timestamp(params.get("timestamp", ""))
        if params.get("data_type", "JSON") != "JSON":
            raise PopError(10001, "公共参数错误:data_type")
        expected = md5_sign(params, self.secret(CLIENT_SECRET))
        if not same_signature(params.get("sign", ""), expected):
            raise PopError(20004, "签名sign校验失败")
        if self._meter.is_over():
            raise _throttled()
        if method != "pdd.pop.auth.token.refresh":
            self._check_token(params)
        needed, possible, _ = self._methods[method]
        if any(not params.get(name) for name in needed.split()):
            raise PopError(21002, "请求参数不能为空")
        if params.keys() - _COMMON - {*needed.split(), *possible.split()}:
            raise PopError(21001, "请求参数错误")

    def _check_timestamp(self, text: str) -> None:
        """Seconds; milliseconds are a time far away."""
        if not text.isdecimal() or abs(int(text) - self.clock.now() // 1000) > _TOLERANCE_S:
            raise PopError(10001, "公共参数错误:timestamp")

    def _check_token(self, params: dict[str, str]) -> None:
        if params.get("access_token") != self.token:
            raise PopError(20032, "access_token或client_id错误")
        if self.token_is_over:
            raise PopError(10019, f"access_token已过期 {params['access_token']}")

    def _mall(self, _params: Mapping[str, str]) -> Record:
        shop = {"mall_id": MALL_ID, "mall_name": MALL, "merchant_type": 5, "logo": ""}
        return _wrapped("mall_info_get", shop)

    def _renew(self, params: Mapping[str, str]) -> Record:
        if params["refresh_token"] != self._refresh:
            raise _refused("refresh_token已过期", "10019")
        token = self.issue(TOKEN, _TOKEN_S)
        self._refresh = f"{REFRESH_TOKEN}_{token.rpartition('_')[2]}"
        ends = self.clock.now() // 1000 + _TOKEN_S
        tokens = {"access_token": token, "refresh_token": self._refresh}
        owner = {"owner_id": str(MALL_ID), "owner_name": MALL, "scope": list(self._methods)}
        times = {"expires_in": _TOKEN_S, "expires_at": ends}
        return _wrapped("pop_auth_token_refresh", {**tokens, **times, **owner})

    def _changed(self, params: Mapping[str, str]) -> Record:
        page, size = _whole(params, "page", 1), _whole(params, "page_size", 100)
        if not (page >= 1 and 1 <= size <= 100):
            raise PopError(21001, "请求参数错误")
        if any(params[name] != "5" for name in ("order_status", "refund_status")):
            raise _refused("模拟器只提供全部状态(5)")
        start, end = _span(params)
        youngest = self.clock.now() - self.options.settle_s * 1000
        found, total = self.shop.between(
            start, min(end, youngest), (page - 1) * size, size, without=UNLISTED
        )
        rows = [self._listed(order) for order in found]
        answer: Record = {"order_sn_list": rows, "total_count": total}
        if params.get("use_has_next") == "true":
            answer.update(total_count=0, has_next=page * size < total)
        return _wrapped("order_sn_increment_get", answer)

    def _listed(self, order: Record) -> Record:
        if self.options.thin_list:
            return {name: order[name] for name in _THIN}
        return self._shown(order)

    def _whole(self, params: Mapping[str, str]) -> Record:
        order = self._find(params["order_sn"])
        return _wrapped("order_info_get", {"order_info": self._shown(order)})

    def _send_off(self, params: Mapping[str, str]) -> Record:
        order = self._find(params["order_sn"])
        courier = params["logistics_id"]
        if not courier.isdecimal() or int(courier) not in _COURIERS:
            raise _refused("快递公司不支持")
        if order["risk_control_status"] == 1:
            raise _refused("订单审核中,不能发货")
        if order["refund_status"] in (2, 3, 4):
            raise _refused("订单有售后,不能发货")
        if order["order_status"] != 1:
            raise _refused("订单已发货,请勿重复发货")
        self.shop.act(order["order_sn"], "ship", f"{courier}:{_number(params)}")
        return _wrapped("logistics_online_send", {"is_success": 1})

    def _send_more(self, params: Mapping[str, str]) -> Record:
        """Further parcels, of orders that are shipped already."""
        order = self._find(params["order_sn"])
        if order["order_status"] != 2:
            raise _refused("订单未发货,不能上传额外运单")
        for parcel in json.loads(params["extra_track_list"]):
            number = _number(parcel)
            self.shop.act(order["order_sn"], "ship", f"{parcel['shipping_id']}:{number}")
        return _wrapped("upload_extra_logistics", {"success": True})

    def _find(self, number: str) -> Record:
        try:
            return self.shop.get(number)
        except KeyError:
            raise _refused("订单不存在") from None

    def _shown(self, order: Record) -> Record:
        """Receivers in cipher; of shipped, refunded and reviewed orders none at all."""
        told = ORDERS.state(order) == "to_ship"
        shown = dict(order)
        for name in _HIDDEN:
            shown[name] = self._cipher(order[name]) if told else ""
            shown[f"{name}_mask"] = _stars(order[name]) if told else ""
        shown["address"] = shown["receiver_address"]
        shown["address_mask"] = shown["receiver_address_mask"]
        return shown

    def _cipher(self, text: str) -> str:
        """Another one each time, with an index by which the same text is found again."""
        return f"~AgAAAAD{sum(text.encode()):08x}{next(self._salts):012x}=~"


def _stars(text: str) -> str:
    return f"{text[:1]}***{text[-4:] if text.isdecimal() else ''}"


def _wrapped(name: str, content: Record) -> Record:
    return {f"{name}_response": {**content, "request_id": "demo0002"}}


def _span(params: Mapping[str, str]) -> tuple[int, int]:
    """The window in ms, both ends included."""
    texts = params["start_updated_at"], params["end_updated_at"]
    if not all(text.isdecimal() for text in texts):
        raise PopError(21001, "请求参数错误")
    start, end = map(int, texts)
    if not 0 <= end - start <= _LONGEST_SPAN_S:
        raise _refused("时间跨度不能超过30分钟")
    return start * 1000, end * 1000


def _number(parcel: Mapping[str, str]) -> str:
    number = str(parcel["tracking_number"])
    if len(number) < _SHORTEST_NUMBER or not number.isalnum():
        raise _refused("快递单号格式不正确")
    return number


def _whole(params: Mapping[str, str], name: str, default: int) -> int:
    text = params.get(name, str(default))
    return int(text) if text.isdecimal() else 0


def _refused(words: str, sub_code: str = "10002") -> PopError:
    return PopError(50001, "业务服务错误", words, sub_code)


def _throttled() -> PopError:
    return PopError(70031, "调用过于频繁,请调整调用频率")


_FAULTS: dict[str, Callable[[], PopError]] = {
    "throttled": _throttled,
    "busy": lambda: PopError(52002, "网关系统内部异常"),
    "refused": lambda: _refused("订单不存在"),
}
