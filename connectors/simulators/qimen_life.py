"""A warehouse's own life: it sends what it was given after a while, refuses some, calls the hub.

What the hub did not acknowledge is told again, as warehouses do.
"""

from __future__ import annotations

import contextlib
import threading
import urllib.request
from collections.abc import Callable
from urllib.parse import urlencode

from orderloom.connect import beijing_text, build_xml, top_sign

from .qimen import APP_KEY, APP_SECRET, CUSTOMER, QimenSimulator
from .qimen_forms import progress
from .stockroom_life import fate, is_due

Post = Callable[[str, bytes], bytes]
"""(address with its query, body) -> the answer's body; OSError when there is none."""
_METHOD = "taobao.qimen.deliveryorder.confirm"
_AT_ONCE = 20


def post(url: str, body: bytes) -> bytes:
    """Over HTTP, straight."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(url, body, {"Content-Type": "text/xml;charset=utf-8"})  # noqa: S310 - the demo's own hub
    with direct.open(request, timeout=5) as answer:
        found: bytes = answer.read()
        return found


class WarehouseLife:
    """`after_s`: how long goods take to leave."""

    def __init__(self, wms: QimenSimulator, send: Post = post, after_s: int = 10) -> None:
        self._wms = wms
        self._send = send
        self._after_ms = after_s * 1000

    def run(self, stop: threading.Event) -> None:
        """Once a second until `stop` is set; nothing happens while nobody wants to hear of it."""
        while not stop.wait(1.0):
            if self._wms.callback:
                with contextlib.suppress(OSError):  # a full disk only makes it pause
                    self.step()

    def step(self) -> None:
        """Send off what is due, and tell the hub of everything it does not know."""
        for code in list(self._wms.open):
            with contextlib.suppress(ValueError, KeyError):  # cancelled this moment
                self._work_on(code)
        for code in list(self._wms.untold)[:_AT_ONCE]:
            self.tell(code)

    def _work_on(self, code: str) -> None:
        order = self._wms.order(code)
        if is_due(order.get("at") or order["created"], self._wms.clock, self._after_ms):
            self._wms.happen(code, fate(code, begun=order["status"] != "ACCEPT"))

    def tell(self, code: str) -> bool:
        """Call the hub; True once it has acknowledged."""
        order = self._wms.order(code)
        body = build_xml("request", progress(order))
        query = {
            "method": _METHOD,
            "app_key": APP_KEY,
            "customerId": CUSTOMER,
            "timestamp": beijing_text(self._wms.clock.now()),
            "v": "2.0",
            "format": "xml",
            "sign_method": "md5",
        }
        query["sign"] = top_sign(query, APP_SECRET, "md5", body)
        try:
            answer = self._send(f"{self._wms.callback}?{urlencode(query)}", body)
        except OSError:
            return False
        if b"<flag>success</flag>" not in answer or self._wms.order(code) != order:
            return False
        self._wms.untold.pop(code, None)
        return True
