"""Users, sessions and counted log-ins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from orderloom.store.db import Tx
from orderloom.store.ids import reserve
from orderloom.store.queries import AnyRow
from orderloom.store.tables import audit, login_guard, user, web_session

_PUBLIC = (user.c.id, user.c.login, user.c.name, user.c.role, user.c.locale, user.c.disabled)


def user_by_login(tx: Tx, login: str) -> AnyRow | None:
    """The whole row, password hash included."""
    return tx.execute(select(user).where(user.c.login == login)).one_or_none()


def all_users(tx: Tx) -> Sequence[AnyRow]:
    """Everybody, by login, without password hashes."""
    return tx.execute(select(*_PUBLIC, user.c.created_at).order_by(user.c.login)).all()


def any_user(tx: Tx) -> bool:
    """Whether somebody can log in at all."""
    return tx.execute(select(user.c.id).limit(1)).first() is not None


def add_user(tx: Tx, values: dict[str, Any]) -> None:
    tx.execute(insert(user).values(values))


def change_user(tx: Tx, user_id: int, values: dict[str, Any]) -> int:
    """Set columns of one user; returns the row count."""
    return tx.execute(update(user).where(user.c.id == user_id).values(values)).rowcount


def add_session(tx: Tx, values: dict[str, Any]) -> None:
    tx.execute(insert(web_session).values(values))


def session_with_user(tx: Tx, token_hash: str) -> AnyRow | None:
    """A session and the user it belongs to; none for a disabled user."""
    query = (
        select(
            web_session.c.token_hash,
            web_session.c.csrf,
            web_session.c.created_at,
            web_session.c.seen_at,
            *_PUBLIC,
            user.c.must_change_password,
        )
        .join(user, user.c.id == web_session.c.user_id)
        .where(web_session.c.token_hash == token_hash, user.c.disabled.is_(False))
    )
    return tx.execute(query).one_or_none()


def touch_session(tx: Tx, token_hash: str, now: int) -> None:
    tx.execute(
        update(web_session).where(web_session.c.token_hash == token_hash).values(seen_at=now)
    )


def end_session(tx: Tx, token_hash: str) -> None:
    tx.execute(delete(web_session).where(web_session.c.token_hash == token_hash))


def end_sessions_of(tx: Tx, user_id: int, but: str | None = None) -> None:
    """End every session of a user, except the one with the token hash `but`."""
    query = delete(web_session).where(web_session.c.user_id == user_id)
    tx.execute(query if but is None else query.where(web_session.c.token_hash != but))


def end_old_sessions(tx: Tx, seen_before: int, created_before: int) -> None:
    """Forget sessions nobody can use any more."""
    tx.execute(
        delete(web_session).where(
            (web_session.c.seen_at < seen_before) | (web_session.c.created_at < created_before)
        )
    )


def count_attempt(tx: Tx, key: str, now: int, forget_before: int) -> int | None:
    """Count one more attempt unless the key is locked: attempts so far, or None when locked.

    One statement, so that many guesses at once cannot all slip through before the first is counted.
    """
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    old = login_guard.c
    statement = dialect.insert(login_guard).values(
        key=key, failures=1, locked_until=0, changed_at=now
    )
    counted = statement.on_conflict_do_update(
        index_elements=["key"],
        set_={
            "failures": case((old.changed_at < forget_before, 1), else_=old.failures + 1),
            "changed_at": now,
        },
        where=old.locked_until <= now,
    )
    return tx.execute(counted.returning(login_guard.c.failures)).scalar_one_or_none()


def lock(tx: Tx, key: str, until: int) -> None:
    tx.execute(update(login_guard).where(login_guard.c.key == key).values(locked_until=until))


def locked_until(tx: Tx, key: str) -> int:
    """Until when a key is locked (epoch ms), 0 when it is not."""
    query = select(login_guard.c.locked_until).where(login_guard.c.key == key)
    return tx.execute(query).scalar_one_or_none() or 0


def forget_attempts(tx: Tx, key: str) -> None:
    tx.execute(delete(login_guard).where(login_guard.c.key == key))


def forgive_attempt(tx: Tx, key: str) -> None:
    """Take back the one attempt that turned out to be right."""
    tx.execute(
        update(login_guard)
        .where(login_guard.c.key == key)
        .values(failures=func.abs(login_guard.c.failures - 1), locked_until=0)
    )


def forget_old_attempts(tx: Tx, before: int) -> None:
    tx.execute(delete(login_guard).where(login_guard.c.changed_at < before))


def add_audit(
    tx: Tx, at: int, actor: str, action: str, subject: str, detail: dict[str, Any]
) -> None:
    """Who did what to what."""
    (row_id,) = reserve(tx, 1)
    values = {"at": at, "actor": actor, "action": action, "subject": subject, "detail": detail}
    tx.execute(insert(audit).values(id=row_id, **values))
