"""The first administrator's password: made once, kept in a private file until it is changed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from orderloom.clock import Clock
from orderloom.config import Settings
from orderloom.run.files import write_private
from orderloom.services.users import people
from orderloom.store.db import Database
from orderloom.store.ids import Ids
from orderloom.store.queries.people import user_by_login


@dataclass(frozen=True)
class FirstLogin:
    """`password` only when it was made just now; `file` while it still holds."""

    login: str
    password: str | None
    file: Path


def ensure(settings: Settings, database: Database, clock: Clock) -> FirstLogin | None:
    """Make the first administrator if there is nobody; None once the password was changed."""
    file = settings.home / "first-login"
    with database.write() as tx:
        password = people.ensure_first_admin(tx, clock, Ids(tx, 1))
        if password is not None:
            # Before the commit: a file too many is harmless, a lost password is not.
            write_private(file, f"{people.FIRST_LOGIN}\n{password}\n")
            return FirstLogin(people.FIRST_LOGIN, password, file)
        admin = user_by_login(tx, people.FIRST_LOGIN)
    if file.exists() and admin is not None and admin.must_change_password:
        return FirstLogin(people.FIRST_LOGIN, None, file)
    file.unlink(missing_ok=True)
    return None
