"""Settings from the environment. Everything has a default; a wrong value is one clear error."""

from __future__ import annotations

import logging
import os
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from orderloom.errors import ConfigError

T = TypeVar("T")
PORT = 8765
ZONE = "Asia/Shanghai"
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
REDIS_SCHEMES = ("redis", "rediss", "unix")
# Deciding; calling platforms; calling those that fail or dawdle, which only one worker does.
QUEUES = ("work", "io", "slow")
MAX_WORKERS = 64
MAX_PROXIES = 5
MAX_UPLOAD_MB = 10_000


@dataclass(frozen=True)
class Settings:
    """How this installation is set up; `redis_url` None means the hub's own broker."""

    home: Path
    host: str = "127.0.0.1"
    port: int = PORT
    database_url: str = field(default="", repr=False)
    redis_url: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    zone: str = ZONE
    workers: int = 2
    allowed: tuple[str, ...] = ()  # internal addresses (host:port) that connectors may call
    proxies: int = 0  # reverse proxies in front of the web server whose headers may be believed
    metrics_token: str | None = field(default=None, repr=False)
    log_level: str = "INFO"
    upload_mb: int = 200  # the largest file of orders people may bring

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def uploads(self) -> Path:
        return self.home / "uploads"

    @property
    def upload_bytes(self) -> int:
        return self.upload_mb * 1024 * 1024

    @property
    def secret_file(self) -> Path:
        return self.home / "secret.key"

    @property
    def broker_file(self) -> Path:
        """Holds the address of the hub's own broker, password included, while it runs."""
        return self.home / "broker" / "address"

    @property
    def owns_database(self) -> bool:
        """Whether the database is the SQLite file in the home folder."""
        return self.database_url == _own_database(self.home)

    def broker_url(self) -> str:
        """Where the job queues are; raises ConfigError if there is no address yet."""
        if self.redis_url:
            return self.redis_url
        address = _first_line(self.broker_file)
        if address is None:
            raise ConfigError("config.broker_missing", str(self.broker_file))
        return address

    def secret_keys(self) -> tuple[str, ...]:
        """The encryption keys, newest first; raises ConfigError if absent or malformed."""
        if self.secret_key:
            return _keys(self.secret_key, "ORDERLOOM_SECRET_KEY")
        try:
            text = self.secret_file.read_text("ascii")
        except FileNotFoundError as error:
            raise ConfigError("config.secret_missing", str(self.secret_file)) from error
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError("config.secret_unreadable", str(self.secret_file)) from error
        return _keys(text, str(self.secret_file))


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process; raises ConfigError whose `where` names the variable."""
    env = os.environ if environ is None else environ
    home = Path(env.get("ORDERLOOM_HOME") or ".home").expanduser().resolve()
    return Settings(
        home=home,
        host=env.get("ORDERLOOM_HOST") or Settings.host,
        port=_read(env, "ORDERLOOM_PORT", _port, PORT),
        database_url=_read(env, "DATABASE_URL", _database, _own_database(home)),
        redis_url=_read(env, "REDIS_URL", _redis, None),
        secret_key=env.get("ORDERLOOM_SECRET_KEY") or None,
        zone=_read(env, "ORDERLOOM_ZONE", _zone, ZONE),
        workers=_read(env, "ORDERLOOM_WORKERS", _workers, Settings.workers),
        allowed=tuple(env.get("ORDERLOOM_ALLOW", "").replace(",", " ").split()),
        proxies=_read(env, "ORDERLOOM_PROXIES", _proxies, Settings.proxies),
        metrics_token=env.get("ORDERLOOM_METRICS_TOKEN") or None,
        upload_mb=_read(env, "ORDERLOOM_UPLOAD_MB", _upload_mb, Settings.upload_mb),
        log_level=_read(env, "ORDERLOOM_LOG_LEVEL", _level, Settings.log_level),
    )


def _own_database(home: Path) -> str:
    return f"sqlite:///{home / 'orderloom.db'}"


def _read(env: Mapping[str, str], name: str, parse: Callable[[str, str], T], default: T) -> T:
    value = (env.get(name) or "").strip()
    return parse(name, value) if value else default


def _number(name: str, value: str, code: str, low: int, high: int) -> int:
    if not value.isascii() or not value.isdecimal() or not low <= int(value) <= high:
        raise ConfigError(code, name, value=value, low=low, high=high)
    return int(value)


def _port(name: str, value: str) -> int:
    return _number(name, value, "config.port", 1, 65535)


def _workers(name: str, value: str) -> int:
    return _number(name, value, "config.workers", 1, MAX_WORKERS)


def _proxies(name: str, value: str) -> int:
    return _number(name, value, "config.proxies", 0, MAX_PROXIES)


def _upload_mb(name: str, value: str) -> int:
    return _number(name, value, "config.upload_mb", 1, MAX_UPLOAD_MB)


def _database(name: str, value: str) -> str:
    scheme, found, rest = value.partition("://")
    if not found:
        raise ConfigError("config.database_url", name)
    if scheme == "sqlite" and rest in ("", "/", "/:memory:"):
        raise ConfigError("config.database_memory", name)
    # SQLAlchemy does not know this old spelling, hosting services still print it.
    return f"postgresql://{rest}" if scheme == "postgres" else value


def _redis(name: str, value: str) -> str | None:
    try:
        parts = urlsplit(value)
        usable = parts.scheme in REDIS_SCHEMES and (parts.port is None or parts.port > 0)
    except ValueError as error:
        raise ConfigError("config.redis_url", name) from error
    if not usable:
        raise ConfigError("config.redis_url", name)
    return value


def _zone(name: str, value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigError("config.zone", name, value=value) from error
    return value


def _level(name: str, value: str) -> str:
    if value.upper() not in LEVELS or not hasattr(logging, value.upper()):
        raise ConfigError("config.log_level", name, value=value, valid=list(LEVELS))
    return value.upper()


def _keys(text: str, where: str) -> tuple[str, ...]:
    keys = tuple(text.replace(",", " ").split())
    try:
        sound = all(len(urlsafe_b64decode(key)) == 32 for key in keys)
    except ValueError:
        sound = False
    if not keys or not sound:
        raise ConfigError("config.secret_key", where)
    return keys


def _first_line(path: Path) -> str | None:
    try:
        return path.read_text("utf-8").strip() or None
    except OSError:
        return None
