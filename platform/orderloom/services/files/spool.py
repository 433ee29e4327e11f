"""The records of a file, read once and kept one a line, so that work goes on where it stopped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson

from orderloom.connect import FileRecord, Permanent

Spooled = tuple[FileRecord, int]  # a record, and where the next one stands


@dataclass(frozen=True)
class Spool:
    """`path` exists once all records are in it."""

    path: Path

    def write(self, records: Iterable[FileRecord]) -> int:
        """Write all of them, or nothing; returns how many."""
        part, count = self.path.with_suffix(".reading"), 0
        try:
            with part.open("wb") as file:
                for record in records:
                    count += 1
                    file.write(_line(record))
            part.replace(self.path)
        finally:
            part.unlink(missing_ok=True)
        return count

    def read(self, start: int) -> Iterator[Spooled]:
        """The records from a place on."""
        with self.path.open("rb") as file:
            file.seek(start)
            for line in file:
                start += len(line)
                yield _record(line), start


def _line(record: FileRecord) -> bytes:
    error = record.error
    refused = [error.code, error.params] if error else None
    fields = [record.place, record.is_row, record.text, refused]
    return orjson.dumps(fields, option=orjson.OPT_APPEND_NEWLINE)


def _record(line: bytes) -> FileRecord:
    place, is_row, text, refused = orjson.loads(line)
    error = Permanent(refused[0], item=True, **refused[1]) if refused else None
    return FileRecord(place, text, error, is_row)
