"""A small threaded HTTP/1.1 server for WSGI simulators, with the manners real networks lack.

A simulator that raises ConnectionError gets its connection closed without an answer; one that
raises TimeoutError(seconds) keeps the caller waiting that long first.
"""

from __future__ import annotations

import contextlib
import socket
import socketserver
import sys
import threading
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler
from typing import Any, cast

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_MAX_BODY = 8 * 1024 * 1024


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    wbufsize = -1
    disable_nagle_algorithm = True

    def handle_one_request(self) -> None:
        """Reads one request, whatever its verb, and lets the application answer it."""
        with contextlib.suppress(ConnectionError, TimeoutError):
            self.raw_requestline = self.rfile.readline(65537)
            if self.raw_requestline and self.parse_request():
                self._answer()
                return
        self.close_connection = True

    def _answer(self) -> None:
        server = cast("SimulatorServer", self.server)
        answered: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], _exc: Any = None) -> None:
            answered.append((status, headers))

        try:
            body = b"".join(server.app(self._environ(), start))
        except TimeoutError as patience:
            server.stopping.wait(float(patience.args[0]) if patience.args else 60)
            self.close_connection = True
            return
        status, headers = answered[-1]
        self._send(status, headers, body)

    def _send(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
        self.wfile.write(f"HTTP/1.1 {status}\r\n{lines}\r\n".encode("latin-1") + body)
        self.wfile.flush()
        if int(dict(headers).get("Content-Length", len(body))) != len(body):
            self.close_connection = True

    def _environ(self) -> dict[str, Any]:
        path, _, query = self.path.partition("?")
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > _MAX_BODY:
            raise ConnectionAbortedError(length)
        headers = {f"HTTP_{name.upper().replace('-', '_')}": v for name, v in self.headers.items()}
        return {
            **headers,
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": length,
            "REMOTE_ADDR": self.client_address[0],
            "REMOTE_PORT": str(self.client_address[1]),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.input": self.rfile,
            "wsgi.errors": sys.stderr,
            "wsgi.url_scheme": "http",
        }


class SimulatorServer(socketserver.ThreadingTCPServer):
    """Serves `app` on `host`:`port` (0: any free one) from its own threads."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, app: WsgiApp, host: str = "127.0.0.1", port: int = 0) -> None:
        self.app = app
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        super().__init__((host, port), _Handler)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def start(self) -> SimulatorServer:
        self._thread.start()
        return self

    def stop(self) -> None:
        """Ends all connections and waits for the accepting thread."""
        self.stopping.set()
        self.shutdown()
        self.server_close()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._thread.join()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that went away is no news; anything else is a fault of the simulator."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def mounted(apps: dict[str, WsgiApp]) -> WsgiApp:
    """One application out of several: `/name/…` goes to `apps["name"]` as `/…`."""

    def serve(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        name, _, rest = environ["PATH_INFO"].lstrip("/").partition("/")
        app = apps.get(name)
        if app is None:
            start("404 Not Found", [("Content-Type", "text/plain"), ("Content-Length", "0")])
            return [b""]
        prefix = f"{environ.get('SCRIPT_NAME', '')}/{name}"
        return app({**environ, "SCRIPT_NAME": prefix, "PATH_INFO": f"/{rest}"}, start)

    return serve
