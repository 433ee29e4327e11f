"""Who may call what. Deny by default: a view that says nothing is closed to everybody."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from orderloom.api.hub import current_hub
from orderloom.errors import Forbidden
from orderloom.services.users import login
from orderloom.services.users.login import NotLoggedIn, Session
from orderloom.services.users.people import ROLES, User
from orderloom.texts import both

log = logging.getLogger(__name__)

View = TypeVar("View", bound=Callable[..., Any])

COOKIE = "orderloom_session"
VISITOR = "orderloom_visitor"
PUBLIC = "public"
PLATFORM = "platform"
CSRF_HEADER = "X-CSRF-Token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_MARK = "_needs"
_FILE = "_takes_file"
FILE_TYPE = "application/octet-stream"


def needs(role: str) -> Callable[[View], View]:
    """Declare who may call a view: one of `people.ROLES` (or above), or PUBLIC for everybody.

    PLATFORM: no browser calls it, and the view itself finds out who does.
    """
    if role not in (*ROLES, PUBLIC, PLATFORM):
        raise ValueError(role)

    def declare(view: View) -> View:
        setattr(view, _MARK, role)
        return view

    return declare


def takes_file(view: View) -> View:
    """Declare that a view takes a file of any size as its body, and bounds it itself."""
    setattr(view, _FILE, True)
    return view


def needed(view: Callable[..., Any]) -> str | None:
    """What a view declared, or None."""
    found: str | None = getattr(view, _MARK, None)
    return found


def install(app: Flask) -> None:
    """Check every request before its view runs."""
    app.before_request(_guard)
    app.after_request(_remember_visitor)


def current_user() -> User:
    """Whoever is logged in; only for views that need a role."""
    session: Session = g.session
    return session.user


def current_session() -> Session | None:
    """The request's session, if it has a valid one."""
    found: Session | None = g.get("session")
    return found


def address() -> str:
    """Where the request comes from."""
    return request.remote_addr or "?"


def csrf_token() -> str:
    """What state-changing calls of this browser must send in X-CSRF-Token."""
    session = current_session()
    return session.csrf if session else current_hub().signer.token("csrf", _visitor())


def set_cookie(response: Response, name: str, value: str) -> None:
    """A cookie scripts cannot read and other sites cannot use."""
    response.set_cookie(
        name, value, httponly=True, samesite="Lax", secure=request.is_secure, path="/"
    )


def _guard() -> None:
    if request.endpoint is None:
        return  # no such address or method: the framework says so
    view = current_app.view_functions[request.endpoint]
    role = needed(view)
    if role is None:
        raise Forbidden("auth.closed", request.path)
    if role == PLATFORM:
        return
    changing = request.method not in _SAFE
    is_file = getattr(view, _FILE, False)
    if changing and not is_file:
        _check_body()
    g.session = _find_session()
    if role != PUBLIC:
        _check_role(role)
    if changing:
        login.check_csrf(csrf_token(), request.headers.get(CSRF_HEADER))
    if is_file:
        _check_file()


def _check_body() -> None:
    limit = request.max_content_length
    if limit is not None and (request.content_length or 0) > limit:
        raise RequestEntityTooLarge
    if request.content_length and not request.is_json:
        raise UnsupportedMediaType


def _check_file() -> None:
    # The view says in its own words what is too large, before the framework would.
    request.max_content_length = 2 * current_hub().uploads.most
    if request.mimetype != FILE_TYPE:
        raise UnsupportedMediaType


def _find_session() -> Session | None:
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    hub = current_hub()
    now = hub.clock.now()
    with hub.database.read() as tx:
        session = login.find_session(tx, token, now)
    if session is not None and login.needs_touch(session, now):
        _touch(session, now)
    return session


def _touch(session: Session, now: int) -> None:
    """Note that a session is used. Who can be answered is answered without, as on a full disk."""
    try:
        with current_hub().database.write() as tx:
            login.touch(tx, session, now)
    except DBAPIError as error:
        log.warning("untouched session", extra={"error": str(error.orig)})


def _check_role(role: str) -> None:
    session = current_session()
    if session is None:
        raise NotLoggedIn("auth.required")
    if not session.user.may(role):
        raise Forbidden("auth.role", request.path, needed=both(f"auth.role_{role}"))


def _visitor() -> str:
    """A random name for a browser that is not logged in."""
    if "visitor" not in g:
        g.visitor = request.cookies.get(VISITOR) or secrets.token_urlsafe(16)
    visitor: str = g.visitor
    return visitor


def _remember_visitor(response: Response) -> Response:
    visitor = g.get("visitor")
    if visitor is not None and visitor != request.cookies.get(VISITOR):
        set_cookie(response, VISITOR, visitor)
    return response
