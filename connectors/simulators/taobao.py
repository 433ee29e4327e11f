"""The Taobao Open Platform as a WSGI application: strict calls, thin lists, masked buyers."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from orderloom.connect import (
    TOP_METHODS,
    Clock,
    SystemClock,
    beijing_ms,
    same_signature,
    top_sign,
)

from .goods import SHOP
from .shop import Shop, Trade
from .wire import Call, Reply, Simulator, json_reply, spoil

APP_KEY = "10000001"
APP_SECRET = "tlk_demo_secret_01"  # noqa: S105 - invented, for the simulator only
SESSION = "demo_session_token"
SELLER_ID = "2200000000001"
_DAY_MS = 86_400_000
_TIMESTAMP_TOLERANCE_MS = 600_000
_NEEDED = {
    "taobao.trades.sold.increment.get": ("fields", "start_modified", "end_modified"),
    "taobao.trade.fullinfo.get": ("fields", "tid"),
    "taobao.user.seller.get": ("fields",),
}
# What a list call answers; everything about the receiver needs the full-info call.
_LIST_ONLY = frozenset({
    "tid", "tid_str", "type", "status", "title", "seller_nick", "buyer_nick", "buyer_open_uid",
    "payment", "total_fee", "post_fee", "discount_fee", "adjust_fee", "created", "pay_time",
    "modified", "consign_time", "end_time", "seller_flag",
})  # fmt: skip
_OAID_NEEDS = frozenset(
    ["receiver_name", "receiver_address", "receiver_mobile", "receiver_phone", "created"]
)
_ADDRESS_PART = re.compile(r"[^街道路巷号栋室]+")


class TopError(Exception):
    """What the gateway answers instead of data."""

    def __init__(self, code: int, msg: str, sub_code: str = "", sub_msg: str = "") -> None:
        super().__init__(code)
        self.answer = {"code": code, "msg": msg, "request_id": "demo0002"}
        if sub_code:
            self.answer.update(sub_code=sub_code, sub_msg=sub_msg)


class Options(NamedTuple):
    """`full_list`: lists carry whole trades (for speed tests). `clear`: nothing is masked."""

    app_key: str = APP_KEY
    app_secret: str = APP_SECRET
    session: str = SESSION
    seller_id: str = SELLER_ID
    seller_nick: str = SHOP
    full_list: bool = False
    clear: bool = False


class TaobaoSimulator(Simulator):
    """One shop behind the gateway `/router/rest`."""

    def __init__(
        self,
        clock: Clock | None = None,
        options: Options = Options(),  # noqa: B008 - immutable
        on_change: Callable[[str, str, Any], None] | None = None,
    ) -> None:
        super().__init__(clock or SystemClock())
        self.options = options
        self.shop = Shop(self.clock, on_change)
        self.session = options.session
        self.expired = False

    def answer(self, call: Call) -> Reply:
        """One gateway call."""
        if call.path != "/router/rest":
            return json_reply({"error": "not the gateway"}, 404)
        params = call.form()
        method = params.get("method", "")
        self.count(method)
        fault = self.faults.take(method)
        doubled = fault is not None and fault.kind == "duplicates"
        try:
            if fault is not None and fault.kind in _GATEWAY_FAULTS:
                raise _GATEWAY_FAULTS[fault.kind](fault.seconds)
            document = self._served(method, params, doubled)
        except TopError as refusal:
            document = {"error_response": refusal.answer}
        reply = _written(document, params)
        return spoil(reply, fault) if fault is not None else reply

    def direct(self, verb: str, path: list[str], call: Call) -> Any:
        """`orders` (GET all, POST make or add), `orders/TID` (GET, POST action), `session`."""
        if path == ["state"]:
            return {"orders": len(self.shop), "calls": self.calls, "expired": self.expired}
        if path == ["session"] and verb == "POST":
            return self._set_session(call.json())
        if path == ["orders"]:
            return self._make(call.json()) if verb == "POST" else {"orders": self._summary()}
        if path[0] == "orders" and len(path) == 2:
            if verb == "POST":
                act = call.json()
                self.shop.act(path[1], str(act["action"]), str(act.get("value", "")))
            return self.shop.get(path[1])
        return None

    def _set_session(self, wish: dict[str, Any]) -> dict[str, Any]:
        self.expired = wish.get("state") == "expired"
        self.session = str(wish.get("token") or self.session)
        return {"expired": self.expired}

    def _make(self, wish: dict[str, Any]) -> dict[str, Any]:
        if "trade" in wish:
            return {"made": [self.shop.add(dict(wish["trade"]))]}
        count, status = int(wish.get("count", 1)), wish.get("status", "WAIT_SELLER_SEND_GOODS")
        return {"made": self.shop.make(count, str(wish.get("seed", "demo")), str(status))}

    def _summary(self) -> list[dict[str, Any]]:
        return [
            {
                "tid": trade["tid"],
                "status": trade["status"],
                "modified": trade["modified"],
                "payment": trade["payment"],
                "lines": [
                    [line["outer_sku_id"], line["num"], line["refund_status"]]
                    for line in trade["orders"]["order"]
                ],
            }
            for trade in self.shop.all()
        ]

    def _served(self, method: str, params: dict[str, str], doubled: bool) -> dict[str, Any]:
        self._admit(method, params)
        if method == "taobao.user.seller.get":
            user = {"user_id": int(self.options.seller_id), "nick": self.options.seller_nick}
            fields = params["fields"].split(",")
            return _response("user_seller_get", {"user": _only(user, fields)})
        if method == "taobao.trade.fullinfo.get":
            return _response("trade_fullinfo_get", {"trade": self._whole(params)})
        return _response("trades_sold_increment_get", self._changed(params, doubled))

    def _admit(self, method: str, params: dict[str, str]) -> None:
        """The gateway's checks, in its order."""
        if method not in _NEEDED:
            raise TopError(22 if method else 21, "Invalid Method" if method else "Missing Method")
        self._check_caller(params)
        for name in _NEEDED[method]:
            if not params.get(name):
                raise TopError(40, f"Missing Required Arguments:{name}")

    def _check_caller(self, params: dict[str, str]) -> None:
        if params.get("app_key") != self.options.app_key:
            raise TopError(29 if params.get("app_key") else 28, "Invalid app Key")
        self._check_timestamp(params.get("timestamp", ""))
        sign, how = params.get("sign", ""), params.get("sign_method", "md5")
        if not sign:
            raise TopError(24, "Missing Signature")
        secret = self.options.app_secret
        if how not in TOP_METHODS or not same_signature(sign, top_sign(params, secret, how)):
            raise TopError(25, "Invalid signature")
        if not params.get("session"):
            raise TopError(26, "Missing Session")
        if params["session"] != self.session:
            raise TopError(27, "Invalid session", "invalid-sessionkey", "非法的 sessionkey")
        if self.expired:
            words = f"session {params['session']} 已过期,请重新授权"
            raise TopError(27, "Invalid session", "session-expired", words)

    def _check_timestamp(self, text: str) -> None:
        try:
            ms = beijing_ms(text)
        except ValueError:
            ms = None
        if ms is None:
            raise TopError(30, "Missing Timestamp")
        if abs(ms - self.clock.now()) > _TIMESTAMP_TOLERANCE_MS:
            raise TopError(31, "Invalid timestamp")

    def _changed(self, params: dict[str, str], doubled: bool) -> dict[str, Any]:
        start, end = params["start_modified"], params["end_modified"]
        page, size = _whole_number(params, "page_no", 1), _whole_number(params, "page_size", 40)
        if size > 100 or page < 1 or size < 1:
            raise TopError(41, "Invalid arguments:page_size")
        _check_span(start, end)
        found, total = self.shop.between(start, end, (page - 1) * size, size)
        fields = params["fields"].split(",")
        allowed = None if self.options.full_list else _LIST_ONLY
        rows = [self._shown(trade, fields, allowed) for trade in found]
        answer: dict[str, Any] = {"trades": {"trade": rows + rows[:1] if doubled else rows}}
        if not rows:
            del answer["trades"]
        if params.get("use_has_next") == "true":
            return {**answer, "has_next": page * size < total}
        return {**answer, "total_results": total}

    def _whole(self, params: dict[str, str]) -> dict[str, Any]:
        try:
            trade = self.shop.get(params["tid"])
        except KeyError:
            words = ("isv.trade-not-exist", "交易订单不存在")
            raise TopError(15, "Remote service error", *words) from None
        fields = params["fields"].split(",")
        if params.get("include_oaid") == "true" and _OAID_NEEDS.issubset(fields):
            fields.append("oaid")
        return self._shown(trade, fields, None)

    def _shown(
        self, trade: Trade, fields: list[str], allowed: frozenset[str] | None
    ) -> dict[str, Any]:
        """Only the fields asked for, only what this call may give, buyers masked, ids numbers."""
        seen = trade if self.options.clear else masked(trade)
        row = _only(seen, fields, allowed)
        row["tid"] = int(trade["tid"])
        if "tid_str" in fields:
            row["tid_str"] = trade["tid"]
        if "orders" in row:
            lines = trade["orders"]["order"]
            row["orders"] = {"order": [{**line, "oid": int(line["oid"])} for line in lines]}
        return row


