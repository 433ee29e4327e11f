"""微信小店 as a WSGI application: shared tokens, lists of mere numbers, stars, sealed messages."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

from orderloom.connect import COURIERS, Clock, wechat_seal, wechat_sign

from .gateway import GatewayShop, Refused
from .shop import Keep, Place, Record, Shop
from .wire import Call, Reply
from .wx_orders import PART, TO_SHIP, WX_ORDERS, left_of, pack, parcels_of, summary_of

APP_ID = "wxdemo0000000001"
APP_SECRET = "tlk_demo_secret_01"  # noqa: S105 - invented, for the simulator only
TOKEN = "demo_wx_access_token"  # noqa: S105
PUSH_TOKEN = "demopushtoken"  # noqa: S105
PUSH_KEY = "TheDemoKeyOfThePushMessagesOfOneInventedSho"
SHOP = "演示旗舰店(微信小店)"
_LIFETIME_S, _RENEWED_BEFORE_MS = 7200, 300_000
_WEEK_S = 604_800
_NONCE = "1514711492"


def demo_settings(base: str) -> dict[str, Any]:
    """Settings of the connector `wxshop` that reach a simulator mounted at `base`."""
    return {
        "app_id": APP_ID,
        "app_secret": APP_SECRET,
        "gateway": base,
        "push_token": PUSH_TOKEN,
        "push_key": PUSH_KEY,
        "overlap_s": 10,
        "lag_s": 1,
        "history_hours": 1,
    }


class Options(NamedTuple):
    """`clear`: nothing is masked. `per_second`: more calls than that are refused; 0: any number."""

    clear: bool = False
    per_second: int = 0


class WxError(Refused):
    """What the platform answers instead of doing it."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(code)
        self.answer = {"errcode": code, "errmsg": f"{words} rid: demo-0001"}


