"""A file of orders: landed batch by batch, worked on at once, and told what became of each."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from orderloom.connect import Connector, FileRecord
from orderloom.jobs.context import Context
from orderloom.jobs.processing import process_account
from orderloom.services import file_import, file_source, intake
from orderloom.services.file_import import Failure, Report
from orderloom.services.file_source import Source
from orderloom.services.runtime import AccountFacts

BATCH = 1000
PAUSE_S = 0.2
PATIENCE = 100  # pauses: longer than the lease of a worker that died


def _nobody(_read_bytes: int, _report: Report) -> None:
    """Nobody wants to know how far it is."""


@dataclass
class Import:
    """One file going into one account.

    `failed` hears of each record that is not in, `moved` of the file's bytes read so far.
    `later`: leave the work to the workers; what is new then counts as waiting.
    """

    context: Context
    account: AccountFacts
    path: Path
    failed: Callable[[Failure], None]
    moved: Callable[[int, Report], None] = _nobody
    pause: Callable[[float], None] = time.sleep
    later: bool = False
    report: Report = field(default_factory=Report)

    def run(self) -> Source:
        """Take all orders in; raises InputError if the file as a whole cannot be read.

        Every batch is committed by itself: importing the file again does what an interruption
        left undone, and changes nothing else.
        """
        opened = file_source.open_source(self.path, self._connector)
        with opened as source, self.context.database.kept_open():
            for number, batch in enumerate(_batches(source.records)):
                if not number:
                    file_source.refuse_foreign(self.path, self._connector, batch)
                self._take_in(batch)
                self.moved(source.read_bytes(), self.report)
        return source

    @property
    def _connector(self) -> type[Connector]:
        return self.context.gateway.registry.get(self.account.connector)

    def _take_in(self, batch: Sequence[FileRecord]) -> None:
        for record in batch:
            if record.error is not None:
                self._count("failed", Failure.of_record(record, record.error))
        sound = [record for record in batch if record.error is None]
        with self.context.database.write() as tx:
            items = [file_import.item(record) for record in sound]
            now = self.context.clock.now()
            landed = intake.land(tx, self.account.id, self._connector, items, "file", now)
        if not self.later:
            self._work()
        with self.context.database.read() as tx:
            found = file_import.outcomes(tx, self.account.id, sound, landed)
        for outcome, failure in found:
            self._count(outcome, failure)

    def _work(self) -> None:
        """Work on the account's orders, and wait for those a worker has in its hands."""
        for _ in range(PATIENCE):
            if process_account(self.context, self.account.id):
                return
            self.pause(PAUSE_S)

    def _count(self, outcome: file_import.Outcome, failure: Failure | None) -> None:
        self.report.counts[outcome] += 1
        if failure is not None:
            self.failed(failure)


def _batches(records: Iterator[FileRecord]) -> Iterator[list[FileRecord]]:
    while batch := list(islice(records, BATCH)):
        yield batch
