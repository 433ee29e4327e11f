"""What the first records of a file would become, and what is wrong with them, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from orderloom.connect import Connector, ConnectorError, FileRecord, Header, cell_name
from orderloom.engine.canonical import LINE_BY_NAME, Field
from orderloom.engine.mapping import FieldMapping, Problem
from orderloom.errors import InputError
from orderloom.services.files import file_source
from orderloom.texts import both, both_how

Record = dict[str, Any]
ROWS = 20
_LINE_PARTS = 3  # lines/2/quantity


@dataclass(frozen=True)
class Reading:
    """How a shop's records are read; `mapping` None: nothing is published for it yet."""

    connector: type[Connector]
    mapping: FieldMapping | None
    each: str  # where the lines are


def preview(path: Path, name: str, reading: Reading) -> Record:
    """The first records, mapped. Raises InputError, whose `where` is the file's name."""
    try:
        with file_source.open_source(path, reading.connector) as source:
            records = list(islice(source.records, ROWS + 1))
            file_source.refuse_foreign(path, reading.connector, records)
            return {
                "columns": list(_columns(source.header, reading)) if source.header else [],
                "rows": [_row(record, source.header, reading) for record in records[:ROWS]],
                "more": len(records) > ROWS,
                "published": reading.mapping is not None,
                "encoding": source.encoding,
            }
    except InputError as error:
        raise InputError(error.code, name, **error.params) from error


def _columns(header: Header, reading: Reading) -> Iterator[Record]:
    """Each column of the file and what it becomes: fields, or nothing a field is made from."""
    own = {place for _, place in header.own}
    for place, title in enumerate(header.titles):
        if title:
            becomes = [_titled(field) for field in _fields_of(header, reading, place)]
            yield {"title": title, "becomes": becomes, "own": place in own}


def _titled(field: Field) -> Record:
    return {"name": field.name, "title": {"zh": field.zh, "en": field.en}}


def _fields_of(header: Header, reading: Reading, place: int) -> Iterator[Field]:
    """The fields that are made from a cell."""
    if reading.mapping is None:
        return
    names = _names_at(header, place)
    lists = ((reading.mapping.order, ""), (reading.mapping.lines, f"{reading.each}."))
    for maps, prefix in lists:
        for field_map in maps:
            if any(names & _spellings(prefix, source) for source in field_map.sources):
                yield field_map.target


def _spellings(prefix: str, source: str) -> set[str]:
    """A table has flat names for what may lie deeper in the platform's record."""
    return {prefix + source, prefix + source.rpartition(".")[2]}


def _names_at(header: Header, place: int) -> set[str]:
    """The fields of the platform's record that a cell may fill."""
    targets = (header.key, *header.order, *header.lines)
    found = {n for t in targets if place in t.cells for n in t.column.path.split()}
    return found | {title for title, at in header.own if at == place}


def _row(record: FileRecord, header: Header | None, reading: Reading) -> Record:
    row: Record = {"place": record.place, "is_row": record.is_row, "external_no": None}
    row |= {"values": None, "problems": []}
    if record.error is not None:
        return row | {"problems": [_refused(record.error)]}
    try:
        normal = reading.connector.read(record.text)
    except ConnectorError as error:
        return row | {"problems": [_refused(error)]}
    row["external_no"] = normal.external_no
    if reading.mapping is None:
        return row
    order, problems = reading.mapping.apply(normal.body, normal.masked)
    told = [_told(problem, record, header, reading) for problem in problems]
    return row | {"values": order, "problems": told}


def _refused(error: ConnectorError) -> Record:
    """A record that is none, or a row that cannot be trusted."""
    place = {"field": None, "title": None, "column": None, "cell": error.params.get("cell")}
    return {**place, **_words(error.code, error.params)}


def _words(code: str, params: Mapping[str, Any]) -> Record:
    return {"code": code, "message": both(code, params), "how": both_how(code, params)}


def _told(problem: Problem, record: FileRecord, header: Header | None, reading: Reading) -> Record:
    """A field that could not be made, and the cell it should have been made from."""
    at = _cell_of(problem, header, reading) if header else None
    number = _row_number(problem, record)
    return {
        "field": problem.field,
        "title": _title_of(problem, reading),
        "column": header.titles[at] if header and at is not None else None,
        "cell": cell_name(number, at) if at is not None and number else None,
        **_words(f"mapping.{problem.reason}", problem.params),
    }


def _title_of(problem: Problem, reading: Reading) -> Record | None:
    name = problem.field.rpartition("/")[2]
    if problem.field.startswith("lines/"):
        field = LINE_BY_NAME.get(name)
    else:
        maps = reading.mapping.order if reading.mapping else ()
        field = next((m.target for m in maps if m.name == name), None)
    return {"zh": field.zh, "en": field.en} if field else None


def _cell_of(problem: Problem, header: Header, reading: Reading) -> int | None:
    """The first cell whose column the field is made from."""
    name = problem.field.rpartition("/")[2]
    return next(
        (
            place
            for place in range(header.width)
            if any(field.name == name for field in _fields_of(header, reading, place))
        ),
        None,
    )


def _row_number(problem: Problem, record: FileRecord) -> int | None:
    """Each row is a line; what concerns the order stands in its first row."""
    parts = problem.field.split("/")
    line = int(parts[1]) - 1 if len(parts) == _LINE_PARTS and parts[1].isdecimal() else 0
    numbers: Sequence[int] = [number for number, _ in record.rows]
    return numbers[line] if line < len(numbers) else None
