"""A file of orders, opened: answers of a platform, separated text or a workbook, by its content."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from orderloom.connect import (
    Connector,
    ConnectorError,
    FileRecord,
    Header,
    OpenSheet,
    Permanent,
    Sheet,
    Workbook,
    delimited_rows,
    json_records,
)
from orderloom.errors import InputError
from orderloom.services.files.file_text import TextFile, is_zipped, open_file, open_text
from orderloom.services.incoming.intake import MAX_PAYLOAD


@dataclass(frozen=True)
class Source:
    """An open file of orders. `header`: of a table; `encoding`: utf-8, gb18030 or xlsx."""

    records: Iterator[FileRecord]
    encoding: str
    header: Header | None
    read_bytes: Callable[[], int]

    @property
    def own(self) -> tuple[str, ...]:
        """Columns nobody declared, kept under their own names."""
        return tuple(title for title, _ in self.header.own) if self.header else ()


@contextmanager
def open_source(path: Path, connector: type[Connector]) -> Iterator[Source]:
    """Raises InputError when the file as a whole cannot be read as orders of this platform."""
    raw = open_file(path)
    try:
        yield _opened(raw, path, connector)
    except ConnectorError as error:
        raise InputError(error.code, str(path), **error.params) from error
    finally:
        raw.close()


def _opened(raw: BinaryIO, path: Path, connector: type[Connector]) -> Source:
    if is_zipped(raw):
        return _workbook(raw, path, connector)
    text = open_text(raw, path)
    if text.is_json:
        records = json_records(text.stream.read, connector.envelope, MAX_PAYLOAD)
        return Source(records, text.encoding, None, lambda: text.read_bytes)
    return _separated(text, path, connector)


def _separated(text: TextFile, path: Path, connector: type[Connector]) -> Source:
    _must_take_tables(path, connector)
    rows = delimited_rows(text.stream.readline, connector.columns)
    sheet = Sheet(rows, connector.columns, cut=text.cut)
    return Source(sheet.records(), text.encoding, sheet.header, lambda: text.read_bytes)


def _workbook(raw: BinaryIO, path: Path, connector: type[Connector]) -> Source:
    workbook = Workbook(raw)
    _must_take_tables(path, connector)
    opened, sheet = _first_of_orders(workbook, connector)
    size = path.stat().st_size
    return Source(sheet.records(), "xlsx", sheet.header, lambda: int(opened.share_read * size))


def _first_of_orders(workbook: Workbook, connector: type[Connector]) -> tuple[OpenSheet, Sheet]:
    """The first worksheet whose header names the order's number."""
    refusals: list[Permanent] = []
    for number in range(len(workbook.titles)):
        opened = workbook.sheet(number)
        try:
            return opened, Sheet(opened.rows(), connector.columns)
        except Permanent as error:
            if error.code != "file.no_header":
                raise
            refusals.append(error)
    raise refusals[0] if refusals else Permanent("file.no_sheets")


def _must_take_tables(path: Path, connector: type[Connector]) -> None:
    if not connector.columns:
        raise InputError("file.no_tables", str(path), connector=connector.title._asdict())


def refuse_foreign(path: Path, connector: type[Connector], batch: Sequence[FileRecord]) -> None:
    """Raise InputError if not one of the first sound records is an order of this platform.

    A wrong file must not fill the queue of exceptions with everything that is in it.
    """
    sound = [record for record in batch if record.error is None]
    if sound and not any(_is_order(connector, record) for record in sound):
        raise InputError("file.no_orders", str(path), connector=connector.title._asdict())


def _is_order(connector: type[Connector], record: FileRecord) -> bool:
    try:
        return bool(connector.read(record.text).external_no)
    except ConnectorError:
        return False
