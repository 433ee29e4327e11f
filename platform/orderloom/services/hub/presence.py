"""Which processes of the hub are alive, as they themselves say."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, func, select, update

from orderloom.store.db import Tx
from orderloom.store.tables import worker

SILENT_MS = 20_000  # longer than this without a word counts as gone
FORGOTTEN_MS = 3_600_000


@dataclass(frozen=True)
class Process:
    """`kind`: worker or ticker; `started_at` in epoch ms."""

    name: str
    kind: str
    pid: int
    started_at: int


def beat(tx: Tx, process: Process, plan_hash: str | None, now: int) -> None:
    """Say that a process is alive, and which plan it works with."""
    alive = {"pid": process.pid, "plan_hash": plan_hash, "seen_at": now}
    query = update(worker).where(worker.c.name == process.name)
    if tx.execute(query.values(alive)).rowcount == 0:
        row = {"name": process.name, "kind": process.kind, "started_at": process.started_at}
        tx.execute(worker.insert().values(row | alive))
        tx.execute(delete(worker).where(worker.c.seen_at < now - FORGOTTEN_MS))


def leave(tx: Tx, name: str) -> None:
    """Say good-bye: the process ends in good order."""
    tx.execute(delete(worker).where(worker.c.name == name))


def count_alive(tx: Tx, kind: str, now: int) -> int:
    """How many processes of a kind have been heard of lately."""
    query = select(func.count()).where(worker.c.kind == kind, worker.c.seen_at >= now - SILENT_MS)
    return int(tx.execute(query).scalar_one())
