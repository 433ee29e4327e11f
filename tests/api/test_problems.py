"""Every error has one shape, in the user's language, and tells no secrets."""

from __future__ import annotations

import logging
from io import RawIOBase
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from werkzeug.test import EnvironBuilder, TestResponse, run_wsgi_app

from orderloom.api.access import PUBLIC, needs
from orderloom.texts import catalogue
from tests.support.site import Browser, Site


@pytest.fixture
def ops(lite: Site) -> Browser:
    return lite.signed_in("ops")


def problem(response: TestResponse, status: int, code: str) -> dict[str, Any]:
    """The body, checked for the one shape."""
    assert response.status_code == status, response.get_data(as_text=True)
    body: dict[str, Any] = response.get_json()
    assert set(body) == {"code", "message", "where", "how", "errors"}
    assert body["code"] == code
    assert body["code"] in catalogue()
    assert body["message"] != code
    return body


def test_no_such_address(ops: Browser) -> None:
    problem(ops.get("/api/v1/nowhere"), 404, "request.not_found")
    problem(ops.get("/api/v1/orders/abc"), 404, "request.not_found")
    problem(ops.get(f"/api/v1/orders/{2**63}"), 404, "request.not_found")


def test_no_such_order(ops: Browser) -> None:
    assert problem(ops.get("/api/v1/orders/77"), 404, "orders.not_found")["where"] == "77"


def test_wrong_method(ops: Browser) -> None:
    response = ops.send("PUT", "/api/v1/flow", {})
    body = problem(response, 405, "request.method")
    assert "GET" in body["how"]
    assert "GET" in response.headers["Allow"]


def test_a_body_that_is_too_large(ops: Browser) -> None:
    body = {"login": "x" * 3_000_000, "password": ""}
    problem(ops.send("POST", "/api/v1/session", body), 413, "request.too_large")


def test_a_body_of_unknown_length_is_bounded_as_well(lite: Site) -> None:
    builder = EnvironBuilder("/api/v1/session", method="PATCH", content_type="application/json")
    environ = builder.get_environ()
    environ.pop("CONTENT_LENGTH", None)
    browser = lite.signed_in("ops")
    cookie = browser.client.get_cookie("orderloom_session")
    assert cookie is not None
    environ |= {
        "wsgi.input": _Endless(),
        "wsgi.input_terminated": True,
        "HTTP_X_CSRF_TOKEN": browser.csrf,
        "HTTP_COOKIE": f"orderloom_session={cookie.value}",
    }
    answer = TestResponse(*run_wsgi_app(lite.app, environ), builder.get_request())
    problem(answer, 413, "request.too_large")


class _Endless(RawIOBase):
    """A body that never ends."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        buffer[:] = b" " * len(buffer)
        return len(buffer)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_that_is_not_json(ops: Browser, kind: str) -> None:
    response = ops.send("PATCH", "/api/v1/session", data=b"locale=en", content_type=kind)
    problem(response, 415, "request.not_json")


@pytest.mark.parametrize(
    "body",
    [b"{", b'{"locale": "e', b"\xff\xfe", b'{"locale": NaN}', b"[" * 100_000, b'"\\ud800"'],
)
def test_broken_json(ops: Browser, body: bytes) -> None:
    response = ops.send("PATCH", "/api/v1/session", data=body, content_type="application/json")
    problem(response, 422, "request.bad_json")


@pytest.mark.parametrize("body", [[], 1, "x"])
def test_json_of_another_shape(ops: Browser, body: Any) -> None:
    response = ops.send("PATCH", "/api/v1/session", json=body)
    errors = problem(response, 422, "request.invalid")["errors"]
    assert errors[0]["message"] in ("这里应是一个 JSON 对象。", "必填。")


def test_every_wrong_field_is_named_in_words(ops: Browser) -> None:
    asked = "limit=0&sort=up&warehouse=x&placed_from=yesterday&nonsense=1&q=%00"
    body = problem(ops.get(f"/api/v1/orders?{asked}"), 422, "request.invalid")
    found = {error["field"]: error["message"] for error in body["errors"]}
    assert set(found) == {"limit", "sort", "warehouse", "placed_from", "nonsense", "q"}
    assert "1-200" in found["limit"]
    assert "-placed_at" in found["sort"]
    assert "6" in body["message"]
    assert not [m for m in found.values() if m.startswith("field.")]


def test_unknown_fields_of_a_body_are_errors(ops: Browser) -> None:
    response = ops.send("PATCH", "/api/v1/session", {"locale": "en", "role": "admin"})
    errors = problem(response, 422, "request.invalid")["errors"]
    assert errors == [{"field": "role", "message": "没有这个字段。"}]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("en", "There is no such order."),
        ("en-GB,en;q=0.9", "There is no such order."),
        ("zh-CN,zh;q=0.9,en;q=0.8", "没有这个订单。"),
        ("fr,en;q=0.5", "There is no such order."),
        ("fr", "没有这个订单。"),
        ("", "没有这个订单。"),
        ("\x00;;q=,,=", "没有这个订单。"),
    ],
)
def test_the_language_is_the_one_asked_for(lite: Site, asked: str, expected: str) -> None:
    response = lite.signed_in("ops", asked).get("/api/v1/orders/77")
    assert response.get_json()["message"] == expected


def test_without_a_language_asked_for_it_is_the_users_own(lite: Site) -> None:
    browser = lite.signed_in("ops", "")
    browser.send("PATCH", "/api/v1/session", {"locale": "en"})
    assert browser.get("/api/v1/orders/77").get_json()["message"] == "There is no such order."


def test_a_fault_of_ours_tells_a_reference_and_nothing_else(
    lite: Site, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> str:
        raise RuntimeError("the password is hunter2")

    lite.app = lite.make_app(alone=True)
    lite.app.add_url_rule("/fail", "fail", needs(PUBLIC)(fail))
    with caplog.at_level(logging.ERROR):
        response = lite.browser("en").get("/fail")
    body = problem(response, 500, "server.error")
    assert "hunter2" not in response.get_data(as_text=True)
    assert "Traceback" not in response.get_data(as_text=True)
    (record,) = caplog.records
    assert record.__dict__["reference"] == body["where"]
    assert body["where"] in body["message"]
    assert record.exc_info is not None
    assert record.exc_info[0] is RuntimeError


def test_a_database_that_cannot_be_reached_is_said_to_be_so(
    lite: Site, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> str:
        raise OperationalError("SELECT 1", {}, Exception("no route"))

    lite.app = lite.make_app(alone=True)
    lite.app.add_url_rule("/fail", "fail", needs(PUBLIC)(fail))
    body = problem(lite.browser("en").get("/fail"), 503, "server.database")
    assert body["where"] == caplog.records[-1].__dict__["reference"]
