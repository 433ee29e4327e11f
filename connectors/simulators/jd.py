"""The JD Open Service, simulated: strict calls, buyers in cipher, orders shipped whole."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any, NamedTuple

from orderloom.connect import Clock, beijing_ms, md5_sign, same_signature

from .gateway import GatewayShop, Refused
from .jd_orders import JD_ORDERS, LOCKED, PAUSED, SHIPPED, VENDER_ID, summary_of
from .shop import Keep, Record, Shop
from .wire import Call, Reply, json_reply

APP_KEY = "DEMOAPPKEY"
APP_SECRET = "tlk_demo_secret_01"  # noqa: S105 - invented, for the simulator only
TOKEN = "demo_access_token"  # noqa: S105
REFRESH_TOKEN = "demo_refresh_token"  # noqa: S105
SHOP = "演示旗舰店(京东)"
_DAY_S = 86_400
_LONGEST_SPAN_MS = 31 * _DAY_S * 1000
_TIMESTAMP_TOLERANCE_MS = 360_000
_COURIERS = frozenset({"467", "463", "1499", "1327", "470", "465", "2170", "2087", "3046"})
_DONE = {
    "success": True,
    "numberCode": 0,
    "chineseErrCode": "操作成功",
    "englishErrCode": "SUCCESS",
}


def demo_settings(base: str) -> dict[str, Any]:
    """Settings of the connector `jd` that reach a simulator mounted at `base`."""
    return {
        "app_key": APP_KEY,
        "app_secret": APP_SECRET,
        "access_token": TOKEN,
        "refresh_token": REFRESH_TOKEN,
        "gateway": f"{base}/routerjson",
        "token_address": f"{base}/oauth2/refresh_token",
        "overlap_s": 10,
        "lag_s": 1,
        "history_hours": 1,
    }


class Options(NamedTuple):
    """`thin_list`: lists lack lines and receivers. `plain`: the app may read receivers in clear.

    `per_second`: more calls than that are refused; 0: any number.
    """

    thin_list: bool = False
    plain: bool = False
    per_second: int = 0


class JosError(Refused):
    """What the gateway answers instead of data."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(code)
        self.answer = {"code": code, "zh_desc": zh, "en_desc": en}


class Refusal(Refused):
    """What the service behind the gateway answers instead of doing it; the numbers are invented."""

    def __init__(self, number: str, zh: str, en: str) -> None:
        super().__init__(number)
        self.result = {"success": False, "chineseErrCode": zh, "englishErrCode": en}
        self.number = number


