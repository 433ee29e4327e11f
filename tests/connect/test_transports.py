"""HTTP over real sockets: bounds, broken answers, redirects, and nothing secret said aloud."""

from __future__ import annotations

import gzip
import logging
import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connectors.simulators.server import SimulatorServer
from orderloom.connect import (
    AddressGuard,
    AuthFailed,
    ConnectorError,
    HttpClient,
    Limits,
    Permanent,
    TryLater,
    UrllibTransport,
    WsgiTransport,
)

Answer = Callable[[dict[str, Any], Callable[..., Any]], list[bytes]]
LIMITS = Limits(connect_timeout_s=2, timeout_s=2, max_bytes=100_000)


def _reply(
    body: bytes, status: str = "200 OK", headers: dict[str, str] | None = None, length: int = -1
) -> Answer:
    def app(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        sent = {"Content-Length": str(len(body) if length < 0 else length), **(headers or {})}
        start(status, list(sent.items()))
        return [body]

    return app


class Place:
    """A server whose answer a test sets; `url` and `client` lead to it."""

    def __init__(self) -> None:
        self.answer: Answer = _reply(b"{}")
        self.requests: list[dict[str, Any]] = []
        self.server = SimulatorServer(self._app).start()
        self.url = f"http://127.0.0.1:{self.server.port}/gate"
        guard = AddressGuard([f"127.0.0.1:{self.server.port}"])
        self.transport = UrllibTransport(guard)
        self.client = HttpClient(self.transport, LIMITS, guard)

    def _app(self, environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        self.requests.append(environ)
        return self.answer(environ, start)


@pytest.fixture
def place() -> Iterator[Place]:
    found = Place()
    yield found
    found.server.stop()


def _failure(call: Callable[[], Any]) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        call()
    return caught.value


def test_an_answer_arrives_whole_over_a_kept_connection(place: Place) -> None:
    place.answer = _reply('{"名": 1}'.encode(), headers={"Date": "Sat, 03 Oct 2026 01:30:00 GMT"})
    first = place.client.post_form(place.url, {"k": "值 &"})
    second = place.client.send("GET", place.url)
    assert first.json() == {"名": 1}
    assert first.date_ms == 1_790_991_000_000
    assert second.status == 200
    assert place.requests[0]["CONTENT_TYPE"].startswith("application/x-www-form-urlencoded")


def test_gzip_is_read(place: Place) -> None:
    place.answer = _reply(gzip.compress(b'{"a": 1}'), headers={"Content-Encoding": "gzip"})
    assert place.client.send("GET", place.url).json() == {"a": 1}


def test_a_compressed_bomb_is_stopped(place: Place) -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    assert len(bomb) < LIMITS.max_bytes
    place.answer = _reply(bomb, headers={"Content-Encoding": "gzip"})
    assert _failure(lambda: place.client.send("GET", place.url)).code == "connect.too_large"


def test_a_huge_answer_is_stopped(place: Place) -> None:
    place.answer = _reply(b"0" * 100_001)
    assert _failure(lambda: place.client.send("GET", place.url)).code == "connect.too_large"


def test_a_broken_compression(place: Place) -> None:
    place.answer = _reply(b"not gzip at all", headers={"Content-Encoding": "gzip"})
    assert _failure(lambda: place.client.send("GET", place.url)).code == "connect.bad_answer"


def test_a_short_answer_is_uncertain(place: Place) -> None:
    place.answer = _reply(b"half", length=8)
    failure = _failure(lambda: place.client.send("POST", place.url, body=b"x"))
    assert failure.code == "connect.dropped"
    assert isinstance(failure, TryLater)
    assert failure.uncertain


def test_no_answer_at_all_is_uncertain(place: Place) -> None:
    def hang_up(*_: Any) -> list[bytes]:
        raise ConnectionResetError

    place.answer = hang_up
    failure = _failure(lambda: place.client.send("POST", place.url, body=b"x"))
    assert isinstance(failure, TryLater)
    assert failure.code == "connect.dropped"
    assert failure.uncertain


def test_an_answer_that_does_not_come_in_time(place: Place) -> None:
    def never(*_: Any) -> list[bytes]:
        raise TimeoutError(30)

    place.answer = never
    client = HttpClient(place.transport, Limits(timeout_s=0.2))
    failure = _failure(lambda: client.send("POST", place.url))
    assert isinstance(failure, TryLater)
    assert (failure.code, failure.uncertain) == ("connect.timeout", True)


def test_an_answer_that_trickles_on_and_on() -> None:
    """Every byte is in time, the whole is not."""
    server = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def trickle() -> None:
        visitor, _ = server.accept()
        with visitor:
            visitor.recv(65536)
            visitor.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            for _ in range(200):
                try:
                    visitor.sendall(b".")
                except OSError:
                    return
                if over.wait(0.02):
                    return

    thread = threading.Thread(target=trickle, daemon=True)
    thread.start()
    port = server.getsockname()[1]
    client = HttpClient(UrllibTransport(AddressGuard([f"127.0.0.1:{port}"])), Limits(timeout_s=0.3))
    assert _failure(lambda: client.send("GET", f"http://127.0.0.1:{port}/")).code == (
        "connect.timeout"
    )
    over.set()
    thread.join()
    server.close()


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        ("500 Oops", TryLater, "connect.server_error"),
        ("503 Busy", TryLater, "connect.server_error"),
        ("429 Slow Down", TryLater, "connect.throttled"),
        ("302 Found", Permanent, "connect.redirected"),
        ("307 Temporary Redirect", Permanent, "connect.redirected"),
    ],
)
def test_statuses(place: Place, status: str, kind: type[ConnectorError], code: str) -> None:
    place.answer = _reply(b"", status, {"Retry-After": "9", "Location": "http://10.0.0.1/"})
    failure = _failure(lambda: place.client.send("GET", place.url))
    assert type(failure) is kind
    assert failure.code == code
    if isinstance(failure, TryLater):
        assert failure.after_s == 9
        assert failure.uncertain == status.startswith("5")


