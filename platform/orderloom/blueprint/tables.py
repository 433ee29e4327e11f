"""Tables a blueprint brings: what may stand in them, and what rules get to read.

Entries are the same in the document and live: {"keys": [text], "value": …}.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from orderloom.blueprint.findings import Finding, nearest
from orderloom.engine.jsonlogic.check import FieldSpec, TableSpec
from orderloom.engine.regions import PROVINCES, REGION_SETS, province
from orderloom.engine.tables import CourierTable, Entry, LiveTable

Document = Mapping[str, Any]
Sets = Mapping[str, Sequence[str]]
COURIERS = "couriers"
LONGEST_KEY = 200
_BIGGEST = 2**53  # numbers a browser and JSONLogic hold exactly
_KEY_SPECS: Mapping[str, FieldSpec] = {
    "text": FieldSpec("text"),
    "integer": FieldSpec("integer"),
    "province": FieldSpec("choice", choices=PROVINCES),
}
_VALUE_SPECS: Mapping[str, FieldSpec] = {
    "text": FieldSpec("text"),
    "integer": FieldSpec("integer"),
    "money": FieldSpec("money", least=0),
    "yes_no": FieldSpec("yes_no"),
}


def tables_of(document: Document) -> dict[str, Document]:
    """The definitions by key."""
    return {table["key"]: table for table in document.get("tables", [])}


def table_titles(document: Document) -> dict[str, Mapping[str, str]]:
    """What people call them."""
    return {key: table["title"] for key, table in tables_of(document).items()}


def sets_of(document: Document) -> dict[str, list[str]]:
    """The document's named sets."""
    return {entry["key"]: entry["values"] for entry in document.get("sets", [])}


def initial(document: Document) -> dict[str, LiveTable]:
    """The tables as the document brings them, where nothing is live yet."""
    return {key: LiveTable(0, t.get("entries", [])) for key, t in tables_of(document).items()}


def for_lookup(document: Document) -> list[str]:
    """The tables `lookup` may read."""
    return [key for key, table in tables_of(document).items() if table["values"] != COURIERS]


def for_couriers(document: Document) -> list[str]:
    """The tables the action `courier` may read."""
    return [key for key, table in tables_of(document).items() if table["values"] == COURIERS]


def specs(document: Document) -> dict[str, TableSpec]:
    """What the check knows of the tables `lookup` may read."""
    tables = tables_of(document)
    return {
        key: TableSpec(_KEY_SPECS[tables[key]["keys"]], _VALUE_SPECS[tables[key]["values"]])
        for key in for_lookup(document)
    }


def words(document: Document, tables: Mapping[str, LiveTable]) -> dict[str, dict[str, Any]]:
    """Key -> value of every table `lookup` may read."""
    sets = sets_of(document)
    return {key: _values(tables[key], sets) for key in for_lookup(document)}


def _values(table: LiveTable, sets: Sets) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for entry in table.entries:
        for key in _members(entry, sets):
            found.setdefault(key, entry["value"])
    return found


def courier_table(document: Document, key: str, table: LiveTable) -> CourierTable:
    """A table of couriers by province."""
    sets = sets_of(document)
    row_of: dict[str, int] = {}
    others = None
    for number, entry in enumerate(table.entries):
        for name in _members(entry, sets):
            row_of.setdefault(name, number)
        if not entry["keys"]:
            others = number
    shares = (tuple((w["courier"], w["weight"]) for w in e["value"]) for e in table.entries)
    return CourierTable(key, tuple(shares), row_of, others)


def _members(entry: Entry, sets: Sets) -> Iterator[str]:
    """The keys of a row, those of sets one by one. A set that is gone has none."""
    for key in entry["keys"]:
        if key.startswith("@"):
            yield from filter(None, map(province, _set(key[1:], sets) or ()))
        else:
            yield key


def _set(name: str, sets: Sets) -> Sequence[str] | None:
    return sets.get(name, REGION_SETS.get(name))


def keys_said(document: Document, entry: Entry) -> list[Any]:
    """The keys of a row as people know them: sets by their titles."""
    titles = {f"@{s['key']}": s["title"] for s in document.get("sets", [])}
    return [titles.get(key, key) for key in entry["keys"]]


def names_read(value: Any) -> set[str]:
    """The tables that rules and actions in this part of a document read."""
    if isinstance(value, list):
        return set[str]().union(*map(names_read, value))
    if not isinstance(value, Mapping):
        return set()
    found = names_read(list(value.values()))
    if value.get("do") == "courier" and "table" in value:
        found.add(value["table"])
    named = value.get("lookup")
    first = named[0] if isinstance(named, list) and named else named
    return found | ({first} if isinstance(first, str) else set())


