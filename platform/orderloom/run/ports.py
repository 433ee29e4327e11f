"""Free TCP ports: the wished one, or the next that nobody listens on."""

from __future__ import annotations

import errno
import socket

from orderloom.errors import ConfigError

TRIES = 100


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now; raises ConfigError for an impossible address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # What a restarted server does too: connections still closing do not count as busy.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            reason = error.strerror or str(error)
            raise ConfigError("config.host", "ORDERLOOM_HOST", value=host, reason=reason) from error
    return True


def first_free(host: str, port: int, *, taken: frozenset[int] = frozenset()) -> int:
    """`port` or the next free one above it that is not in `taken`."""
    last = min(port + TRIES, 65535)
    for candidate in range(port, last + 1):
        if candidate not in taken and is_free(host, candidate):
            return candidate
    raise ConfigError("config.port_none", "ORDERLOOM_PORT", first=port, last=last)
