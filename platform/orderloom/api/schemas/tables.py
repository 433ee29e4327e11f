"""Live tables."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from orderloom.api.schemas.values import Bilingual, Ident, Instant, Paged, Strict, Text, Whole
from orderloom.blueprint.document import MAX_ROWS
from orderloom.blueprint.tables import LONGEST_KEY

MOST_KEYS = 200
_VERSION = 2**31


class Titled(Schema):
    """Something of a blueprint."""

    key = fields.String(required=True)
    title = fields.Nested(Bilingual, required=True)


class TableSummary(Schema):
    """One table. `keys`, `values`: their kinds; `rows`: how many there are."""

    id = Ident(required=True)
    blueprint = fields.Nested(Titled, required=True)
    key = fields.String(required=True)
    title = fields.Nested(Bilingual, required=True)
    keys = fields.String(required=True)
    values = fields.String(required=True)
    version = fields.Integer(required=True)
    rows = fields.Integer(required=True)
    changed_at = Instant(required=True)
    changed_by = fields.String(required=True)


class Tables(Schema):
    """All live tables."""

    items = fields.List(fields.Nested(TableSummary), required=True)


class TableEntry(Strict):
    """A row: these keys have this value; without keys: all others.

    `value`: by the kind of the table a text, a whole number, fen, yes or no, or
    `[{"courier": …, "weight": …}]`.
    """

    keys = fields.List(
        Text(most=LONGEST_KEY),
        required=True,
        validate=validate.Length(max=MOST_KEYS, error=f"field.many|{MOST_KEYS}"),
    )
    value = fields.Raw(required=True, allow_none=True)


class RegionSet(Titled):
    """A set of provinces a row may name."""

    members = fields.List(fields.String(), required=True)


class TableReader(Schema):
    """A decision list that reads the table."""

    id = fields.String(required=True)
    title = fields.Nested(Bilingual, required=True)


class WholeTable(TableSummary):
    """One table with its entries and what may be chosen in them."""

    entries = fields.List(fields.Nested(TableEntry), required=True)
    sets = fields.List(fields.Nested(RegionSet), required=True)
    couriers = fields.List(fields.String(), required=True)
    used_by = fields.List(fields.Nested(TableReader), required=True)


class TableGiven(Strict):
    """All entries, made from this version."""

    version = Whole(1, _VERSION, required=True)
    entries = fields.List(
        fields.Nested(TableEntry),
        required=True,
        validate=validate.Length(max=MAX_ROWS, error=f"field.many|{MAX_ROWS}"),
    )


class TableRestore(Strict):
    """The version whose entries shall count again, and the one that counts now."""

    version = Whole(1, _VERSION, required=True)
    current = Whole(1, _VERSION, required=True)


class TableHistoryQuery(Paged):
    """One page of versions."""


class TableChange(Schema):
    """A row before and after; nothing where it was added or removed."""

    before = fields.Nested(TableEntry, required=True, allow_none=True)
    after = fields.Nested(TableEntry, required=True, allow_none=True)


class TableVersion(Schema):
    """One version. `first`: the one the blueprint brought; `restored`: whose entries it took."""

    version = fields.Integer(required=True)
    at = Instant(required=True)
    by = fields.String(required=True)
    restored = fields.Integer(required=True, allow_none=True)
    first = fields.Boolean(required=True)
    changes = fields.List(fields.Nested(TableChange), required=True)


class TableVersions(Schema):
    """One page of versions, newest first."""

    items = fields.List(fields.Nested(TableVersion), required=True)
    next = fields.String(required=True, allow_none=True)
