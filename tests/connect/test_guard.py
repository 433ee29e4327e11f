"""No connection into the house unless an administrator allowed that very place."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from orderloom.connect import AddressGuard, Permanent, TryLater
from orderloom.connect.guard import is_internal
from orderloom.errors import ConfigError


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - judged, not bound
        "224.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fd12:3456::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::a00:1",
    ],
)
def test_internal_addresses(address: str) -> None:
    assert is_internal(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "203.119.0.1", "2400:3200::1", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_public_addresses(address: str) -> None:
    assert not is_internal(address)


def _resolving(*addresses: str) -> Any:
    """A resolver that knows one answer, whatever it is asked."""

    def resolve(_host: str, port: int, **_: Any) -> list[Any]:
        entries = []
        for address in addresses:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            place = (address, port, 0, 0) if ":" in address else (address, port)
            entries.append((family, socket.SOCK_STREAM, 6, "", place))
        return entries

    return resolve


@pytest.fixture
def listener() -> Iterator[tuple[int, list[Any]]]:
    """A port on 127.0.0.1 and everybody who knocked."""
    server = socket.create_server(("127.0.0.1", 0))
    visits: list[Any] = []

    def accept() -> None:
        while True:
            try:
                visitor, place = server.accept()
            except OSError:
                return
            visits.append(place)
            visitor.close()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    yield server.getsockname()[1], visits
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join()


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "::1", "10.0.0.1"]
)
def test_internal_hosts_are_refused(host: str, listener: tuple[int, list[Any]]) -> None:
    port, visits = listener
    with pytest.raises(Permanent) as refused:
        AddressGuard().open(host.strip("[]"), port, 1)
    assert refused.value.code == "connect.address_refused"
    assert visits == []


def test_a_name_that_points_inside_is_refused(listener: tuple[int, list[Any]]) -> None:
    port, visits = listener
    guard = AddressGuard(resolve=_resolving("127.0.0.1"))
    with pytest.raises(Permanent, match=r"connect\.address_refused"):
        guard.open("shop.example", port, 1)
    assert visits == []


def test_only_the_public_answers_of_a_name_are_tried(listener: tuple[int, list[Any]]) -> None:
    port, visits = listener
    # 192.88.99.1 is public and unassigned: whatever happens there, nobody knocks at 127.0.0.1.
    guard = AddressGuard(resolve=_resolving("127.0.0.1", "192.88.99.1"))
    with pytest.raises(TryLater):
        guard.open("shop.example", port, 0.05)
    assert visits == []


@pytest.mark.parametrize("entry", ["127.0.0.1:{port}", "127.0.0.1:*", "wms.local:{port}"])
def test_the_allow_list_opens_exactly_what_it_names(
    entry: str, listener: tuple[int, list[Any]]
) -> None:
    port, _ = listener
    guard = AddressGuard([entry.format(port=port)], _resolving("127.0.0.1"))
    host = "wms.local" if entry.startswith("wms") else "127.0.0.1"
    sock = guard.open(host, port, 1)
    assert sock.getpeername() == ("127.0.0.1", port)
    sock.close()
    with pytest.raises(Permanent):
        AddressGuard([f"127.0.0.1:{port + 1}"]).open("127.0.0.1", port, 1)


def test_nobody_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(TryLater) as failure:
        AddressGuard([f"127.0.0.1:{port}"]).open("127.0.0.1", port, 1)
    assert failure.value.code == "connect.unreachable"
    assert not failure.value.uncertain


def test_a_name_nobody_knows() -> None:
    def resolve(*_: Any, **__: Any) -> list[Any]:
        raise socket.gaierror(-2, "unknown")

    with pytest.raises(TryLater, match=r"connect\.unknown_host"):
        AddressGuard(resolve=resolve).open("no.such.example", 80, 1)


@pytest.mark.parametrize("entry", ["", "host", "host:", ":80", "host:99999", "host:x", "host:0"])
def test_allow_list_entries_are_checked(entry: str) -> None:
    with pytest.raises(ConfigError):
        AddressGuard([entry])
