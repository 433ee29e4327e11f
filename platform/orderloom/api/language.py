"""In which language to answer."""

from __future__ import annotations

from flask import g, has_request_context, request

from orderloom.texts import Locale, locale_of


def locale() -> Locale:
    """What Accept-Language asks for, else the user's own language, else Chinese."""
    for tag, _quality in request.accept_languages if has_request_context() else ():
        if tag.lower().startswith(("zh", "en")):
            return locale_of(tag)
    session = g.get("session") if has_request_context() else None
    return locale_of(session.user.locale if session else None)