def masked(trade: Trade) -> Trade:
    """The trade as the platform shows it to shops today."""
    mobile, phone = trade.get("receiver_mobile", ""), trade.get("receiver_phone", "")
    return {
        **trade,
        "buyer_nick": _stars(trade.get("buyer_nick", ""), 1, 1),
        "receiver_name": _stars(trade.get("receiver_name", ""), 1, 0),
        "receiver_mobile": mobile[:3] + "*" * 8 if mobile else "",
        "receiver_phone": phone[:5] + "*" * 8 if phone else "",
        "receiver_address": _ADDRESS_PART.sub("**", trade.get("receiver_address", "")),
    }


def _stars(text: str, head: int, tail: int) -> str:
    return f"{text[:head]}**{text[len(text) - tail :]}" if text else ""


def _only(
    record: dict[str, Any], fields: list[str], allowed: frozenset[str] | None = None
) -> dict[str, Any]:
    wanted = {field.partition(".")[0] for field in fields}
    if allowed is not None:
        wanted &= allowed
    return {name: value for name, value in record.items() if name in wanted}


def _response(name: str, content: dict[str, Any]) -> dict[str, Any]:
    return {f"{name}_response": {**content, "request_id": "demo0001"}}


def _written(document: dict[str, Any], params: dict[str, str]) -> Reply:
    if params.get("format") == "json":
        return json_reply(document)
    text = '<?xml version="1.0" encoding="utf-8" ?><response>JSON was not asked for</response>'
    return Reply(text.encode(), 200, "text/xml;charset=utf-8")


