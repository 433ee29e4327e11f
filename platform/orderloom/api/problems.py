"""The one shape of every error: code, message and advice in the user's language, where, fields."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask, Response, jsonify, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from orderloom.api.language import locale
from orderloom.connect import ConnectorError
from orderloom.errors import (
    ConfigError,
    Conflict,
    Forbidden,
    InputError,
    InsufficientStock,
    NotFound,
    OrderloomError,
    Retired,
)
from orderloom.services.users.login import LockedOut, NotLoggedIn
from orderloom.texts import say

log = logging.getLogger(__name__)

# The first match counts.
_STATUS: tuple[tuple[type[OrderloomError], int], ...] = (
    (NotLoggedIn, 401),
    (LockedOut, 429),
    (Forbidden, 403),
    (Retired, 410),
    (NotFound, 404),
    (Conflict, 409),
    (InsufficientStock, 409),
    (InputError, 422),
    (ConfigError, 500),
    (ConnectorError, 502),
)
_HTTP = {400: "request.bad_json", 404: "request.not_found", 405: "request.method"}
_HTTP |= {413: "request.too_large", 415: "request.not_json", 422: "request.invalid"}


def install(app: Flask) -> None:
    """Answer every error of the application in one shape."""
    app.register_error_handler(OrderloomError, answer_ours)
    app.register_error_handler(OperationalError, _answer_database)
    app.register_error_handler(Exception, _answer_unexpected)


def problem(
    status: int,
    code: str,
    params: Mapping[str, Any] | None = None,
    where: str | None = None,
    errors: list[dict[str, str]] | None = None,
) -> Response:
    """An error answer."""
    message, how = say(code, locale(), params)
    body = {"code": code, "message": message, "where": where, "how": how, "errors": errors or []}
    response = jsonify(body)
    response.status_code = status
    return response


def answer_ours(error: OrderloomError) -> Response:
    """An error raised on purpose."""
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
    params = {"where": error.where, **error.params}
    response = problem(status, error.code, params, error.where, _field_faults(error.params))
    if isinstance(error, LockedOut):
        response.headers["Retry-After"] = error.where or "1"
    return response


def _field_faults(params: Mapping[str, Any]) -> list[dict[str, str]]:
    """What is wrong with single fields of a form, or single places of a document, in words."""
    faults = [fault for fault in params.get("faults", ()) if isinstance(fault, Mapping)]
    placed = [
        {"field": found.where, "message": say(found.code, locale(), found.params)[0]}
        for found in params.get("findings", ())
    ]
    return placed + [
        {
            "field": fault["field"],
            "message": say(fault["code"], locale(), {"where": fault["field"], **fault})[0],
        }
        for fault in faults
    ]


def answer_http(error: HTTPException) -> Response:
    """An error of the framework: no such address, wrong method, invalid fields, too large."""
    status = error.code or 500
    if status >= 500:
        return _answer_unexpected(error)
    messages = getattr(error, "data", {}).get("messages") if status == 422 else None
    errors = list(_fields(messages)) if messages else []
    allowed = sorted(getattr(error, "valid_methods", None) or ())
    params = {
        "count": len(errors),
        "method": request.method,
        "allowed": allowed,
        "limit": request.max_content_length,
        "status": status,
    }
    response = problem(status, _HTTP.get(status, "request.refused"), params, errors=errors)
    if status == 405:
        response.headers["Allow"] = ", ".join(allowed)
    return response


def _answer_database(error: OperationalError) -> Response:
    reference = _log(error, logging.ERROR)
    return problem(503, "server.database", where=reference)


def _answer_unexpected(error: Exception) -> Response:
    if isinstance(error, HTTPException) and (error.code or 500) < 500:
        return answer_http(error)
    reference = _log(error, logging.CRITICAL)
    return problem(500, "server.error", {"id": reference}, reference)


def _log(error: Exception, level: int) -> str:
    """The trace goes to the log, its reference to the user."""
    reference = secrets.token_hex(6)
    facts = {"reference": reference, "method": request.method, "path": _shown_path()}
    log.log(level, "request failed", exc_info=error, extra=facts)
    return reference


def _shown_path() -> str:
    """The address without the token that some carry."""
    token = (request.view_args or {}).get("token")
    return request.path.replace(token, "***") if token else request.path


def _fields(messages: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Nested validation messages as a flat list; the outermost name is where they came from."""
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            outer = name in ("json", "query", "_schema") and isinstance(inner, Mapping | list)
            step = "" if outer and not path else str(name)
            yield from _fields(inner, ".".join(part for part in (path, step) if part))
    else:
        for message in messages if isinstance(messages, list) else [messages]:
            yield {"field": path, "message": _said(str(message))}


def _said(message: str) -> str:
    """A field's message is a code of the catalogue, with a detail behind a bar."""
    code, _, detail = message.partition("|")
    return say(code, locale(), {"detail": detail})[0]
