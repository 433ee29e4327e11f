"""The gateway of the Taobao Open Platform: one strict door for the simulators behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from orderloom.connect import (
    TOP_METHODS,
    Clock,
    beijing_ms,
    same_signature,
    top_sign,
)

from .wire import Call, Reply, Simulator, json_reply, spoil

APP_KEY = "10000001"
APP_SECRET = "tlk_demo_secret_01"  # noqa: S105 - invented, for the simulator only
SESSION = "demo_session_token"
_TIMESTAMP_TOLERANCE_MS = 600_000


class TopError(Exception):
    """What the gateway answers instead of data."""

    def __init__(self, code: int, msg: str, sub_code: str = "", sub_msg: str = "") -> None:
        super().__init__(code)
        self.answer = {"code": code, "msg": msg, "request_id": "demo0002"}
        if sub_code:
            self.answer.update(sub_code=sub_code, sub_msg=sub_msg)


class TopGateway(Simulator):
    """`/router/rest`; a subclass says what its methods need and serves them.

    `needed`: method -> the arguments it cannot do without.
    """

    needed: ClassVar[Mapping[str, tuple[str, ...]]]

    def __init__(self, clock: Clock | None) -> None:
        super().__init__(clock, SESSION)

    def answer(self, call: Call) -> Reply:
        """One gateway call."""
        if call.path != "/router/rest":
            return json_reply({"error": "not the gateway"}, 404)
        params = call.form()
        method = params.get("method", "")
        self.count(method)
        fault = self.faults.take(method)
        doubled = fault is not None and fault.kind == "duplicates"
        try:
            if fault is not None and fault.kind in _GATEWAY_FAULTS:
                raise _GATEWAY_FAULTS[fault.kind](fault.seconds)
            self._admit(method, params)
            prevented = fault is not None and fault.prevents
            document = {"answer": {}} if prevented else self.serve(method, params, doubled)
        except TopError as refusal:
            document = {"error_response": refusal.answer}
        reply = _written(document, params)
        return spoil(reply, fault) if fault is not None else reply

    def serve(self, method: str, params: dict[str, str], doubled: bool) -> dict[str, Any]:
        """The whole answer of an admitted call; `doubled`: list rows come twice."""
        raise NotImplementedError

    def _admit(self, method: str, params: dict[str, str]) -> None:
        """The gateway's checks, in its order."""
        if method not in self.needed:
            raise TopError(22 if method else 21, "Invalid Method" if method else "Missing Method")
        self._check_caller(params)
        for name in self.needed[method]:
            if not params.get(name):
                raise TopError(40, f"Missing Required Arguments:{name}")

    def _check_caller(self, params: dict[str, str]) -> None:
        if params.get("app_key") != APP_KEY:
            raise TopError(29 if params.get("app_key") else 28, "Invalid app Key")
        self._check_timestamp(params.get("timestamp", ""))
        sign, how = params.get("sign", ""), params.get("sign_method", "md5")
        if not sign:
            raise TopError(24, "Missing Signature")
        secret = self.secret(APP_SECRET)
        if how not in TOP_METHODS or not same_signature(sign, top_sign(params, secret, how)):
            raise TopError(25, "Invalid signature")
        if not params.get("session"):
            raise TopError(26, "Missing Session")
        if params["session"] != self.token:
            raise TopError(27, "Invalid session", "invalid-sessionkey", "非法的 sessionkey")
        if self.expired:
            words = f"session {params['session']} 已过期,请重新授权"
            raise TopError(27, "Invalid session", "session-expired", words)

    def _check_timestamp(self, text: str) -> None:
        try:
            ms = beijing_ms(text)
        except ValueError:
            ms = None
        if ms is None:
            raise TopError(30, "Missing Timestamp")
        if abs(ms - self.clock.now()) > _TIMESTAMP_TOLERANCE_MS:
            raise TopError(31, "Invalid timestamp")


def response(name: str, content: dict[str, Any]) -> dict[str, Any]:
    """A method's answer in its wrapper."""
    return {f"{name}_response": {**content, "request_id": "demo0001"}}


def _written(document: dict[str, Any], params: dict[str, str]) -> Reply:
    if params.get("format") == "json":
        return json_reply(document)
    text = '<?xml version="1.0" encoding="utf-8" ?><response>JSON was not asked for</response>'
    return Reply(text.encode(), 200, "text/xml;charset=utf-8")


def _throttled(seconds: float) -> TopError:
    words = f"This ban will last for {int(seconds)} more seconds"
    sub_code = "accesscontrol.limited-by-api-access-count"
    return TopError(7, "App Call Limited", sub_code, words)


def _busy(_seconds: float) -> TopError:
    words = ("isp.top-remote-connection-timeout", "连接远程服务超时")
    return TopError(15, "Remote service error", *words)


def _refused(_seconds: float) -> TopError:
    return TopError(15, "Remote service error", "isv.trade-not-exist", "交易订单不存在")


_GATEWAY_FAULTS = {"throttled": _throttled, "busy": _busy, "refused": _refused}
