"""Values that go out to browsers and must come back unchanged."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from hashlib import sha256
from typing import Any

import orjson

_SIZE = 16


class Signer:
    """Each purpose signs with a key of its own, made from the installation's.

    `older`: keys from before; what they signed is still recognised by `is_token`.
    """

    def __init__(self, secret: str, *older: str) -> None:
        self._secret = secret.encode()
        self._all = (self._secret, *(key.encode() for key in older))

    def token(self, purpose: str, value: str) -> str:
        """A token only this installation can make for a value."""
        return _text(self._sign(purpose, value.encode(), 32))

    def is_token(self, purpose: str, value: str, given: str) -> bool:
        """Whether `given` is this installation's token for a value; takes as long either way."""
        content = value.encode()
        tokens = [_text(_sign(secret, purpose, content)) for secret in self._all]
        found = [hmac.compare_digest(token.encode(), given.encode()) for token in tokens]
        return any(found)

    def seal(self, purpose: str, document: Any) -> str:
        """A JSON document as opaque text."""
        content = orjson.dumps(document)
        return _text(self._sign(purpose, content, _SIZE) + content)

    def open(self, purpose: str, sealed: str) -> Any:
        """The document again; raises ValueError for anything not sealed here for this purpose."""
        try:
            raw = urlsafe_b64decode(sealed.encode("ascii") + b"=" * (-len(sealed) % 4))
        except ValueError as error:
            raise ValueError("unsealed") from error
        signature, content = raw[:_SIZE], raw[_SIZE:]
        if not hmac.compare_digest(signature, self._sign(purpose, content, _SIZE)):
            raise ValueError("unsealed")
        return orjson.loads(content)

    def _sign(self, purpose: str, content: bytes, size: int) -> bytes:
        return _sign(self._secret, purpose, content)[:size]


def _sign(secret: bytes, purpose: str, content: bytes) -> bytes:
    return hmac.digest(_key(secret, purpose), content, sha256)


@lru_cache(maxsize=64)
def _key(secret: bytes, purpose: str) -> bytes:
    return hmac.digest(secret, purpose.encode(), sha256)


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
