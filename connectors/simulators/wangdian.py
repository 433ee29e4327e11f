"""Wangdian's open interface as a WSGI application: strict about signatures, fields and limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from orderloom.connect import (
    Clock,
    is_masked,
    parse_json,
    same_signature,
    wangdian_sign,
)

from .journal import Journal
from .shop import Keep
from .stockroom import Delivery, No, Stockroom, StockroomSimulator, amount, demand, moment, rest
from .wire import Call, Reply, json_reply

SID, APPKEY = "demo2", "demo2-gw"
SECRET = "tlk_demo_secret_01"  # noqa: S105 - invented, for the simulator only
SHOP, SHOP_NAME = "S01", "织单自有店铺"
_FOLDER = "/openapi2/"
_TOLERANCE_S = 300
_HOUR_MS = 3_600_000
_MOST_PUSHED, _MOST_REFUNDS, _MOST_SYNC, _MOST_ACKS, _MOST_ROWS = 50, 10, 100, 50, 100
_TRADE = (
    "tid",
    "trade_status",
    "pay_status",
    "delivery_term",
    "pay_time",
    "buyer_nick",
    "receiver_name",
    "receiver_province",
    "receiver_city",
    "receiver_address",
    "receiver_mobile",
    "post_amount",
    "cod_amount",
    "ext_cod_fee",
    "other_amount",
    "paid",
)
_LINE = (
    "oid",
    "num",
    "price",
    "status",
    "refund_status",
    "goods_id",
    "spec_no",
    "goods_name",
    "adjust_amount",
    "discount",
    "share_discount",
)
_REFUND = ("platform_id", "shop_no", "tid", "refund_no", "type", "status", "refund_time")
_DONE = (5, "success")
_LENGTHS = dict.fromkeys(("tid", "oid", "spec_no", "refund_no"), 40)
_COURIERS = {"YTO": "圆通速递", "ZTO": "中通快递", "SF": "顺丰速运"}
_STATES = {"waiting": 55, "refused": 30, "cancelled": 5}


def demo_settings(base: str) -> dict[str, Any]:
    """Settings of the connector `wangdian` that reach a simulator mounted at `base`."""
    return {
        "sid": SID,
        "appkey": APPKEY,
        "app_secret": SECRET,
        "gateway": f"{base}{_FOLDER.rstrip('/')}",
        "shop_no": SHOP,
        "auto_wms": True,
    }


class WangdianSimulator(StockroomSimulator):
    """One seller with one shop. Until `settle` is called: `slow` refunds are not taken over,
    `late` orders have not become trades."""

    wrong, said = 2900, "message"
    refusals: ClassVar = {
        "throttled": (1088, "接口调用过于频繁"),
        "busy": (99, "系统繁忙,请稍后重试"),
        "refused": (99, "订单信息错误"),
    }

    def __init__(self, clock: Clock | None = None, keep: Keep | None = None) -> None:
        super().__init__(clock)
        self.room = Stockroom(self.clock, "wangdian", keep)
        self._keep = keep or (lambda kind, key, document: None)
        self._told: set[str] = set()
        self.slow = self.late = False
        self._refunded: list[str] = []
        self._raw: set[str] = set()
        self._calls: dict[str, Callable[[Mapping[str, str]], dict[str, Any]]] = {
            "shop": self._shops,
            "trade_push": self._push,
            "sales_refund_push": self._refund,
            "trade_query": self._trades,
            "logistics_sync_query": self._to_tell,
            "logistics_sync_ack": self._acknowledged,
            "stock_query": self._counts,
        }

    def recall(self, journal: Journal) -> None:
        super().recall(journal)
        self._told.update(journal.all("wangdian_told"))

    def settle(self) -> None:
        """Takes over the orders and refunds that wait."""
        with self.room.lock:
            self._raw.clear()
            for code in self._refunded:
                self.room.cancel(code)
            self._refunded = []

    def answer(self, call: Call) -> Reply:
        name = call.path.removeprefix(_FOLDER).removesuffix(".php")
        if call.path != f"{_FOLDER}{name}.php" or name not in self._calls:
            return json_reply({"error": "no such page"}, 404)
        return self.through(call, name)

    def admitted(self, call: Call) -> dict[str, str]:
        form = call.form()
        if form.get("sid") != SID or form.get("appkey") != APPKEY or self.expired:
            raise No(f"接口appkey {form.get('appkey')} 已停用", 1007)
        if not same_signature(form.get("sign", ""), wangdian_sign(form, SECRET, "chars")):
            raise No("签名错误", 1001)
        if self.is_late(form.get("timestamp", ""), _TOLERANCE_S):
            raise No("时间戳错误,与服务器时间相差超过5分钟", 1002)
        return form

    def served(self, name: str, form: Mapping[str, str], *, refusing: bool) -> dict[str, Any]:
        return self._calls[name](form)

    def _shops(self, form: Mapping[str, str]) -> dict[str, Any]:
        shops = [{"shop_no": SHOP, "shop_name": SHOP_NAME, "platform_id": 127}]
        wanted = form.get("shop_no") in (None, SHOP)
        return {"total_count": int(wanted), "shoplist": shops if wanted else []}

    def _push(self, form: Mapping[str, str]) -> dict[str, Any]:
        _own_shop(form)
        trades = _list(form, "trade_list", _MOST_PUSHED)
        for trade in trades:
            _check(trade)
        known = [self._pushed(trade) for trade in trades]
        return {"new_count": known.count(False), "chg_count": known.count(True)}

    def _pushed(self, trade: Mapping[str, Any]) -> bool:
        """Whether it was there before: then nothing of it changes."""
        if self.room.find(trade["tid"]) is not None:
            self.room.repeats += 1
            return True
        if self.late:
            self._raw.add(trade["tid"])
        lines = trade["order_list"]
        place = trade["warehouse_no"] if trade.get("is_auto_wms") == 1 else "HZ"
        self.room.take(
            trade["tid"],
            place,
            [[line["spec_no"], int(line["num"])] for line in lines],
            courier="YTO",
            tracking_no="",
            oids={line["spec_no"]: line["oid"] for line in lines},
        )
        return False

    def _refund(self, form: Mapping[str, str]) -> dict[str, Any]:
        for one in _list(form, "api_refund_list", _MOST_REFUNDS):
            demand(one, _REFUND, _LENGTHS)
            delivery = self.room.find(one["tid"])
            if delivery is None:
                raise No("售后单关联的原始单不存在", 5040)
            oids = {line.get("oid") for line in one.get("order_list") or ()}
            if one["type"] != 1 or one["status"] not in _DONE or not oids:
                raise No("type / status / order_list 错误", 5040)
            if not oids <= set(delivery["oids"].values()):
                raise No("子订单不存在", 5040)
            if one["tid"] in self._raw:
                self.room.cancel(one["tid"])
            elif delivery["state"] != "shipped":
                self._refunded.append(one["tid"])
        if not self.slow:
            self.settle()
        return {"new_count": 1, "chg_count": 0}

    def _trades(self, form: Mapping[str, str]) -> dict[str, Any]:
        known = (d for d in self.room.deliveries() if d["code"] not in self._raw)
        rows = [row for delivery in known for row in _rows(delivery)]
        if form.get("src_tid"):
            numbers = form["src_tid"].split(",")
            found = [row for row in rows if row["src_tids"] in numbers]
            return {"total_count": len(found), "trades": found}
        begin, end = (moment(form.get(name)) for name in ("start_time", "end_time"))
        if not 0 <= end - begin <= _HOUR_MS:
            raise No("时间跨度不能超过60分钟")
        first, size = _page(form)
        states = form.get("status", "").split(",")
        fits = (row for row in rows if begin <= moment(row["modified"]) <= end)
        chosen = [row for row in fits if states == [""] or str(row["trade_status"]) in states]
        chosen.sort(key=lambda row: row["modified"], reverse=True)
        page: dict[str, Any] = {"trades": chosen[first : first + size]}
        return {**page, "total_count": len(chosen)} if first == 0 else page

    def _to_tell(self, form: Mapping[str, str]) -> dict[str, Any]:
        _own_shop(form)
        limit = form.get("limit", "")
        if not limit.isdecimal() or not 1 <= int(limit) <= _MOST_SYNC:
            raise No("limit 取值1到100")
        rows = [row for delivery in self.room.deliveries() for row in _synced(delivery)]
        waiting = [row for row in rows if str(row["rec_id"]) not in self._told]
        return {"total_count": len(waiting), "trades": waiting[: int(limit)]}

    def _acknowledged(self, form: Mapping[str, str]) -> dict[str, Any]:
        rows = _list(form, "logistics_list", _MOST_ACKS)
        known = {row["rec_id"] for d in self.room.deliveries() for row in _synced(d)}
        for row in rows:
            if row.get("status") == 0 and row.get("rec_id") in known:
                self._told.add(str(row["rec_id"]))
                self._keep("wangdian_told", str(row["rec_id"]), True)
        errors = [row for row in rows if row.get("rec_id") not in known]
        return {"errors": [{"rec_id": row.get("rec_id"), "error": "不存在"} for row in errors]}

    def _counts(self, form: Mapping[str, str]) -> dict[str, Any]:
        _page(form)
        item, place = form.get("spec_no", ""), form.get("warehouse_no", "")
        if not item:
            raise No("spec_no 与时间不能全部为空")
        count = self.room.counts.get(f"{place}/{item}")
        if count is None:
            return {"total_count": 0, "stocks": []}
        row = {"spec_no": item, "warehouse_no": place, "stock_num": f"{count[0]}.0000"}
        free = f"{count[0] - count[1]}.0000"
        return {"total_count": 1, "stocks": [{**row, "avaliable_num": free, "lock_num": "0.0000"}]}


def _rows(delivery: Delivery) -> list[dict[str, Any]]:
    """The trades of a delivery: one for each parcel, one for what is left."""
    rows = [
        _trade(delivery, parcel["id"], 95, parcel["items"], parcel["at"])
        | {
            "logistics_no": parcel["number"],
            "logistics_name": _COURIERS.get(parcel["courier"], parcel["courier"]),
            "consign_time": parcel["at"],
        }
        for parcel in delivery["parcels"]
    ]
    if delivery["state"] == "shipped":
        return rows
    state, left = _STATES[delivery["state"]], rest(delivery)
    return [*rows, _trade(delivery, delivery["id"], state, left, delivery["at"])]


def _trade(
    delivery: Delivery, id_: int, state: int, items: Sequence[Sequence[Any]], at: str
) -> dict[str, Any]:
    code = delivery["code"]
    goods = [
        {
            "src_tid": code,
            "src_oid": delivery["oids"][item],
            "spec_no": item,
            "num": f"{pieces}.0000",
        }
        for item, pieces in items
    ]
    return {
        "trade_id": id_,
        "trade_no": f"JY{id_:08d}",
        "trade_status": state,
        "src_tids": code,
        "shop_no": SHOP,
        "warehouse_no": delivery["place"],
        "modified": at,
        "goods_list": goods,
    }


def _synced(delivery: Delivery) -> list[dict[str, Any]]:
    """What shops are to be told of a delivery: of a line in several parcels only the first."""
    parts = len(delivery["parcels"]) > 1 or bool(delivery["parcels"] and rest(delivery))
    rows, told = [], set[str]()
    for parcel in delivery["parcels"]:
        oids = {delivery["oids"][item] for item, _ in parcel["items"]} - told
        told |= oids
        if oids:
            rows.append(
                {
                    "rec_id": parcel["id"],
                    "tid": delivery["code"],
                    "logistics_no": parcel["number"],
                    "logistics_type": 0,
                    "logistics_name": _COURIERS.get(parcel["courier"], parcel["courier"]),
                    "consign_time": parcel["at"],
                    "is_part_sync": "1" if parts else "0",
                    "oids": ",".join(sorted(oids)),
                    "sync_status": 0,
                }
            )
    return rows


def _own_shop(form: Mapping[str, str]) -> None:
    if form.get("shop_no") != SHOP:
        raise No("店铺不存在", 1008)


def _list(form: Mapping[str, str], name: str, most: int) -> list[Any]:
    try:
        rows = parse_json(form.get(name, ""))
    except ValueError:
        rows = None
    if not isinstance(rows, list) or not 1 <= len(rows) <= most:
        raise No(f"{name} 应为1到{most}条的数组")
    return rows


def _check(trade: Any) -> None:
    """Everything the platform wants of a pushed order."""
    demand(trade, _TRADE, _LENGTHS)
    lines = trade.get("order_list")
    if not isinstance(lines, list) or not lines:
        raise No("order_list 不能为空")
    for line in lines:
        demand(line, _LINE, _LENGTHS)
        amount(line["price"])
    if len({line["oid"] for line in lines}) < len(lines):
        raise No("oid 重复")
    if is_masked(str(trade["receiver_name"])) or is_masked(str(trade["receiver_mobile"])):
        raise No("收件人信息不正确")
    if trade["delivery_term"] not in (1, 2, 3) or trade["trade_status"] not in (10, 20, 30):
        raise No("delivery_term / trade_status 错误")
    moment(trade["pay_time"])
    amount(trade["paid"])


def _page(form: Mapping[str, str]) -> tuple[int, int]:
    """(first row, rows) of the page that is asked for; the first is number 0."""
    number, size = form.get("page_no", ""), form.get("page_size", "")
    if not number.isdecimal() or not size.isdecimal() or not 1 <= int(size) <= _MOST_ROWS:
        raise No("page_no / page_size 错误")
    return int(number) * int(size), int(size)
