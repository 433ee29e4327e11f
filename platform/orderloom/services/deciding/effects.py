"""What rules bring about beside the order: messages, exceptions, records. Written at the end."""

from __future__ import annotations

from functools import cached_property

from orderloom.services.delivering import outbox
from orderloom.services.hub import exceptions
from orderloom.services.publishing.runtime import Wired
from orderloom.services.records.writing import Wanted
from orderloom.services.telling.directory import Directory
from orderloom.store.db import Tx
from orderloom.store.ids import Ids


class Effects:
    """Collects them in one transaction, for one blueprint."""

    bound: Wired

    def __init__(self, tx: Tx, bound: Wired, now: int, zone: str, expected: int) -> None:
        """`expected`: so many ids will be needed; more are fetched then."""
        self.tx = tx
        self.bound = bound
        self.now = now
        self.zone = zone
        self.ids = Ids(tx, expected)
        self.messages: list[outbox.Outgoing] = []
        self.raised: list[exceptions.Raised] = []
        self.resolved: list[str] = []
        self.writes: list[Wanted] = []

    @cached_property
    def directory(self) -> Directory:
        """Whom alerts may name; most batches have none."""
        return Directory.load(self.tx)
