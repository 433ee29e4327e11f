"""Logging in and staying so: counted attempts, lock-outs and sessions.

An attempt is counted before the password is looked at and taken back when it was right, so that
many guesses at once cannot slip through before the first one is counted.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256

from orderloom.errors import Forbidden, OrderloomError
from orderloom.services.users import passwords
from orderloom.services.users.people import User
from orderloom.store.db import Tx
from orderloom.store.queries import people as rows

_SECOND, _MINUTE, _HOUR, _DAY = 1000, 60_000, 3_600_000, 86_400_000
IDLE_MS = 12 * _HOUR
ABSOLUTE_MS = 7 * _DAY
TOUCH_MS = 5 * _MINUTE  # a session in use is written no more often than this
FREE_TRIES = {"login": 5, "address": 30}
LONGEST_LOCK_MS = 15 * _MINUTE
MEMORY_MS = _DAY


class NotLoggedIn(OrderloomError):
    """There is no valid session, or the log-in was refused."""


class LockedOut(OrderloomError):
    """Too many failed attempts; `where` is the number of seconds left."""


@dataclass(frozen=True)
class Session:
    """A valid session and whose it is."""

    token_hash: str
    csrf: str
    seen_at: int
    user: User


def count_attempt(tx: Tx, login: str, address: str, now: int) -> None:
    """Count one attempt against the login and the address; raises LockedOut."""
    for kind, key in _keys(login, address):
        tries = rows.count_attempt(tx, key, now, now - MEMORY_MS)
        if tries is None:
            seconds = -(-(rows.locked_until(tx, key) - now) // _SECOND)
            raise LockedOut("auth.locked", str(max(seconds, 1)), seconds=max(seconds, 1))
        rows.lock(tx, key, now + _delay(tries - FREE_TRIES[kind]))


def check_password(tx: Tx, login: str, password: str) -> User:
    """The user whose password this is; raises NotLoggedIn, the same for every reason."""
    row = rows.user_by_login(tx, login)
    right = passwords.matches(password, row.password_hash if row else None)
    if row is None or not right or row.disabled:
        raise NotLoggedIn("auth.wrong")
    return User(row.id, row.login, row.name, row.role, row.locale, row.must_change_password)


def forgive(tx: Tx, login: str, address: str) -> None:
    """The attempt was right: the login starts afresh, the address gets its one attempt back."""
    for kind, key in _keys(login, address):
        if kind == "login":
            rows.forget_attempts(tx, key)
        else:
            rows.forgive_attempt(tx, key)


def open_session(tx: Tx, user: User, address: str, now: int) -> tuple[str, Session]:
    """(token for the cookie, session). Only the token's hash is stored."""
    forgive(tx, user.login, address)
    rows.end_old_sessions(tx, now - IDLE_MS, now - ABSOLUTE_MS)
    rows.forget_old_attempts(tx, now - MEMORY_MS)
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    session = Session(_hash(token), csrf, now, user)
    values = {"token_hash": session.token_hash, "user_id": user.id, "csrf": csrf}
    rows.add_session(tx, {**values, "created_at": now, "seen_at": now})
    return token, session


def find_session(tx: Tx, token: str, now: int) -> Session | None:
    """The session a cookie stands for, unless it ended: idle too long, or too old."""
    row = rows.session_with_user(tx, _hash(token))
    if row is None or now - row.seen_at > IDLE_MS or now - row.created_at > ABSOLUTE_MS:
        return None
    user = User(row.id, row.login, row.name, row.role, row.locale, row.must_change_password)
    return Session(row.token_hash, row.csrf, row.seen_at, user)


def needs_touch(session: Session, now: int) -> bool:
    """Whether the session's last use should be written down."""
    return now - session.seen_at > TOUCH_MS


def touch(tx: Tx, session: Session, now: int) -> None:
    rows.touch_session(tx, session.token_hash, now)


def close_session(tx: Tx, session: Session) -> None:
    rows.end_session(tx, session.token_hash)


def check_csrf(expected: str, sent: str | None) -> None:
    """Raise Forbidden unless the token sent is the session's."""
    if not hmac.compare_digest(expected.encode(), (sent or "").encode()):
        raise Forbidden("auth.csrf", "X-CSRF-Token")


def _keys(login: str, address: str) -> tuple[tuple[str, str], ...]:
    # Always in this order, so that two attempts never wait for each other. Logins are kept as
    # hashes: people type passwords into the wrong field.
    return (("address", f"address:{address}"), ("login", f"login:{_hash(login.casefold())}"))


def _delay(over: int) -> int:
    return 0 if over < 0 else min(5 * _SECOND * 2 ** min(over, 20), LONGEST_LOCK_MS)


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
