"""Doudian's open platform, simulated: strict calls, ciphers, after-sales dated by themselves."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import Any, NamedTuple

from orderloom.connect import (
    DOUDIAN_METHODS,
    Clock,
    beijing_ms,
    doudian_event_sign,
    doudian_sign,
    same_signature,
)

from .douyin_orders import ORDERS, PARTLY, SHOP, SHOP_ID, DouyinShop
from .douyin_refusals import DoudianError, check_shipping, failed, invalid, paging, throttled
from .gateway import GatewayShop, Refused
from .shop import Keep, Record
from .wire import Call, Reply, json_reply

APP_KEY = "7000000000000000001"
APP_SECRET = "tlk_demo_secret_01"  # noqa: S105 - invented, for the simulator only
TOKEN = "demo_access_token"  # noqa: S105
REFRESH_TOKEN = "demo_refresh_token"  # noqa: S105
_TOKEN_S = 7 * 86_400
_TOLERANCE_MS = 600_000
_OLDEST_S = 90 * 86_400
_THIN = ("shop_id", "shop_name", "order_id", "order_status", "main_status", "update_time")


def demo_settings(base: str) -> dict[str, Any]:
    """Settings of the connector `douyin` that reach a simulator mounted at `base`."""
    return {
        "app_key": APP_KEY,
        "app_secret": APP_SECRET,
        "shop_id": str(SHOP_ID),
        "shop_name": SHOP,
        "access_token": TOKEN,
        "refresh_token": REFRESH_TOKEN,
        "gateway": base,
        "overlap_s": 10,
        "lag_s": 1,
        "history_hours": 1,
    }


class Options(NamedTuple):
    """`thin_list`: lists only name orders. `old_form`: answers as they were before 2022.

    `per_second`: more calls than that are refused; 0: any number.
    """

    thin_list: bool = False
    old_form: bool = False
    per_second: int = 0


class DouyinSimulator(GatewayShop):
    """One shop; every method has a path of its own."""

    def __init__(
        self,
        clock: Clock | None = None,
        options: Options = Options(),  # noqa: B008 - immutable
        keep: Keep | None = None,
    ) -> None:
        super().__init__(clock, TOKEN, options.per_second, _FAULTS)
        self.options = options
        self.shop: DouyinShop = DouyinShop(self.clock, ORDERS, keep)
        self._salts = itertools.count()
        self._refresh = REFRESH_TOKEN
        self._carried_out: dict[str, Record] = {}
        self._methods: dict[str, tuple[str, Callable[[Record], Record]]] = {
            "token.create": ("grant_type", self._create),
            "token.refresh": ("grant_type refresh_token", self._renew),
            "order.searchList": ("size", self._search),
            "order.orderDetail": ("shop_order_id", self._detail),
            "afterSale.List": ("size", self._after_sales),
            "order.logisticsAdd": ("order_id company_code logistics_code", self._ship),
            "order.logisticsAddMultiPack": ("order_id pack_list request_id", self._ship_part),
        }

    def summary(self, record: Record) -> Record:
        """Number, states, amount and lines."""
        names = ("order_id", "order_status", "main_status", "update_time", "pay_amount")
        lines = [
            [line["code"], line["item_num"], line["after_sale_info"]["after_sale_status"]]
            for line in record["sku_order_list"]
        ]
        return {**{name: record[name] for name in names}, "lines": lines}

    def message(self, number: str, tag: str = "101") -> tuple[bytes, dict[str, str]]:
        """What the platform would push of an order: the body and its headers."""
        data = {"p_id": int(number), "shop_id": SHOP_ID, "order_status": 2}
        body = json.dumps([{"tag": tag, "msg_id": f"{tag}{number}", "data": data}]).encode()
        secret = self.secret(APP_SECRET)
        sign = doudian_event_sign(APP_KEY, body, secret, "hmac-sha256")
        return body, {"app-id": APP_KEY, "event-sign": sign, "sign-method": "hmac-sha256"}

    def answer(self, call: Call) -> Reply:
        """One call."""
        query = call.query
        method = query.get("method", "")
        if call.path != f"/{method.replace('.', '/')}" or call.method != "POST":
            return json_reply({"error": "no such method"}, 404)

        def serve(prevented: bool) -> Record:
            asked = self._admit(method, query, call.body)
            data = {} if prevented else self._methods[method][1](asked)
            return {"code": 10000, "msg": "success", "sub_code": "", "sub_msg": "", "data": data}

        return self.through(method, serve)

    def refused(self, method: str, refusal: Refused) -> Record:
        """Said in the same form as all answers."""
        return dict(refusal.answer)

    def double(self, document: Record) -> None:
        rows = document.get("data", {}).get("shop_order_list")
        if rows:
            rows.append(rows[0])

    def written(self, document: Record) -> Record:
        """In the form of today, or in the old one."""
        if not self.options.old_form or document["code"] != 10000:
            return {**document, "log_id": "20261003demo"}
        return {"err_no": 0, "message": "success", "data": document["data"]}

    def _admit(self, method: str, query: dict[str, str], body: bytes) -> Record:
        """The platform's checks, in its order; the parameters."""
        if method not in self._methods:
            raise DoudianError(30001, "没有权限", "isv.permission-denied")
        self._check_caller(query, body)
        if self._meter.is_over():
            raise throttled()
        if not method.startswith("token."):
            self._check_token(query)
        asked = json.loads(body)
        lacks = [name for name in self._methods[method][0].split() if asked.get(name) in (None, "")]
        if lacks:
            raise DoudianError(40001, "缺少必选参数", f"isv.missing-parameter:{lacks[0]}")
        return dict(asked)

    def _check_caller(self, query: dict[str, str], body: bytes) -> None:
        if query.get("app_key") != APP_KEY:
            raise DoudianError(40003, "非法的参数", "isv.app-key-invalid", "app_key 不存在")
        self._check_timestamp(query.get("timestamp", ""))
        how = query.get("sign_method", "md5")
        signed = {name: query.get(name, "") for name in ("app_key", "method", "timestamp", "v")}
        signed["param_json"] = body.decode("utf-8", "replace")
        good = how in DOUDIAN_METHODS and same_signature(
            query.get("sign", ""), doudian_sign(signed, self.secret(APP_SECRET), how)
        )
        if not good or query.get("v") != "2":
            raise DoudianError(40003, "非法的参数", "isv.signature-invalid", "签名校验失败")

    def _check_timestamp(self, text: str) -> None:
        """Seconds, or Beijing time; both are taken."""
        try:
            ms = int(text) * 1000 if text.isdecimal() else beijing_ms(text)
        except ValueError:
            ms = None
        if ms is None or abs(ms - self.clock.now()) > _TOLERANCE_MS:
            raise DoudianError(40003, "非法的参数", "isv.timestamp-invalid", "timestamp 不合法")

    def _check_token(self, query: dict[str, str]) -> None:
        given = query.get("access_token", "")
        if given != self.token:
            raise DoudianError(40003, "非法的参数", "isv.access-token-no-existed", "token 不存在")
        if self.token_is_over:
            raise DoudianError(40003, "非法的参数", "isv.access-token-expired", f"{given} 已过期")

    def _create(self, asked: Record) -> Record:
        if asked["grant_type"] != "authorization_self" or asked.get("shop_id") != str(SHOP_ID):
            raise DoudianError(50002, "业务处理失败", "isv.business-failed:1", "店铺未授权")
        return self._tokens()

    def _renew(self, asked: Record) -> Record:
        if asked["grant_type"] != "refresh_token" or asked["refresh_token"] != self._refresh:
            raise DoudianError(50002, "业务处理失败", "isv.business-failed:2", "refresh_token 失效")
        return self._tokens()

    def _tokens(self) -> Record:
        token = self.issue(TOKEN, _TOKEN_S)
        self._refresh = f"{REFRESH_TOKEN}_{token.rpartition('_')[2]}"
        shop = {"shop_id": SHOP_ID, "shop_name": SHOP, "scope": "SCOPE"}
        return {
            "access_token": token,
            "refresh_token": self._refresh,
            "expires_in": _TOKEN_S,
            **shop,
        }

    def _search(self, asked: Record) -> Record:
        if len(asked.get("combine_status", [])) > 1:
            raise invalid("20012", "订单查询状态条件超过限制,只支持1个元素")
        if asked.get("order_by") != "update_time":
            raise invalid("1", "模拟器只按更新时间查询")
        page, size = paging(asked)
        start, end = self._span(asked, "update_time_start", "update_time_end")
        found, total = self.shop.between(
            start, end, page * size, size, oldest_first=bool(asked.get("order_asc"))
        )
        rows = [self._listed(order) for order in found]
        return {"page": page, "size": size, "total": total, "shop_order_list": rows}

    def _listed(self, order: Record) -> Record:
        shown = self._shown(order)
        return {name: shown[name] for name in _THIN} if self.options.thin_list else shown

    def _detail(self, asked: Record) -> Record:
        return {"shop_order_detail": self._shown(self._find(asked["shop_order_id"]))}

    def _after_sales(self, asked: Record) -> Record:
        if asked.get("order_by") != ["update_time asc"]:
            raise invalid("11000", "模拟器只按更新时间升序查询")
        page, size = paging(asked)
        start, end = self._span(asked, "update_start_time", "update_end_time")
        found = self.shop.after_sales(start, end)
        rows = [_after_sale(at, order) for at, order in found[page * size : (page + 1) * size]]
        more = (page + 1) * size < len(found)
        return {"page": page, "size": size, "total": len(found), "has_more": more, "items": rows}

    def _span(self, asked: Record, first: str, last: str) -> tuple[int, int]:
        """The window in ms, both ends included. Milliseconds are a time nothing happened in."""
        start, end = asked.get(first), asked.get(last)
        if not isinstance(start, int) or not isinstance(end, int) or start == end:
            raise invalid("20011", "订单查询开始时间不能为空")
        if start < self.clock.now() // 1000 - _OLDEST_S:
            raise invalid("20022", "订单查询只支持查询最近90天内的数据")
        return start * 1000, end * 1000

    def _ship(self, asked: Record) -> Record:
        order = self._find(asked["order_id"])
        if order["order_status"] == PARTLY:
            raise failed("70023", "没有能发货的订单,请修改后重试")
        check_shipping(order, asked, order["sku_order_list"])
        value = f"{asked['company_code']}:{asked['logistics_code']}"
        self.shop.act(order["order_id"], "ship", value)
        return {}

    def _ship_part(self, asked: Record) -> Record:
        """The same request a second time is answered like the first, and does nothing."""
        if asked["request_id"] in self._carried_out:
            return self._carried_out[asked["request_id"]]
        order = self._find(asked["order_id"])
        for pack in asked["pack_list"]:
            wanted = {one["shipped_order_id"] for one in pack["shipped_order_info"]}
            lines = [one for one in order["sku_order_list"] if one["order_id"] in wanted]
            if len(lines) != len(wanted):
                raise failed("60102", "商品单不存在,请仔细检查后重试")
            check_shipping(order, pack, lines)
            value = f"{pack['company_code']}:{pack['logistics_code']}:{','.join(sorted(wanted))}"
            self.shop.act(order["order_id"], "ship", value)
        done = {
            "pack_list": [{"logistics_code": one["logistics_code"]} for one in asked["pack_list"]]
        }
        return self._carried_out.setdefault(asked["request_id"], done)

    def _find(self, number: Any) -> Record:
        try:
            return self.shop.get(str(number))
        except KeyError:
            raise failed("60033", "订单不存在,请仔细检查后重试。") from None

    def _shown(self, order: Record) -> Record:
        """Receivers as ciphers, other ones each time, with the platform's stars beside them."""
        shown = {name: value for name, value in order.items() if not name.startswith("_")}
        place = dict(shown["post_addr"])
        name, tel, detail = shown.pop("post_receiver"), shown.pop("post_tel"), place.pop("detail")
        place["encrypt_detail"] = self._cipher("##", detail, "#1##")
        return {
            **shown,
            "encrypt_post_receiver": self._cipher("##", name, "#1##"),
            "encrypt_post_tel": self._cipher("$$", tel, "$1$$"),
            "mask_post_receiver": f"{name[:1]}*",
            "mask_post_tel": f"{tel[:1]}{'*' * 9}{tel[-1:]}",
            "post_addr": place,
            "mask_post_addr": {**shown["post_addr"], "detail": f"{detail[:2]}***"},
        }

    def _cipher(self, head: str, text: str, tail: str) -> str:
        return f"{head}{sum(text.encode()):08x}*{next(self._salts):012x}={tail}"


def _after_sale(at: int, order: Record) -> Record:
    lines = [one["order_id"] for one in order["sku_order_list"]]
    return {
        "aftersale_info": {
            "aftersale_id": f"7{order['order_id'][1:]}",
            "aftersale_status": order["_after_sale"],
            "related_id": lines[0],
            "update_time": at // 1000,
        },
        "order_info": {
            "shop_order_id": order["order_id"],
            "related_order_info": [{"sku_order_id": number} for number in lines],
        },
    }


_FAULTS: dict[str, Callable[[], DoudianError]] = {
    "throttled": throttled,
    "busy": lambda: DoudianError(20000, "系统错误", "isp.service-error:20005", "系统繁忙"),
    "refused": lambda: failed("60033", "订单不存在,请仔细检查后重试。"),
}
