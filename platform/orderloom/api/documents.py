"""The API's own description: OpenAPI 3.1, and a page people can read."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify, render_template

from orderloom import __version__
from orderloom.api.access import needs
from orderloom.api.headers import page_policy
from orderloom.api.language import locale
from orderloom.api.smorest import Api
from orderloom.texts import Locale, say

documents = Blueprint("documents", __name__, url_prefix="/api/v1")

_NAME = "orderloom_api"
_SCHEMES = {
    "session": {"type": "apiKey", "in": "cookie", "name": "orderloom_session"},
    "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"},
}
_CHANGING = ("post", "put", "patch", "delete")


def install(app: Flask) -> Api:
    """The extension that collects all calls into one document."""
    app.config |= {
        "API_TITLE": "Orderloom",
        "API_VERSION": __version__,
        "OPENAPI_VERSION": "3.1.0",
    }
    api = Api(app)
    app.extensions[_NAME] = api
    for name, scheme in _SCHEMES.items():
        api.spec.components.security_scheme(name, scheme)
    return api


def description(app: Flask, language: Locale) -> dict[str, Any]:
    """The OpenAPI document with summaries in a language."""
    api: Api = app.extensions[_NAME]
    document: dict[str, Any] = api.spec.to_dict()
    for operations in document["paths"].values():
        for method, operation in operations.items():
            if method != "parameters":
                operation["summary"] = say(f"docs.{operation['operationId']}", language)[0]
                names = ("session", "csrf") if method in _CHANGING else ("session",)
                operation["security"] = [{name: [] for name in names}]
    return document


@documents.get("/openapi.json")
@needs("viewer")
def openapi() -> Response:
    return jsonify(description(current_app, "en"))


@documents.get("/docs")
@needs("viewer")
def docs() -> Response:
    nonce, language = secrets.token_urlsafe(16), locale()
    words = {name: say(f"docs.{name}", language)[0] for name in _WORDS}
    page = render_template(
        "docs.html",
        document=description(current_app, language),
        words=words,
        language=language,
        nonce=nonce,
    )
    response = Response(page, mimetype="text/html")
    response.headers["Content-Security-Policy"] = page_policy(nonce)
    return response


_WORDS = ("title", "intro", "calls", "shapes", "takes", "gives", "field", "kind", "optional")
