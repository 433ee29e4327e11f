"""Logging in and what the app must know at its start."""

from __future__ import annotations

from marshmallow import Schema, fields

from orderloom.api.schemas.values import Ident, Strict, Text, Word
from orderloom.services.users.passwords import MOST
from orderloom.services.users.people import LOCALES


class Login(Strict):
    """Who and the proof."""

    login = Text(required=True, most=200)
    password = Text(required=True, most=MOST * 5)


class Preferences(Strict):
    """What a user may change about the own account."""

    locale = Word(*LOCALES, required=True)


class NewPassword(Strict):
    """The password now, and the one from now on."""

    current = Text(required=True, most=MOST * 5)
    new = Text(required=True, most=MOST * 5)


class User(Schema):
    """Whoever is logged in."""

    id = Ident(required=True)
    login = fields.String(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True)
    locale = fields.String(required=True)
    must_change_password = fields.Boolean(required=True)


class HubFacts(Schema):
    """The installation."""

    title = fields.String(required=True)
    zone = fields.String(required=True)
    version = fields.String(required=True)
    demo = fields.Boolean(required=True)
    demo_page = fields.String(required=True, allow_none=True)


class Session(Schema):
    """`csrf` goes back in the header X-CSRF-Token with every change."""

    user = fields.Nested(User, required=True, allow_none=True)
    csrf = fields.String(required=True)
    hub = fields.Nested(HubFacts, required=True)
