"""Where the hub may connect to: nowhere inside the house, unless an administrator allows it.

Addresses are judged after resolution, on the very address that is then connected to, so neither a
name that points inside nor one that changes between look-up and connection gets through.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable
from typing import Any

from orderloom.errors import ConfigError

from .errors import ConnectorError, Permanent, TryLater

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_IPV4_COMPATIBLE = ipaddress.ip_network("::/96")
Resolver = Callable[..., list[Any]]


def is_internal(address: str) -> bool:
    """True unless `address` (an IP literal) belongs to the public internet."""
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address):
        inner = _embedded(found)
        if inner is not None:
            return is_internal(str(inner))
    return not found.is_global or found.is_multicast


def _embedded(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 transition address really leads to."""
    if address in _NAT64 or (address in _IPV4_COMPATIBLE and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def split_address(entry: str) -> tuple[str, str]:
    """`host:port`, `[v6]:port` or `host:*` -> (host in lower case, port); ConfigError otherwise."""
    host, _, port = entry.strip().rpartition(":")
    host = host.strip("[]").lower()
    if not host or not (port == "*" or (port.isdecimal() and 0 < int(port) < 65536)):
        raise ConfigError("connect.allow_list", entry)
    return host, port


class AddressGuard:
    """Opens connections to public addresses and to those on the allow-list, to no others.

    `allowed`: `host:port` entries (name or IP literal, `*` for any port) set by an administrator.
    """

    def __init__(self, allowed: Iterable[str] = (), resolve: Resolver = socket.getaddrinfo) -> None:
        self._allowed = frozenset(split_address(entry) for entry in allowed)
        self._resolve = resolve

    def open(self, host: str, port: int, timeout_s: float) -> socket.socket:
        """A connected TCP socket. Permanent if refused, TryLater if nobody answers."""
        failure: ConnectorError = TryLater("connect.unreachable", f"{host}:{port}")
        for family, kind, protocol, _, address in self._permitted(host, port):
            try:
                return self._connect(socket.socket(family, kind, protocol), address, timeout_s)
            except TimeoutError:
                failure = TryLater("connect.timeout", f"{host}:{port}")
            except OSError:
                continue
        raise failure

    def _permitted(self, host: str, port: int) -> list[Any]:
        try:
            found = self._resolve(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise TryLater("connect.unknown_host", f"{host}:{port}") from None
        free = self._listed(host, port)
        permitted = [entry for entry in found if free or self._open_to(entry[4][0], port)]
        if not permitted:
            raise Permanent("connect.address_refused", f"{host}:{port}")
        return permitted

    def _open_to(self, address: str, port: int) -> bool:
        return not is_internal(address) or self._listed(address, port)

    def _listed(self, host: str, port: int) -> bool:
        name = host.strip("[]").lower()
        return (name, str(port)) in self._allowed or (name, "*") in self._allowed

    @staticmethod
    def _connect(sock: socket.socket, address: Any, timeout_s: float) -> socket.socket:
        try:
            sock.settimeout(timeout_s)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.connect(address)
        except BaseException:
            sock.close()
            raise
        return sock
