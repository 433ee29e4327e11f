"""The browser app: its one page with a fresh nonce, and its hashed files."""

from __future__ import annotations

import gzip
import secrets
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, redirect, request, send_from_directory, url_for
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join
from werkzeug.wrappers import Response as Redirect

from orderloom.api.access import PUBLIC, needs
from orderloom.api.headers import page_policy
from orderloom.api.problems import problem

_UI = Path(__file__).resolve().parents[1] / "static" / "ui"
_FOREVER = "public, max-age=31536000, immutable"
_SHORT = "public, max-age=3600"
_PACKED = (".js", ".css", ".svg", ".json", ".map")

pages = Blueprint("pages", __name__)


@pages.get("/")
@needs(PUBLIC)
def start() -> Redirect:
    return redirect(url_for("pages.app_page"))


@pages.get("/app/")
@needs(PUBLIC)
def app_page() -> Response:
    return _index()


@pages.get("/app/<path:path>")
@needs(PUBLIC)
def app_file(path: str) -> Response:
    """A built file, or the page itself: the app has addresses of its own."""
    found = safe_join(str(_UI), path)
    if found is not None and Path(found).is_file() and path != "index.html":
        return _file(path)
    if path.startswith("assets/"):
        raise NotFound
    return _index()


def _index() -> Response:
    page = _UI / "index.html"
    if not page.is_file():
        return problem(503, "server.ui_missing")
    nonce = secrets.token_urlsafe(16)
    html = page.read_text(encoding="utf-8").replace("__NONCE__", nonce)
    response = Response(html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = page_policy(nonce)
    return response


def _file(path: str) -> Response:
    response = send_from_directory(_UI, path)
    if path.endswith(_PACKED):
        response.vary.add("Accept-Encoding")
        if request.accept_encodings["gzip"] > 0:
            response = _packed(response, path)
    hashed = path.startswith("assets/")
    response.headers["Cache-Control"] = _FOREVER if hashed else _SHORT
    return response


def _packed(response: Response, path: str) -> Response:
    changed = (_UI / path).stat().st_mtime_ns
    response.direct_passthrough = False
    response.set_data(_gzip(path, changed))
    response.content_encoding = "gzip"
    response.headers.pop("ETag", None)
    return response


@lru_cache(maxsize=128)
def _gzip(path: str, changed: int) -> bytes:
    return gzip.compress((_UI / path).read_bytes(), 6, mtime=0)
