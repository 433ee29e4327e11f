"""Findings in people's words: which row, and what an order that shows it looks like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from orderloom.engine.jsonlogic import fact_of
from orderloom.engine.say import say_fact
from orderloom.engine.words import Words
from orderloom.texts import LOCALES, both, catalogue

Document = Mapping[str, Any]
Text = dict[str, str]
_PARTS: Mapping[str, str] = {"zh": ";", "en": "; "}
_WITHIN: Mapping[str, str] = {"zh": "、", "en": ", "}
_LINE = "lines[]."


def row_name(row: Any, position: int) -> Text:
    """「第 3 行「江浙沪」」; `position` from 0."""
    return both("rules.row", {"n": position + 1, "title": _title(row)})


def _title(entry: Any) -> Any:
    """The title of a part of a document that may still be wrong; its key where it has none."""
    if not isinstance(entry, Mapping):
        return None
    title = entry.get("title")
    if isinstance(title, Mapping) and any(title.values()):
        return {locale: str(title.get(locale) or next(iter(title.values()))) for locale in LOCALES}
    return entry.get("key") or entry.get("id") or entry.get("to")


def place(document: Any, where: str) -> Text | None:
    """What a JSON pointer points to, as people call it; None for the document itself."""
    section, *rest = where.split("/")[1:] or [""]
    if not section:
        return None
    entry = _at(_at(document, section), rest[0]) if rest else None
    if section == "rules" and entry is not None:
        return _in_list(entry, rest[1:])
    code = f"blueprint.section_{section}"
    params = {"section": both(code) if code in catalogue() else section, "title": _title(entry)}
    part, left = _within(entry, rest[1:]) if entry else (None, rest)
    return both("blueprint.place", {**params, "part": part, "rest": "/".join(left)})


def _within(entry: Any, way: Sequence[str]) -> tuple[Any, Sequence[str]]:
    """The last part on the way that has a title, such as a field, and the way from there."""
    title, left = None, way
    for number, step in enumerate(way):
        entry = _at(entry, step)
        if _title(entry):
            title, left = _title(entry), way[number + 1 :]
    return title, left


def _in_list(rules: Any, rest: Sequence[str]) -> Text:
    part, *inside = rest or [""]
    params: dict[str, Any] = {"list": _title(rules)}
    if part == "rows" and inside:
        number, *inside = inside
        row = _at(_at(rules, "rows"), number)
        params["row"] = row_name(row, int(number)) if number.isdigit() else None
    elif part == "otherwise":
        params["row"] = both("rules.otherwise")
    actions = inside[1:] if inside[:1] == ["then"] else inside if part == "otherwise" else []
    if actions and actions[0].isdigit():
        params["action"] = int(actions[0]) + 1
    return both("rules.place", params)


def _at(part: Any, key: str) -> Any:
    if isinstance(part, Mapping):
        return part.get(key)
    if isinstance(part, Sequence) and not isinstance(part, str) and key.isdigit():
        return part[int(key)] if int(key) < len(part) else None
    return None


def example(witness: Mapping[str, Any] | None, reads: Collection[str], words: Words) -> Text | None:
    """An order in words: only what the rows concerned read of it."""
    if witness is None:
        return None
    return {locale: _PARTS[locale].join(_said(witness, reads, words, locale)) for locale in LOCALES}


def _said(
    witness: Mapping[str, Any], reads: Collection[str], words: Words, locale: str
) -> Iterator[str]:
    for name in _order_fields(witness, reads):
        yield f"{words.title(name, locale)} {_value(witness.get(name), name, words, locale)}"
    for key, value in witness.get("$facts", {}).items():
        name, arguments = fact_of(key)
        yield f"{say_fact(name, arguments, locale)} {words.value(value, None, locale)}"
    if any(path.startswith(_LINE) or path == "lines" for path in reads):
        yield from _lines(witness.get("lines", ()), reads, words, locale)


def _order_fields(witness: Mapping[str, Any], reads: Collection[str]) -> list[str]:
    """In the order of the witness, which is the canonical order's; unread ones left out."""
    plain = {path for path in reads if "[" not in path and not path.startswith("$")} - {"lines"}
    known = [name for name in witness if name not in ("lines", "$facts")]
    if "*" in plain:
        return known
    return [*(name for name in known if name in plain), *sorted(plain - set(known))]


def _value(value: Any, name: str, words: Words, locale: str) -> str:
    return words.value(value, words.field(name), locale)


def _lines(
    lines: Sequence[Mapping[str, Any]], reads: Collection[str], words: Words, locale: str
) -> Iterator[str]:
    """Lines that read alike are counted, not repeated."""
    fields = sorted(path.removeprefix(_LINE) for path in reads if path.startswith(_LINE))
    alike = Counter(
        _WITHIN[locale].join(
            f"{words.title(name, locale)} {_value(line.get(name), name, words, locale)}"
            for name in fields
        )
        for line in lines
    )
    for line, count in alike.items():
        yield both("rules.example_lines", {"n": count, "line": line})[locale]
