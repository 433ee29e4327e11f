"""Connections to platforms, what they are asked, and the roles they fill."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from orderloom.api.schemas.values import (
    Bilingual,
    Ident,
    Instant,
    Named,
    Strict,
    Text,
    Trouble,
    Whole,
    Word,
)
from orderloom.services.connecting.connections import LONGEST_EVERY, ORDERS, WATCHED

_MOST = 100


class RolePlace(Strict):
    """A role of a blueprint."""

    blueprint = Text(required=True, least=1, most=64)
    role = Text(required=True, least=1, most=64)


class SettingValues(fields.Dict):
    """Setting -> value; a secret that is left empty stays as it is, null takes it away."""

    def __init__(self) -> None:
        named, anything = Text(least=1, most=64), fields.Raw(allow_none=True)
        few = validate.Length(max=_MOST, error=f"field.many|{_MOST}")
        super().__init__(keys=named, values=anything, required=True, validate=few)


class ConnectionNew(Strict):
    """A connection to be made, and the role it is to fill at once."""

    connector = Text(required=True, least=1, most=64)
    title = Text(required=True, least=1, most=60)
    settings = SettingValues()
    place = fields.Nested(RolePlace, load_default=None, allow_none=True)


class ConnectionChange(Strict):
    """Another title, other settings; `revision`: of the form that was filled in."""

    revision = Whole(1, 2**53, required=True)
    title = Text(required=True, least=1, most=60)
    settings = SettingValues()


class TrialAsked(Strict):
    """Settings to be tried before they are kept; `connection_id`: whose secrets are meant."""

    connector = Text(required=True, least=1, most=64)
    settings = SettingValues()
    connection_id = Ident(load_default=None, allow_none=True)
    place = fields.Nested(RolePlace, load_default=None, allow_none=True)


class StateWanted(Strict):
    """`paused`: nobody calls it; `ok`: work goes on."""

    state = Word("ok", "paused", required=True)


class EveryWanted(Strict):
    """How often a connection is asked for something; 0: never."""

    what = Word(ORDERS, *sorted(WATCHED), required=True)
    seconds = Whole(0, LONGEST_EVERY, required=True)


class RoleFilled(RolePlace):
    """What a role stands for from now on; null: nothing any more."""

    target = Ident(required=True, allow_none=True)


class ConnectorSetting(Schema):
    """One line of a connector's form."""

    name = fields.String(required=True)
    label = fields.Nested(Bilingual, required=True)
    kind = fields.String(required=True)
    required = fields.Boolean(required=True)
    secret = fields.Boolean(required=True)
    default = fields.Raw(required=True, allow_none=True)
    help = fields.Nested(Bilingual, required=True, allow_none=True)
    choices = fields.List(fields.String(), required=True)
    minimum = fields.Integer(required=True, allow_none=True)
    maximum = fields.Integer(required=True, allow_none=True)


class ConnectorShown(Schema):
    """A connector, or why one that was found cannot be used."""

    key = fields.String(required=True)
    origin = fields.String(required=True)
    place = fields.String(required=True)
    problem = fields.Nested(Trouble, required=True, allow_none=True)
    title = fields.Nested(Bilingual, required=True, allow_none=True)
    kind = fields.String(required=True, allow_none=True)
    capabilities = fields.List(fields.String(), required=True)
    effects = fields.List(fields.String(), required=True)
    verified = fields.Nested(Bilingual, required=True, allow_none=True)
    settings = fields.List(fields.Nested(ConnectorSetting), required=True)


class Connectors(Schema):
    """All connectors, broken ones included."""

    items = fields.List(fields.Nested(ConnectorShown), required=True)


class Question(Schema):
    """What a connection is asked every so many seconds."""

    what = fields.String(required=True)
    seconds = fields.Integer(required=True)
    asked_at = Instant(required=True, allow_none=True)


class ConnectionShown(Schema):
    """A connection; `address`: the path at which its platform may call the hub."""

    id = Ident(required=True)
    connector = fields.String(required=True)
    connector_title = fields.Nested(Bilingual, required=True, allow_none=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    state = fields.String(required=True)
    resting_until = Instant(required=True, allow_none=True)
    expires_at = Instant(required=True, allow_none=True)
    problem = fields.Nested(Trouble, required=True, allow_none=True)
    worked_at = Instant(required=True, allow_none=True)
    waiting = fields.Integer(required=True)
    orders_today = fields.Integer(required=True)
    shops = fields.List(fields.Nested(Named), required=True)
    questions = fields.List(fields.Nested(Question), required=True)
    address = fields.String(required=True, allow_none=True)
    calls_refused = fields.Integer(required=True)
    call_refused_at = Instant(required=True, allow_none=True)


class RoleShown(Schema):
    """A role, what it stands for, and what could fill it."""

    blueprint = fields.String(required=True)
    blueprint_title = fields.Nested(Bilingual, required=True)
    live = fields.Boolean(required=True)
    role = fields.String(required=True)
    title = fields.Nested(Bilingual, required=True)
    kind = fields.String(required=True)
    connector = fields.String(required=True, allow_none=True)
    connector_title = fields.Nested(Bilingual, required=True, allow_none=True)
    target = Ident(required=True, allow_none=True)
    candidates = fields.List(fields.Nested(Named), required=True)
    provides = fields.List(fields.String(), required=True)


class Connections(Schema):
    """Everything the screen shows."""

    connections = fields.List(fields.Nested(ConnectionShown), required=True)
    roles = fields.List(fields.Nested(RoleShown), required=True)


class ConnectionForm(Schema):
    """What the form of a connection shows: open values, and the names of secrets that are set."""

    title = fields.String(required=True)
    connector = fields.String(required=True)
    revision = fields.Integer(required=True)
    values = fields.Dict(required=True)
    set = fields.List(fields.String(), required=True)


class ConnectionMade(Schema):
    """The id of a new connection."""

    id = Ident(required=True)


class Trial(Schema):
    """What came of a trial. `known`: the connection that this shop is on already."""

    ok = fields.Boolean(required=True)
    seller = fields.String(required=True, allow_none=True)
    known = fields.String(required=True, allow_none=True)
    problem = fields.Nested(Trouble, required=True, allow_none=True)


class Removed(Schema):
    """`kept`: something happened on it, so it stays as a retired one."""

    kept = fields.Boolean(required=True)


class PushAddress(Schema):
    """The path at which a platform may call the hub."""

    address = fields.String(required=True)
