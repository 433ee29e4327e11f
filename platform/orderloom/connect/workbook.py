"""Excel workbooks (.xlsx, .xlsm) read row by row, within bounds, with nothing guessed.

A workbook is a zip of XML. Cells come as the text that was meant; where a spreadsheet keeps
something else than what was typed (a formula, a date, a number rounded to 15 digits) the row says
so in its `flaws`. Memory: the shared texts, up to `MOST_TEXTS`, and one row. See docs/adr/0011.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from .errors import Permanent
from .rows import Row
from .workbook_cells import Formats, read_formats
from .workbook_sheet import SheetReader
from .workbook_xml import BadXml, Element, Texts, elements, read_texts

MOST_SMALL = 1 << 24  # bytes unpacked: lists of sheets, formats
MOST_TEXTS = 1 << 28
MOST_SHEET = 1 << 30
MOST_PARTS = 10_000
MOST_SHEETS = 20
PIECE = 1 << 16
_WORKBOOK = "xl/workbook.xml"
_FAULTS = (BadZipFile, BadXml, EOFError, KeyError, NotImplementedError, RuntimeError, zlib.error)


@dataclass(frozen=True)
class _Page:
    """One worksheet: its title and the part of the zip that holds it."""

    title: str
    part: str


class Workbook:
    """An open workbook; raises Permanent when it is damaged, protected or too large to unpack."""

    def __init__(self, file: BinaryIO) -> None:
        try:
            self._zip = ZipFile(file)
            self._parts = {_plain(part.filename): part for part in self._checked_parts()}
            if _WORKBOOK not in self._parts:
                raise Permanent("file.packed", kind="zip")
            self._pages, self._from_1904 = self._contents()
            self._formats = self._read_formats()
            self._texts = self._read_texts()
        except _FAULTS as fault:
            raise _damaged(fault) from fault

    @property
    def titles(self) -> tuple[str, ...]:
        """The worksheets people see, in their order."""
        return tuple(page.title for page in self._pages)

    def sheet(self, number: int) -> OpenSheet:
        """A worksheet by its place among the visible ones."""
        try:
            part = self._part(self._pages[number].part, MOST_SHEET)
            self._verify(part)
        except _FAULTS as fault:
            raise _damaged(fault) from fault
        reader = SheetReader(self._texts, self._formats, from_1904=self._from_1904)
        return OpenSheet(self._zip, part, reader)

    def _checked_parts(self) -> list[ZipInfo]:
        parts = self._zip.infolist()
        if len(parts) > MOST_PARTS:
            raise Permanent("file.workbook_too_large", limit=MOST_PARTS, found=len(parts))
        for part in parts:
            if part.flag_bits & 1 or part.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
                raise Permanent("file.workbook_protected")
        return parts

    def _part(self, name: str, most: int) -> ZipInfo:
        """A part that unpacks to no more than `most` bytes: zipfile reads no more than it says."""
        part = self._parts[_plain(name)]
        if part.file_size > most:
            limit, found = most >> 20, part.file_size >> 20
            raise Permanent("file.workbook_too_large", limit=f"{limit} MB", found=f"{found} MB")
        return part

    def _pieces(self, part: ZipInfo) -> Iterator[bytes]:
        with self._zip.open(part) as stream:
            while piece := stream.read(PIECE):
                yield piece

    def _verify(self, part: ZipInfo) -> None:
        """Unpack it once to its end: half a workbook must not be half an import."""
        for _ in self._pieces(part):
            pass

    def _small(self, name: str) -> Iterator[Element]:
        return elements(self._pieces(self._part(name, MOST_SMALL)))

    def _contents(self) -> tuple[list[_Page], bool]:
        """The visible worksheets, and whether days are counted from 1904."""
        targets = {
            element.attributes["Id"]: element.attributes["Target"]
            for element in self._small("xl/_rels/workbook.xml.rels")
            if element.attributes.get("Type", "").endswith("/worksheet")
        }
        pages, from_1904 = [], False
        for element in self._small(_WORKBOOK):
            if element.name == "workbookPr":
                from_1904 = element.attributes.get("date1904") in ("1", "true")
            elif element.name == "sheet" and element.attributes.get("state") in (None, "visible"):
                target = targets.get(element.reference or "")
                if target is not None:
                    pages.append(_Page(element.attributes.get("name", ""), _inside_xl(target)))
        return pages[:MOST_SHEETS], from_1904

    def _read_formats(self) -> Formats:
        name = "xl/styles.xml"
        return read_formats(self._small(name)) if _plain(name) in self._parts else Formats()

    def _read_texts(self) -> Texts:
        name = "xl/sharedStrings.xml"
        if _plain(name) not in self._parts:
            return Texts()
        return read_texts(self._pieces(self._part(name, MOST_TEXTS)))


class OpenSheet:
    """The rows of one worksheet, read as they are asked for."""

    def __init__(self, zip_: ZipFile, part: ZipInfo, reader: SheetReader) -> None:
        self._zip, self._part, self._reader = zip_, part, reader
        self._done = 0

    @property
    def share_read(self) -> float:
        """How much of the sheet has been read, 0 to 1."""
        return self._done / max(self._part.file_size, 1)

    def rows(self) -> Iterator[Row]:
        """Rows with something in them, as wide as the widest before them; broken XML ends them."""
        with self._zip.open(self._part) as stream:
            while piece := stream.read(PIECE):
                self._done += len(piece)
                yield from self._reader.feed(piece)
            yield from self._reader.end()


def _plain(name: str) -> str:
    """Names of parts differ by capitals and a leading stroke from program to program."""
    return name.lstrip("/").casefold()


def _inside_xl(target: str) -> str:
    """A target is relative to `xl/`, or absolute."""
    return target if target.startswith("/") else f"xl/{target.removeprefix('./')}"


def _damaged(fault: Exception) -> Permanent:
    return Permanent("file.workbook_damaged", reason=type(fault).__name__)
