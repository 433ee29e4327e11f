"""Who may use the hub: users, their roles and passwords."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy.exc import IntegrityError

from orderloom.clock import Clock
from orderloom.errors import Conflict, Forbidden, InputError, NotFound
from orderloom.services.users import passwords
from orderloom.store.db import Tx
from orderloom.store.queries import people as rows

ROLES = ("viewer", "ops", "admin")  # each may do all the ones before it may
LOCALES = ("zh-CN", "en")
FIRST_LOGIN = "admin"
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")


class NextId(Protocol):
    """Hands out fresh ids (see `store.ids.Ids`)."""

    def next(self) -> int: ...


@dataclass(frozen=True)
class User:
    """Somebody who is logged in."""

    id: int
    login: str
    name: str
    role: str
    locale: str
    must_change_password: bool = False

    def may(self, role: str) -> bool:
        """Whether this user's role includes `role`."""
        return ROLES.index(self.role) >= ROLES.index(role)


@dataclass(frozen=True)
class NewUser:
    """What an administrator says about a new user."""

    login: str
    name: str
    role: str
    locale: str = LOCALES[0]


def ensure_first_admin(tx: Tx, clock: Clock, ids: NextId) -> str | None:
    """The generated password of the first administrator, or None if there are users already."""
    if rows.any_user(tx):
        return None
    new = NewUser(FIRST_LOGIN, FIRST_LOGIN, "admin")
    return add_user(tx, new, None, clock.now(), ids, actor="hub")


def add_user(
    tx: Tx, new: NewUser, password: str | None, now: int, ids: NextId, *, actor: str
) -> str | None:
    """Add a user; returns the password if one had to be generated.

    Raises InputError for a bad login, role or password, Conflict for a login that is taken.
    """
    _check(new)
    generated = passwords.generate() if password is None else None
    if password is not None:
        passwords.check_new(password, new.login)
    values = {
        "id": ids.next(),
        "login": new.login,
        "name": new.name,
        "role": new.role,
        "locale": new.locale,
        "password_hash": passwords.hash_password(generated or password or ""),
        "must_change_password": generated is not None,
        "created_at": now,
    }
    try:
        rows.add_user(tx, values)
    except IntegrityError as error:
        raise Conflict("users.login_taken", new.login, login=new.login) from error
    rows.add_audit(tx, now, actor, "user.add", new.login, {"role": new.role})
    return generated


def _check(new: NewUser) -> None:
    if not _LOGIN.fullmatch(new.login):
        raise InputError("users.bad_login", "login", login=new.login)
    if new.role not in ROLES:
        raise InputError("users.bad_role", "role", role=new.role, valid=list(ROLES))
    if new.locale not in LOCALES:
        raise InputError("users.bad_locale", "locale", locale=new.locale, valid=list(LOCALES))


def reset_password(tx: Tx, login: str, now: int, *, actor: str) -> str:
    """Give a user a fresh generated password, and end their sessions."""
    user = rows.user_by_login(tx, login)
    if user is None:
        raise NotFound("users.not_found", login, login=login)
    password = passwords.generate()
    hashed = passwords.hash_password(password)
    rows.change_user(tx, user.id, {"password_hash": hashed, "must_change_password": True})
    rows.end_sessions_of(tx, user.id)
    rows.add_audit(tx, now, actor, "user.reset_password", login, {})
    return password


def check_current(tx: Tx, user: User, password: str) -> None:
    """Raise Forbidden unless this is the user's password now."""
    row = rows.user_by_login(tx, user.login)
    if row is None or not passwords.matches(password, row.password_hash):
        raise Forbidden("auth.current_wrong", "current")


def prepare_password(user: User, current: str, new: str) -> str:
    """The hash of a new password; raises InputError for a bad one. Slow: outside transactions."""
    passwords.check_new(new, user.login, current)
    return passwords.hash_password(new)


def change_password(tx: Tx, user: User, prepared: str, now: int, *, keep: str) -> None:
    """Put a prepared password in place; sessions other than `keep` (a token hash) end."""
    rows.change_user(tx, user.id, {"password_hash": prepared, "must_change_password": False})
    rows.end_sessions_of(tx, user.id, but=keep)
    rows.add_audit(tx, now, user.login, "user.change_password", user.login, {})


def set_locale(tx: Tx, user: User, locale: str) -> None:
    rows.change_user(tx, user.id, {"locale": locale})


def all_users(tx: Tx) -> Sequence[Any]:
    """Everybody, by login."""
    return rows.all_users(tx)