def _whole_number(params: dict[str, str], name: str, default: int) -> int:
    text = params.get(name, str(default))
    if not text.isdecimal():
        raise TopError(41, f"Invalid arguments:{name}")
    return int(text)


def _check_span(start: str, end: str) -> None:
    try:
        low, high = beijing_ms(start), beijing_ms(end)
    except ValueError:
        raise TopError(41, "Invalid arguments:start_modified") from None
    if low is None or high is None or not 0 <= high - low <= _DAY_MS:
        words = ("isv.invalid-parameter:end_modified", "时间跨度不能超过一天")
        raise TopError(15, "Remote service error", *words)


def _throttled(seconds: float) -> TopError:
    words = f"This ban will last for {int(seconds)} more seconds"
    sub_code = "accesscontrol.limited-by-api-access-count"
    return TopError(7, "App Call Limited", sub_code, words)


def _busy(_seconds: float) -> TopError:
    words = ("isp.top-remote-connection-timeout", "连接远程服务超时")
    return TopError(15, "Remote service error", *words)


def _refused(_seconds: float) -> TopError:
    return TopError(15, "Remote service error", "isv.trade-not-exist", "交易订单不存在")


_GATEWAY_FAULTS = {"throttled": _throttled, "busy": _busy, "refused": _refused}
