"""One seam for all HTTP: connectors build requests, a transport carries them, tests swap it."""

from __future__ import annotations

import logging
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from .errors import Permanent, TryLater
from .guard import AddressGuard
from .jsontext import dump_json, parse_json
from .model import Limits
from .pace import Pace, unpaced

_LOG = logging.getLogger("orderloom.connect")
_FORM = "application/x-www-form-urlencoded;charset=utf-8"
_JSON = "application/json;charset=utf-8"
_DEFAULTS = Limits()


@dataclass(frozen=True, slots=True, repr=False)
class Request:
    """One HTTP request, outgoing or (for `parse_webhook`) received; header names lower case."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    limits: Limits = _DEFAULTS
    shown: str | None = None
    """What may be shown of an address whose path is a secret."""

    @property
    def place(self) -> str:
        """Scheme, host and path: what may be shown. Queries carry keys and signatures."""
        if self.shown is not None:
            return self.shown
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"

    def __repr__(self) -> str:
        return f"<Request {self.method} {self.place}, {len(self.body)} bytes>"


@dataclass(frozen=True, slots=True, repr=False)
class Response:
    """One HTTP answer; header names lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def text(self) -> str:
        """The body as UTF-8. TryLater when it is not: a broken answer may be whole next time."""
        try:
            return self.body.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise bad_answer("utf-8") from None

    def json(self) -> Any:
        """The body as JSON with exact numbers; TryLater when it is not JSON."""
        try:
            return parse_json(self.text())
        except ValueError:
            raise bad_answer("json") from None

    @property
    def date_ms(self) -> int | None:
        """The server's clock (header Date) in epoch milliseconds, None if it does not tell."""
        try:
            return int(parsedate_to_datetime(self.headers["date"]).timestamp() * 1000)
        except (KeyError, ValueError, TypeError):
            return None

    def __repr__(self) -> str:
        return f"<Response {self.status}, {len(self.body)} bytes>"


def bad_answer(expected: str) -> TryLater:
    """The answer is not what the platform speaks: cut short, or an error page of a proxy."""
    return TryLater("connect.bad_answer", uncertain=True, expected=expected)


class Transport(Protocol):
    """Carries one request. Raises ConnectorError, never a library's own exception."""

    def send(self, request: Request) -> Response: ...


class HttpClient:
    """What a connector is given: a transport under the connector's limits.

    Server errors and "too many requests" become TryLater, redirects Permanent; every other
    status reaches the connector. Safe to share between threads.
    """

    def __init__(
        self,
        transport: Transport,
        limits: Limits = _DEFAULTS,
        guard: AddressGuard | None = None,
        pace: Pace = unpaced,
    ) -> None:
        self._transport = transport
        self._limits = limits
        self._guard = guard or AddressGuard()
        self._pace = pace

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        shown: str | None = None,
    ) -> Response:
        """One request, no retry, no redirect followed. `shown`: see `Request`."""
        request = Request(method, url, headers or {}, body, self._limits, shown)
        self._pace()
        response = self._transport.send(request)
        _LOG.debug("%s %s -> %d", request.method, request.place, response.status)
        return _usable(request, response)

    def post_form(self, url: str, params: Mapping[str, str]) -> Response:
        """POSTs `params` url-encoded as UTF-8."""
        body = urlencode(params).encode()
        return self.send("POST", url, headers={"content-type": _FORM}, body=body)

    def post_json(self, url: str, document: Any, shown: str | None = None) -> Response:
        """POSTs `document` as JSON. `shown`: see `Request`."""
        headers = {"content-type": _JSON}
        return self.send(
            "POST", url, headers=headers, body=dump_json(document).encode(), shown=shown
        )

    def open_socket(self, host: str, port: int) -> socket.socket:
        """A TCP connection for protocols other than HTTP, under the same address guard."""
        self._pace()
        sock = self._guard.open(host, port, self._limits.connect_timeout_s)
        sock.settimeout(self._limits.timeout_s)
        return sock


def _usable(request: Request, response: Response) -> Response:
    status, place = response.status, request.place
    if status == 429:
        raise TryLater("connect.throttled", place, after_s=_retry_after(response), status=status)
    if status >= 500:
        after_s = _retry_after(response)
        raise TryLater(
            "connect.server_error", place, after_s=after_s, uncertain=True, status=status
        )
    if 300 <= status < 400:
        raise Permanent("connect.redirected", place, status=status)
    return response


def _retry_after(response: Response) -> float | None:
    text = response.headers.get("retry-after", "").strip()
    return float(text) if text.isdecimal() else None
