"""The blueprint document, format 1. Unknown keys are errors: a typo must not pass silently."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

FORMAT = 1
MAX_ROWS = 1000
KEY_KINDS = ("text", "integer", "province")
VALUE_KINDS = ("text", "integer", "money", "yes_no", "couriers")
SEVERITIES = ("info", "warning", "critical")

_KEY = validate.Regexp(r"^[a-z][a-z0-9_\-]{0,62}$", error="blueprint.bad_key")


def named() -> fields.String:
    """An identifier people may see: lower case letters, digits, dashes."""
    return fields.String(required=True, validate=_KEY)


def one_of(*choices: str, **options: Any) -> fields.String:
    """One of a few words."""
    return fields.String(validate=validate.OneOf(choices, error="blueprint.bad_choice"), **options)


class Text(Schema):
    """A text in both languages."""

    zh = fields.String(required=True, validate=validate.Length(max=2000))
    en = fields.String(required=True, validate=validate.Length(max=2000))


def titled() -> fields.Nested:
    return fields.Nested(Text, required=True)


class Parameter(Schema):
    """A value each company sets for itself."""

    key = named()
    title = titled()
    kind = one_of("text", "integer", "money", "texts", "schedule", required=True)
    default = fields.Raw(required=True)


class Role(Schema):
    """Something this company must connect: a shop, a warehouse, a mailbox."""

    key = named()
    title = titled()
    kind = one_of("account", "warehouse", "connection", required=True)
    connector = fields.String()
    settings = fields.Dict(keys=fields.String(), load_default=dict)  # never secrets


class OwnField(Schema):
    """A field the blueprint adds; `id` never changes, `key` may.

    `required`, in a model of the blueprint's own: whoever writes a record gives it a value.
    """

    id = named()
    key = named()
    title = titled()
    kind = one_of("text", "integer", "money", "instant", "yes_no", "choice", required=True)
    choices = fields.List(fields.String(), load_default=list)
    required = fields.Boolean(load_default=False)


class Model(Schema):
    """Fields added to a core record, or a model of the blueprint's own.

    Either `extends`, or all of `id` (never changes, `key` may), `key`, `title` and `known_by`: the
    fields whose values together are those of one record only.
    """

    extends = one_of("order")
    id = fields.String(validate=_KEY)
    key = fields.String(validate=_KEY)
    title = fields.Nested(Text)
    known_by = fields.List(fields.String())
    fields_ = fields.List(fields.Nested(OwnField), required=True, data_key="fields")


class Source(Schema):
    """Where orders come from and how they are read."""

    id = named()
    account = named()
    mapping = named()


class Step(Schema):
    """A transform and its options; the options are checked against the catalogue."""

    class Meta:
        unknown = "include"

    do = fields.String(required=True)


class FieldMap(Schema):
    """One line of a mapping."""

    to = fields.String(required=True)
    from_ = fields.Raw(data_key="from")
    value = fields.Raw(allow_none=True)
    steps = fields.List(fields.Nested(Step), load_default=list)


class Lines(Schema):
    """Where the order lines are, and their mapping."""

    each = fields.String(required=True)
    fields_ = fields.List(fields.Nested(FieldMap), required=True, data_key="fields")


class MappingDocument(Schema):
    """From one connector's order to the canonical order."""

    id = named()
    title = titled()
    connector = fields.String(required=True)
    order = fields.List(fields.Nested(FieldMap), required=True)
    lines = fields.Nested(Lines, required=True)
    skus_by_code = fields.Boolean(load_default=False)


class NamedSet(Schema):
    """A named list of words that rules share."""

    key = named()
    title = titled()
    values = fields.List(fields.String(), required=True)


class Entry(Schema):
    """A row of a table: these keys have this value. Without keys, in the last row: all others."""

    keys = fields.List(fields.String(), required=True)
    value = fields.Raw(required=True)


class Table(Schema):
    """Values by key that people edit without publishing; `entries` are what they start with.

    `lookup` reads them; the action `courier` reads one whose `values` are couriers. Keys that are
    provinces may name a set: "@remote".
    """

    key = named()
    title = titled()
    keys = one_of(*KEY_KINDS, required=True)
    values = one_of(*VALUE_KINDS, required=True)
    entries = fields.List(
        fields.Nested(Entry), load_default=list, validate=validate.Length(max=MAX_ROWS)
    )


class Weight(Schema):
    """A courier and its share."""

    courier = fields.String(required=True)
    weight = fields.Integer(required=True, strict=True, validate=validate.Range(0, 1000))


class RecordValue(Schema):
    """A field of a record and the value it gets: JSONLogic."""

    field = fields.String(required=True)
    value = fields.Raw(required=True)


VERBS = ("hold", "tag", "set", "route", "courier", "notify", "send", "task", "record")


