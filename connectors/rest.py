"""A shop of one's own behind REST with HMAC signatures, as its blueprint describes it.

A mini-program or a web shop needs no code here: paths, signature, fields and answers are data
(`_rest_api`). Records are landed in a small envelope of ours that says their number and version,
since what these are called differs from shop to shop; inside, the record is as it was received.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode, urlsplit

from orderloom.connect import (
    COURIER_CODES,
    COURIERS,
    Answer,
    AuthFailed,
    Clock,
    ConnectorError,
    HttpClient,
    Limits,
    Listing,
    Normal,
    Permanent,
    Push,
    RawItem,
    Ref,
    Request,
    Response,
    Seller,
    Setting,
    Shipment,
    ShippingConnector,
    Split,
    Text,
    TryLater,
    Window,
    WindowedConnector,
    bad_answer,
    cover,
    digest,
    dump_json,
    is_masked,
    raw_order,
    same_signature,
    split_json,
    whole_number,
    window_settings,
)

from ._rest_api import Api, at, body_hash, filled, signature

_ENVELOPE = "orderloom"
_TOLERANCE_MS = 300_000


class Rest(WindowedConnector, ShippingConnector):
    """Pulls what changed in windows, is pushed to, and reports shipments: all as described."""

    key = "rest"
    title = Text("自有商城", "Own shop")
    api_version = "1"
    verified = Text(
        "没有对应的平台:接口由蓝图描述,只对照过我们的模拟器",
        "no vendor: the blueprint describes the interface; our simulator only",
    )
    kind = "channel"
    couriers = MappingProxyType({code: code for code in COURIERS})
    settings = (
        Setting("base", Text("接口地址", "Address of the interface"), "url"),
        Setting("key", Text("访问标识", "Access key")),
        Setting("secret", Text("访问密钥", "Secret"), secret=True),
        Setting(
            "description",
            Text("接口描述", "Description of the interface"),
            "json",
            help=Text(
                "由蓝图提供;格式见连接器文档。",
                "Comes with the blueprint; the form is on the page about connectors.",
            ),
        ),
        COURIER_CODES,
        *window_settings(),
    )
    limits = Limits(per_second=20, burst=20)
    coverage = cover(
        filled="external_no placed_at modified_at payment_state delivery_state total paid freight"
        " discount promotion_tags customer_ref buyer_note receiver_name phone province city"
        " district town address",
        late="paid_at seller_note",
    )

    def __init__(self, settings: Mapping[str, Any], client: HttpClient, clock: Clock) -> None:
        super().__init__(settings, client, clock)
        self._api = Api.of(self.values["description"])

    def check(self) -> Seller:
        """The shop the key belongs to."""
        shop = self._api["shop"]
        answer = self._ask("GET", shop["path"]).outer_value
        seller = at(answer, shop["id"])
        if seller in (None, ""):
            raise bad_answer(shop["id"])
        return Seller(str(seller), str(at(answer, shop.get("title", "")) or seller))

    def detail(self, refs: Sequence[Ref]) -> list[RawItem]:
        """The whole orders, one request each."""
        return [self._item(*self._order(ref.external_no)) for ref in refs]

    @classmethod
    def normalise(cls, raw: Any) -> Normal:
        """The record in its envelope -> the record, its number, version and masked fields."""
        told = raw.get(_ENVELOPE) if isinstance(raw, dict) else None
        order = raw.get("order") if isinstance(raw, dict) else None
        if not isinstance(told, dict) or not isinstance(order, dict) or not told.get("number"):
            raise Permanent("connect.no_number", _ENVELOPE, item=True)
        masked = frozenset(map(str, told.get("masked", ())))
        modified = told.get("modified_ms")
        return Normal(str(told["number"]), None, modified, order, masked, digest(order))

    def parse_webhook(self, request: Request) -> Push:
        """Orders the shop pushes, signed with the shop's secret over a fresh time stamp."""
        hook = self._api["webhook"]
        if not hook:
            raise Permanent("connect.unsupported", "webhook")
        self._admit(request, hook)
        try:
            records = _records(request.body.decode(), hook["records"])
        except (ValueError, UnicodeDecodeError):
            raise Permanent("connect.payload_not_json") from None
        items = [self._item(value, text) for value, text in records.records]
        return Push(items, answer=Answer(body=hook.get("answer", '{"code":0}').encode()))

    def _admit(self, request: Request, hook: Mapping[str, Any]) -> None:
        stamp = request.headers.get(hook["timestamp"].lower(), "")
        values = {"timestamp": stamp, "body": request.body.decode("utf-8", "replace")}
        values["body_sha256"] = body_hash(request.body)
        text = filled(hook["text"], values)
        expected = signature(self.values["secret"], text, hook.get("encoding", "hex"))
        given = request.headers.get(hook["signature"].lower(), "")
        age = self._age(stamp)
        if not same_signature(given, expected) or age is None or age > _TOLERANCE_MS:
            raise Permanent("connect.signature")

    def _age(self, stamp: str) -> int | None:
        if not (stamp.isascii() and stamp.isdecimal()):
            return None
        told = int(stamp) if len(stamp) > 11 else int(stamp) * 1000
        return abs(self.clock.now() - told)

    def _list(self, window: Window, page: int, *, count: bool) -> Listing:
        del count  # every page tells the total
        asked = self._api["list"]
        values = {
            "from": self._api.write_time(window.start),
            "to": self._api.write_time(window.end),
            "page": str(page),
            "size": str(self.values["page_size"]),
        }
        query = {name: filled(pattern, values) for name, pattern in asked["query"].items()}
        found = self._ask("GET", asked["path"], query)
        records = found.at(asked["records"])
        total = whole_number(at(found.outer_value, asked["total"]))
        return Listing(records, total, found.response.date_ms)

    def _row(self, record: Any, text: str) -> RawItem | Ref:
        return self._item(record, text)

    def _item(self, order: Any, text: str) -> RawItem:
        """The record in our envelope; the record itself stays letter for letter."""
        number, modified, masked = self._identity(order)
        if number is None:
            return raw_order(None, None, order, text)
        told = dump_json({"number": number, "modified_ms": modified, "masked": masked})
        return RawItem("order", number, modified, f'{{"{_ENVELOPE}":{told},"order":{text}}}')

    def _identity(self, order: Any) -> tuple[str | None, int | None, list[str]]:
        form = self._api["order"]
        number = at(order, form["number"])
        fields = form.get("masked", {})
        masked = sorted({name for path, name in fields.items() if is_masked(at(order, path))})
        known = isinstance(number, str | int) and str(number).strip()
        return known or None, self._api.read_time(at(order, form["modified"])), masked

    def _order(self, number: str) -> tuple[Any, str]:
        asked = self._api["detail"]
        found = self._ask("GET", filled(asked["path"], {"number": number}), item=True)
        records = found.at(asked["record"])
        if len(records) != 1:
            raise bad_answer(asked["record"])
        return records[0]

    def _ship(self, shipment: Shipment) -> None:
        asked = self._api["ship"]
        values = {
            "number": shipment.order_no,
            "courier": shipment.courier,
            "tracking_no": shipment.tracking_no,
            "lines": ",".join(shipment.line_nos),
            "whole": "true" if shipment.whole else "false",
        }
        body = {name: filled(pattern, values) for name, pattern in asked["body"].items()}
        path = filled(asked["path"], values)
        self._ask("POST", path, body=json.dumps(body, ensure_ascii=False).encode(), item=True)

    def _shipped(self, order_no: str) -> list[str]:
        asked = self._api["ship"]
        order, _ = self._order(order_no)
        parcels = at(order, asked["shipped"])
        listed = parcels if isinstance(parcels, list) else [parcels]
        return [str(at(parcel, asked["number"])) for parcel in listed if parcel]

    def _ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        body: bytes = b"",
        item: bool = False,
    ) -> _Found:
        """One signed request, judged by its status and by the code in its answer.

        It is signed anew with the shop's time if ours was refused.
        """
        found = self._send(method, path, query or {}, body)
        if found.response.date_ms is not None and self._says("clock", found):
            self._skew_ms = found.response.date_ms - self.clock.now()
            found = self._send(method, path, query or {}, body)
        failure = self._failure(found, item)
        if failure is not None:
            raise failure
        return found

    def _send(self, method: str, path: str, query: Mapping[str, str], body: bytes) -> _Found:
        address = f"{self.values['base'].rstrip('/')}{path}"
        text = urlencode(sorted(query.items()))
        headers = self._signed(method, urlsplit(address).path, text, body)
        if body:
            headers["content-type"] = "application/json"
        url = f"{address}?{text}" if text else address
        response = self.client.send(method, url, headers=headers, body=body)
        return _Found(response, response.json())

    def _says(self, kind: str, found: _Found) -> bool:
        """Whether the answer's code is one of those listed as `kind`."""
        result = self._api["result"]
        return bool(result) and self._api.says(kind, at(found.outer_value, result["code"]))

    def _signed(self, method: str, path: str, query: str, body: bytes) -> dict[str, str]:
        sign = self._api["sign"]
        now = self.platform_now()
        values = {
            "method": method,
            "path": path,
            "query": query,
            "body": body.decode(),
            "body_sha256": body_hash(body),
            "key": self.values["key"],
            "timestamp": str(now // 1000),
            "timestamp_ms": str(now),
        }
        text = filled(sign["text"], values)
        values["signature"] = signature(self.values["secret"], text, sign.get("encoding", "hex"))
        return {name: filled(pattern, values) for name, pattern in sign["headers"].items()}

    def _failure(self, found: _Found, item: bool) -> ConnectorError | None:
        status, outer, result = found.response.status, found.outer_value, self._api["result"]
        code = at(outer, result["code"]) if result else None
        reason = self.say(at(outer, result.get("message", "")) or "") if result else ""
        if self._says("signature", found) or self._says("clock", found):
            return Permanent("connect.signature", reason=reason, platform_code=str(code))
        if status in (401, 403) or self._says("expired", found):
            return AuthFailed("connect.auth", reason=reason)
        if self._says("throttled", found):
            return TryLater("connect.throttled", reason=reason, platform_code=str(code))
        if self._says("later", found):
            return TryLater("connect.platform_busy", reason=reason, platform_code=str(code))
        if status >= 400 or (result and not self._says("ok", found)):
            told = str(status if code is None else code)
            return Permanent("connect.refused", item=item, reason=reason, platform_code=told)
        return None


class _Found:
    """An answer: its text, and what it says."""

    def __init__(self, response: Response, outer_value: Any) -> None:
        self.response = response
        self.outer_value = outer_value

    def at(self, path: str) -> tuple[tuple[Any, str], ...]:
        """The records at a dotted path, each with its exact text."""
        return _records(self.response.text(), path).records


def _records(text: str, path: str) -> Split:
    return split_json(text, *(path.split(".") if path else ()))
