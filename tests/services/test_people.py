"""Users: the first one, new ones, and what may not be."""

from __future__ import annotations

import pytest

from orderloom.clock import ManualClock
from orderloom.errors import Conflict, InputError, NotFound
from orderloom.services.users import login, passwords, people
from orderloom.services.users.people import NewUser, User
from orderloom.store.db import Database
from orderloom.store.ids import Ids

NOW = 1_795_000_000_000
CLOCK = ManualClock(NOW)


def add(database: Database, *, password: str | None = None, **values: str) -> str | None:
    new = NewUser(**{"login": "anna", "name": "Anna", "role": "ops", **values})
    with database.write() as tx:
        return people.add_user(tx, new, password, NOW, Ids(tx, 1), actor="test")


def test_the_first_administrator_gets_a_password_nobody_can_guess(database: Database) -> None:
    with database.write() as tx:
        password = people.ensure_first_admin(tx, CLOCK, Ids(tx, 1))
    assert password is not None
    assert len(password) >= 16
    with database.read() as tx:
        admin = login.check_password(tx, people.FIRST_LOGIN, password)
    assert admin.role == "admin"
    assert admin.must_change_password


def test_no_two_installations_share_a_first_password() -> None:
    assert len({passwords.generate() for _ in range(200)}) == 200


def test_there_is_a_first_administrator_only_while_there_is_nobody(database: Database) -> None:
    add(database)
    with database.write() as tx:
        assert people.ensure_first_admin(tx, CLOCK, Ids(tx, 1)) is None


def test_passwords_are_kept_as_argon2_hashes_of_their_own(database: Database) -> None:
    one, two = passwords.hash_password("same"), passwords.hash_password("same")
    assert one.startswith("$argon2id$")
    assert one != two
    assert passwords.matches("same", one)
    assert not passwords.matches("other", one)
    assert not passwords.matches("same", None)


def test_a_chosen_password_is_not_told_and_need_not_be_changed(database: Database) -> None:
    assert add(database, password="quite-a-long-secret") is None
    with database.read() as tx:
        anna = login.check_password(tx, "anna", "quite-a-long-secret")
    assert not anna.must_change_password


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"login": "Anna"}, "users.bad_login"),
        ({"login": "a"}, "users.bad_login"),
        ({"login": "a b"}, "users.bad_login"),
        ({"login": "-x"}, "users.bad_login"),
        ({"login": "x" * 65}, "users.bad_login"),
        ({"role": "boss"}, "users.bad_role"),
        ({"locale": "tlh"}, "users.bad_locale"),
        ({"password": "short"}, "auth.password_short"),
    ],
)
def test_what_cannot_be_a_user_is_refused(
    database: Database, values: dict[str, str], code: str
) -> None:
    with pytest.raises(InputError) as caught:
        add(database, **values)
    assert caught.value.code == code


def test_a_login_belongs_to_one_user(database: Database) -> None:
    add(database)
    with pytest.raises(Conflict) as caught:
        add(database)
    assert caught.value.code == "users.login_taken"


def test_a_reset_ends_sessions_and_the_old_password(database: Database) -> None:
    old = add(database)
    assert old is not None
    with database.write() as tx:
        anna = login.check_password(tx, "anna", old)
        token, _ = login.open_session(tx, anna, "a", NOW)
        new = people.reset_password(tx, "anna", NOW, actor="test")
    with database.read() as tx:
        assert login.find_session(tx, token, NOW) is None
        assert login.check_password(tx, "anna", new).login == "anna"
        with pytest.raises(login.NotLoggedIn):
            login.check_password(tx, "anna", old)
    with database.write() as tx, pytest.raises(NotFound):
        people.reset_password(tx, "nobody", NOW, actor="test")


@pytest.mark.parametrize(
    ("role", "may"),
    [("viewer", ["viewer"]), ("ops", ["viewer", "ops"]), ("admin", ["viewer", "ops", "admin"])],
)
def test_a_role_includes_the_ones_below(role: str, may: list[str]) -> None:
    user = User(1, "anna", "Anna", role, "zh-CN")
    assert [r for r in people.ROLES if user.may(r)] == may
