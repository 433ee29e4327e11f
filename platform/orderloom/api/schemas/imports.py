"""Importing files of orders: shops, uploads, previews, progress, what is not in."""

from __future__ import annotations

from marshmallow import Schema, fields

from orderloom.api.schemas.values import (
    Bilingual,
    Ident,
    Instant,
    Located,
    Named,
    Shop,
    Strict,
    Text,
    Trouble,
    Word,
)


class ImportShop(Shop):
    """A shop that files can be imported into. `tables`: not only its platform's own answers."""

    tables = fields.Boolean(required=True)
    own = fields.Boolean(required=True)
    published = fields.Boolean(required=True)


class ImportShops(Schema):
    """All of them, and how large a file may be."""

    items = fields.List(fields.Nested(ImportShop), required=True)
    most_bytes = fields.Integer(required=True)


class NewOwnShop(Strict):
    """A shop of one's own; `blueprint` where several are live."""

    title = Text(least=1, most=60, required=True)
    blueprint = Text(least=1, most=63, load_default=None, allow_none=True)


class TemplateQuery(Strict):
    """Which kind of file."""

    form = Word("xlsx", "csv", load_default="xlsx")


class UploadQuery(Strict):
    """Where the file goes and what it is called."""

    account = Ident(required=True)
    name = Text(least=1, most=200, required=True)


class ImportCounts(Schema):
    """Records by what became of them."""

    accepted = fields.Integer(required=True)
    updated = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    failed = fields.Integer(required=True)
    waiting = fields.Integer(required=True)


class FileTrouble(Trouble):
    """Why the file as a whole cannot be imported."""

    code = fields.String(required=True)


class Import(Schema):
    """One file, from upload to report. `read`: bytes of it, while `records` is not known yet."""

    id = Ident(required=True)
    name = fields.String(required=True)
    size = fields.Integer(required=True)
    account = fields.Nested(Named, required=True)
    platform = fields.String(required=True)
    state = fields.String(required=True)
    created_at = Instant(required=True)
    created_by = fields.String(required=True)
    started_at = Instant(required=True, allow_none=True)
    ended_at = Instant(required=True, allow_none=True)
    encoding = fields.String(required=True, allow_none=True)
    own_columns = fields.List(fields.String(), required=True)
    read = fields.Integer(required=True)
    records = fields.Integer(required=True, allow_none=True)
    done = fields.Integer(required=True)
    counts = fields.Nested(ImportCounts, required=True)
    trouble = fields.Nested(FileTrouble, required=True, allow_none=True)
    may_continue = fields.Boolean(required=True)
    failed_rows = fields.Boolean(required=True)


class ImportPage(Schema):
    """The history, newest first."""

    items = fields.List(fields.Nested(Import), required=True)
    next = fields.String(required=True, allow_none=True)


class ImportFailure(Trouble):
    """A record that is not in; `place`: its number, or that of its first row."""

    place = fields.Integer(required=True)
    is_row = fields.Boolean(required=True)
    external_no = fields.String(required=True, allow_none=True)
    code = fields.String(required=True)


class ImportFailures(Schema):
    """A page of them; `total`: how many are remembered one by one."""

    items = fields.List(fields.Nested(ImportFailure), required=True)
    next = fields.String(required=True, allow_none=True)
    total = fields.Integer(required=True)


class FieldTitle(Schema):
    """A field of the order."""

    name = fields.String(required=True)
    title = fields.Nested(Bilingual, required=True)


class PreviewColumn(Schema):
    """A column of the file. `own`: nobody declared it, it is kept under its own name."""

    title = fields.String(required=True)
    becomes = fields.List(fields.Nested(FieldTitle), required=True)
    own = fields.Boolean(required=True)


class CellProblem(Trouble):
    """What is wrong, with which field, and in which cell of the file."""

    field = fields.String(required=True, allow_none=True)
    title = fields.Nested(Bilingual, required=True, allow_none=True)
    column = fields.String(required=True, allow_none=True)
    cell = fields.String(required=True, allow_none=True)
    code = fields.String(required=True)


class PreviewLine(Schema):
    """A line of the order, as far as it could be made."""

    sku_code = fields.String(required=True, allow_none=True)
    title = fields.String(required=True, allow_none=True)
    spec = fields.String(required=True, allow_none=True)
    quantity = fields.Integer(required=True, allow_none=True)
    price = fields.Integer(required=True, allow_none=True)


class PreviewOrder(Located):
    """The order, as far as it could be made; money in fen."""

    placed_at = Instant(required=True, allow_none=True)
    payment_state = fields.String(required=True, allow_none=True)
    total = fields.Integer(required=True, allow_none=True)
    paid = fields.Integer(required=True, allow_none=True)
    receiver_name = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    lines = fields.List(fields.Nested(PreviewLine), required=True)


class PreviewRow(Schema):
    """One record of the file and what it becomes."""

    place = fields.Integer(required=True)
    is_row = fields.Boolean(required=True)
    external_no = fields.String(required=True, allow_none=True)
    values = fields.Nested(PreviewOrder, required=True, allow_none=True)
    problems = fields.List(fields.Nested(CellProblem), required=True)


class Preview(Schema):
    """The first records. `published`: whether orders of this shop are worked on at all."""

    columns = fields.List(fields.Nested(PreviewColumn), required=True)
    rows = fields.List(fields.Nested(PreviewRow), required=True)
    more = fields.Boolean(required=True)
    published = fields.Boolean(required=True)
    encoding = fields.String(required=True)