def test_a_redirect_into_the_house_is_not_followed(place: Place) -> None:
    inside = Place()
    place.answer = _reply(b"", "302 Found", {"Location": inside.url})
    assert _failure(lambda: place.client.send("GET", place.url)).code == "connect.redirected"
    assert inside.requests == []
    inside.server.stop()


def test_other_statuses_reach_the_connector(place: Place) -> None:
    place.answer = _reply(b'{"error": "no"}', "404 Not Found")
    assert place.client.send("GET", place.url).status == 404


def test_an_address_not_on_the_list_is_never_called(place: Place) -> None:
    client = HttpClient(UrllibTransport(AddressGuard()), LIMITS)
    assert _failure(lambda: client.send("GET", place.url)).code == "connect.address_refused"
    assert place.requests == []


@pytest.mark.parametrize("url", ["http://", "nonsense", "ftp://shop.example/", "http://h:99999/"])
def test_unusable_addresses(place: Place, url: str) -> None:
    assert isinstance(_failure(lambda: place.client.send("GET", url)), Permanent)


def test_an_untrusted_certificate(tmp_path: Any, certificate: tuple[str, str]) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    server = socket.create_server(("127.0.0.1", 0))

    def greet() -> None:
        visitor, _ = server.accept()
        try:
            with context.wrap_socket(visitor, server_side=True):
                pass
        except OSError:
            pass

    thread = threading.Thread(target=greet, daemon=True)
    thread.start()
    port = server.getsockname()[1]
    client = HttpClient(UrllibTransport(AddressGuard([f"127.0.0.1:{port}"])), LIMITS)
    assert _failure(lambda: client.send("GET", f"https://127.0.0.1:{port}/")).code == "connect.tls"
    thread.join()
    server.close()


def test_queries_and_bodies_are_never_told(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    place.answer = _reply(b"{}", "500 Oops")
    url = f"{place.url}?access_token=hush-hush"
    failure = _failure(lambda: place.client.send("POST", url, body=b"session=hush-hush"))
    told = f"{caplog.text} {failure!r} {failure.params} {place.requests and failure.where}"
    assert "/gate" in told
    assert "hush-hush" not in told


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_does_not_share_its_parents_connections(place: Place) -> None:
    place.client.send("GET", place.url)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            place.client.send("GET", place.url)
            status = 0
        finally:
            os._exit(status)
    _, ended = os.waitpid(child, 0)
    place.client.send("GET", place.url)
    assert ended == 0
    before, inside, after = [environ["REMOTE_PORT"] for environ in place.requests]
    assert inside != before
    assert after == before


def test_wsgi_transport_behaves_like_the_network() -> None:
    def client(app: Answer) -> HttpClient:
        return HttpClient(WsgiTransport(app), LIMITS)

    def reset(*_: Any) -> list[bytes]:
        raise ConnectionResetError

    def late(*_: Any) -> list[bytes]:
        raise TimeoutError(5)

    cases: list[tuple[Answer, str]] = [
        (reset, "connect.dropped"),
        (late, "connect.timeout"),
        (_reply(b"half", length=8), "connect.dropped"),
        (_reply(b"0" * 100_001), "connect.too_large"),
        (_reply(b"", "502 Bad"), "connect.server_error"),
    ]
    for app, code in cases:
        send = client(app).send
        assert _failure(lambda send=send: send("GET", "http://x/")).code == code  # type: ignore[misc]
    assert client(_reply(b"[1]")).send("GET", "http://x/%E5%BA%97?a=1").json() == [1]


def test_error_classes_are_told_apart() -> None:
    assert not issubclass(AuthFailed, Permanent)
    assert TryLater("x", after_s=3).after_s == 3
    assert Permanent("x", item=True).item
