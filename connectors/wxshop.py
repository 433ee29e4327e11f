"""微信小店 (WeChat Channels shop): orders of one shop, what it pushes, and what was shipped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from orderloom.connect import (
    COURIER_CODES,
    COURIERS,
    Answer,
    AuthFailed,
    ConnectorError,
    KeyedConnector,
    KeyedListing,
    KeyedWindow,
    Limits,
    Normal,
    Permanent,
    Push,
    RawItem,
    Ref,
    Renewed,
    Request,
    Response,
    Seller,
    Setting,
    Shipment,
    ShippingConnector,
    Split,
    Text,
    TryLater,
    bad_answer,
    cover,
    digest,
    dump_json,
    keyed_settings,
    masked_fields,
    only_record,
    parse_json,
    same_signature,
    split_json,
    wechat_open,
    wechat_sign,
    whole_number,
)

from ._wxshop_orders import (
    COLUMNS,
    ORDERS,
    RECEIVER,
    address_of,
    body_of,
    changed_at,
    item_of,
    left_to_ship,
    number_of,
    parcels_of,
)

_TOKEN, _SHOP = "/cgi-bin/stable_token", "/channels/ec/basics/info/get"
_LIST, _ORDER = "/channels/ec/order/list/get", "/channels/ec/order/get"
_SHIP = "/channels/ec/order/delivery/send"
_BY_COURIER = 1
_WEEK_S, _DAY_MS, _BEIJING_MS = 604_800, 86_400_000, 28_800_000
_EVENTS = ("order_info", "finder_shop_aftersale_status_update")

_AUTH = (40001, 40014, 41001, 42001)
_BUSY = (-1, 101100, 606034)
_BY_DAY, _BY_MINUTE, _MINUTE_S = 45009, 45011, 60.0
_PERMANENT = {
    40013: "connect.app_key",
    40125: "connect.app_key",
    40164: "connect.permission",
    48001: "connect.permission",
    43001: "connect.bad_call",
    43002: "connect.bad_call",
}


def _secret(name: str, zh: str, en: str, help_: Text) -> Setting:
    return Setting(name, Text(zh, en), required=False, secret=True, help=help_)


class Wxshop(KeyedConnector, ShippingConnector):
    """Lists name orders only, from key to key within a window; each order is asked for."""

    key = "wxshop"
    title = Text("微信小店", "WeChat shop")
    api_version = "channels/ec"
    verified = Text(
        "推送的签名和加密:厂商文档;接口、订单格式和多数错误码:文档;其余只对照过我们的模拟器",
        "pushes: the vendor's documented signature and cipher; calls, orders: documented; "
        "the rest: our simulator only",
    )
    kind = "channel"
    couriers = MappingProxyType({code: code for code in COURIERS})
    settings = (
        Setting("app_id", Text("小店 AppID", "App ID")),
        Setting("app_secret", Text("小店 AppSecret", "App secret"), secret=True),
        _secret(
            "access_token",
            "接口调用凭证",
            "Access token",
            Text("留空即可,系统自动获取和续期。", "Leave it empty: it is fetched and renewed."),
        ),
        Setting(
            "gateway",
            Text("接口地址", "Address"),
            "url",
            default="https://api.weixin.qq.com",
            help=Text(
                "小店后台的 IP 白名单要包含本机地址。",
                "The shop's IP list must hold this machine's address.",
            ),
        ),
        _secret(
            "push_token",
            "消息推送 Token",
            "Push token",
            Text("与小店后台“消息推送”一致。", "As in the shop's message push settings."),
        ),
        _secret(
            "push_key",
            "消息推送 EncodingAESKey",
            "Push key (EncodingAESKey)",
            Text("43 个字符,与小店后台一致。", "43 characters, as in the shop's settings."),
        ),
        COURIER_CODES,
        *keyed_settings(window_s=(1800, 561_600), overlap_s=(300, 43_200)),
    )
    limits = Limits(per_second=20, burst=20)
    overlap_s = 300
    lag_s = 60
    envelope = ORDERS.names
    columns = COLUMNS
    coverage = cover(
        filled="external_no placed_at modified_at payment_state delivery_state do_not_ship total"
        " paid freight discount customer_ref province city district receiver_token",
        masked="receiver_name phone address",
        late="paid_at ship_by buyer_note seller_note",
    )

    def check(self) -> Seller:
        """The shop behind the app; fetches a token when there is none yet."""
        token = self.values["access_token"] or self._fresh_token().settings["access_token"]
        shop = only_record(self._answer(self._ask(_SHOP, None, token), "info"), "info")
        app_id = str(self.values["app_id"])
        return Seller(app_id, str(shop.get("nickname") or app_id))

    def renew(self) -> Renewed:
        """The token all calls share; asking again leaves it as it is until it nearly ends."""
        return self._fresh_token()

    def detail(self, refs: Sequence[Ref]) -> list[RawItem]:
        """The whole orders, one request each."""
        return [item_of(*self._order(ref.external_no)) for ref in refs]

    @classmethod
    def normalise(cls, raw: Any) -> Normal:
        """An order, bare or in its answer -> ids as text, money in fen; see `body_of`."""
        order = ORDERS.one(raw)
        number = number_of(order)
        if number is None:
            raise Permanent("connect.no_number", "order_id", item=True)
        body = body_of(order)
        masked = masked_fields(address_of(body), RECEIVER)
        modified = changed_at(body)
        return Normal(number, None, modified, body, masked, digest(body, cls.volatile))

    @classmethod
    def read_file(cls, data: Any) -> Iterator[RawItem]:
        """Orders in answers, a list of either, or one bare order."""
        for order in ORDERS.all(data):
            yield item_of(order, dump_json(order))

    def parse_webhook(self, request: Request) -> Push:
        """The order a message is about, or the echo the platform wants when push is set up.

        Only enciphered messages are believed: others carry no signature of what they say.
        """
        query = dict(parse_qsl(urlsplit(request.url).query))
        token = self.values["push_token"] or ""
        signed = (token, query.get("timestamp", ""), query.get("nonce", ""))
        if request.method == "GET":
            self._genuine(query.get("signature", ""), *signed)
            return Push(answer=_text(query.get("echostr", "")))
        cipher = self._cipher(request.body)
        self._genuine(query.get("msg_signature", ""), *signed, cipher)
        return Push(refs=_named(self._opened(cipher)), answer=_text("success"))

    def _genuine(self, given: str, *signed: str) -> None:
        known = bool(self.values["push_token"]) and all(signed)
        if not known or not same_signature(given, wechat_sign(*signed)):
            raise Permanent("connect.signature")

    def _cipher(self, body: bytes) -> str:
        try:
            message = parse_json(body.decode())
        except ValueError:
            raise Permanent("connect.payload_not_json", item=True) from None
        cipher = message.get("Encrypt") if isinstance(message, dict) else None
        if not isinstance(cipher, str):
            raise Permanent("connect.signature")
        return cipher

    def _opened(self, cipher: str) -> Any:
        try:
            return parse_json(wechat_open(cipher, self.values["push_key"] or "", self._owner))
        except ValueError:
            raise Permanent("connect.signature", reason="EncodingAESKey") from None

    @property
    def _owner(self) -> str:
        return str(self.values["app_id"])

    def _list(self, window: KeyedWindow) -> KeyedListing:
        wish: dict[str, Any] = {
            "update_time_range": {
                "start_time": window.start // 1000,
                "end_time": window.end // 1000,
            },
            "page_size": self.values["page_size"],
        }
        if window.key:
            wish["next_key"] = window.key
        response = self._ask(_LIST, wish)
        answer = self._answer(response, "order_id_list")
        more = answer.outer.get("has_more")
        if not isinstance(more, bool):
            raise bad_answer("has_more")
        next_key = str(answer.outer.get("next_key") or "") if more else None
        return KeyedListing(answer.records, next_key, response.date_ms)

    def _row(self, record: Any, text: str) -> RawItem | Ref:
        number = number_of({"order_id": record})
        return item_of(None, text) if number is None else Ref(number, None)

    def _ship(self, shipment: Shipment) -> None:
        """Says what is in the parcel: all that is left of the lines in it."""
        order = body_of(self._order(shipment.order_no)[0])
        wanted = set(shipment.line_nos)
        whole = shipment.whole or not wanted
        products = [one for line_no, one in left_to_ship(order) if whole or line_no in wanted]
        if not products:
            raise Permanent("connect.refused", item=True, reason="没有待发的商品 / nothing to ship")
        parcel = {
            "delivery_id": shipment.courier,
            "waybill_id": shipment.tracking_no,
            "deliver_type": _BY_COURIER,
            "product_infos": products,
        }
        wish = {"order_id": shipment.order_no, "delivery_list": [parcel]}
        self._answer(self._ask(_SHIP, wish), "delivery", item=True)

    def _shipped(self, order_no: str) -> list[str]:
        parcels = parcels_of(self._order(order_no)[0])
        return [str(parcel.get("waybill_id")) for parcel in parcels]

    def _order(self, number: str) -> tuple[dict[str, Any], str]:
        """The order, as (value, exact text)."""
        answer = self._answer(self._ask(_ORDER, {"order_id": number}), "order", item=True)
        return only_record(answer, "order"), answer.records[0][1]

    def _fresh_token(self) -> Renewed:
        wish = {
            "grant_type": "client_credential",
            "appid": self.values["app_id"],
            "secret": self.values["app_secret"],
            "force_refresh": False,
        }
        response = self._post(f"{self.values['gateway']}{_TOKEN}", wish)
        answer = self._answer(response, "access_token")
        token = next((value for value, _ in answer.records), None)
        lasts_s = whole_number(answer.outer.get("expires_in"))
        if not isinstance(token, str) or not token or not lasts_s:
            raise bad_answer("access_token")
        return Renewed({"access_token": token}, self.clock.now() + lasts_s * 1000)

    def _ask(self, path: str, wish: Any, token: str | None = None) -> Response:
        """One call: a POST of `wish`, or a GET where there is nothing to wish."""
        token = token or self.values["access_token"]
        if not token:
            raise AuthFailed("connect.auth")
        url = f"{self.values['gateway']}{path}?{urlencode({'access_token': token})}"
        return self.client.send("GET", url) if wish is None else self._post(url, wish)

    def _post(self, url: str, wish: Mapping[str, Any]) -> Response:
        headers = {"content-type": "application/json"}
        return self.client.send("POST", url, headers=headers, body=dump_json(wish).encode())

    def _answer(self, response: Response, name: str, *, item: bool = False) -> Split:
        """The records under `name`; raises what the platform reports.

        `item`: the call was about one order, so a refusal concerns that order only.
        """
        try:
            answer = split_json(response.text(), name)
        except ValueError:
            raise bad_answer("json") from None
        code = _errcode(answer)
        if code:
            raise self._failure(code, str(answer.outer.get("errmsg") or ""), item=item)
        return answer

    def _failure(self, code: int, words: str, *, item: bool) -> ConnectorError:
        facts: dict[str, Any] = {"platform_code": str(code), "reason": self.say(words)}
        if code in _AUTH:
            return AuthFailed("connect.auth", **facts)
        if code in _BUSY:
            return TryLater("connect.platform_busy", uncertain=True, **facts)
        if code == _BY_MINUTE:
            return TryLater("connect.throttled", after_s=_MINUTE_S, **facts)
        if code == _BY_DAY:
            return TryLater("connect.throttled", after_s=self._until_tomorrow(), **facts)
        known = _PERMANENT.get(code)
        if known or not item:
            return Permanent(known or "connect.bad_call", **facts)
        return Permanent("connect.refused", item=True, **facts)

    def _until_tomorrow(self) -> float:
        """Seconds until the platform's day ends, at midnight in Beijing."""
        return (_DAY_MS - (self.clock.now() + _BEIJING_MS) % _DAY_MS) / 1000


def _errcode(answer: Split) -> int:
    """0 for success; an answer that says neither that nor what was asked for is no answer."""
    if "errcode" not in answer.outer and answer.records:
        return 0
    try:
        return int(str(answer.outer.get("errcode")))
    except ValueError:
        raise bad_answer("errcode") from None


def _text(words: str) -> Answer:
    return Answer(content_type="text/plain", body=words.encode())


def _named(message: Any) -> list[Ref]:
    """The order a message is about; none for news of other things."""
    facts = message if isinstance(message, dict) else {}
    about = [facts[name] for name in _EVENTS if isinstance(facts.get(name), dict)]
    numbers = [number_of(one) for one in about]
    return [Ref(number, None) for number in numbers if number is not None]
