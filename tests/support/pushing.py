"""A shop that pushes: Taobao's connector with a webhook of the plainest kind."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

from werkzeug.test import TestResponse

from connectors.simulators.top import APP_SECRET
from connectors.taobao import Taobao
from orderloom.api.hooks import PURPOSE
from orderloom.api.hub import Hub as WebHub
from orderloom.connect import (
    Answer,
    Confirmation,
    Listed,
    Permanent,
    Push,
    RawItem,
    Ref,
    Registry,
    Request,
    dump_json,
    same_signature,
)
from orderloom.services.incoming import webhooks
from tests.support.hub import Hub
from tests.support.site import Site


class Pushing(Taobao):
    """Takes {"orders", "names", "news"}, signed in X-Sign; answers "received", or where it was
    called if "where" is asked."""

    def parse_webhook(self, request: Request) -> Push:
        if not same_signature(request.headers.get("x-sign", ""), signature(request.body)):
            raise Permanent("connect.signature")
        told = json.loads(request.body)
        items = [_item(order) for order in told.get("orders", ())]
        news = [Confirmation(**one) for one in told.get("news", ())]
        refs = [Ref(*ref) for ref in told.get("names", ())]
        answer = request.url.encode() if told.get("where") else b"received"
        return Push(items, refs, news, Answer(200, "text/plain", answer))


def _item(order: dict[str, Any]) -> RawItem:
    return RawItem("order", str(order["tid"]), None, dump_json(order))


def signature(body: bytes) -> str:
    return hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()


def registry() -> Registry:
    """All connectors, with a shop that pushes: of two with one key the first counts."""
    pushing = Listed("taobao", "drop_in", __name__, Pushing)
    return Registry([pushing, *Registry.load().listed()])


class Caller:
    """The shop's platform, calling the hub's web application."""

    def __init__(self, hub: Hub, home: Path, connector: str = "taobao") -> None:
        self.hub = hub
        self.site = Site.of(hub, home)
        self.connection = hub.connections[connector]
        self.woken: list[tuple[str, list[int]]] = []
        web = self.web
        object.__setattr__(web, "wake", lambda kind, refs: self.woken.append((kind, list(refs))))

    @property
    def web(self) -> WebHub:
        found: WebHub = self.site.app.extensions["orderloom"]
        return found

    def address(self) -> str:
        with self.hub.database.read() as tx:
            token = self.web.signer.token(PURPOSE, webhooks.name(tx, self.connection))
        return f"/hooks/{self.connection}/{token}"

    def push(self, **told: Any) -> TestResponse:
        """A genuine call."""
        body = json.dumps(told).encode()
        return self.send(body, {"X-Sign": signature(body)})

    def send(
        self, body: bytes, headers: dict[str, str] | None = None, address: str | None = None
    ) -> TestResponse:
        client = self.site.app.test_client()
        return client.post(address or self.address(), data=body, headers=headers or {})
