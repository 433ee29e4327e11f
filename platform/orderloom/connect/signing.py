"""Signatures of the platforms; checked against the vendors' published vectors in the tests."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

DOUDIAN_METHODS = ("hmac-sha256", "md5")
WANGDIAN_UNITS = ("chars", "bytes")
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


def jushuitan_sign(params: Mapping[str, str], secret: str) -> str:
    """Jushuitan: the secret, then sorted parameters, without `sign` and empty ones; lower-case hex.

    The text is signed as it is, before it is URL-encoded.
    """
    pairs = (name + value for name, value in sorted(params.items()) if _counts(name, value))
    return _hex("md5", secret, (secret + "".join(pairs)).encode())


def wangdian_sign(params: Mapping[str, str], secret: str, unit: str) -> str:
    """Wangdian: names and values with their lengths, then the secret; lower-case hex.

    `unit`: what lengths are counted in, chars | bytes; they differ for Chinese text only.
    """
    pairs = ";".join(
        f"{_length(name, unit):02d}-{name}:{_length(value, unit):04d}-{value}"
        for name, value in sorted(params.items())
        if name != "sign"
    )
    return _hex("md5", secret, (pairs + secret).encode())


def _length(text: str, unit: str) -> int:
    return len(text.encode()) if unit == "bytes" else len(text)


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


def doudian_sign(named: Mapping[str, str], secret: str, method: str) -> str:
    """Douyin shops: names and values in their order between two secrets, lower-case hex.

    `named`: app_key, method, param_json, timestamp and v of a call; of a message without method and
    v. `method`: hmac-sha256 | md5.
    """
    pairs = "".join(name + value for name, value in sorted(named.items()))
    return _hex(method, secret, f"{secret}{pairs}{secret}".encode())


def doudian_event_sign(app_key: str, body: bytes, secret: str, method: str) -> str:
    """What a pushed message of Douyin shops carries as `event-sign`, lower-case hex."""
    return _hex(method, secret, app_key.encode() + body + secret.encode())


def sorted_json(value: Any) -> str:
    """Compact JSON as Douyin wants it signed: keys sorted at every level, 1.0 written as 1."""
    return json.dumps(_whole(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _whole(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: _whole(item) for key, item in value.items()}
    return [_whole(item) for item in value] if isinstance(value, list | tuple) else value


def _hex(method: str, key: str, text: bytes) -> str:
    if method == "hmac-sha256":
        return hmac.new(key.encode(), text, "sha256").hexdigest()
    if method == "md5":
        return hashlib.md5(text, usedforsecurity=False).hexdigest()
    raise ValueError(f"unknown sign method {method!r}")


def same_signature(given: str, expected: str) -> bool:
    """Compares in constant time, so that a wrong signature tells nothing about the right one."""
    return hmac.compare_digest(given.encode(), expected.encode())
