"""The browser app: its one page with a fresh nonce, and its hashed files."""

from __future__ import annotations

import gzip
import secrets
from functools import lru_cache
from mimetypes import guess_type
from pathlib import Path

from flask import Blueprint, Response, redirect, request, send_from_directory, url_for
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join
from werkzeug.wrappers import Response as Redirect

from orderloom.api.access import PUBLIC, needs
from orderloom.api.headers import page_policy
from orderloom.api.hub import current_hub
from orderloom.api.problems import problem

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
    ui = current_hub().ui
    found = safe_join(str(ui), path)
    if found is not None and Path(found).is_file() and path != "index.html":
        return _file(ui, path)
    if path.startswith("assets/"):
        raise NotFound
    return _index()


def _index() -> Response:
    page = current_hub().ui / "index.html"
    if not page.is_file():
        return problem(503, "server.ui_missing")
    nonce = secrets.token_urlsafe(16)
    html = page.read_text(encoding="utf-8").replace("__NONCE__", nonce)
    response = Response(html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = page_policy(nonce)
    return response


def _file(ui: Path, path: str) -> Response:
    packable = path.endswith(_PACKED)
    if packable and request.accept_encodings["gzip"] > 0:
        response = _packed(ui / path)
    else:
        response = send_from_directory(ui, path)
    if packable:
        response.vary.add("Accept-Encoding")
    hashed = path.startswith("assets/")
    response.headers["Cache-Control"] = _FOREVER if hashed else _SHORT
    return response


def _packed(file: Path) -> Response:
    kind, _ = guess_type(file.name)
    response = Response(_gzip(file, file.stat().st_mtime_ns), mimetype=kind)
    response.content_encoding = "gzip"
    return response


@lru_cache(maxsize=128)
def _gzip(file: Path, changed: int) -> bytes:
    """`changed` makes a rebuilt file a new entry."""
    return gzip.compress(file.read_bytes(), 6, mtime=0)
