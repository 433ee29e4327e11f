"""Holding on to a lease while a slow platform is waited for."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from sqlalchemy.exc import DBAPIError

from orderloom.errors import LeaseLost
from orderloom.jobs.context import Context
from orderloom.services.hub import work

log = logging.getLogger(__name__)
EVERY_SECONDS = 3.0


@contextmanager
def kept(context: Context, held: work.Lease, every: float = EVERY_SECONDS) -> Iterator[None]:
    """Renew the lease every few seconds for as long as the block lasts."""
    stop = Event()
    keeper = Thread(target=_keep, args=(context, held, every, stop), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.join()


def _keep(context: Context, held: work.Lease, every: float, stop: Event) -> None:
    while not stop.wait(every):
        try:
            with context.database.write() as tx:
                work.renew(tx, held, context.clock.now())
        except LeaseLost:
            return  # whoever does the work learns it when it commits
        except DBAPIError as error:
            log.warning("cannot renew a lease", extra={"error": str(error.orig)})
