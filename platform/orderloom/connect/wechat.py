"""Messages WeChat pushes: signed with SHA-1, enciphered with AES-256-CBC.

Inside the cipher: 16 random bytes, the length of the message in four, the message, and whose it
is; padded to blocks of 32. The standard library has no AES.
"""

from __future__ import annotations

import hashlib
import secrets
from base64 import b64decode, b64encode

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

_RANDOM, _LENGTH, _BLOCK = 16, 4, 32


def wechat_sign(*parts: str) -> str:
    """Token, time stamp, nonce, and of a message its cipher: sorted, joined, lower-case hex."""
    text = "".join(sorted(parts))
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def wechat_open(cipher: str, key_text: str, owner: str) -> str:
    """The message inside; ValueError when key or owner are others, or it is no such message.

    `key_text`: the 43 characters called EncodingAESKey.
    """
    try:
        step = _aes(_key(key_text)).decryptor()
        framed = step.update(b64decode(cipher, validate=True)) + step.finalize()
        start = _RANDOM + _LENGTH
        end = start + int.from_bytes(framed[_RANDOM:start])
        if framed[end : len(framed) - framed[-1]] != owner.encode():
            raise ValueError("owner")
        return framed[start:end].decode()
    except (ValueError, IndexError):
        raise ValueError("not a WeChat message for this owner and key") from None


def wechat_seal(message: str, key_text: str, owner: str) -> str:
    """The cipher of a message, as the platform makes it."""
    key, text = _key(key_text), message.encode()
    framed = secrets.token_bytes(_RANDOM) + len(text).to_bytes(_LENGTH) + text + owner.encode()
    padding = _BLOCK - len(framed) % _BLOCK
    step = _aes(key).encryptor()
    return b64encode(step.update(framed + bytes([padding]) * padding) + step.finalize()).decode()


def _aes(key: bytes) -> Cipher[CBC]:
    return Cipher(AES(key), CBC(key[:16]))


def _key(text: str) -> bytes:
    key = b64decode(f"{text}=", validate=True)
    if len(key) != _BLOCK:
        raise ValueError("EncodingAESKey")
    return key
