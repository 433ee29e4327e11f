"""Opening a file of orders as text: UTF-8 or GB18030, found out strictly, or refused in words."""

from __future__ import annotations

import codecs
import io
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from orderloom.errors import InputError

PIECE = 1 << 20  # bytes read at a time
Encoding = Literal["utf-8-sig", "gb18030"]

_KINDS = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!", "rar"),
    (b"%PDF", "pdf"),
    (b"SQLite format 3\x00", "sqlite"),
)
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_ZIPPED = (b"PK\x03\x04", b"PK\x05\x06")
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ESCAPED = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True)
class TextFile:
    """An open file. `encoding`: utf-8 or gb18030; `cut`: it ends in half a character."""

    raw: BinaryIO
    stream: io.TextIOWrapper
    encoding: str
    size: int
    cut: bool

    @property
    def is_json(self) -> bool:
        """A table never starts with a bracket."""
        start = self.stream.read(PIECE).lstrip()
        self.stream.seek(0)
        return start[:1] in ("{", "[")

    @property
    def read_bytes(self) -> int:
        """How far reading has come."""
        return self.raw.tell()


def open_file(path: Path) -> BinaryIO:
    """Raises InputError: not there, not a file, empty, not to be read."""
    try:
        _look_at(path)
        return path.open("rb")
    except FileNotFoundError as error:
        raise InputError("file.not_found", str(path)) from error
    except OSError as error:
        raise InputError("file.unreadable", str(path), reason=error.strerror) from error


def _look_at(path: Path) -> None:
    """Looked at first: opening a pipe would wait for somebody to write into it."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise InputError("file.not_a_file", str(path))
    if not status.st_size:
        raise InputError("file.empty", str(path))


def is_zipped(raw: BinaryIO) -> bool:
    """Whether it may be a workbook, which is a zip."""
    start = raw.read(4)
    raw.seek(0)
    return start in _ZIPPED


def open_text(raw: BinaryIO, path: Path) -> TextFile:
    """Raises InputError: packed or binary, in neither encoding. Closing the stream closes `raw`."""
    _refuse_packed(raw, path)
    encoding, cut = _encoding(raw, path)
    size = raw.seek(0, io.SEEK_END)
    raw.seek(0)
    # Checked to its end already; only half a character there is let through, to be named later.
    errors = "replace" if cut else "strict"
    stream = io.TextIOWrapper(raw, encoding, errors, newline="")
    return TextFile(raw, stream, encoding.removesuffix("-sig"), size, cut)


def _refuse_packed(raw: BinaryIO, path: Path) -> None:
    start = raw.read(32)
    kind = next((kind for mark, kind in _KINDS if start.startswith(mark)), None)
    if kind is not None:
        raise InputError("file.packed", str(path), kind=kind)
    if start.startswith(_OLD_EXCEL):
        raise InputError("file.old_excel", str(path))
    if start.startswith(_WIDE):
        raise InputError("file.utf16", str(path))
    offset = 0
    raw.seek(0)
    while piece := raw.read(PIECE):
        at = piece.find(b"\0")
        if at >= 0:
            raise InputError("file.binary", str(path), offset=offset + at)
        offset += len(piece)


def _encoding(raw: BinaryIO, path: Path) -> tuple[Encoding, bool]:
    """The encoding the whole file is in, and whether it ends in half a character."""
    utf8 = _fault(raw, "utf-8-sig")
    if utf8 is None or utf8.cut:
        return "utf-8-sig", utf8 is not None
    raw.seek(0)
    starts = raw.read(3)
    if starts == codecs.BOM_UTF8 or _mostly_utf8(raw):
        raise InputError("file.damaged_utf8", str(path), offset=utf8.offset)
    gb18030 = _fault(raw, "gb18030")
    if gb18030 is None or gb18030.cut:
        return "gb18030", gb18030 is not None
    params = {"utf8": utf8.offset, "gb18030": gb18030.offset}
    raise InputError("file.encoding", str(path), **params)


@dataclass(frozen=True)
class _Fault:
    """The first byte that does not fit; `cut`: only because the file ends there."""

    offset: int
    cut: bool = False


def _fault(raw: BinaryIO, encoding: Encoding) -> _Fault | None:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    raw.seek(0)
    done = 0
    try:
        while piece := raw.read(PIECE):
            done += len(piece)
            decoder.decode(piece)
    except UnicodeDecodeError as error:
        return _Fault(done - len(error.object) + error.start)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return _Fault(done - len(error.object) + error.start, cut=True)
    return None


def _mostly_utf8(raw: BinaryIO) -> bool:
    """True for a UTF-8 file with damaged places, which GB18030 might well accept as nonsense.

    In text of the one, next to nothing beyond ASCII happens to be sound in the other.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    raw.seek(0)
    bad = beyond = 0
    while piece := raw.read(PIECE):
        text = decoder.decode(piece)
        bad += len(_ESCAPED.findall(text))
        beyond += len(text) - len(text.encode("ascii", "ignore"))
    return beyond - bad > bad
