"""Uploaded files of orders, taken in slice by slice, so that other work gets its turn."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from orderloom.connect import Connector, FileRecord
from orderloom.errors import InputError, LeaseLost
from orderloom.jobs.context import Context, current
from orderloom.jobs.importing import BATCH, Door, batches
from orderloom.jobs.keeping import kept
from orderloom.jobs.wake import started, wake
from orderloom.services.files import file_source, imports
from orderloom.services.files.file_source import Source
from orderloom.services.files.imports import Task
from orderloom.services.files.spool import Spool, Spooled
from orderloom.services.hub import work
from orderloom.services.publishing.runtime import account_facts
from orderloom.store.db import Tx

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pace:
    """Records a batch, for how long one call goes on, after how many read ones people hear."""

    batch: int = BATCH
    budget_ms: int = 3_000
    told_every: int = 5_000


def take_in(import_id: int, pace: Pace = Pace()) -> int:
    """Go on with an import for a while; returns how many records were dealt with."""
    context = current()
    started(context.redis, imports.KIND, import_id)
    with context.database.write() as tx:
        now = context.clock.now()
        held = work.claim(tx, imports.KIND, import_id, 0, context.holder, now)
        task = imports.take(tx, held, now) if held else None
        if held and task is None:
            work.finish(tx, held)
    if held is None or task is None:
        return 0
    try:
        done, is_over = _go_on(context, held, task, pace)
    except LeaseLost as error:
        log.info("import given up", extra={"import_id": import_id, "code": error.code})
        _give_back(context, held)
        return 0
    if not is_over:
        wake(context.redis, imports.KIND, [import_id])
    return done


def _go_on(context: Context, held: work.Lease, task: Task, pace: Pace) -> tuple[int, bool]:
    """Records dealt with, and whether the import is over; raises LeaseLost."""
    try:
        with kept(context, held), context.database.kept_open():
            return _Taking(context, held, task, pace).run()
    except InputError as error:
        with context.database.write() as tx:
            imports.fail(tx, held, task.name, error, context.clock.now())
        context.uploads.drop_spool(task.id)
        return 0, True


def _give_back(context: Context, held: work.Lease) -> None:
    """Stopped by a person: the lease is still ours, unless somebody took it over."""
    try:
        with context.database.write() as tx:
            work.finish(tx, held)
    except LeaseLost:
        return


class _Taking:
    """One slice of an import."""

    def __init__(self, context: Context, held: work.Lease, task: Task, pace: Pace) -> None:
        self._context, self._held, self._task, self._pace = context, held, task, pace
        with context.database.read() as tx:
            self._door = Door(context, account_facts(tx, task.account_id))
        self._spool = Spool(context.uploads.spool(task.id))

    def run(self) -> tuple[int, bool]:
        """Records dealt with, and whether they were the last; raises InputError, LeaseLost."""
        records = self._task.records
        if records is None or not self._spool.path.exists():
            records = self._read()
        done = self._take_batches()
        is_over = self._task.position + done >= records
        with self._context.database.write() as tx:
            if is_over:
                imports.finish(tx, self._held, self._context.clock.now())
            else:
                work.finish(tx, self._held)
        if is_over:
            self._context.uploads.drop_spool(self._task.id)
        return done, is_over

    def _read(self) -> int:
        """Read the whole file once, so that nobody has to again; returns how many records."""
        connector, path = self._door.connector, self._context.uploads.file(self._task.id)
        with file_source.open_source(path, connector) as source:
            told = self._telling(source)
            records = self._spool.write(_of_this_platform(told, connector, path))
        with self._context.database.write() as tx:
            now = self._context.clock.now()
            imports.was_read(tx, self._held, records, source.encoding, source.own, now)
        return records

    def _telling(self, source: Source) -> Iterator[FileRecord]:
        """Its records; from time to time people hear how much of the file has been read."""
        for count, record in enumerate(source.records, 1):
            yield record
            if count % self._pace.told_every == 0:
                with self._context.database.write() as tx:
                    now = self._context.clock.now()
                    imports.reads(tx, self._held, source.read_bytes(), now)

    def _take_batches(self) -> int:
        """As many batches as there is time for, one at least."""
        end = self._context.clock.now() + self._pace.budget_ms
        done, pending = 0, self._task.pending
        for batch in batches(self._spool.read(self._task.spool_at), self._pace.batch):
            self._take(batch, pending)
            done, pending = done + len(batch), ()
            if self._context.clock.now() >= end:
                break
        return done

    def _take(self, batch: Sequence[Spooled], pending: Sequence[int]) -> None:
        def landing(tx: Tx, fresh: Sequence[int]) -> None:
            imports.landing(tx, self._task.id, fresh)

        told = self._door.take_in([record for record, _ in batch], landing, pending)
        with self._context.database.write() as tx:
            now = self._context.clock.now()
            imports.note(tx, self._held, told, batch[-1][1], now)


def _of_this_platform(
    records: Iterator[FileRecord], connector: type[Connector], path: Path
) -> Iterator[FileRecord]:
    """All records; raises InputError if the first of them are not orders of this platform."""
    first = list(islice(records, BATCH))
    file_source.refuse_foreign(path, connector, first)
    return chain(first, records)
