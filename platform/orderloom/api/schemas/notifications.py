"""People who are told of things, what they were told, and the hub's own troubles."""

from __future__ import annotations

from marshmallow import Schema, fields

from orderloom.api.schemas.values import (
    Bilingual,
    Ident,
    Instant,
    Named,
    Paged,
    Strict,
    Text,
    Trouble,
    Whole,
    Word,
)
from orderloom.blueprint.document import SEVERITIES
from orderloom.services.users.people import LOCALES
from orderloom.store.queries.contacts import STATES

_MOST = 50


def _several(inner: fields.Field, most: int = _MOST) -> fields.List:  # type: ignore[type-arg]
    return fields.List(inner, required=True, validate=lambda found: len(found) <= most)


class QuietHours(Strict):
    """Times of the day on the clocks of a zone."""

    from_ = Text(required=True, most=5, data_key="from", attribute="from")
    to = Text(required=True, most=5)
    zone = Text(required=True, most=64)


class ContactWay(Strict):
    """A connection, and what is told over it."""

    connection_id = Ident(required=True)
    severities = _several(Word(*SEVERITIES))


class ContactIn(Strict):
    """A person; `revision` only when one is changed."""

    name = Text(required=True, most=60)
    mail = Text(required=True, most=200)
    mobile = Text(required=True, most=30)
    locale = Word(*LOCALES, required=True)
    groups = _several(Text(least=1, most=60))
    quiet = fields.Nested(QuietHours, required=True, allow_none=True)
    paused = fields.Boolean(required=True)
    ways = _several(fields.Nested(ContactWay))


class ContactChange(ContactIn):
    """Refused when somebody else changed the person since `revision`."""

    revision = Whole(1, 10**9, required=True)


class AlarmsIn(Strict):
    """Who is told of the hub's own troubles, from how many exceptions on, and how often again."""

    recipients = _several(Text(least=1, most=60))
    exceptions = Whole(1, 1_000_000, required=True)
    remind_minutes = Whole(10, 10_080, required=True)


class ToldQuery(Paged):
    """One page of what people were told."""

    state = Word(*STATES, load_default=None)
    contact = Ident(load_default=None)


class Contact(Schema):
    """A person who may be told."""

    id = Ident(required=True)
    revision = fields.Integer(required=True)
    name = fields.String(required=True)
    mail = fields.String(required=True)
    mobile = fields.String(required=True)
    locale = fields.String(required=True)
    groups = fields.List(fields.String(), required=True)
    quiet = fields.Nested(QuietHours, required=True, allow_none=True)
    paused = fields.Boolean(required=True)
    ways = fields.List(fields.Nested(ContactWay), required=True)


class ContactCarrier(Schema):
    """A connection that carries messages to people; `by_mail`: to their mail addresses."""

    id = Ident(required=True)
    title = fields.String(required=True)
    connector = fields.String(required=True)
    state = fields.String(required=True)
    by_mail = fields.Boolean(required=True)


class LiveAlert(Schema):
    """An alert of a live blueprint; `strangers`: recipients nobody knows."""

    name = fields.String(required=True)
    title = fields.Nested(Bilingual, required=True)
    severity = fields.String(required=True)
    recipients = fields.List(fields.String(), required=True)
    strangers = fields.List(fields.String(), required=True)


class Alarms(Schema):
    """Who is told of the hub's own troubles."""

    recipients = fields.List(fields.String(), required=True)
    exceptions = fields.Integer(required=True)
    remind_minutes = fields.Integer(required=True)


class Notifications(Schema):
    """Everything the screen shows but the history."""

    contacts = fields.List(fields.Nested(Contact), required=True)
    connections = fields.List(fields.Nested(ContactCarrier), required=True)
    alerts = fields.List(fields.Nested(LiveAlert), required=True)
    alarms = fields.Nested(Alarms, required=True)
    zones = fields.List(fields.String(), required=True)


class Told(Schema):
    """One message to people and what became of it; `joined`: messages in the same post."""

    id = Ident(required=True)
    at = Instant(required=True)
    sent_at = Instant(required=True, allow_none=True)
    not_before = Instant(required=True, allow_none=True)
    severity = fields.String(required=True)
    state = fields.String(required=True)
    connection = fields.Nested(Named, required=True)
    to = fields.String(required=True)
    subject = fields.String(required=True)
    text = fields.String(required=True)
    order_id = Ident(required=True, allow_none=True)
    external_no = fields.String(required=True, allow_none=True)
    joined = fields.Integer(required=True)
    shortened = fields.Boolean(required=True)
    refused = fields.List(fields.String(), required=True)
    problem = fields.Nested(Trouble, required=True, allow_none=True)


class ToldPage(Schema):
    """Newest first."""

    items = fields.List(fields.Nested(Told), required=True)
    next = fields.String(required=True, allow_none=True)


class ContactAdded(Schema):
    """The id of a new person."""

    id = Ident(required=True)


class TestSent(Schema):
    """How many test messages are on their way."""

    messages = fields.Integer(required=True)
