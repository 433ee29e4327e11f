"""A worker's memory while a long backlog waits in the inbox: it reads one batch at a time."""

from __future__ import annotations

import time
from pathlib import Path

import orjson
import psycopg

from bench import hub, w1
from bench.processes import PeakMemory
from orderloom.services.hub.work import SHARDS

SECONDS = 20.0
LIMIT_MB = 250

# Copies of one real payload under new numbers; all lanes get their share.
_FILL = """
    INSERT INTO inbox (id, account_id, shard, external_no, source, payload, digest, modified_at,
                       received_at, state)
    SELECT 10000000 + n, account_id, n %% %s, 'B' || n, 'file',
           replace(payload, external_no, 'B' || n), 'backlog-' || n, modified_at, received_at,
           'waiting'
    FROM generate_series(1, %s::bigint) n, (SELECT * FROM inbox ORDER BY id LIMIT 1) pattern
"""


def main(rows: int, json: Path | None) -> int:
    """Exit code 1 when a worker grew beyond LIMIT_MB."""
    with w1.set_up() as bench:
        address = bench.server.create("hub", template="template_hub")
        installation = bench.installation.at(address)
        with hub.running(installation) as running:
            running.trigger()
            running.wait(1000)
        _fill(address, rows)
        peak, worked = _work(installation, address)
    found = {"waiting": rows, "worked": worked, "seconds": SECONDS, "peak_mb": round(peak / w1.MB)}
    print(f"{rows} orders waiting, {worked} worked on in {SECONDS:g} s: ", end="")
    print(f"the larger worker peaked at {found['peak_mb']} MB")
    if json:
        json.write_bytes(orjson.dumps(found))
    return 0 if found["peak_mb"] < LIMIT_MB else 1


def _fill(address: str, rows: int) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(_FILL, (SHARDS, rows))
        connection.execute("VACUUM ANALYZE inbox")


def _work(installation: hub.Installation, address: str) -> tuple[int, int]:
    """Two workers on the backlog for a while; the larger peak in bytes, and the orders made."""
    before = _orders(address)
    with hub.running(installation) as running:
        memory = PeakMemory(running.workers)
        memory.start()
        time.sleep(SECONDS)
        peak = memory.stop()
    return peak, _orders(address) - before


def _orders(address: str) -> int:
    with psycopg.connect(address) as connection:
        row = connection.execute("SELECT count(*) FROM orders").fetchone()
        return int(row[0]) if row else 0
