"""The Taobao Open Platform as a WSGI application: strict calls, thin lists, masked buyers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

from orderloom.connect import COURIERS, Clock, beijing_ms

from .goods import SHOP
from .shop import Keep, Record, Shop, ShopSimulator
from .top import APP_KEY, APP_SECRET, SESSION, TopError, TopGateway, response
from .trades import TRADES

SELLER_ID = "2200000000001"
_DAY_MS = 86_400_000
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


def demo_settings(base: str) -> dict[str, Any]:
    """Settings of the connector `taobao` that reach a simulator mounted at `base`."""
    return {
        "app_key": APP_KEY,
        "app_secret": APP_SECRET,
        "session": SESSION,
        "gateway": f"{base}/router/rest",
        "overlap_s": 10,
        "lag_s": 1,
        "history_hours": 1,
    }


class Options(NamedTuple):
    """`full_list`: lists carry whole trades (for speed tests). `clear`: nothing is masked."""

    seller_id: str = SELLER_ID
    seller_nick: str = SHOP
    full_list: bool = False
    clear: bool = False


class TaobaoSimulator(TopGateway, ShopSimulator):
    """One shop behind the gateway `/router/rest`."""

    order_calls = "trade"

    needed: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "taobao.trades.sold.increment.get": ("fields", "start_modified", "end_modified"),
        "taobao.trade.fullinfo.get": ("fields", "tid"),
        "taobao.user.seller.get": ("fields",),
        "taobao.logistics.offline.send": ("tid", "company_code", "out_sid"),
    }

    def __init__(
        self,
        clock: Clock | None = None,
        options: Options = Options(),  # noqa: B008 - immutable
        keep: Keep | None = None,
    ) -> None:
        super().__init__(clock)
        self.options = options
        self.shop = Shop(self.clock, TRADES, keep)

    def summary(self, record: Record) -> Record:
        """Number, state, amount and lines."""
        return {
            "tid": record["tid"],
            "status": record["status"],
            "modified": record["modified"],
            "payment": record["payment"],
            "lines": [
                [line["outer_sku_id"], line["num"], line["refund_status"]]
                for line in record["orders"]["order"]
            ],
        }

    def knows(self, order_no: str, token: str) -> bool:
        """Whether the OAID stands for the receiver of that order."""
        try:
            return bool(self.shop.get(order_no)["oaid"] == token)
        except KeyError:
            return False

    def serve(self, method: str, params: dict[str, str], doubled: bool) -> dict[str, Any]:
        """The shop's methods."""
        if method == "taobao.user.seller.get":
            user = {"user_id": int(self.options.seller_id), "nick": self.options.seller_nick}
            fields = params["fields"].split(",")
            return response("user_seller_get", {"user": _only(user, fields)})
        if method == "taobao.trade.fullinfo.get":
            return response("trade_fullinfo_get", {"trade": self._whole(params)})
        if method == "taobao.logistics.offline.send":
            self._ship(params)
            return response("logistics_offline_send", {"shipping": {"is_success": True}})
        return response("trades_sold_increment_get", self._changed(params, doubled))

    def _changed(self, params: dict[str, str], doubled: bool) -> dict[str, Any]:
        start, end = params["start_modified"], params["end_modified"]
        page, size = _whole_number(params, "page_no", 1), _whole_number(params, "page_size", 40)
        if size > 100 or page < 1 or size < 1:
            raise TopError(41, "Invalid arguments:page_size")
        found, total = self.shop.between(*_span(start, end), (page - 1) * size, size)
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

    def _ship(self, params: dict[str, str]) -> None:
        """A parcel left with some lines, or with all of them; each line leaves once."""
        if params["company_code"] not in COURIERS:
            raise _no_shipping("B56", "物流公司不存在")
        if not params["out_sid"].isalnum():
            raise _no_shipping("B60", "运单号不正确")
        lines = params["sub_tid"] if params.get("is_split") == "1" else ""
        value = f"{params['company_code']}:{params['out_sid']}:{lines}"
        try:
            self.shop.act(params["tid"], "ship", value)
        except KeyError:
            raise _no_shipping("B01", "订单不存在") from None
        except LookupError:
            raise _no_shipping("P38", "拆单校验未通过") from None
        except ValueError:
            raise _no_shipping("B04", "订单状态不允许发货") from None

    def _shown(
        self, trade: Record, fields: list[str], allowed: frozenset[str] | None
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


def _no_shipping(code: str, words: str) -> TopError:
    sub_code = f"isv.logistics-offline-service-error:{code}"
    return TopError(15, "Remote service error", sub_code, words)


def masked(trade: Record) -> Record:
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


def _span(start: str, end: str) -> tuple[int, int]:
    """The window in ms, both ends included."""
    try:
        low, high = beijing_ms(start), beijing_ms(end)
    except ValueError:
        raise TopError(41, "Invalid arguments:start_modified") from None
    if low is None or high is None or not 0 <= high - low <= _DAY_MS:
        words = ("isv.invalid-parameter:end_modified", "时间跨度不能超过一天")
        raise TopError(15, "Remote service error", *words)
    return low, high


def _whole_number(params: dict[str, str], name: str, default: int) -> int:
    text = params.get(name, str(default))
    if not text.isdecimal():
        raise TopError(41, f"Invalid arguments:{name}")
    return int(text)
