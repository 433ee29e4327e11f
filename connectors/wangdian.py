"""Wangdian (旺店通): fulfilments are orders of a shop of one's own; what left is acknowledged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors._wangdian_orders import (
    Pushed,
    Reader,
    Row,
    codes,
    has_left,
    is_cancelled,
    is_over,
    refund,
    status,
)
from orderloom.connect import (
    COURIER_CODES,
    COURIERS,
    WANGDIAN_UNITS,
    AuthFailed,
    Confirmation,
    ConfirmationPage,
    ConnectorError,
    ErpConnector,
    Limits,
    Message,
    Permanent,
    Receipt,
    Response,
    Seller,
    Setting,
    StockCount,
    Text,
    TryLater,
    Window,
    bad_answer,
    beijing_text,
    blames_signature,
    courier_codes,
    dump_json,
    fulfilment_no,
    pieces,
    rows_at,
    says,
    wangdian_sign,
    whole_number,
    whole_second,
)

_GATEWAY = "https://api.wangdian.cn/openapi2"
_AT_ONCE = 50  # rows that may be acknowledged in one call
_PARTS = 5  # rows whose order has to be asked for, in one page
_PAGE = 20  # cancelled trades in one page: of each the order is asked for
_WINDOW_MS, _OVERLAP_MS, _LAG_MS = 50 * 60_000, 5 * 60_000, 60_000
_MOST_PAGES = 100
_AGAIN_S = 60.0
_CANCELLED = "5"
_REFUNDED = {"enterprise": "success", "web": 5}
_CLOCK_WORDS = "时间戳,timestamp"
_AUTH_WORDS = "appkey,接口账号,卖家账号"
_PERMISSION_WORDS = "权限,未授权,未开通,白名单,欠费,余额"
_THROTTLED_WORDS = "频繁,频率"
_ABSENT_WORDS = "原始单不存在,订单不存在"
_BUSY_WORDS = "系统繁忙,系统异常,系统错误,稍后,超时,timeout"


class Wangdian(ErpConnector):
    """Pushes orders and refunds them; acknowledges what left, reads what was cancelled there."""

    key = "wangdian"
    shop, words = "shop_no", "message"
    title = Text("旺店通", "Wangdian")
    api_version = "openapi2"
    verified = Text(
        "签名:厂商公布的算例;字段:网页版文档;其余只对照过我们的模拟器",
        "signature: the vendor's published vector; fields: the web edition's documentation; "
        "the rest: our simulator only",
    )
    delivery = "idempotent"
    settings = (
        Setting("sid", Text("卖家账号 sid", "Seller's account (sid)")),
        Setting("appkey", Text("接口账号 appkey", "Interface account (appkey)")),
        Setting("app_secret", Text("接口密钥 appsecret", "Its secret"), secret=True),
        Setting(
            "gateway",
            Text("网关地址", "Gateway address"),
            "url",
            default=_GATEWAY,
            help=Text(
                "企业版用默认值;网页版为 https://openapi.huice.com/openapi",
                "The default is the enterprise edition's; web: https://openapi.huice.com/openapi",
            ),
        ),
        Setting(
            "edition",
            Text("版本", "Edition"),
            "choice",
            default="enterprise",
            choices=tuple(_REFUNDED),
            help=Text(
                "enterprise:企业版(客户端);web:网页版。",
                "enterprise: with a client program; web: in the browser.",
            ),
        ),
        Setting(
            "shop_no",
            Text("店铺编号", "Shop's number"),
            help=Text(
                "为本系统单独建一个“自有/其它”平台的店铺,填它的编号。",
                "Make a shop of platform 自有/其它 for this hub alone.",
            ),
        ),
        Setting(
            "auto_wms",
            Text("自动流转到指定仓库", "Straight to the named warehouse"),
            "bool",
            default=False,
            help=Text(
                "开启后订单直接进入本系统选定的仓库;关闭时由旺店通的规则选择仓库。",
                "On: orders go to the warehouse chosen here; off: Wangdian's own rules choose.",
            ),
        ),
        COURIER_CODES,
        Setting(
            "length_unit",
            Text("签名长度单位", "Lengths in signatures"),
            "choice",
            default="chars",
            choices=WANGDIAN_UNITS,
            help=Text(
                "含中文的请求报签名错误时改为 bytes。",
                "bytes, if only calls with Chinese words in them are refused for their signature.",
            ),
        ),
    )
    limits = Limits(per_second=1, burst=10, send_batch=10)

    def check(self) -> Seller:
        """The shop that stands for this hub."""
        shops = self._call("shop", {"shop_no": str(self.values["shop_no"])})
        return self.own_shop(_rows(shops, "shoplist"))

    def confirmations(self, cursor: Any, until_ms: int) -> ConfirmationPage:
        """What left and was not acknowledged yet; once there is none, what was cancelled there."""
        given = cursor if isinstance(cursor, Mapping) else {}
        window, done = given.get("window"), given.get("acks") or []
        self._acknowledge(done)
        rows = self._to_tell(done)
        if not rows:
            return self._cancelled(window, until_ms)
        news = [one for row in rows for one in self._left(row)]
        kept = {"acks": [_number(row) for row in rows], "window": window}
        return ConfirmationPage(news, kept, more=True)

    def inquire(self, messages: Sequence[Message]) -> list[Confirmation]:
        """One query each."""
        read, asked = self._reader(), [fulfilment_no(message) for message in messages]
        return [news for code in asked for news in read.of(self._trades(code), code)]

    def stock(self, warehouse_code: str, item_codes: Sequence[str]) -> list[StockCount]:
        """What may still be sold, one query each."""
        counts = (self._count(warehouse_code, code) for code in item_codes)
        return [count for count in counts if count is not None]

    def create(self, message: Message) -> Receipt:
        order = Pushed(message.body, auto=bool(self.values["auto_wms"]))
        trade = order.content(beijing_text(self.clock.now()))
        asked = {"shop_no": self.values["shop_no"], "switch": "0", "trade_list": dump_json([trade])}
        self._call("trade_push", asked)
        return Receipt(message.id, True, order.code, {"state": "created"})

    def cancel(self, message: Message) -> Receipt:
        """A refund before shipping, then a look: it is carried out by and by.

        One that became no trade yet is refunded, too, or it would become one.
        """
        code = fulfilment_no(message)
        trades = self._trades(code)
        if trades and is_over(trades):
            return _done(message, "cancelled")
        if has_left(trades) or any(len(codes(trade)) > 1 for trade in trades):
            raise self.refused(status(trades[0]), ",".join(codes(trades[0])))
        if not self._refund(message):
            return _done(message, "absent")
        trades = self._trades(code)
        if not is_over(trades):
            code = "connect.platform_busy"
            at = status(trades[0])
            raise TryLater(code, after_s=_AGAIN_S, uncertain=True, platform_code=at)
        return _done(message, "cancelled")

    def _refund(self, message: Message) -> bool:
        """Whether there was an order to refund."""
        state, now = _REFUNDED[self.values["edition"]], beijing_text(self.clock.now())
        asked = [refund(message.body, self.values["shop_no"], state, now)]
        try:
            self._call("sales_refund_push", {"api_refund_list": dump_json(asked)})
        except Permanent as no:
            if no.item and says(str(no.params.get("reason")), _ABSENT_WORDS):
                return False
            raise
        return True

    def _trades(self, code: str) -> list[Row]:
        """The trades an order became; none while it is still to be taken over there."""
        rows = _rows(self._call("trade_query", {"src_tid": code}), "trades")
        return [row for row in rows if code in codes(row)]

    def _to_tell(self, done: Sequence[Any]) -> list[Row]:
        """Rows not acknowledged; of orders in parts only as many as may be asked about."""
        asked = {
            "shop_no": self.values["shop_no"],
            "is_part_sync_able": "1",
            "limit": str(_AT_ONCE),
        }
        rows: list[Row] = []
        parts = 0
        for row in _rows(self._call("logistics_sync_query", asked), "trades"):
            if _number(row) in done:  # it stays though it was acknowledged
                continue
            parts += _is_part(row)
            if parts <= _PARTS:
                rows.append(row)
        return rows

    def _left(self, row: Row) -> list[Confirmation]:
        code = str(row.get("tid"))
        if not _is_part(row):
            return [self._reader().sync(row)]
        return list(self._reader().of(self._trades(code), code))

    def _acknowledge(self, rows: Sequence[Any]) -> None:
        """A row whose acknowledgement is refused comes again, and holds nothing up."""
        told = [{"rec_id": rec_id, "status": 0, "message": "ok"} for rec_id in rows]
        try:
            if told:
                self._call("logistics_sync_ack", {"logistics_list": dump_json(told)})
        except Permanent as no:
            if not no.item:
                raise

    def _cancelled(self, cursor: Any, until_ms: int) -> ConfirmationPage:
        """A page of a window of changes, from its last to its first: rows move while it is read."""
        horizon = whole_second(until_ms - _LAG_MS)
        window = Window.resume(cursor, horizon).opened(horizon, _WINDOW_MS, _OVERLAP_MS)
        if not window.is_open:
            return ConfirmationPage((), {"window": window.cursor()}, more=False)
        page = window.page or 1
        answer = self._changed(window, page)
        total = whole_number(answer.get("total_count"))
        if page == 1 and total is None:
            raise bad_answer("total_count")
        if window.page:
            after = window.read(total if page == 1 else None, _PAGE)
        else:
            after = window.counted(total or 0, _PAGE, _MOST_PAGES)
        behind = after.is_open or horizon - after.mark > _OVERLAP_MS
        news = self._all_cancelled(_rows(answer, "trades"))
        return ConfirmationPage(news, {"window": after.cursor()}, more=behind)

    def _all_cancelled(self, rows: Sequence[Row]) -> list[Confirmation]:
        """News of orders of which a trade was cancelled: others may be alive, of a split order or
        of one that was merged with others."""
        found = dict.fromkeys(code for row in rows if is_cancelled(row) for code in codes(row))
        return [news for code in found for news in self._reader().of(self._trades(code), code)]

    def _changed(self, window: Window, page: int) -> Mapping[str, Any]:
        asked = {
            "shop_no": self.values["shop_no"],
            "status": _CANCELLED,
            "start_time": beijing_text(window.start),
            "end_time": beijing_text(window.end),
            "page_no": str(page - 1),
            "page_size": str(_PAGE),
        }
        return self._call("trade_query", asked)

    def _count(self, warehouse_code: str, item: str) -> StockCount | None:
        asked = {"warehouse_no": warehouse_code, "spec_no": item, "page_no": "0", "page_size": "1"}
        rows = _rows(self._call("stock_query", asked), "stocks")
        for row in rows:
            if str(row.get("spec_no")) == item:
                there, free = pieces(row, "stock_num"), pieces(row, "avaliable_num")
                return StockCount(warehouse_code, item, free, there - free)
        return None

    def _reader(self) -> Reader:
        own = courier_codes({}, self.values["courier_codes"])
        return Reader({own[name].upper(): name for name in COURIERS if name in own})

    def _call(self, name: str, asked: Mapping[str, str]) -> Mapping[str, Any]:
        """The answer of one signed call; raises what it refuses."""
        now = self.platform_now() // 1000
        known = {"sid": self.values["sid"], "appkey": self.values["appkey"]}
        form = {**known, "timestamp": str(now), **asked}
        unit = self.values["length_unit"]
        form["sign"] = wangdian_sign(form, self.values["app_secret"], unit)
        response = self.client.post_form(f"{self.values['gateway']}/{name}.php", form)
        return self.answered(response)

    def failure(self, code: int, words: str, response: Response) -> ConnectorError:
        """The class of a refusal, told by its words: its number is the call's own."""
        facts: dict[str, Any] = {"platform_code": code, "reason": self.say(words)}
        if says(words, _CLOCK_WORDS):
            return self.follow_clock(response, **facts)
        if blames_signature(words):
            return Permanent("connect.signature", **facts)
        if says(words, _THROTTLED_WORDS):
            return TryLater("connect.throttled", after_s=_AGAIN_S, **facts)
        if says(words, _AUTH_WORDS):
            return AuthFailed("connect.auth", **facts)
        if says(words, _PERMISSION_WORDS):
            return Permanent("connect.permission", **facts)
        if says(words, _BUSY_WORDS):
            return TryLater("connect.platform_busy", uncertain=True, **facts)
        return self.refused(code, words)


def _done(message: Message, state: str) -> Receipt:
    return Receipt(message.id, True, None, {"state": state})


def _number(row: Row) -> Any:
    """What a row is acknowledged by."""
    if row.get("rec_id") in (None, ""):
        raise bad_answer("rec_id")
    return row["rec_id"]


def _is_part(row: Row) -> bool:
    return str(row.get("is_part_sync")) == "1"


def _rows(answer: Mapping[str, Any], name: str) -> list[Row]:
    """The list of an answer; one that is left out is empty."""
    return rows_at(answer, name) if answer.get(name) is not None else []
