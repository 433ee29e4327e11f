"""A busy port gives way to the next free one."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from orderloom.errors import ConfigError
from orderloom.run import ports

HOST = "127.0.0.1"


@pytest.fixture
def busy() -> Iterator[int]:
    """A port somebody listens on while the test runs."""
    with socket.create_server((HOST, 0)) as server:
        yield int(server.getsockname()[1])


def test_the_wished_port_when_it_is_free() -> None:
    with socket.create_server((HOST, 0)) as server:
        port = int(server.getsockname()[1])
    assert ports.first_free(HOST, port) == port


def test_the_next_one_when_it_is_busy(busy: int) -> None:
    found = ports.first_free(HOST, busy)
    assert found > busy
    assert ports.is_free(HOST, found)


def test_a_listener_on_all_addresses_counts() -> None:
    with socket.create_server(("", 0)) as server:
        assert not ports.is_free(HOST, int(server.getsockname()[1]))


def test_ports_promised_to_others_are_passed_over(busy: int) -> None:
    first = ports.first_free(HOST, busy)
    assert ports.first_free(HOST, busy, taken=frozenset({first})) > first


def test_an_address_of_another_machine_is_a_clear_error() -> None:
    with pytest.raises(ConfigError) as caught:
        ports.is_free("192.0.2.1", 8765)
    assert (caught.value.code, caught.value.where) == ("config.host", "ORDERLOOM_HOST")
