"""Secrets at rest: encrypted with a key that lives beside the database, never in it."""

from __future__ import annotations

from typing import Any

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from orderloom.errors import ConfigError


class Cipher:
    """`keys`: the newest first; older ones still open what they closed."""

    def __init__(self, *keys: str) -> None:
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise ConfigError("config.secret_key", "ORDERLOOM_SECRET_KEY") from error

    def close(self, values: dict[str, Any]) -> bytes:
        """Encrypt a record of secret settings."""
        return self._fernet.encrypt(orjson.dumps(values))

    def open(self, token: bytes) -> dict[str, Any]:
        """Decrypt; raises ConfigError when the key is not the one that closed it."""
        try:
            values: dict[str, Any] = orjson.loads(self._fernet.decrypt(bytes(token)))
        except InvalidToken as error:
            raise ConfigError("config.secret_key_changed", "ORDERLOOM_SECRET_KEY") from error
        return values


def new_key() -> str:
    """A fresh key."""
    return Fernet.generate_key().decode()
