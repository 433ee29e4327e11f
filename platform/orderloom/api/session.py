"""The session: who is logged in, logging in and out, the own password and language."""

from __future__ import annotations

from typing import Any

from flask import Response, g

from orderloom import __version__
from orderloom.api.access import (
    COOKIE,
    PUBLIC,
    address,
    csrf_token,
    current_session,
    current_user,
    needs,
    set_cookie,
)
from orderloom.api.hub import current_hub
from orderloom.api.schemas import session as shapes
from orderloom.api.smorest import Resource
from orderloom.services.hub.hub_facts import hub_facts
from orderloom.services.users import login, people

session = Resource("session", "/session")

Record = dict[str, Any]


@session.call("GET")
@needs(PUBLIC)
@session.gives(200, shapes.Session)
def get_session() -> Record:
    return _shown()


@session.call("POST")
@needs(PUBLIC)
@session.takes(shapes.Login)
@session.gives(200, shapes.Session)
def log_in(given: Record) -> Record:
    hub, now = current_hub(), current_hub().clock.now()
    name = given["login"].strip().lower()
    with hub.database.write() as tx:
        login.count_attempt(tx, name, address(), now)
    with hub.database.read() as tx:
        user = login.check_password(tx, name, given["password"])
    with hub.database.write() as tx:
        token, g.session = login.open_session(tx, user, address(), now)
    g.new_token = token
    return _shown()


@session.call("PATCH")
@needs("viewer")
@session.takes(shapes.Preferences)
@session.gives(200, shapes.Session)
def change_preferences(given: Record) -> Record:
    with current_hub().database.write() as tx:
        people.set_locale(tx, current_user(), given["locale"])
    return _shown({"locale": given["locale"]})


@session.call("DELETE")
@needs("viewer")
@session.gives(204)
def log_out() -> None:
    found = current_session()
    if found is not None:
        with current_hub().database.write() as tx:
            login.close_session(tx, found)
    g.new_token = ""


@session.call("POST", "/password")
@needs("viewer")
@session.takes(shapes.NewPassword)
@session.gives(204)
def change_password(given: Record) -> None:
    hub, user, found = current_hub(), current_user(), current_session()
    now = hub.clock.now()
    with hub.database.write() as tx:
        login.count_attempt(tx, user.login, address(), now)
    with hub.database.read() as tx:
        people.check_current(tx, user, given["current"])
    prepared = people.prepare_password(user, given["current"], given["new"])
    with hub.database.write() as tx:
        login.forgive(tx, user.login, address())
        people.change_password(tx, user, prepared, now, keep=found.token_hash if found else "")


def _shown(changed: Record | None = None) -> Record:
    hub, found = current_hub(), current_session()
    with hub.database.read() as tx:
        facts = hub_facts(tx, hub.zone, __version__)
    user = {**vars(found.user), **(changed or {})} if found else None
    return {"user": user, "csrf": csrf_token(), "hub": facts}


def _set_cookie(response: Response) -> Response:
    """The token goes out once, when a session begins; an empty one takes the cookie away."""
    token = g.get("new_token")
    if token:
        set_cookie(response, COOKIE, token)
    elif token == "":
        response.delete_cookie(COOKIE, path="/", httponly=True, samesite="Lax")
    return response


session.after_request(_set_cookie)
