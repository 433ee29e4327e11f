"""How a database is opened and kept open."""

from __future__ import annotations

from pathlib import Path

import pytest

from orderloom.store.db import Database


@pytest.mark.parametrize("stays", [True, False])
def test_sqlite_s_log_stays_where_it_is_while_somebody_stays(tmp_path: Path, stays: bool) -> None:
    """To make it anew takes space, which a full disk has not."""
    file = tmp_path / "some.db"
    database = Database.open(f"sqlite:///{file}")
    if stays:
        database.stay_open()
    with database.write() as tx:
        tx.exec_driver_sql("CREATE TABLE one (id INTEGER)")
    assert file.with_name("some.db-shm").exists() is stays
    with database.read() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM one").scalar_one() == 0
    database.close()
    assert not file.with_name("some.db-shm").exists()
