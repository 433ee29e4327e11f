"""Writes the pages that follow from the code. A test holds them fresh."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from inspect import getdoc
from pathlib import Path
from string import Template

DOCS = Path(__file__).resolve().parent
sys.path[:0] = [str(DOCS.parent / "platform"), str(DOCS.parent)]

from marshmallow import Schema, fields  # noqa: E402

from orderloom.blueprint.document import Blueprint  # noqa: E402
from orderloom.commands.connector import written  # noqa: E402
from orderloom.connect import Registry  # noqa: E402
from orderloom.engine.canonical import (  # noqa: E402
    DERIVED_FIELDS,
    LINE_FIELDS,
    ORDER_FIELDS,
    Field,
)
from orderloom.engine.jsonlogic import CATALOGUE as OPERATORS  # noqa: E402
from orderloom.engine.transforms import CATALOGUE as TRANSFORMS  # noqa: E402

_MARK = "<!-- Written by docs/generate.py. Do not edit. -->"


_ABOUT_ORDERS = (
    "Every channel's orders are mapped to this one shape. Money is integer fen, instants are",
    "epoch milliseconds (UTC) inside and ISO 8601 in the API. For each channel a field is",
    "*filled*, *masked* (stars instead of data), *late* (in a later version) or *never* there.",
)


def canonical_order() -> str:
    """The canonical order: field, kind, unit, may be missing, and how each channel fills it."""
    registry = Registry.load()
    channels = [key for key in registry.keys() if registry.get(key).coverage]  # noqa: SIM118
    coverage = {key: registry.get(key).coverage for key in channels}
    head = ["field", "中文", "kind", "unit", "may be missing", *channels]
    order = [_row(f, [coverage[c].get(f.name, "never") for c in channels]) for f in ORDER_FIELDS]
    lines = [_row(f, []) for f in LINE_FIELDS]
    derived = [_row(f, []) for f in DERIVED_FIELDS]
    return "\n".join(
        [
            "# The canonical order",
            "",
            _MARK,
            "",
            *_ABOUT_ORDERS,
            "",
            "## Order",
            "",
            *_table(head, order),
            "",
            "## Lines",
            "",
            *_table(head[:5], lines),
            "",
            "## Added by the hub, for rules",
            "",
            *_table(head[:5], derived),
            "",
        ]
    )


def _row(field: Field, fills: list[str]) -> list[str]:
    missing = "yes" if not field.required and field.default is None else "no"
    kind = f"{field.kind}: {', '.join(field.choices)}" if field.choices else field.kind
    return [f"`{field.name}`", field.zh, kind, field.unit, missing, *fills]


def blueprint_page() -> str:
    """Every key of the blueprint document, every transform and every operator."""
    parts = ["# The blueprint document", "", _MARK, "", "Format 1. Unknown keys are errors.", ""]
    seen: set[str] = set()
    for schema in _schemas(Blueprint(), seen):
        parts += [f"## {type(schema).__name__}", "", getdoc(type(schema)) or "", ""]
        parts += _table(["key", "kind", "needed"], [_key(f) for f in schema.fields.values()])
        parts.append("")
    steps = [[f"`{n}`", t.zh, t.en, ", ".join(sorted(t.options))] for n, t in TRANSFORMS.items()]
    parts += [
        "## Steps of a mapping",
        "",
        *_table(["step", "中文", "English", "options"], steps),
        "",
    ]
    own = [
        [f"`{n}`", ", ".join(p.name for p in o.params), o.zh, o.en] for n, o in OPERATORS.items()
    ]
    parts += ["## Operators beside JSONLogic's own", ""]
    return "\n".join([*parts, *_table(["operator", "takes", "中文", "English"], own), ""])


def _schemas(schema: Schema, seen: set[str]) -> Iterable[Schema]:
    if type(schema).__name__ in seen:
        return
    seen.add(type(schema).__name__)
    yield schema
    for field in schema.fields.values():
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            yield from _schemas(inner.schema, seen)


def _key(field: fields.Field) -> list[str]:
    inner = field.inner if isinstance(field, fields.List) else field
    kind = type(inner.schema if isinstance(inner, fields.Nested) else inner).__name__
    kind = f"list of {kind}" if isinstance(field, fields.List) else kind
    return [f"`{field.data_key or field.name}`", kind, "yes" if field.required else "no"]


def _table(head: list[str], rows: Iterable[list[str]]) -> list[str]:
    cells = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    lines = [head, ["---"] * len(head), *cells]
    return ["| " + " | ".join(line) + " |" for line in lines]


def connector_page() -> str:
    """The walk-through, with the very file `orderloom connector new` writes."""
    connector, stage = written("tea_shop", "茶铺").values()
    text = Template((DOCS / "writing-a-connector.in").read_text("utf-8"))
    lines = len(connector.splitlines())
    return text.substitute(mark=_MARK, connector=connector, stage=stage, lines=lines)


PAGES = {
    "writing-a-connector.md": connector_page,
    "canonical-order.md": canonical_order,
    "blueprint.md": blueprint_page,
}


def main() -> None:
    """Write all pages."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
