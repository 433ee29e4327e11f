"""Records of a file: landed batch by batch, worked on at once, and told what became of each."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TypeVar

from orderloom.connect import Connector, FileRecord
from orderloom.jobs.context import Context
from orderloom.jobs.processing import process_account
from orderloom.services.files import file_import, file_source
from orderloom.services.files.file_import import Failure, Report, Told
from orderloom.services.files.file_source import Source
from orderloom.services.incoming import intake
from orderloom.services.publishing.runtime import AccountFacts
from orderloom.store.db import Tx

BATCH = 1000
PAUSE_S = 0.2
PATIENCE = 100  # pauses: longer than the lease of a worker that died
T = TypeVar("T")


def _nobody(*_args: object) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True)
class Door:
    """Takes records into one account.

    `later`: leave the work to the workers; what is new then counts as waiting.
    """

    context: Context
    account: AccountFacts
    pause: Callable[[float], None] = time.sleep
    later: bool = False

    @property
    def connector(self) -> type[Connector]:
        return self.context.gateway.registry.get(self.account.connector)

    def take_in(
        self,
        batch: Sequence[FileRecord],
        landing: Callable[[Tx, Sequence[int]], None] = _nobody,
        landed_before: Sequence[int] = (),
    ) -> list[Told]:
        """What became of each record, those first that cannot even be landed.

        `landing` hears, within the transaction that lands them, the places in the batch of the
        records that are new; `landed_before`: what it heard when the batch was tried before.
        """
        told: list[Told] = [
            ("failed", Failure.of_record(record, record.error)) for record in batch if record.error
        ]
        sound = [record for record in batch if record.error is None]
        with self.context.database.write() as tx:
            items = [file_import.item(record) for record in sound]
            now = self.context.clock.now()
            landed = intake.land(tx, self.account.id, self.connector, items, "file", now)
            fresh = _fresh_places(landed, landed_before)
            landing(tx, fresh)
        if not self.later:
            self._work()
        with self.context.database.read() as tx:
            return told + file_import.outcomes(tx, self.account.id, sound, landed.keys, fresh)

    def _work(self) -> None:
        """Work on the account's orders, and wait for those a worker has in its hands."""
        for _ in range(PATIENCE):
            if process_account(self.context, self.account.id):
                return
            self.pause(PAUSE_S)


def _fresh_places(landed: intake.Landed, before: Sequence[int]) -> list[int]:
    """Of several records with the same content only the first was new."""
    fresh = set(landed.fresh)
    places = set(before)
    for place, key in enumerate(landed.keys):
        if key in fresh:
            fresh.discard(key)
            places.add(place)
    return sorted(places)


@dataclass
class Import:
    """One file on this machine going into one account.

    `failed` hears of each record that is not in, `moved` of the file's bytes read so far.
    """

    door: Door
    path: Path
    failed: Callable[[Failure], None]
    moved: Callable[[int, Report], None] = _nobody
    report: Report = field(default_factory=Report)

    def run(self) -> Source:
        """Take all orders in; raises InputError if the file as a whole cannot be read.

        Every batch is committed by itself: importing the file again does what an interruption
        left undone, and changes nothing else.
        """
        connector = self.door.connector
        opened = file_source.open_source(self.path, connector)
        with opened as source, self.door.context.database.kept_open():
            for number, batch in enumerate(batches(source.records)):
                if not number:
                    file_source.refuse_foreign(self.path, connector, batch)
                for outcome, failure in self.door.take_in(batch):
                    self.report.counts[outcome] += 1
                    if failure is not None:
                        self.failed(failure)
                self.moved(source.read_bytes(), self.report)
        return source


def batches(records: Iterator[T], size: int = BATCH) -> Iterator[list[T]]:
    while batch := list(islice(records, size)):
        yield batch
