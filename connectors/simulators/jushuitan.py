"""Jushuitan's open interface as a WSGI application: strict about signatures, sums and limits."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from orderloom.connect import (
    Clock,
    is_masked,
    jushuitan_sign,
    parse_json,
    same_signature,
)

from .shop import Keep
from .stockroom import Delivery, No, Stockroom, StockroomSimulator, amount, demand, moment, rest
from .wire import Call, Reply

APP_KEY = "demokey01"
APP_SECRET = "tlk_demo_secret_01"  # noqa: S105 - invented, for the simulator only
TOKEN, REFRESH = "jst_demo_token_01", "jst_demo_refresh_01"
SHOP, SHOP_NAME = 10000001, "织单自有商城"
PLACES = (10001, 10002)
_TOLERANCE_S = 600
_LIFETIME_S = 30 * 86_400
_WEEK_MS = 7 * 86_400_000
_MOST_UPLOADED, _MOST_NUMBERS, _MOST_ROWS, _MOST_ITEMS, _MOST_STOPPED = 50, 20, 100, 100, 50
_ORDER = (
    "shop_id",
    "so_id",
    "order_date",
    "shop_status",
    "shop_buyer_id",
    "receiver_name",
    "receiver_mobile",
    "receiver_state",
    "receiver_city",
    "receiver_address",
    "shop_modified",
)
_ITEM = ("sku_id", "shop_sku_id", "name", "qty", "amount", "outer_oi_id")
_PAY = ("outer_pay_id", "pay_date", "payment", "seller_account", "buyer_account", "amount")
_LENGTHS = {"so_id": 50, "sku_id": 40, "shop_sku_id": 128, "outer_oi_id": 50}
_STATES = {"waiting": "Delivering", "cancelled": "Cancelled", "refused": "Question"}


def demo_settings(base: str) -> dict[str, Any]:
    """Settings of the connector `jushuitan` that reach a simulator mounted at `base`."""
    return {
        "app_key": APP_KEY,
        "app_secret": APP_SECRET,
        "access_token": TOKEN,
        "refresh_token": REFRESH,
        "gateway": base,
        "shop_id": SHOP,
        "warehouses": f"HZ={PLACES[0]}, YW={PLACES[1]}",
    }


class JushuitanSimulator(StockroomSimulator):
    """One company with one shop and two warehouses."""

    wrong, said = 170, "msg"
    refusals: ClassVar = {
        "throttled": (199, "每秒调用超过限制"),
        "busy": (-1, "系统繁忙,请稍后重试"),
    }

    def __init__(self, clock: Clock | None = None, keep: Keep | None = None) -> None:
        super().__init__(clock, TOKEN)
        self.room = Stockroom(self.clock, "jushuitan", keep)
        self._refusing = False
        self._calls: dict[str, Callable[[Any], dict[str, Any]]] = {
            "/open/shops/query": self._shops,
            "/open/jushuitan/orders/upload": self._upload,
            "/open/jushuitan/orderbyoid/cancel": self._cancel,
            "/open/orders/single/query": self._orders,
            "/open/inventory/query": self._counts,
        }

    def answer(self, call: Call) -> Reply:
        return self.through(call, call.path)

    def admitted(self, call: Call) -> dict[str, str]:
        form = call.form()
        if call.method != "POST" or "urlencoded" not in call.content_type:
            raise No("请使用POST application/x-www-form-urlencoded", 130)
        if form.get("app_key") != APP_KEY or form.get("charset") != "utf-8":
            raise No("app_key / charset 错误", 130)
        if not same_signature(form.get("sign", ""), jushuitan_sign(form, APP_SECRET)):
            raise No("签名错误", 10)
        if self.is_late(form.get("timestamp", ""), _TOLERANCE_S):
            raise No("timestamp 时间戳错误或超时", 140)
        return form

    def served(self, name: str, form: Mapping[str, str], *, refusing: bool) -> dict[str, Any]:
        self._refusing = refusing
        return {"msg": "执行成功", "data": self._data(name, form)}

    def _data(self, path: str, form: Mapping[str, str]) -> dict[str, Any]:
        if path == "/openWeb/auth/refreshToken":
            return self._renewed(form)
        if self.token_is_over or form.get("access_token") != self.token:
            raise No(f"access_token {form.get('access_token')} 已过期", 100)
        if form.get("version") != "2":
            raise No("version 必须为2", 130)
        if path not in self._calls:
            raise No("接口未授权", 190)
        try:
            biz = parse_json(form.get("biz", ""))
        except ValueError:
            raise No("biz 不是JSON", 130) from None
        return self._calls[path](biz)

    def _renewed(self, form: Mapping[str, str]) -> dict[str, Any]:
        wanted = {"grant_type": "refresh_token", "refresh_token": REFRESH, "scope": "all"}
        if any(form.get(name) != value for name, value in wanted.items()):
            raise No("refresh_token 无效", 150)
        return {
            "access_token": self.issue("jst_demo_token", _LIFETIME_S),
            "refresh_token": REFRESH,
            "expires_in": _LIFETIME_S,
            "scope": "all",
        }

    def _shops(self, biz: Any) -> dict[str, Any]:
        _page(biz)
        shop = {"shop_id": SHOP, "shop_name": SHOP_NAME, "shop_site": "自有商城"}
        return {"datas": [shop], "has_next": False}

    def _upload(self, biz: Any) -> dict[str, Any]:
        if not isinstance(biz, list) or not 1 <= len(biz) <= _MOST_UPLOADED:
            raise No(f"biz 应为1到{_MOST_UPLOADED}个订单的数组")
        return {"datas": [self._uploaded(order) for order in biz]}

    def _uploaded(self, order: Any) -> dict[str, Any]:
        number = order.get("so_id") if isinstance(order, dict) else None
        try:
            kept = self._kept(order)
        except No as no:
            return {"o_id": None, "so_id": number, "issuccess": False, "msg": no.words}
        return {"o_id": kept["id"], "so_id": number, "issuccess": True, "msg": None}

    def _kept(self, order: Any) -> Delivery:
        """A new order, or the one that has the number already."""
        _check(order)
        if self._refusing:
            raise No("商品不存在")
        known = self.room.find(order["so_id"])
        if known is not None:
            self.room.repeats += 1
            if known["state"] in ("shipped", "cancelled") or known["parcels"]:
                raise No(f"订单 {order['so_id']} 已发货或已取消,不允许修改")
            return known
        lines = [[item["sku_id"], int(item["qty"])] for item in order["items"]]
        return self.room.take(
            order["so_id"],
            str(order["wms_co_id"]),
            lines,
            courier=order.get("lc_id") or "YTO",
            tracking_no=order.get("l_id") or "",
            paid=order["pay"]["amount"] == order["pay_amount"],
            items=[item["outer_oi_id"] for item in order["items"]],
        )

    def _cancel(self, biz: Any) -> dict[str, Any]:
        ids = biz.get("o_ids") if isinstance(biz, dict) else None
        if not ids or len(ids) > _MOST_STOPPED or not biz.get("cancel_type"):
            raise No("o_ids / cancel_type 不能为空,o_ids 最多50个")
        found = {delivery["id"]: delivery["code"] for delivery in self.room.deliveries()}
        if self._refusing or any(id_ not in found for id_ in ids):
            raise No("订单不存在或不允许取消")
        for id_ in ids:
            try:
                self.room.cancel(found[id_])
            except ValueError:
                raise No("订单已发货,不允许取消") from None
        return {"cancel_count": len(ids)}

    def _orders(self, biz: Any) -> dict[str, Any]:
        first, size = _page(biz)
        if biz.get("shop_id") != SHOP:
            raise No("shop_id 不存在")
        rows = sorted(
            (row for delivery in self.room.deliveries() for row in _rows(delivery)),
            key=lambda row: row["ts"],
        )
        chosen = [row for row in rows if _wanted(biz)(row)]
        return {
            "orders": chosen[first : first + size],
            "has_next": len(chosen) > first + size,
            "data_count": None if biz.get("is_get_total") is False else len(chosen),
        }

    def _counts(self, biz: Any) -> dict[str, Any]:
        _page(biz)
        skus = str(biz.get("sku_ids") or "").split(",")
        if not skus[0] or len(skus) > _MOST_ITEMS or biz.get("wms_co_id") not in PLACES:
            raise No("sku_ids 与修改时间不能同时为空,最多100个")
        counts = ((sku, self.room.counts.get(f"{biz['wms_co_id']}/{sku}")) for sku in skus)
        rows = [
            {"sku_id": sku, "qty": there, "order_lock": held, "pick_lock": 0, "virtual_qty": 0}
            for sku, (there, held) in ((sku, count) for sku, count in counts if count)
        ]
        return {"inventorys": rows, "has_next": False}


def _rows(delivery: Delivery) -> list[dict[str, Any]]:
    """The orders that stand for a delivery: one for each parcel, one for what is left."""
    split = len(delivery["parcels"]) > 1 or bool(delivery["parcels"] and rest(delivery))
    shared = {"shop_id": SHOP, "so_id": delivery["code"], "is_split": split, "merge_so_id": None}
    rows = [
        {
            **shared,
            "o_id": parcel["id"],
            "status": "Sent",
            "lc_id": parcel["courier"],
            "l_id": parcel["number"],
            "logistics_company": "",
            "send_date": parcel["at"],
            "modified": parcel["at"],
            "ts": parcel["version"],
            "items": _items(parcel["items"]),
        }
        for parcel in delivery["parcels"]
    ]
    if delivery["state"] == "shipped":
        return rows
    status = "WaitPay" if not delivery["paid"] else _STATES[delivery["state"]]
    left = {
        **shared,
        "o_id": delivery["id"],
        "status": status,
        "question_type": delivery["reason"] or None,
        "modified": delivery["at"],
        "ts": delivery["version"],
        "items": _items(rest(delivery)),
    }
    return [*rows, left]


def _items(items: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    return [{"sku_id": item, "qty": pieces, "raw_so_id": None} for item, pieces in items]


def _wanted(biz: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], bool]:
    """Which rows are asked for: by number, by version, or by time of change."""
    if "so_ids" in biz:
        numbers = biz["so_ids"]
        if not isinstance(numbers, list) or not 1 <= len(numbers) <= _MOST_NUMBERS:
            raise No(f"so_ids 最多{_MOST_NUMBERS}个")
        return lambda row: row["so_id"] in numbers
    if "start_ts" in biz:
        if biz.get("is_get_total") is not False or biz["page_index"] != 1:
            raise No("使用start_ts时is_get_total传false,page_index传1")
        since = biz["start_ts"]
        return lambda row: row["ts"] > since
    begin, end = (moment(biz.get(name)) for name in ("modified_begin", "modified_end"))
    if not 0 <= end - begin <= _WEEK_MS:
        raise No("时间间隔不能超过七天")
    return lambda row: begin <= moment(row["modified"]) <= end


def _page(biz: Any) -> tuple[int, int]:
    """(first row, rows) of the page that is asked for."""
    index, size = (biz.get(name) if isinstance(biz, dict) else None for name in _PAGE)
    if not isinstance(index, int) or not isinstance(size, int):
        raise No("page_index / page_size 不能为空", 130)
    if index < 1 or not 1 <= size <= _MOST_ROWS:
        raise No(f"page_index 从1开始,page_size 最多{_MOST_ROWS}")
    return (index - 1) * size, size


_PAGE = ("page_index", "page_size")


def _check(order: Any) -> None:
    """Everything the platform wants of an order, and that its sums are right."""
    demand(order, _ORDER, _LENGTHS)
    items, pay = order.get("items"), order.get("pay")
    if not isinstance(items, list) or not items:
        raise No("items 不能为空")
    for item in items:
        demand(item, _ITEM, _LENGTHS)
    demand(pay, _PAY, _LENGTHS)
    if len({item["outer_oi_id"] for item in items}) < len(items):
        raise No("outer_oi_id 重复")
    if order["shop_id"] != SHOP or order.get("wms_co_id") not in PLACES:
        raise No("shop_id / wms_co_id 不存在")
    if is_masked(str(order["receiver_name"])) and not order.get("oaid"):
        raise No("收件人信息不完整")
    for name in ("order_date", "shop_modified"):
        moment(order[name])
    total = sum((_number(item["amount"]) for item in items), _number(order.get("freight")))
    if total != _number(order.get("pay_amount")):
        raise No("pay_amount 与明细金额不一致")


def _number(value: Any) -> Decimal:
    """An amount that is written as a number: text is none here."""
    if isinstance(value, str | bool) or value is None:
        raise No(f"金额 {json.dumps(value)} 错误")
    return amount(value)
