"""Signatures of the platforms; checked against the vendors' published vectors in the tests."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping

TOP_METHODS = ("hmac-sha256", "hmac", "md5")


def top_sign(params: Mapping[str, str], secret: str, method: str = "md5", body: bytes = b"") -> str:
    """Taobao Open Platform, also Qimen (which appends the request body), in upper-case hex.

    `method`: md5 | hmac (HMAC-MD5) | hmac-sha256. Empty names and values and `sign` do not count.
    """
    pairs = (name + value for name, value in sorted(params.items()) if _counts(name, value))
    text = "".join(pairs).encode() + body
    key = secret.encode()
    if method == "md5":
        return _wrapped(text, key)
    if method == "hmac":
        return hmac.new(key, text, "md5").hexdigest().upper()
    if method == "hmac-sha256":
        return hmac.new(key, text, "sha256").hexdigest().upper()
    raise ValueError(f"unknown sign method {method!r}")


def md5_sign(params: Mapping[str, str], secret: str) -> str:
    """JD and Pinduoduo: all parameters but `sign`, sorted, between two secrets, upper-case hex."""
    pairs = (name + value for name, value in sorted(params.items()) if name != "sign")
    return _wrapped("".join(pairs).encode(), secret.encode())


def _wrapped(text: bytes, key: bytes) -> str:
    return hashlib.md5(key + text + key, usedforsecurity=False).hexdigest().upper()


def _counts(name: str, value: str) -> bool:
    return bool(name) and bool(value) and name != "sign"


def dingtalk_sign(timestamp_ms: int, secret: str) -> str:
    """A DingTalk robot's signature in base64; it travels URL-encoded in the query."""
    return _hmac64(secret, f"{timestamp_ms}\n{secret}")


def feishu_sign(timestamp_s: int, secret: str) -> str:
    """A Feishu robot's signature in base64: time and secret are the key, the message is empty."""
    return _hmac64(f"{timestamp_s}\n{secret}", "")


def _hmac64(key: str, text: str) -> str:
    return base64.b64encode(hmac.digest(key.encode(), text.encode(), "sha256")).decode()


def same_signature(given: str, expected: str) -> bool:
    """Compares in constant time, so that a wrong signature tells nothing about the right one."""
    return hmac.compare_digest(given.encode(), expected.encode())
