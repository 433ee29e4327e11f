"""The two ways a request travels: over the network, or straight into a WSGI application."""

from __future__ import annotations

import io
import logging
import os
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote, urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    HTTPError,
    LocationValueError,
    NewConnectionError,
    ReadTimeoutError,
    SSLError,
)

from .errors import ConnectorError, Permanent, TryLater
from .guard import AddressGuard
from .http import Request, Response

_CHUNK = 65536
WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class UrllibTransport:
    """HTTP over the network: pooled keep-alive connections, guarded addresses, bounded answers.

    Redirects are not followed, proxies and retries not used. Time-outs bound every wait and the
    whole answer; `Limits.max_bytes` counts after decompression.
    """

    def __init__(self, guard: AddressGuard | None = None, pool_size: int = 8) -> None:
        self._guard = guard or AddressGuard()
        self._pool_size = pool_size
        self._lock = threading.Lock()
        self._owner = 0
        self._pools: urllib3.PoolManager | None = None
        # urllib3 logs whole URLs at DEBUG, and several platforms carry their keys there.
        logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)

    def send(self, request: Request) -> Response:
        """One request and its whole answer."""
        if not request.url.startswith(("http://", "https://")):
            raise Permanent("connect.bad_address", request.place)
        deadline = time.monotonic() + request.limits.timeout_s
        try:
            answer = self._manager().request(
                request.method,
                request.url,
                body=request.body,
                headers={"accept-encoding": "gzip", **request.headers},
                redirect=False,
                retries=False,
                preload_content=False,
                timeout=urllib3.Timeout(
                    connect=request.limits.connect_timeout_s, read=request.limits.timeout_s
                ),
            )
            return self._read(request, answer, deadline)
        except ConnectorError:
            raise
        except (HTTPError, OSError, ValueError) as failure:
            raise _sorted(failure, request.place) from None

    def _read(
        self, request: Request, answer: urllib3.BaseHTTPResponse, deadline: float
    ) -> Response:
        body = bytearray()
        try:
            while chunk := answer.read1(_CHUNK, decode_content=True):
                body += chunk
                if len(body) > request.limits.max_bytes:
                    raise Permanent("connect.too_large", request.place, item=True)
                if time.monotonic() > deadline:
                    raise TryLater("connect.timeout", request.place, uncertain=True)
        except BaseException:
            answer.close()
            raise
        answer.release_conn()
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Response(answer.status, headers, bytes(body))

    def _manager(self) -> urllib3.PoolManager:
        """The pools of this process: a forked worker must not share its parent's sockets."""
        with self._lock:
            if self._pools is None or self._owner != os.getpid():
                self._pools = _guarded_manager(self._guard, self._pool_size)
                self._owner = os.getpid()
            return self._pools


def _guarded_manager(guard: AddressGuard, size: int) -> urllib3.PoolManager:
    def connect(connection: HTTPConnection) -> socket.socket:
        timeout = connection.timeout
        seconds = timeout if isinstance(timeout, int | float) else 5.0
        return guard.open(connection._dns_host, connection.port or 0, seconds)

    class Plain(HTTPConnection):
        _new_conn = connect

    class Secure(HTTPSConnection):
        _new_conn = connect

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    manager = urllib3.PoolManager(num_pools=16, maxsize=size)
    manager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
    return manager


def _sorted(failure: Exception, place: str) -> ConnectorError:
    """Only class names travel on: messages of HTTP libraries quote URLs, keys included."""
    if isinstance(failure, NewConnectionError):
        return TryLater("connect.unreachable", place)
    if isinstance(failure, ConnectTimeoutError):
        return TryLater("connect.timeout", place)
    if isinstance(failure, ReadTimeoutError | TimeoutError):
        return TryLater("connect.timeout", place, uncertain=True)
    if _untrusted(failure):
        return Permanent("connect.tls", place)
    if isinstance(failure, LocationValueError | ValueError):
        return Permanent("connect.bad_address", place)
    if isinstance(failure, DecodeError):
        return TryLater("connect.bad_answer", place, uncertain=True, expected="gzip")
    return TryLater("connect.dropped", place, uncertain=True)


def _untrusted(failure: Exception) -> bool:
    cause = failure.args[0] if isinstance(failure, SSLError) and failure.args else failure
    return isinstance(cause, ssl.SSLCertVerificationError)


class WsgiTransport:
    """Calls a WSGI application in this process; for tests, simulators and previews.

    A ConnectionError or TimeoutError that the application raises, and an answer shorter than its
    Content-Length, arrive as they would over the network.
    """

    def __init__(self, app: WsgiApp) -> None:
        self._app = app

    def send(self, request: Request) -> Response:
        """One request and its whole answer."""
        answered: list[tuple[int, dict[str, str]]] = []

        def start(status: str, headers: list[tuple[str, str]], _exc: Any = None) -> None:
            fields = {name.lower(): value for name, value in headers}
            answered.append((int(status.split(" ", 1)[0]), fields))

        try:
            body = b"".join(self._app(_environ(request), start))
        except TimeoutError:
            raise TryLater("connect.timeout", request.place, uncertain=True) from None
        except ConnectionError:
            raise TryLater("connect.dropped", request.place, uncertain=True) from None
        status, headers = answered[-1]
        if int(headers.get("content-length", len(body))) > len(body):
            raise TryLater("connect.dropped", request.place, uncertain=True)
        if len(body) > request.limits.max_bytes:
            raise Permanent("connect.too_large", request.place, item=True)
        return Response(status, headers, body)


def _environ(request: Request) -> dict[str, Any]:
    parts = urlsplit(request.url)
    headers = {name.lower(): value for name, value in request.headers.items()}
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(parts.path) or "/",
        "QUERY_STRING": parts.query,
        "CONTENT_TYPE": headers.pop("content-type", ""),
        "CONTENT_LENGTH": str(len(request.body)),
        "SERVER_NAME": parts.hostname or "localhost",
        "SERVER_PORT": str(parts.port or (443 if parts.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in headers.items():
        environ["HTTP_" + name.upper().replace("-", "_")] = value
    return environ
