"""Logging in, staying so, and being kept out."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median

import pytest
from sqlalchemy import text

from orderloom.services.users import login, passwords
from tests.support.site import PASSWORD, Browser, Site

HOUR = 3_600_000
DAY = 24 * HOUR


@pytest.fixture
def anna(site: Site) -> Browser:
    site.add_user("anna", "viewer")
    browser = site.browser()
    assert browser.log_in("anna").status_code == 200
    return browser


def test_the_session_says_who_is_logged_in(site: Site, anna: Browser) -> None:
    session = anna.hello()
    assert session["user"]["login"] == "anna"
    assert session["user"]["role"] == "viewer"
    assert isinstance(session["user"]["id"], str)
    assert session["hub"] == {
        "title": "Orderloom",
        "zone": "Asia/Shanghai",
        "version": session["hub"]["version"],
        "demo": False,
        "demo_page": None,
    }
    assert site.browser().hello()["user"] is None


def test_logins_are_one_whatever_their_case(site: Site) -> None:
    site.add_user("anna")
    assert site.browser().log_in(" Anna ").status_code == 200


def test_only_a_hash_of_the_token_is_stored(site: Site, anna: Browser) -> None:
    cookie = anna.client.get_cookie("orderloom_session")
    assert cookie is not None
    with site.database.read() as tx:
        stored = tx.execute(text("SELECT * FROM web_session")).mappings().one()
    assert cookie.value not in str(dict(stored))
    assert len(stored["token_hash"]) == 64


def test_a_new_log_in_gets_a_new_token(site: Site, anna: Browser) -> None:
    before = anna.client.get_cookie("orderloom_session")
    anna.log_in("anna")
    after = anna.client.get_cookie("orderloom_session")
    assert before is not None
    assert after is not None
    assert before.value != after.value


def test_a_session_ends_when_it_is_idle_for_twelve_hours(site: Site, anna: Browser) -> None:
    site.manual.advance(12 * HOUR)
    assert anna.get("/api/v1/flow").status_code == 200
    site.manual.advance(12 * HOUR + 1)
    assert anna.get("/api/v1/flow").status_code == 401


def test_a_session_whose_use_cannot_be_noted_still_counts(lite: Site) -> None:
    """As when the disk is full: looking things up needs no space."""
    lite.add_user("reader", "viewer")
    browser = lite.browser()
    browser.log_in("reader")
    with lite.database.write() as tx:
        full = "BEGIN SELECT RAISE(ABORT, 'full'); END"
        tx.exec_driver_sql(f"CREATE TRIGGER full BEFORE UPDATE ON web_session {full}")
    lite.manual.advance(HOUR)
    assert browser.hello()["user"]["login"] == "reader"


def test_a_session_ends_after_seven_days_however_busy(site: Site, anna: Browser) -> None:
    for _ in range(14):
        assert anna.get("/api/v1/flow").status_code == 200
        site.manual.advance(12 * HOUR)
    assert anna.get("/api/v1/flow").status_code == 200
    site.manual.advance(1)
    assert anna.get("/api/v1/flow").status_code == 401


def test_logging_out_ends_the_session_on_the_server(site: Site, anna: Browser) -> None:
    cookie = anna.client.get_cookie("orderloom_session")
    assert cookie is not None
    assert anna.send("DELETE", "/api/v1/session").status_code == 204
    assert anna.client.get_cookie("orderloom_session") is None
    anna.client.set_cookie("orderloom_session", cookie.value)
    assert anna.get("/api/v1/flow").status_code == 401


def test_a_disabled_user_is_out_at_once(site: Site, anna: Browser) -> None:
    with site.database.write() as tx:
        tx.execute(text("UPDATE \"user\" SET disabled = true WHERE login = 'anna'"))
    assert anna.get("/api/v1/flow").status_code == 401
    assert site.browser().log_in("anna").get_json()["code"] == "auth.wrong"


def test_a_new_password_ends_all_other_sessions(site: Site, anna: Browser) -> None:
    other = site.browser()
    other.log_in("anna")
    body = {"current": PASSWORD, "new": "quite-another-secret"}
    assert anna.send("POST", "/api/v1/session/password", body).status_code == 204
    assert anna.get("/api/v1/flow").status_code == 200
    assert other.get("/api/v1/flow").status_code == 401
    assert site.browser().log_in("anna").status_code == 401
    assert site.browser().log_in("anna", "quite-another-secret").status_code == 200


@pytest.mark.parametrize(
    ("new", "code"),
    [
        ("short", "auth.password_short"),
        ("x" * 201, "auth.password_long"),
        ("aaaaaaaaaaaa", "auth.password_guessable"),
        ("my-anna-2026", "auth.password_guessable"),
        (PASSWORD, "auth.password_guessable"),
    ],
)
def test_a_weak_new_password_is_refused(anna: Browser, new: str, code: str) -> None:
    body = {"current": PASSWORD, "new": new}
    problem = anna.send("POST", "/api/v1/session/password", body).get_json()
    assert (problem["code"], problem["where"]) == (code, "new")


def test_the_current_password_must_be_right_and_guessing_it_is_counted(anna: Browser) -> None:
    body = {"current": "not my password", "new": "quite-another-secret"}
    codes = [
        anna.send("POST", "/api/v1/session/password", body).get_json()["code"] for _ in range(6)
    ]
    assert codes == ["auth.current_wrong"] * 5 + ["auth.locked"]


def test_the_language_is_kept_with_the_user(site: Site, anna: Browser) -> None:
    answer = anna.send("PATCH", "/api/v1/session", {"locale": "en"})
    assert answer.get_json()["user"]["locale"] == "en"
    assert anna.hello()["user"]["locale"] == "en"
    assert anna.send("PATCH", "/api/v1/session", {"locale": "tlh"}).status_code == 422


# -- lock-out ----------------------------------------------------------------------------------


def attempts(browser: Browser, name: str, count: int) -> list[int]:
    return [browser.log_in(name, "wrong").status_code for _ in range(count)]


def test_too_many_failures_lock_even_the_right_password_out(site: Site) -> None:
    site.add_user("anna")
    browser = site.browser()
    assert attempts(browser, "anna", 6) == [401] * 5 + [429]
    refused = browser.log_in("anna")
    problem = refused.get_json()
    assert (refused.status_code, problem["code"], problem["where"]) == (429, "auth.locked", "5")
    assert refused.headers["Retry-After"] == "5"
    site.manual.advance(5000)
    assert browser.log_in("anna").status_code == 200


def test_the_lock_grows_with_every_failure_and_has_an_end(site: Site) -> None:
    site.add_user("anna")
    browser = site.browser()
    attempts(browser, "anna", 5)
    waits = []
    for _ in range(12):
        seconds = int(browser.log_in("anna", "wrong").get_json()["where"])
        waits.append(seconds)
        site.manual.advance(seconds * 1000)
        assert browser.log_in("anna", "wrong").status_code == 401
    assert waits[:4] == [5, 10, 20, 40]
    assert waits[-1] == 900
    site.manual.advance(DAY + 1)
    assert attempts(browser, "anna", 5) == [401] * 5  # a day later all is forgotten


def test_success_starts_the_count_afresh(site: Site) -> None:
    site.add_user("anna")
    browser = site.browser()
    for _ in range(3):
        assert attempts(browser, "anna", 4) == [401] * 4
        assert browser.log_in("anna").status_code == 200


def test_an_address_that_tries_many_logins_is_locked_for_all_of_them(site: Site) -> None:
    for name in ("anna", *(f"user{n}" for n in range(31))):
        site.add_user(name)
    browser = site.browser()
    found = [browser.log_in(f"user{n}", "wrong").status_code for n in range(31)]
    assert found == [401] * 30 + [429]
    assert browser.log_in("anna").status_code == 429
    elsewhere = site.browser()
    elsewhere.client.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    assert elsewhere.log_in("anna").status_code == 200


def test_many_guesses_at_once_are_all_counted(site: Site) -> None:
    site.add_user("anna")
    browsers = [site.browser() for _ in range(16)]
    for browser in browsers:
        browser.hello()
    body = {"login": "anna", "password": "wrong"}
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda b: b.send("POST", "/api/v1/session", body), browsers))
    assert sorted(a.status_code for a in answers) == [401] * 5 + [429] * 11


# -- nobody learns which logins exist ------------------------------------------------------------


def test_an_unknown_login_is_answered_and_locked_like_a_known_one(site: Site) -> None:
    site.add_user("anna")
    answers = []
    for name in ("anna", "nobody"):
        browser = site.browser()
        tries = [browser.log_in(name, "wrong") for _ in range(7)]
        answers.append([(t.status_code, t.get_json()) for t in tries])
        with site.database.write() as tx:
            tx.execute(text("DELETE FROM login_guard WHERE key LIKE 'address:%'"))
    assert answers[0] == answers[1]


def test_an_unknown_login_costs_as_much_as_a_known_one(lite: Site) -> None:
    lite.add_user("anna", password_hash=passwords.hash_password(PASSWORD))
    assert lite.browser().log_in("warm", "up").status_code == 401
    known, unknown = ([_seconds(lite, f"{name}") for _ in range(4)] for name in ("anna", "nobody"))
    assert median(unknown) > median(known) / 5


def test_without_the_hash_for_nobody_the_difference_would_show(lite: Site) -> None:
    """The control: how long an answer takes when no hash is computed."""
    lite.add_user("anna", password_hash=passwords.hash_password(PASSWORD))
    hashed = median(_seconds(lite, "anna") for _ in range(4))
    browser = lite.browser()
    started = time.perf_counter()
    browser.hello()
    assert time.perf_counter() - started < hashed / 5


def _seconds(site: Site, name: str) -> float:
    browser = site.browser()
    browser.hello()
    started = time.perf_counter()
    browser.send("POST", "/api/v1/session", {"login": name, "password": "wrong"})
    return time.perf_counter() - started


def test_old_attempts_and_sessions_are_forgotten(site: Site, anna: Browser) -> None:
    attempts(site.browser(), "nobody", 3)
    site.manual.advance(8 * DAY)
    site.browser().log_in("anna")
    with site.database.read() as tx:
        guards = tx.execute(text("SELECT key FROM login_guard")).scalars().all()
        sessions = tx.execute(text("SELECT count(*) FROM web_session")).scalar_one()
    assert [key.split(":")[0] for key in guards] == ["address"]
    assert sessions == 1


def test_what_is_typed_as_a_login_is_not_stored(site: Site) -> None:
    site.browser().log_in("my secret by mistake", "wrong")
    with site.database.read() as tx:
        keys = tx.execute(text("SELECT key FROM login_guard")).scalars().all()
    assert not [key for key in keys if "secret" in key]


def test_an_attempt_is_forgiven_only_to_the_address_that_was_right(site: Site) -> None:
    site.add_user("anna")
    with site.database.write() as tx:
        login.count_attempt(tx, "anna", "198.51.100.7", site.manual.now())
    site.browser().log_in("anna")
    with site.database.read() as tx:
        query = text("SELECT key, failures FROM login_guard ORDER BY key")
        guards = {row.key: row.failures for row in tx.execute(query)}
    assert guards == {"address:127.0.0.1": 0, "address:198.51.100.7": 1}
