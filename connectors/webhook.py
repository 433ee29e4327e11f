"""Another system of the company, told over a signed call: purchasing, bookkeeping, a chat bot."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from orderloom.connect import (
    AuthFailed,
    Connector,
    Limits,
    Message,
    Permanent,
    Receipt,
    Response,
    Seller,
    Setting,
    Text,
    bad_answer,
    dump_json,
    send_each,
)


class Webhook(Connector):
    """POSTs {"id", "event", "sent_at", "data"} as JSON.

    Headers: X-Orderloom-Timestamp (epoch ms), X-Orderloom-Signature (hex HMAC-SHA256 of timestamp,
    a dot and the body), Idempotency-Key: the same call may come again and counts once. The answer
    is {"ok": true, "reference": text or null}, or {"ok": false, "reason": text}.
    """

    key = "webhook"
    title = Text("其他系统(Webhook)", "Another system (webhook)")
    api_version = "1"
    verified = Text(
        "我们自己的协议,模拟器即规范",
        "our own protocol: the simulator is its specification",
    )
    kind = "alert"
    delivery = "idempotent"
    effects = ("order.event", "record.event", "schedule.event", "threshold.reached")
    settings = (
        Setting("address", Text("接收地址", "Address"), "url"),
        Setting("secret", Text("签名密钥", "Signing secret"), secret=True),
    )
    limits = Limits(per_second=10, burst=20, send_batch=20)

    def check(self) -> Seller:
        """Sends an event "ping"."""
        self._post("ping", "ping", {})
        host = urlsplit(str(self.values["address"])).netloc
        return Seller(host, host)

    def send(self, messages: Sequence[Message]) -> list[Receipt]:
        """One call each."""
        return send_each(messages, self._deliver)

    def _deliver(self, message: Message) -> Receipt:
        if message.effect not in self.effects:
            raise Permanent("connect.unknown_effect", message.effect, item=True)
        answer = self._post(message.idempotency_key, message.effect, message.body)
        reference = answer.get("reference")
        return Receipt(message.id, True, None if reference is None else str(reference))

    def _post(self, key: str, event: str, data: Any) -> dict[str, Any]:
        now = self.clock.now()
        document = {"id": key, "event": event, "sent_at": now, "data": data}
        body = dump_json(document).encode()
        signed = str(now).encode() + b"." + body
        headers = {
            "content-type": "application/json",
            "x-orderloom-timestamp": str(now),
            "x-orderloom-signature": hmac.new(self._secret, signed, "sha256").hexdigest(),
            "idempotency-key": key,
        }
        address = str(self.values["address"])
        return self._read(self.client.send("POST", address, headers=headers, body=body))

    @property
    def _secret(self) -> bytes:
        return str(self.values["secret"]).encode()

    def _read(self, response: Response) -> dict[str, Any]:
        if response.status == 401:
            raise Permanent("connect.signature")
        if response.status == 403:
            raise AuthFailed("connect.auth", platform_code="403", reason="")
        answer = response.json()
        if not isinstance(answer, dict) or not isinstance(answer.get("ok"), bool):
            raise bad_answer("ok")
        if not answer["ok"]:
            reason = self.say(answer.get("reason") or "")
            code = str(response.status)
            raise Permanent("connect.refused", item=True, platform_code=code, reason=reason)
        return answer
