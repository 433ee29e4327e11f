"""Hashing, checking and generating passwords."""

from __future__ import annotations

import secrets
import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from orderloom.errors import InputError

LEAST, MOST = 10, 200
_HASHER = PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)
# 32 MiB each: without a bound, a burst of log-ins would eat the machine's memory.
_AT_ONCE = threading.BoundedSemaphore(2)
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike


def hash_password(password: str) -> str:
    with _AT_ONCE:
        return _HASHER.hash(password)


def matches(password: str, password_hash: str | None) -> bool:
    """Whether the password is right; takes as long when there is no hash to compare with."""
    with _AT_ONCE:
        try:
            _HASHER.verify(password_hash or _nobodys_hash(), password)
        except VerifyMismatchError:
            return False
    return password_hash is not None


def generate() -> str:
    """A password nobody can guess and anybody can type: four groups of four."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def check_new(password: str, login: str, current: str | None = None) -> None:
    """Raise InputError for a password that is too short, too long or too easy to guess."""
    if len(password) < LEAST:
        raise InputError("auth.password_short", "new", least=LEAST)
    if len(password) > MOST:
        raise InputError("auth.password_long", "new", most=MOST)
    if len(set(password)) < 4 or login in password.lower() or password == current:
        raise InputError("auth.password_guessable", "new")


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash(secrets.token_hex(16))
