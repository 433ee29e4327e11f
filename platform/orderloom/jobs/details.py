"""Fetching whole records of which only the names are known."""

from __future__ import annotations

from orderloom.connect import Connector, Permanent, Ref
from orderloom.jobs.context import Context
from orderloom.services.incoming import pulling


def details(context: Context, connector: Connector, refs: list[Ref], end: int) -> pulling.Read:
    """Fetch whole records call by call. At least one, so that a slow platform is read at last."""
    size = max(connector.limits.detail_batch, 1)
    read = pulling.Read()
    for start in range(0, len(refs), size):
        if start and context.clock.now() >= end:
            read.complete = False
            break
        _ask(connector, refs[start : start + size], read)
    return read


def _ask(connector: Connector, refs: list[Ref], read: pulling.Read) -> None:
    """One refused record keeps none of the others back."""
    try:
        read.items.extend(connector.detail(refs))
    except Permanent as error:
        if not error.item:
            raise
        if len(refs) == 1:
            read.refusals.append((refs[0], error))
            return
        for ref in refs:
            _ask(connector, [ref], read)