class JdSimulator(GatewayShop):
    """One shop behind the gateway `/routerjson`; tokens are renewed at `/oauth2/refresh_token`."""

    order_calls = "pop.order"

    def __init__(
        self,
        clock: Clock | None = None,
        options: Options = Options(),  # noqa: B008 - immutable
        keep: Keep | None = None,
    ) -> None:
        super().__init__(clock, TOKEN, options.per_second, _FAULTS)
        self.options = options
        self.shop = Shop(self.clock, JD_ORDERS, keep)
        self._methods: dict[str, tuple[str, Callable[[Record], Record]]] = {
            "jingdong.pop.order.enSearch": ("start_date end_date order_state", self._search),
            "jingdong.pop.order.search": ("start_date end_date order_state", self._search),
            "jingdong.pop.order.enGet": ("order_id", self._get),
            "jingdong.pop.order.get": ("order_id", self._get),
            "jingdong.pop.order.shipment": ("orderId logiCoprId logiNo", self._ship),
            "jingdong.seller.vender.info.get": ("", self._vender),
        }

    def summary(self, record: Record) -> Record:
        """Number, state, amount and lines."""
        return summary_of(record)

    def answer(self, call: Call) -> Reply:
        """A gateway call, or a renewal."""
        if call.path == "/oauth2/refresh_token":
            return self._renew(call.query)
        if call.path != "/routerjson":
            return json_reply({"error": "not the gateway"}, 404)
        params = call.form()
        method = params.get("method", "")

        def serve(prevented: bool) -> Record:
            asked = self._admit(method, params)
            return {"answer": {}} if prevented else self._served(method, asked)

        return self.through(method, serve)

    def refused(self, method: str, refusal: Refused) -> Record:
        """The gateway's own no, or that of the service behind it."""
        if isinstance(refusal, Refusal):
            return _wrapped(method, _refused(method, refusal))
        return super().refused(method, refusal)

    def double(self, document: Record) -> None:
        for answer in document.values():
            rows = answer.get("searchorderinfo_result", {}).get("orderInfoList")
            if rows:
                rows.append(rows[0])

    def _renew(self, query: dict[str, str]) -> Reply:
        self.count("oauth2/refresh_token")
        wanted = (APP_KEY, self.secret(APP_SECRET), "refresh_token", REFRESH_TOKEN)
        names = ("app_key", "app_secret", "grant_type", "refresh_token")
        if tuple(query.get(name, "") for name in names) != wanted:
            return json_reply({"code": 2011, "msg": "refresh_token 无效或已过期"})
        return json_reply(
            {
                "access_token": self.issue(TOKEN, _DAY_S),
                "expires_in": _DAY_S,
                "refresh_token": REFRESH_TOKEN,
                "scope": "snsapi_base",
                "open_id": "oJDseller",
                "uid": VENDER_ID,
                "time": self.clock.now(),
                "token_type": "bearer",
                "code": 0,
            }
        )

    def _admit(self, method: str, params: dict[str, str]) -> Record:
        """The gateway's checks, in its order; the business parameters."""
        if self._meter.is_over():
            raise _throttled()
        if method not in self._methods:
            raise JosError("15" if method else "14", "不存在的方法名", "Invalid Method")
        if params.get("v") not in ("1.0", "2.0"):
            raise JosError("5" if params.get("v") else "4", "不支持的版本号", "Unsupported Version")
        self._check_caller(params)
        if method in _PLAIN and not self.options.plain:
            raise JosError("22", "应用没有明文权限", "Insufficient permission")
        try:
            asked = json.loads(params.get("360buy_param_json", ""))
        except ValueError:
            asked = None
        needs = self._methods[method][0].split()
        if not isinstance(asked, dict) or not all(asked.get(name) for name in needs):
            raise Refusal("400", "参数错误", "parameter error")
        return asked

    def _check_caller(self, params: dict[str, str]) -> None:
        if params.get("app_key") != APP_KEY:
            raise JosError("21", "无效的 app_key", "Invalid app_key")
        self._check_timestamp(params.get("timestamp", ""))
        sign = params.get("sign", "")
        if not sign:
            raise JosError("11", "缺少签名参数", "Missing Signature")
        if not same_signature(sign, md5_sign(params, self.secret(APP_SECRET))):
            raise JosError("12", "无效签名", "Invalid Signature")
        if params.get("access_token") != self.token or self.token_is_over:
            raise JosError("19", "无效的 access_token", "Invalid access_token")

    def _check_timestamp(self, text: str) -> None:
        try:
            ms = beijing_ms(text)
        except ValueError:
            ms = None
        if ms is None:
            raise JosError("7", "缺少时间戳参数", "Missing Timestamp")
        if abs(ms - self.clock.now()) > _TIMESTAMP_TOLERANCE_MS:
            raise JosError("8", "非法的时间戳参数", "Invalid Timestamp")

    def _served(self, method: str, asked: Record) -> Record:
        return _wrapped(method, self._methods[method][1](asked))

    def _vender(self, _asked: Record) -> Record:
        shop = {"vender_id": int(VENDER_ID), "shop_id": 20000001, "shop_name": SHOP, "col_type": 0}
        return {"vender_info_result": shop}

    def _search(self, asked: Record) -> Record:
        page, size = _whole(asked, "page", 1), _whole(asked, "page_size", 20)
        if not (page >= 1 and 1 <= size <= 100):
            raise Refusal("401", "分页参数错误", "page error")
        if asked["order_state"] != "ALL" or asked.get("dateType") == "1":
            raise Refusal("402", "模拟器只提供 order_state=ALL、按修改时间", "not simulated")
        found, total = self.shop.between(
            *_span(asked),
            (page - 1) * size,
            size,
            oldest_first=asked.get("sortType") != "1",
            without=("to_pay",),  # unpaid orders are another call's
        )
        fields = _fields(asked) - (_WHOLE if self.options.thin_list else frozenset())
        rows = [self._shown(order, fields) for order in found]
        result = {"apiResult": _DONE, "orderTotal": total, "orderInfoList": rows}
        return {"searchorderinfo_result": result}

    def _get(self, asked: Record) -> Record:
        order = self._shown(self._find(asked["order_id"]), _fields(asked))
        return {"orderDetailInfo": {"apiResult": _DONE, "orderInfo": order}}

    def _ship(self, asked: Record) -> Record:
        order = self._find(asked["orderId"])
        state = order["orderState"]
        if str(asked["logiCoprId"]) not in _COURIERS:
            raise Refusal("10400005", "物流公司不存在", "logistics company not found")
        if state == SHIPPED:
            raise Refusal("10400001", "订单已出库,请勿重复操作", "already outbound")
        if state in (LOCKED, PAUSED):
            raise Refusal("10400002", "订单已锁定或暂停,不能出库", "locked")
        try:
            self.shop.act(order["orderId"], "ship", f"{asked['logiCoprId']}:{asked['logiNo']}")
        except ValueError as fault:
            raise Refusal("10400003", "订单状态不允许出库", str(fault)) from None
        return {"sopjosshipment_result": {**_DONE, "errorCode": "0"}}

    def _find(self, number: Any) -> Record:
        try:
            return self.shop.get(str(number))
        except KeyError:
            raise Refusal("404", "订单不存在", "order not exist") from None

    def _shown(self, order: Record, fields: frozenset[str]) -> Record:
        """Only the fields asked for, receivers enciphered."""
        seen = order if self.options.plain else enciphered(order)
        return {name: value for name, value in seen.items() if name in fields | {"orderId"}}