def tidy(table: Document, entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Entries as they are kept: blanks around keys gone, provinces by their short names."""
    return [{**entry, "keys": [_tidy(table, key) for key in entry["keys"]]} for entry in entries]


def _tidy(table: Document, key: str) -> str:
    key = key.strip()
    if table["keys"] == "province" and not key.startswith("@"):
        return province(key) or key
    return key


def check_tables(document: Document) -> Iterator[Finding]:
    """Findings about the tables of a well-shaped document by themselves."""
    sets = sets_of(document)
    for index, table in enumerate(document.get("tables", [])):
        at = f"/tables/{index}"
        if table["values"] == COURIERS and table["keys"] != "province":
            yield Finding("tables.couriers_by_province", f"{at}/keys")
        yield from check_entries(table, sets, table.get("entries", []), f"{at}/entries")


def check_entries(
    table: Document, sets: Sets, entries: Sequence[Entry], at: str
) -> Iterator[Finding]:
    """What keeps these from being the table's entries."""
    seen: set[str] = set()
    covered: set[str] = set()
    for number, entry in enumerate(entries):
        where = f"{at}/{number}"
        yield from _row(table, entry, where, last=number == len(entries) - 1)
        for k, key in enumerate(entry["keys"]):
            if key in seen:
                yield Finding("tables.key_twice", f"{where}/keys/{k}", {"name": key})
            seen.add(key)
            yield from _key(table, sets, key, f"{where}/keys/{k}")
        members = set(_members(entry, sets))
        if members and members <= covered and not members & set(entry["keys"]):
            yield Finding("tables.never", f"{where}/keys")
        covered |= members
        yield from _value(table["values"], entry["value"], f"{where}/value")
    if table["values"] == COURIERS and not (entries and not entries[-1]["keys"]):
        yield Finding("tables.no_others", at)


def _row(table: Document, entry: Entry, where: str, *, last: bool) -> Iterator[Finding]:
    if not entry["keys"] and not (last and table["values"] == COURIERS):
        yield Finding("tables.no_key", f"{where}/keys")


def _key(table: Document, sets: Sets, key: str, where: str) -> Iterator[Finding]:
    if not key or len(key) > LONGEST_KEY:
        yield Finding("tables.bad_key", where, {"most": LONGEST_KEY})
    elif table["keys"] == "integer":
        if not _is_whole(key):
            yield Finding("tables.not_whole", where, {"name": key})
    elif table["keys"] == "province":
        yield from _place(sets, key, where)


def _is_whole(key: str) -> bool:
    digits = key.removeprefix("-")
    return digits.isascii() and digits.isdigit() and str(int(key)) == key and len(digits) < 16


def _place(sets: Sets, key: str, where: str) -> Iterator[Finding]:
    if not key.startswith("@"):
        if key not in PROVINCES:
            params = {"name": key, "nearest": nearest(key, PROVINCES)}
            yield Finding("tables.not_a_province", where, params)
        return
    members = _set(key[1:], sets)
    if members is None:
        params = {"name": key[1:], "nearest": nearest(key[1:], [*sets, *REGION_SETS])}
        yield Finding("tables.unknown_set", where, params)
    for member in members or ():
        if province(member) is None:
            yield Finding("tables.set_not_places", where, {"name": key[1:], "member": member})


def _value(kind: str, value: Any, where: str) -> Iterator[Finding]:
    if kind == COURIERS:
        yield from _shares(value, where)
    elif not _FITS[kind](value):
        yield Finding(f"tables.value_{kind}", where)


def _is_number(value: Any, least: int = -_BIGGEST) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= _BIGGEST


_FITS: Mapping[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str) and bool(value) and len(value) <= LONGEST_KEY,
    "integer": _is_number,
    "money": lambda value: _is_number(value, 0),
    "yes_no": lambda value: isinstance(value, bool),
}


def _shares(value: Any, where: str) -> Iterator[Finding]:
    if not isinstance(value, list) or not all(map(_is_share, value)):
        yield Finding("tables.value_couriers", where)
        return
    if not any(share["weight"] for share in value):
        yield Finding("tables.no_couriers", where)
    seen: set[str] = set()
    for share in value:
        if share["courier"] in seen:
            yield Finding("tables.courier_twice", where, {"name": share["courier"]})
        seen.add(share["courier"])


def _is_share(share: Any) -> bool:
    if not isinstance(share, Mapping) or set(share) != {"courier", "weight"}:
        return False
    named = isinstance(share["courier"], str) and bool(share["courier"])
    return named and _is_number(share["weight"], 0) and share["weight"] <= 1000
