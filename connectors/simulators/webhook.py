"""A system that is told of events: strict about signatures, and each key counts once.

`/_sim/events` shows what came; `/_sim/access` withdraws the access and gives it back.
"""

from __future__ import annotations

import hmac
from typing import Any

from orderloom.connect import Clock

from .wire import Call, Reply, Simulator, json_reply, spoil

SECRET = "demo-webhook-secret"  # noqa: S105 - invented, for the simulator only
_PATIENCE_MS = 300_000


def demo_settings(base: str) -> dict[str, Any]:
    """Settings of the connector `webhook` that reach a simulator mounted at `base`."""
    return {"address": f"{base}/events", "secret": SECRET}


class WebhookSimulator(Simulator):
    """`closed`: nobody may call any more."""

    switches = ("closed",)
    holds = "events"

    def __init__(self, clock: Clock | None = None) -> None:
        super().__init__(clock)
        self.closed = False
        self._events: dict[str, dict[str, Any]] = {}

    def count_of(self) -> int:
        return len(self._events)

    def events(self) -> list[dict[str, Any]]:
        """What came, in order, each key once."""
        return list(self._events.values())

    def answer(self, call: Call) -> Reply:
        """One call."""
        self.count("event")
        fault = self.faults.take("event")
        if fault is not None and fault.prevents:
            return spoil(json_reply({"ok": True}), fault)
        reply = self._answered(call)
        return spoil(reply, fault) if fault is not None else reply

    def _answered(self, call: Call) -> Reply:
        if self.closed:
            return json_reply({"ok": False, "reason": "access withdrawn"}, 403)
        if not self._genuine(call):
            return json_reply({"ok": False, "reason": "signature"}, 401)
        event = call.json()
        if event["event"] == "ping":
            return json_reply({"ok": True, "reference": None})
        key = call.headers["idempotency-key"]
        known = self._events.setdefault(key, {**event, "reference": f"E{len(self._events) + 1}"})
        return json_reply({"ok": True, "reference": known["reference"]})

    def _genuine(self, call: Call) -> bool:
        stamp = call.headers.get("x-orderloom-timestamp", "")
        signed = stamp.encode() + b"." + call.body
        wanted = hmac.new(SECRET.encode(), signed, "sha256").hexdigest()
        fresh = stamp.isdigit() and abs(self.clock.now() - int(stamp)) < _PATIENCE_MS
        given = call.headers.get("x-orderloom-signature", "")
        return fresh and hmac.compare_digest(wanted, given)

    def direct(self, verb: str, path: list[str], call: Call) -> Any:
        """`events` (GET), `access` (POST {"closed": bool})."""
        if path == ["events"]:
            return {"events": self.events()}
        if path == ["access"] and verb == "POST":
            self.closed = bool(call.json()["closed"])
            return {"closed": self.closed}
        return None
