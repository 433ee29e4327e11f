"""Files that people brought, in the data folder: streamed to disk, bounded, dropped in time."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from orderloom.errors import InputError

PIECE = 1 << 18
RESERVE = 200_000_000  # bytes of the disk that uploads leave free
MOST_KEPT = 10  # times the largest file: what all files together may take


@dataclass(frozen=True)
class Uploads:
    """`most`: bytes of one file. Web server and workers share the folder."""

    folder: Path
    most: int

    def file(self, import_id: int) -> Path:
        """Where the file of an import stands, as it was brought."""
        return self.folder / f"{import_id}.upload"

    def spool(self, import_id: int) -> Path:
        """Where its records stand once they have been read."""
        return self.folder / f"{import_id}.records"

    def made(self, import_id: int, suffix: str) -> Path:
        """A file made for somebody to download, and removed once it is sent."""
        self._make()
        return self.folder / f"{import_id}.{os.urandom(6).hex()}.{suffix}"

    def store(self, import_id: int, stream: BinaryIO, announced: int | None) -> int:
        """Keep what comes as the file of an import; returns its size. Raises as `passing`."""
        with self.passing(stream, announced) as part:
            size = part.stat().st_size
            part.replace(self.file(import_id))
        return size

    @contextmanager
    def passing(self, stream: BinaryIO, announced: int | None) -> Iterator[Path]:
        """What comes, written to disk piece by piece, there as long as the block runs.

        Raises InputError: empty, cut off, larger than allowed, or more than the disk should take.
        """
        self.check(announced)
        part = self.made(0, "part")
        try:
            size = self._receive(stream, part)
            if announced is not None and size < announced:
                raise InputError("imports.cut_off", "file")
            yield part
        finally:
            part.unlink(missing_ok=True)

    def check(self, announced: int | None) -> None:
        """Refuse what is announced too large before a byte of it is read."""
        if announced is not None and announced > self.most:
            raise self._too_large()
        if announced == 0:
            raise InputError("imports.empty", "file")
        self._make()
        if shutil.disk_usage(self.folder).free < RESERVE + (announced or 0):
            raise InputError("imports.disk_full", "file")

    def _receive(self, stream: BinaryIO, part: Path) -> int:
        size = 0
        with part.open("wb") as file:
            while piece := stream.read(PIECE):
                size += len(piece)
                if size > self.most:
                    raise self._too_large()
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        if not size:
            raise InputError("imports.empty", "file")
        return size

    def _too_large(self) -> InputError:
        return InputError("imports.too_large", "file", limit=f"{self.most >> 20} MB")

    def _make(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def drop(self, import_id: int) -> None:
        """Remove all that stands there of an import."""
        self.file(import_id).unlink(missing_ok=True)
        self.drop_spool(import_id)

    def drop_spool(self, import_id: int) -> None:
        self.spool(import_id).unlink(missing_ok=True)

    def sizes(self, import_ids: Iterable[int]) -> dict[int, int]:
        """The size of each file that is there."""
        found = {id_: self.file(id_) for id_ in import_ids}
        return {id_: path.stat().st_size for id_, path in found.items() if path.exists()}

    @property
    def most_kept(self) -> int:
        return MOST_KEPT * self.most
