"""Foreign keys of a batch are checked by index, also in tables that were empty a moment ago."""

from __future__ import annotations

from orderloom.store.db import Database
from tests.support.hub import Hub

_READ_WHOLE = (
    "SELECT relname FROM pg_stat_user_tables WHERE seq_scan > 0"
    " AND relname IN ('orders', 'order_line', 'fulfilment', 'stock')"
)


def read_whole(url: str, batches: list[int]) -> set[str]:
    """Tables of which all rows were read, not by looking rows up, while batches were written."""
    hub = Hub(Database.open(url))
    hub.stock({("HZ", "TEE-BLK-S"): 100_000})
    hub.database.close()
    hub.execute("SELECT pg_stat_reset()")
    hub.database.close()  # with its connection the last counts are told
    for first, count in enumerate(batches):
        hub.take(*(hub.trade(1000 * first + n) for n in range(count)))
    hub.database.close()
    found = {row["relname"] for row in hub.rows(_READ_WHOLE)}
    hub.database.close()
    return found


def test_no_check_reads_a_whole_table(postgres_url: str) -> None:
    assert read_whole(postgres_url, [1, 40]) == set()
