"""SQLite databases for the tests: copies of one template, in files whose names come again.

A name that comes again may keep its `Database`, and with it the statements compiled so far.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from orderloom.store import migrations
from orderloom.store.db import Database

_LEFT_BESIDE = ("-wal", "-shm", "-journal")


class Files:
    """Empty migrated databases in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._count = folder, 0
        self._free: list[Path] = []
        self.template = _template(folder / "template.db")

    def create(self) -> str:
        """The address of an empty database."""
        file = self._free.pop() if self._free else self._new()
        shutil.copyfile(self.template, file)
        return f"sqlite:///{file}"

    def drop(self, address: str) -> None:
        """Take a database made by `create` back; whoever still has it open keeps the old file."""
        file = Path(address.removeprefix("sqlite:///"))
        for ending in ("", *_LEFT_BESIDE):
            file.with_name(file.name + ending).unlink(missing_ok=True)
        self._free.append(file)

    def _new(self) -> Path:
        self._count += 1
        return self._folder / f"{self._count}.db"


def _template(file: Path) -> Path:
    database = Database.open(f"sqlite:///{file}")
    migrations.upgrade(database)
    with database.reader.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return file
