"""Blueprints and their rules, as the builder reads and writes them."""

from __future__ import annotations

from marshmallow import Schema, fields

from orderloom.api.schemas.values import Bilingual, Ident, Instant, Strict, Text, Trouble, Whole


class BlueprintSummary(Schema):
    """One blueprint in the list. `differs`: the draft is not what is live."""

    key = fields.String(required=True)
    title = fields.Nested(Bilingual, required=True)
    revision = fields.Integer(required=True)
    changed_at = Instant(required=True)
    live_version = fields.Integer(required=True, allow_none=True)
    published_at = Instant(required=True, allow_none=True)
    differs = fields.Boolean(required=True)


class BlueprintList(Schema):
    """All blueprints."""

    items = fields.List(fields.Nested(BlueprintSummary), required=True)


class BlueprintDetail(BlueprintSummary):
    """One blueprint with its draft; `stored_ids`: its own models and fields that are live."""

    draft = fields.Dict(required=True)
    parameters = fields.Dict(required=True)
    stored_ids = fields.List(fields.String(), required=True)


class DraftIn(Strict):
    """A draft to save; `revision` is the one it was made from."""

    document = fields.Dict(required=True)
    revision = Whole(0, 2**31, required=True)


class DocumentIn(Strict):
    """A document to look at, not to save."""

    document = fields.Dict(required=True)


class TryIn(DocumentIn):
    """A document to run on one order."""

    order_id = Ident(required=True)


class TryRecordIn(DocumentIn):
    """A list of a document to run on one record, as `values` of records are shown.

    `before`: what a changed record was; none for one that is new.
    """

    list = Text(required=True)
    values = fields.Dict(keys=fields.String(), required=True)
    before = fields.Dict(keys=fields.String(), load_default=None, allow_none=True)


class CountIn(DocumentIn):
    """A document to run on the newest orders."""

    limit = Whole(1, 5000, load_default=1000)


class PublishIn(Strict):
    """Publish the draft of this revision."""

    note = Text(most=500, load_default="")
    revision = Whole(0, 2**31, required=True)


class RestoreIn(Strict):
    """Go back to a version."""

    version = Whole(1, 2**31, required=True)


class Finding(Trouble):
    """Something wrong, or worth knowing, at a place in the document.

    `where` is a JSON pointer, `place` the same in words; `example` says of the `witness`, an order
    made up to show it, what the rows concerned read.
    """

    level = fields.String(required=True)
    code = fields.String(required=True)
    where = fields.String(required=True)
    place = fields.Nested(Bilingual, required=True, allow_none=True)
    rows = fields.List(fields.String(), required=True)
    witness = fields.Dict(required=True, allow_none=True)
    example = fields.Nested(Bilingual, required=True, allow_none=True)


class Saved(Schema):
    """The new revision and what is wrong with it."""

    revision = fields.Integer(required=True)
    findings = fields.List(fields.Nested(Finding), required=True)


class Findings(Schema):
    """What is wrong with a document."""

    findings = fields.List(fields.Nested(Finding), required=True)


class Tried(Schema):
    """Every list and row on one order."""

    lists = fields.List(fields.Dict(), required=True)


class Counted(Schema):
    """Every list and row on many orders."""

    orders = fields.Integer(required=True)
    lists = fields.List(fields.Dict(), required=True)


class Published(Schema):
    """What is live now."""

    version = fields.Integer(required=True)
    plan = fields.String(required=True)


class Version(Schema):
    """One published version."""

    version = fields.Integer(required=True)
    note = fields.String(required=True)
    published_at = Instant(required=True)
    published_by = fields.String(required=True)
    live = fields.Boolean(required=True)


class Versions(Schema):
    """All versions, newest first."""

    items = fields.List(fields.Nested(Version), required=True)


class Vocabulary(Schema):
    """What rules may speak about."""

    order = fields.List(fields.Dict(), required=True)
    line = fields.List(fields.Dict(), required=True)
    operators = fields.List(fields.Dict(), required=True)
    facts = fields.List(fields.Dict(), required=True)
    transforms = fields.List(fields.Dict(), required=True)
    regions = fields.List(fields.String(), required=True)
    spelling = fields.Dict(required=True)
    region_sets = fields.Dict(required=True)