class WxshopSimulator(GatewayShop):
    """One shop; a token is shared by all who ask for it."""

    order_calls = "/channels/ec/order"

    def __init__(
        self,
        clock: Clock | None = None,
        options: Options = Options(),  # noqa: B008 - immutable
        keep: Keep | None = None,
    ) -> None:
        super().__init__(clock, TOKEN, options.per_second, _FAULTS)
        self.options = options
        self.shop = Shop(self.clock, WX_ORDERS, keep)
        self._pages: dict[str, tuple[str, Callable[[Record], Record]]] = {
            "/channels/ec/basics/info/get": ("GET", self._info),
            "/channels/ec/order/list/get": ("POST", self._list),
            "/channels/ec/order/get": ("POST", self._order),
            "/channels/ec/order/delivery/send": ("POST", self._ship),
        }

    def summary(self, record: Record) -> Record:
        """Number, status, amount and lines."""
        return summary_of(record)

    def direct(self, verb: str, path: list[str], call: Call) -> Any:
        """As everywhere, and `push/NO` (GET): a message about that order, sealed and signed."""
        if path[0] == "push" and len(path) == 2:
            return self.push("channels_ec_order_pay", path[1])
        return super().direct(verb, path, call)

    def answer(self, call: Call) -> Reply:
        """One call; every failure is an HTTP 200."""

        def serve(prevented: bool) -> Record:
            found = self._admitted(call)
            return {"prevented": True} if prevented else found()

        return self.through(call.path, serve)

    def refused(self, method: str, refusal: Refused) -> Record:
        """Said in the same form as all answers."""
        return refusal.answer

    def double(self, document: Record) -> None:
        if document.get("order_id_list"):
            document["order_id_list"] += document["order_id_list"]

    def push(self, event: str, order_no: str) -> Record:
        """What the platform sends when something happens: the query and the body of its call."""
        message = {
            "ToUserName": "gh_demo",
            "FromUserName": "oWXdemo",
            "CreateTime": self.clock.now() // 1000,
            "MsgType": "event",
            "Event": event,
            "order_info": {"order_id": int(order_no)},
        }
        cipher = wechat_seal(json.dumps(message), PUSH_KEY, APP_ID)
        timestamp = str(self.clock.now() // 1000)
        query = {
            "signature": wechat_sign(PUSH_TOKEN, timestamp, _NONCE),
            "timestamp": timestamp,
            "nonce": _NONCE,
            "encrypt_type": "aes",
            "msg_signature": wechat_sign(PUSH_TOKEN, timestamp, _NONCE, cipher),
        }
        return {"query": query, "body": {"ToUserName": "gh_demo", "Encrypt": cipher}}

    def _admitted(self, call: Call) -> Callable[[], Record]:
        """The platform's checks, in its order; what serves the call."""
        if self._meter.is_over():
            raise _throttled()
        wish = _wish(call)
        if call.path == "/cgi-bin/stable_token":
            return lambda: self._stable_token(call, wish)
        if call.path not in self._pages:
            raise WxError(48001, "api unauthorized")
        verb, serve = self._pages[call.path]
        if call.method != verb:
            raise WxError(43001 if verb == "GET" else 43002, f"require {verb} method")
        token = call.query.get("access_token", "")
        if not token:
            raise WxError(41001, "access_token missing")
        if token != self.token or self.secret_changed:  # another secret ends what it gave out
            raise WxError(40001, "invalid credential, access_token is invalid or not latest")
        if self.token_is_over:
            raise WxError(42001, "access_token expired")
        return lambda: serve(wish)

    def _stable_token(self, call: Call, wish: Record) -> Record:
        """The same token for everybody who asks, until it nearly ends."""
        if call.method != "POST":
            raise WxError(43002, "require POST method")
        if wish.get("appid") != APP_ID or wish.get("grant_type") != "client_credential":
            raise WxError(40013, "invalid appid")
        if wish.get("secret") != self.secret(APP_SECRET):
            raise WxError(40125, "invalid appsecret")
        left = self._left_ms()
        if self.expired or wish.get("force_refresh") or left <= _RENEWED_BEFORE_MS:
            self.issue(TOKEN, _LIFETIME_S)
            left = self._left_ms()
        return {"access_token": self.token, "expires_in": left // 1000}

    def _left_ms(self) -> int:
        ends = self._token_ends
        return _LIFETIME_S * 1000 if ends is None else ends - self.clock.now()

    def _info(self, _wish_: Record) -> Record:
        return _done(info={"nickname": SHOP, "headimg_url": "", "subject_type": "企业"})

    def _list(self, wish: Record) -> Record:
        start, end = _span(wish)
        size = wish.get("page_size", 10)
        if not isinstance(size, int) or not 1 <= size <= 100:
            raise WxError(40097, "invalid args: page_size")
        after = _place(wish.get("next_key") or "")
        places, more = self.shop.following(start, end, after, size)
        key = _key(places[-1]) if places and more else ""
        return _done(order_id_list=[no for _, no in places], next_key=key, has_more=more)

    def _order(self, wish: Record) -> Record:
        order = self._find(wish)
        return _done(order=order if self.options.clear else masked(order))

    def _ship(self, wish: Record) -> Record:
        order = self._find(wish)
        parcels = wish.get("delivery_list")
        if not isinstance(parcels, list) or not parcels:
            raise WxError(40097, "invalid args: delivery_list")
        if order["status"] not in (TO_SHIP, PART):
            raise WxError(606006, "订单状态不允许发货")
        for parcel in parcels:
            _check_parcel(order, parcel)
            pack(order, parcel, self.clock.now())
        order["update_time"] = self.clock.now() // 1000
        self.shop.add(order)
        return _done()

    def _find(self, wish: Record) -> Record:
        try:
            return self.shop.get(str(wish.get("order_id")))
        except KeyError:
            raise WxError(31042, "订单不存在") from None


def masked(order: Record) -> Record:
    """The order as the platform shows it: stars in names, numbers and streets."""
    seen: Record = json.loads(json.dumps(order))
    address = seen["order_detail"]["delivery_info"]["address_info"]
    name, phone, street = (address[n] for n in ("user_name", "tel_number", "detail_info"))
    address.update(
        user_name=f"{name[:1]}**",
        tel_number=f"{phone[:3]}****{phone[-4:]}",
        detail_info=f"{street[:3]}****",
    )
    return seen


def _wish(call: Call) -> Record:
    try:
        return call.json() if call.method == "POST" else {}
    except ValueError:
        raise WxError(47001, "data format error") from None


def _done(**content: Any) -> Record:
    return {"errcode": 0, "errmsg": "ok", **content}


def _span(wish: Record) -> tuple[int, int]:
    """The window in ms, both ends included."""
    window = wish.get("update_time_range") or {}
    start, end = window.get("start_time"), window.get("end_time")
    if not isinstance(start, int) or not isinstance(end, int) or not 0 <= end - start <= _WEEK_S:
        raise WxError(40097, "invalid args: update_time_range")
    return start * 1000, end * 1000


def _key(place: Place) -> str:
    return b64encode(f"{place[0]}:{place[1]}".encode()).decode()


def _place(key: str) -> Place | None:
    if not key:
        return None
    try:
        modified, _, number = b64decode(key, validate=True).decode().partition(":")
        return int(modified), number
    except ValueError:
        raise WxError(40097, "invalid args: next_key") from None


def _check_parcel(order: Record, parcel: Record) -> None:
    if parcel.get("deliver_type") != 1 or parcel.get("delivery_id") not in COURIERS:
        raise WxError(40097, "invalid args: delivery_id")
    if not parcel.get("waybill_id"):
        raise WxError(40097, "invalid args: waybill_id")
    if parcel["waybill_id"] in [known["waybill_id"] for known in parcels_of(order)]:
        raise WxError(606006, "运单号重复")
    asked: Counter[str] = Counter()
    for one in parcel.get("product_infos") or [{}]:
        asked[str(one.get("sku_id"))] += int(one.get("product_cnt") or 0)
    left = left_of(order)
    if any(not 1 <= pieces <= left.get(sku, 0) for sku, pieces in asked.items()):
        raise WxError(606006, "商品数量超过可发货数量")


def _throttled() -> WxError:
    return WxError(45011, "api minute-quota reach limit")


_FAULTS: dict[str, Callable[[], WxError]] = {
    "throttled": _throttled,
    "busy": lambda: WxError(-1, "system error"),
    "refused": lambda: WxError(31042, "订单不存在"),
}
