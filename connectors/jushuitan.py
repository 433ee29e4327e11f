"""Jushuitan (聚水潭): fulfilments are orders of one of its shops; its own warehouses send them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors._jushuitan_orders import (
    CANCELLED,
    REPLACED,
    SENT,
    Reader,
    Row,
    Upload,
    codes,
    place,
)
from orderloom.connect import (
    COURIER_CODES,
    COURIERS,
    REFRESH_TOKEN,
    AuthFailed,
    Confirmation,
    ConfirmationPage,
    ConnectorError,
    ErpConnector,
    Limits,
    Message,
    Permanent,
    Receipt,
    Renewed,
    Response,
    Seller,
    Setting,
    StockCount,
    Text,
    TryLater,
    bad_answer,
    beijing_text,
    blames_signature,
    courier_codes,
    dump_json,
    fulfilment_no,
    jushuitan_sign,
    pieces,
    renewed,
    rows_at,
    says,
    whole_number,
)

_GATEWAY = "https://openapi.jushuitan.com"
_CANCEL = "fulfilment.cancel"
_UPLOAD = "/open/jushuitan/orders/upload"
_STOP = "/open/jushuitan/orderbyoid/cancel"
_ORDERS = "/open/orders/single/query"
_COUNTS = "/open/inventory/query"
_SHOPS = "/open/shops/query"
_RENEW = "/openWeb/auth/refreshToken"
_PAGE = 100
_NUMBERS = 20  # orders that may be asked for by number in one call
_ITEMS = 100
_WEEK_MS = 7 * 86_400_000
_LAG_MS = 60_000
_SIGNED = (10, 120)
_PERMITTED = (110, 160, 190)
_CALLED_WRONG = (120, 130, 140, 180)
_THROTTLED = {199: 1.0, 200: 20.0}
_CLOCK_WORDS = "时间戳,timestamp"
_BUSY_WORDS = "系统繁忙,系统异常,服务器繁忙,稍后,超时,timeout"


class Jushuitan(ErpConnector):
    """Uploads, cancels and reads back orders; learns what left by the version of their rows."""

    key = "jushuitan"
    shop, words = "shop_id", "msg"
    title = Text("聚水潭", "Jushuitan")
    api_version = "openapi 2"
    verified = Text(
        "签名:按文档规则的算例;错误码和字段:多个公开 SDK;其余只对照过我们的模拟器",
        "signature: a worked example of the documented rule; codes and fields: public SDKs; "
        "the rest: our simulator only",
    )
    delivery = "readable"
    settings = (
        Setting("app_key", Text("应用 App Key", "App key")),
        Setting("app_secret", Text("应用密钥 App Secret", "App secret"), secret=True),
        Setting("access_token", Text("授权 access_token", "Access token"), secret=True),
        REFRESH_TOKEN,
        Setting("gateway", Text("网关地址", "Gateway address"), "url", default=_GATEWAY),
        Setting(
            "shop_id",
            Text("聚水潭店铺编号", "Shop's number in Jushuitan"),
            "number",
            minimum=1,
            help=Text(
                "在聚水潭里为本系统单独建一个“自有商城”店铺,填它的编号。",
                "Make a shop of one's own (自有商城) in Jushuitan for this hub alone.",
            ),
        ),
        Setting(
            "warehouses",
            Text("分仓编号", "Numbers of warehouses"),
            required=False,
            default="",
            help=Text(
                "本系统仓库编码与聚水潭分仓编号不同时填,如:HZ=10001, YW=10002",
                "Where the hub's codes are not Jushuitan's numbers: HZ=10001, YW=10002",
            ),
        ),
        COURIER_CODES,
        Setting(
            "cancel_type",
            Text("取消类型", "Reason of cancellations"),
            default="其他",
            help=Text(
                "聚水潭“取消订单”窗口里的一种取消类型。",
                "One of those that Jushuitan offers when an order is cancelled.",
            ),
        ),
        Setting(
            "refused_types",
            Text("表示“不会发货”的异常类型", "Kinds of trouble that mean “will not be sent”"),
            required=False,
            default="缺货,黑名单,不发货",
            help=Text(
                "订单在聚水潭转为这些异常时,本系统请人决定;其他异常等聚水潭处理。",
                "With these a person decides here; other trouble is left to Jushuitan's people.",
            ),
        ),
    )
    limits = Limits(per_second=1.6, burst=5, send_batch=_NUMBERS)

    def check(self) -> Seller:
        """The shop that stands for this hub."""
        data = self._call(_SHOPS, {"page_index": 1, "page_size": _PAGE})
        return self.own_shop(rows_at(data, "datas"))

    def renew(self) -> Renewed:
        """A longer term for the tokens."""
        token = self.values["refresh_token"]
        if not token:
            raise AuthFailed("connect.auth")
        asked = {"grant_type": "refresh_token", "refresh_token": token, "scope": "all"}
        try:
            data = self._data(self._ask(_RENEW, asked))
        except Permanent as refusal:
            if refusal.item:
                raise AuthFailed("connect.auth", **refusal.params) from None
            raise
        return renewed(data, token, self.clock.now())

    def read_back(self, messages: Sequence[Message]) -> list[Receipt | None]:
        """A create is done when the order is there, a cancel when none of it is left to send."""
        found = self._by_code([fulfilment_no(message) for message in messages])
        return [_known(message, found.get(fulfilment_no(message), [])) for message in messages]

    def confirmations(self, cursor: Any, until_ms: int) -> ConfirmationPage:
        """Orders in the order of their row versions: none is skipped while they change.

        At first the version is found that stands where the hub begins.
        """
        if not cursor:
            return ConfirmationPage((), {"ts": self._first_version(until_ms)}, more=True)
        since = cursor.get("ts") if isinstance(cursor, Mapping) else None
        if not isinstance(since, int):
            raise Permanent("connect.bad_cursor")
        rows = self._orders({"start_ts": since, "is_get_total": False})
        last = max((_version(row) for row in rows), default=since)
        read = self._reader()
        news = [one for row in rows for one in read.news(row)]
        return ConfirmationPage(news, {"ts": max(last, since)}, more=last > since)

    def inquire(self, messages: Sequence[Message]) -> list[Confirmation]:
        """One query for all of them."""
        read, asked = self._reader(), [fulfilment_no(message) for message in messages]
        rows = self._by_code(asked)
        found = [read.of(row, code) for code in asked for row in rows.get(code, ())]
        return [news for news in found if news is not None]

    def stock(self, warehouse_code: str, item_codes: Sequence[str]) -> list[StockCount]:
        """What is there without what orders hold, this hub's among them."""
        counts: list[StockCount] = []
        for start in range(0, len(item_codes), _ITEMS):
            asked = {
                "wms_co_id": place(warehouse_code, self.values),
                "sku_ids": ",".join(item_codes[start : start + _ITEMS]),
                "page_index": 1,
                "page_size": _ITEMS,
            }
            rows = rows_at(self._call(_COUNTS, asked), "inventorys")
            counts += [_count(warehouse_code, row) for row in rows]
        return [count for count in counts if count.item_code in item_codes]

    def create(self, message: Message) -> Receipt:
        now = beijing_text(self.clock.now())
        order = Upload(message.body, self.values, self._couriers()).content(now)
        rows = rows_at(self._call(_UPLOAD, [order]), "datas")
        if len(rows) != 1:
            raise bad_answer("datas")
        (row,) = rows
        if row.get("issuccess") is True:
            return Receipt(message.id, True, _text(row, "o_id"), {"state": "created"})
        known = self.read_back([message])[0]
        if known is not None:  # it is too far gone to be uploaded again
            return known
        raise self.refused(row.get("code"), row.get("msg"))

    def cancel(self, message: Message) -> Receipt:
        """Believed after a look: the answer does not say which orders it stopped."""
        code = fulfilment_no(message)
        rows = self._by_code([code]).get(code, [])
        known = _known(message, rows)
        if known is not None:
            return known
        for row in rows:
            if row.get("status") == SENT or len(codes(row)) > 1:
                raise self.refused(row.get("status"), ",".join(codes(row)))
        asked = {"o_ids": [row["o_id"] for row in _open(rows)], "remark": code}
        self._call(_STOP, {**asked, "cancel_type": self.values["cancel_type"]})
        done = self.read_back([message])[0]
        if done is None:
            raise self.refused(None, "orderbyoid/cancel")
        return done

    def _by_code(self, numbers: Sequence[str]) -> dict[str, list[Row]]:
        """The orders that stand for fulfilments now."""
        found: dict[str, list[Row]] = {}
        for start in range(0, len(numbers), _NUMBERS):
            part = numbers[start : start + _NUMBERS]
            for row in self._orders({"so_ids": list(part)}):
                if row.get("status") not in REPLACED:
                    for code in set(codes(row)) & set(part):
                        found.setdefault(code, []).append(row)
        return found

    def _first_version(self, now: int) -> int:
        """A version below that of everything that changes from `now` on; versions only grow."""
        until = now - _LAG_MS
        asked = {
            "modified_begin": beijing_text(until - _WEEK_MS),
            "modified_end": beijing_text(until),
        }
        return max((_version(row) for row in self._orders(asked)), default=1)

    def _orders(self, asked: Mapping[str, Any]) -> list[Row]:
        page = {"shop_id": self.values["shop_id"], "page_index": 1, "page_size": _PAGE}
        return rows_at(self._call(_ORDERS, {**page, **asked}), "orders")

    def _couriers(self) -> dict[str, str]:
        own = {courier: courier for courier in COURIERS}
        return courier_codes(own, self.values["courier_codes"])

    def _reader(self) -> Reader:
        theirs = {code.upper(): courier for courier, code in self._couriers().items()}
        return Reader(theirs, self.values["refused_types"])

    def _call(self, path: str, asked: Any) -> Mapping[str, Any]:
        """The data of one signed call."""
        access = {"access_token": self.values["access_token"], "version": "2"}
        return self._data(self._ask(path, {**access, "biz": dump_json(asked)}))

    def _ask(self, path: str, params: Mapping[str, str]) -> Response:
        form = {
            "app_key": self.values["app_key"],
            "timestamp": str(self.platform_now() // 1000),
            "charset": "utf-8",
            **params,
        }
        form["sign"] = jushuitan_sign(form, self.values["app_secret"])
        return self.client.post_form(f"{self.values['gateway']}{path}", form)

    def _data(self, response: Response) -> Mapping[str, Any]:
        data = self.answered(response).get("data")
        return data if isinstance(data, dict) else {}

    def failure(self, code: int, words: str, response: Response) -> ConnectorError:
        """The class of a code; numbers differ with the age of the platform's pages, so words
        decide where two meanings are known."""
        facts: dict[str, Any] = {"platform_code": code, "reason": self.say(words)}
        if code == 10 or (code in _SIGNED and blames_signature(words)):
            return Permanent("connect.signature", **facts)
        if code in (100, 150):
            return AuthFailed("connect.auth", **facts)
        if code in _PERMITTED:
            return Permanent("connect.permission", **facts)
        if code in _THROTTLED:
            return TryLater("connect.throttled", after_s=_THROTTLED[code], **facts)
        if code in _CALLED_WRONG and says(words, _CLOCK_WORDS):
            return self.follow_clock(response, **facts)
        if says(words, _BUSY_WORDS):
            return TryLater("connect.platform_busy", uncertain=True, **facts)
        return self.refused(code, words)


def _known(message: Message, rows: Sequence[Row]) -> Receipt | None:
    """What orders say about a message; None: nothing of it was done."""
    if message.effect == _CANCEL:
        if _open(rows) or any(row.get("status") == SENT for row in rows):
            return None
        return Receipt(message.id, True, None, {"state": "cancelled" if rows else "absent"})
    if not rows:
        return None
    state = {"state": str(rows[0].get("status"))}
    return Receipt(message.id, True, _text(rows[0], "o_id"), state)


def _open(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row.get("status") not in (SENT, CANCELLED)]


def _text(row: Row, name: str) -> str | None:
    value = row.get(name)
    return str(value) if value not in (None, "") else None


def _version(row: Row) -> int:
    found = whole_number(row.get("ts"))
    if found is None:
        raise bad_answer("ts")
    return found


def _count(warehouse_code: str, row: Row) -> StockCount:
    on_hand, held = (pieces(row, name) for name in ("qty", "order_lock"))
    return StockCount(warehouse_code, str(row.get("sku_id")), on_hand - held, held)