_PLAIN = ("jingdong.pop.order.search", "jingdong.pop.order.get")
_WHOLE = frozenset({"consigneeInfo", "itemInfoList"})


def enciphered(order: Record) -> Record:
    """The order as apps get it: name and address as ciphers, phones with stars."""
    known = order["consigneeInfo"]
    hidden = {
        "fullname": _cipher(known["fullname"]),
        "fullAddress": _cipher(known["fullAddress"]),
        "mobile": _stars(known["mobile"]),
        "telephone": _stars(known["telephone"]),
        "desen_mobile": hashlib.sha256(known["mobile"].encode()).hexdigest(),
    }
    return {**order, "consigneeInfo": {**known, **hidden}}


def _cipher(text: str) -> str:
    """Looks like the platform's: the same text, the same cipher."""
    return b64encode(b"\0\x04\xbfJ" + hashlib.sha256(text.encode()).digest() * 2).decode()


def _stars(phone: str) -> str:
    return f"{phone[:3]}{'*' * 7}{phone[-1:]}" if phone else ""


def _fields(asked: Record) -> frozenset[str]:
    fields = frozenset(str(asked.get("optional_fields") or "").split(","))
    if fields == {""}:
        raise Refusal("400", "optional_fields 不能为空", "parameter error")
    return fields


def _span(asked: Record) -> tuple[int, int]:
    """The window in ms, both ends included."""
    try:
        low, high = beijing_ms(asked["start_date"]), beijing_ms(asked["end_date"])
    except ValueError:
        low = high = None
    if low is None or high is None or not 0 <= high - low <= _LONGEST_SPAN_MS:
        raise Refusal("403", "时间跨度不能超过一个月", "date error")
    return low, high


def _whole(asked: Record, name: str, default: int) -> int:
    text = str(asked.get(name, default))
    return int(text) if text.isdecimal() else 0


def _wrapped(method: str, content: Record) -> Record:
    return {f"{method.replace('.', '_')}_responce": {"code": "0", **content}}


def _refused(method: str, refusal: Refusal) -> Record:
    """Where each method says no."""
    if method.endswith("shipment"):
        return {"sopjosshipment_result": {**refusal.result, "errorCode": refusal.number}}
    place = "orderDetailInfo" if method.lower().endswith("get") else "searchorderinfo_result"
    return {place: {"apiResult": {**refusal.result, "numberCode": refusal.number}}}


def _throttled() -> JosError:
    return JosError("2", "限制时间内调用失败次数", "App Call Limited")


_FAULTS: dict[str, Callable[[], Refused]] = {
    "throttled": _throttled,
    "busy": lambda: JosError("67", "平台连接后端服务不可用", "Remote service unavailable"),
    "refused": lambda: Refusal("404", "订单不存在", "order not exist"),
}