class Action(Schema):
    """What a row does; which keys belong to which verb is checked in `references`."""

    do = one_of(*VERBS, required=True)
    code = fields.String()
    title = fields.Nested(Text)
    tag = fields.String()
    field = fields.String()
    value = fields.Raw()  # JSONLogic that gives the field's value
    candidates = fields.List(fields.String())
    backups = fields.List(fields.String())
    split = one_of("never", "by_line")
    safety = fields.Raw()  # pieces that must stay in a candidate: a number, or {"param": key}
    weights = fields.List(fields.Nested(Weight))
    table = fields.String()  # a live table of couriers, instead of weights
    alert = fields.String()
    send_to = fields.String()
    model = fields.String()
    values = fields.List(fields.Nested(RecordValue))


class Row(Schema):
    """One row of a decision list; `when` is JSONLogic."""

    id = named()
    title = titled()
    when = fields.Raw(required=True)
    then = fields.List(fields.Nested(Action), required=True)


class Trigger(Schema):
    """What sets a list off other than an order: a record that changed, or the clock.

    `schedule`: see engine/schedule.py; `zone`: whose clock, if not the hub's; `over`: what the list
    looks at then, one after the other.
    """

    on = one_of("record", "schedule", required=True)
    model = fields.String()
    event = one_of("created", "changed", "any")
    schedule = fields.Raw()
    zone = fields.String()
    over = one_of("nothing", "orders", "records")


class RuleList(Schema):
    """A decision list: either a `stage` on every order's way, or set off by a `trigger`."""

    id = named()
    title = titled()
    stage = one_of("risk", "routing", "courier")
    trigger = fields.Nested(Trigger)
    mode = one_of("first", "all", load_default="first")
    rows = fields.List(fields.Nested(Row), required=True, validate=validate.Length(max=MAX_ROWS))
    otherwise = fields.List(fields.Nested(Action), load_default=list)


class Outbound(Schema):
    """Which connection a warehouse's fulfilments are handed to, and when.

    `platforms`: only those of orders of these channels, such as a label service that can read only
    its own platform's receivers; none named: all. `label_first`: only when the label step of the
    same warehouse brought the tracking number.
    """

    id = named()
    title = titled()
    warehouses = fields.List(fields.String(), required=True)
    send_to = named()
    hand_over = fields.Raw(required=True)  # a schedule, or {"param": key}
    options = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    platforms = fields.List(fields.String(), load_default=list)
    label_first = fields.Boolean(load_default=False)


class Alert(Schema):
    """A message to people; subject and text are Jinja2 in a sandbox.

    Recipients are names of people and groups of this company, mail addresses and mobile numbers.
    """

    id = named()
    title = titled()
    send_to = named()
    severity = one_of(*SEVERITIES, load_default=SEVERITIES[1])
    recipients = fields.Raw(required=True)  # a list of texts, or {"param": key}
    subject = titled()
    text = titled()


class Effect(Schema):
    """What follows when a total is reached."""

    do = one_of("notify", "send", "pool", required=True)
    alert = fields.String()
    send_to = fields.String()
    pool = fields.String(validate=_KEY)


class Threshold(Schema):
    """Something to do once a product's or a customer's total reaches an amount in a period."""

    id = named()
    title = titled()
    subject = one_of("sku", "customer", required=True)
    measure = one_of("quantity", "paid", required=True)
    period = one_of("day", "week", "month", "ever", required=True)
    reaches = fields.Raw(required=True)  # an integer, or {"param": key}
    then = fields.List(fields.Nested(Effect), required=True)


class Blueprint(Schema):
    """The whole document."""

    format = fields.Integer(required=True, strict=True, validate=validate.Equal(FORMAT))
    key = named()
    title = titled()
    summary = titled()
    parameters = fields.List(fields.Nested(Parameter), load_default=list)
    roles = fields.List(fields.Nested(Role), required=True)
    models = fields.List(fields.Nested(Model), load_default=list)
    sources = fields.List(fields.Nested(Source), required=True)
    mappings = fields.List(fields.Nested(MappingDocument), required=True)
    sets = fields.List(fields.Nested(NamedSet), load_default=list)
    tables = fields.List(fields.Nested(Table), load_default=list)
    rules = fields.List(fields.Nested(RuleList), load_default=list)
    thresholds = fields.List(fields.Nested(Threshold), load_default=list)
    outbound = fields.List(fields.Nested(Outbound), load_default=list)
    alerts = fields.List(fields.Nested(Alert), load_default=list)
    forms = fields.List(fields.Dict(), load_default=list, validate=validate.Length(max=0))
    views = fields.List(fields.Dict(), load_default=list, validate=validate.Length(max=0))
    dashboards = fields.List(fields.Dict(), load_default=list, validate=validate.Length(max=0))
