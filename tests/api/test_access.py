"""Who may call what: every address is closed unless it says otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from orderloom.api.access import needs
from tests.support.site import CSRF, Site

# Everything that may be seen without logging in. A new entry here is a decision, not an accident.
PUBLIC = {
    ("GET", "/"),
    ("GET", "/app/"),
    ("GET", "/app/<path:path>"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
    ("GET", "/api/v1/session"),
    ("POST", "/api/v1/session"),
}
# Platforms call these without logging in; the view checks a token and a signature.
FOR_PLATFORMS = {(method, "/hooks/<ident:connection_id>/<token>") for method in ("GET", "POST")}
OPEN = PUBLIC | FOR_PLATFORMS
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}


def calls(app: Flask) -> Iterator[tuple[str, Rule]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, rule


def address(rule: Rule) -> str:
    return re.sub(r"<ident:\w+>", "1", rule.rule)


def test_every_call_needs_a_login_except_the_listed_ones(lite: Site) -> None:
    browser = lite.browser()
    browser.hello()
    closed = [(m, r) for m, r in calls(lite.app) if (m, r.rule) not in OPEN]
    assert len(closed) >= 10
    for method, rule in closed:
        response = browser.send(method, address(rule), {} if method in CHANGING else None)
        assert (response.status_code, response.get_json()["code"]) == (401, "auth.required"), rule


def test_the_list_of_public_calls_holds_nothing_that_is_gone(lite: Site) -> None:
    assert {(m, r.rule) for m, r in calls(lite.app)} >= OPEN


def test_a_view_that_says_nothing_is_closed_even_to_administrators(lite: Site) -> None:
    lite.app = lite.make_app(alone=True)
    lite.app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    response = lite.signed_in("admin").get("/forgotten")
    assert (response.status_code, response.get_json()["code"]) == (403, "auth.closed")


def test_a_view_may_only_name_a_role_there_is() -> None:
    with pytest.raises(ValueError, match="boss"):
        needs("boss")


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("ops", 404), ("admin", 404)])
def test_roles_are_checked_on_the_server(lite: Site, role: str, status: int) -> None:
    response = lite.signed_in(role).send("POST", "/api/v1/exceptions/1/retry", {})
    assert response.status_code == status
    if status == 403:
        problem = response.get_json()
        assert problem["code"] == "auth.role"
        assert "运营" in problem["how"]


def test_every_change_needs_the_anti_forgery_token(lite: Site) -> None:
    browser = lite.signed_in("admin")
    changes = [
        (m, r) for m, r in calls(lite.app) if m in CHANGING and (m, r.rule) not in FOR_PLATFORMS
    ]
    assert len(changes) >= 5
    for method, rule in changes:
        for token in ("", "x", lite.signed_in("admin").csrf):
            response = browser.send(method, address(rule), {}, headers={CSRF: token})
            problem = response.get_json()
            assert (response.status_code, problem["code"]) == (403, "auth.csrf"), (rule, token)
    assert browser.get("/api/v1/flow").status_code == 200  # nothing logged us out


def test_a_log_in_needs_the_token_of_the_same_browser(lite: Site) -> None:
    lite.add_user("anna")
    stranger, browser = lite.browser(), lite.browser()
    stranger.hello()
    browser.hello()
    body = {"login": "anna", "password": "correct-horse-battery"}
    forged = browser.send("POST", "/api/v1/session", body, headers={CSRF: stranger.csrf})
    assert (forged.status_code, forged.get_json()["code"]) == (403, "auth.csrf")
    assert browser.send("POST", "/api/v1/session", body).status_code == 200


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(lite: Site) -> None:
    lite.add_user("anna")
    plain = lite.browser().log_in("anna").headers.get_all("Set-Cookie")
    secure = lite.browser().log_in("anna", base_url="https://hub.example/")
    assert secure.status_code == 403  # the visitor cookie was given for http
    browser = lite.browser()
    browser.csrf = browser.get("/api/v1/session", base_url="https://hub.example/").get_json()[
        "csrf"
    ]
    body = {"login": "anna", "password": "correct-horse-battery"}
    answer = browser.send("POST", "/api/v1/session", body, base_url="https://hub.example/")
    (cookie,) = [c for c in plain if c.startswith("orderloom_session=")]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    (cookie,) = [c for c in answer.headers.get_all("Set-Cookie") if "orderloom_session" in c]
    assert "Secure" in cookie
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_a_proxy_is_believed_only_where_one_is_declared(lite: Site) -> None:
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    believed = Site(lite.database, lite.settings.home, proxies=1)
    assert not _is_secure(lite, forwarded)
    assert _is_secure(believed, forwarded)


def _is_secure(site: Site, headers: dict[str, str]) -> bool:
    response = site.app.test_client().get("/api/v1/session", headers=headers)
    return "Secure" in response.headers["Set-Cookie"]
