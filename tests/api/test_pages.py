"""The browser app's page, its files, and the headers everything carries."""

from __future__ import annotations

import gzip
import re

import pytest

from tests.support.site import Site

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{}'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


@pytest.fixture
def built(lite: Site) -> Site:
    assets = lite.ui / "assets"
    assets.mkdir(parents=True)
    (lite.ui / "index.html").write_text('<meta name="csp-nonce" content="__NONCE__">织单')
    (lite.ui / "mark.svg").write_text("<svg/>")
    (assets / "app-1a2b.js").write_text("let x = 1;" * 100)
    (lite.settings.home / "secret.key").write_text("not for you")
    return lite


def test_the_start_page_is_the_app(built: Site) -> None:
    response = built.browser().get("/")
    assert (response.status_code, response.headers["Location"]) == (302, "/app/")


def test_every_page_has_a_nonce_of_its_own(built: Site) -> None:
    nonces = set()
    for path in ("/app/", "/app/", "/app/orders/123"):
        response = built.browser().get(path)
        (nonce,) = re.findall(r'content="([^"]+)"', response.get_data(as_text=True))
        assert response.headers["Content-Security-Policy"] == POLICY.format(nonce)
        assert response.headers["Cache-Control"] == "no-store"
        assert len(nonce) >= 20
        nonces.add(nonce)
    assert len(nonces) == 3


def test_hashed_files_are_kept_for_ever_and_others_are_not(built: Site) -> None:
    browser = built.browser()
    with browser.get("/app/assets/app-1a2b.js") as hashed, browser.get("/app/mark.svg") as other:
        assert "immutable" in hashed.headers["Cache-Control"]
        assert "immutable" not in other.headers["Cache-Control"]
    assert browser.get("/app/assets/gone.js").status_code == 404


def test_files_are_packed_for_browsers_that_can_unpack(built: Site) -> None:
    client = built.app.test_client()
    path = "/app/assets/app-1a2b.js"
    packed = client.get(path, headers={"Accept-Encoding": "br, gzip"})
    with client.get(path, headers={"Accept-Encoding": "identity"}) as plain:
        content = plain.data
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == content
    assert len(packed.data) < len(content) / 5
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert packed.headers["Content-Type"] == plain.headers["Content-Type"]


@pytest.mark.parametrize("path", ["../secret.key", "%2e%2e/secret.key", "assets/../../secret.key"])
def test_nothing_outside_the_app_is_served(built: Site, path: str) -> None:
    assert "not for you" not in built.browser().get(f"/app/{path}").get_data(as_text=True)


def test_an_app_that_was_not_built_is_said_to_be_so(lite: Site) -> None:
    response = lite.browser().get("/app/")
    assert (response.status_code, response.get_json()["code"]) == (503, "server.ui_missing")


@pytest.mark.parametrize("path", ["/app/", "/api/v1/session", "/healthz", "/nowhere"])
def test_everything_carries_the_careful_headers(built: Site, path: str) -> None:
    headers = built.browser().get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"


def test_the_api_describes_itself(lite: Site) -> None:
    browser = lite.signed_in("viewer")
    document = browser.get("/api/v1/openapi.json").get_json()
    assert document["openapi"] == "3.1.0"
    operations = [
        operation
        for path in document["paths"].values()
        for method, operation in path.items()
        if method != "parameters"
    ]
    assert len(operations) >= 11
    untold = [o["operationId"] for o in operations if o["summary"].startswith("docs.")]
    assert untold == [], "texts/docs.toml has no words for these"
    assert all("default" in operation["responses"] for operation in operations)
    assert set(document["components"]["schemas"]["Problem"]["properties"]) == {
        "code",
        "message",
        "where",
        "how",
        "errors",
    }


@pytest.mark.parametrize(("language", "words"), [("zh-CN", "订单列表"), ("en", "The order grid")])
def test_the_description_is_a_page_without_anything_from_outside(
    lite: Site, language: str, words: str
) -> None:
    response = lite.signed_in("viewer", language).get("/api/v1/docs")
    page = response.get_data(as_text=True)
    assert words in page
    assert "/api/v1/orders/{order_id}" in page
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)
    assert "<script" not in page
    (nonce,) = re.findall(r'<style nonce="([^"]+)"', page)
    assert response.headers["Content-Security-Policy"] == POLICY.format(nonce)
