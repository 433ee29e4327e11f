"""Uploaded files: taken in by workers, exactly counted, whatever happens on the way."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from orderloom import jobs
from orderloom.errors import Conflict, InputError, LeaseLost
from orderloom.jobs.taking_in import Pace
from orderloom.services.files import imports
from orderloom.services.files.uploads import Uploads
from orderloom.services.hub import work
from orderloom.services.users.people import User
from orderloom.store.db import Database
from orderloom.store.ids import reserve
from tests.support.crash import dying
from tests.support.hub import Hub
from tests.support.importing import lines, row, table

ANNE = User(1, "anne", "Anne", "ops", "en")
Bringing = Callable[[str], int]


@pytest.fixture
def hub(database: Database, tmp_path: Path) -> Hub:
    return Hub(database, uploads=tmp_path / "uploads")


@pytest.fixture
def bring(hub: Hub) -> Bringing:
    """Uploads a file and starts its import; returns the import's id."""

    def run(content: str) -> int:
        with hub.write() as tx:
            (new,) = reserve(tx, 1)
        size = hub.context.uploads.store(new, io.BytesIO(content.encode()), None)
        with hub.write() as tx:
            imports.add(tx, new, hub.account, "orders.csv", size, ANNE, hub.clock.now())
        with hub.write() as tx:
            imports.start(tx, new, ANNE, hub.clock.now())
        return new

    return run


def report(hub: Hub, import_id: int) -> dict[str, Any]:
    """The import's row, with the counts that are not zero."""
    with hub.database.read() as tx:
        found = dict(imports.get(tx, import_id)._mapping)
    return {**found, "counts": {k: n for k, n in found["counts"].items() if n}}


def failures(hub: Hub, import_id: int) -> dict[int, str]:
    with hub.database.read() as tx:
        return {p: code for p, (code, _) in imports.failed_places(tx, import_id).items()}


def due(hub: Hub) -> list[int]:
    with hub.database.read() as tx:
        return list(imports.due(tx, hub.clock.now()))


def test_how_much_of_a_file_has_been_read_is_seen_while_it_is_read(
    hub: Hub, bring: Bringing
) -> None:
    new = bring(table(*map(row, range(40))))
    seen: list[int] = []

    def look(connection: Connection) -> None:
        found = connection.execute(text("SELECT read, records FROM file_import")).one()
        if found.records is None and found.read not in (0, *seen[-1:]):
            seen.append(found.read)

    event.listen(hub.database.writer, "commit", look)
    jobs.take_in(new, Pace(told_every=10))
    event.remove(hub.database.writer, "commit", look)
    assert seen
    assert seen == sorted(seen)
    assert seen[-1] <= report(hub, new)["size"]


def test_a_file_is_taken_in_and_reported(hub: Hub, bring: Bringing) -> None:
    new = bring(
        table(row(0), row(1, status="说不清"), row(2), "x,y")
        .replace("单价\n", "单价,客服\n", 1)
        .replace('"69.00"\n', '"69.00",小王\n')
    )
    assert due(hub) == [new]
    assert jobs.take_in(new) == 4
    done = report(hub, new)
    assert (done["state"], done["records"], done["position"]) == ("done", 4, 4)
    assert done["counts"] == {"accepted": 2, "failed": 2}
    assert (done["encoding"], done["own"]) == ("utf-8", ["客服"])
    assert failures(hub, new) == {3: "mapping.not_in_table", 5: "file.cells"}
    assert due(hub) == []
    assert jobs.take_in(new) == 0
    assert not hub.context.uploads.spool(new).exists()
    assert hub.context.uploads.file(new).exists()


def test_the_work_is_done_in_slices(hub: Hub, bring: Bringing) -> None:
    new = bring(table(*(row(n) for n in range(7))))
    assert [jobs.take_in(new, Pace(3, 0)) for _ in range(4)] == [3, 3, 1, 0]
    done = report(hub, new)
    assert (done["state"], done["counts"]) == ("done", {"accepted": 7})


def test_wherever_a_worker_dies_each_record_is_counted_once(hub: Hub, bring: Bringing) -> None:
    """Two batches, with repeats inside and across them; the writer dies before many a step."""
    wanted = {"accepted": 3, "unchanged": 2, "failed": 1}
    died, step = 0, 1
    while True:
        trades = [hub.trade(10 * step + n) for n in (0, 1, 0, 2, 0)]
        new = bring(lines([*trades, {"tid": "x"}]))
        with dying(hub.database, step) as countdown:
            jobs.take_in(new, Pace(3))
        for _ in range(3):
            hub.advance(13)
            jobs.take_in(new, Pace(3))
        done = report(hub, new)
        assert (done["state"], done["counts"]) == ("done", wanted), step
        assert failures(hub, new) == {6: "connect.no_number"} or step > 1
        if not countdown.died:
            break
        died, step = died + 1, step + 11
    assert died > 5


def test_one_that_was_stopped_goes_on_where_it_was(hub: Hub, bring: Bringing) -> None:
    new = bring(table(*(row(n) for n in range(4))))
    assert jobs.take_in(new, Pace(2, 0)) == 2
    with hub.write() as tx:
        imports.stop(tx, new, ANNE, hub.clock.now())
    assert (jobs.take_in(new), due(hub)) == (0, [])
    with pytest.raises(Conflict), hub.write() as tx:
        imports.stop(tx, new, ANNE, hub.clock.now())
    assert hub.value("SELECT count(*) FROM orders") == 2
    with hub.write() as tx:
        imports.start(tx, new, ANNE, hub.clock.now())
    assert jobs.take_in(new) == 2
    assert report(hub, new)["counts"] == {"accepted": 4}


def test_stopping_while_a_batch_is_in_hand_keeps_it_from_being_counted(
    hub: Hub, bring: Bringing
) -> None:
    """What it landed is found again by the place it was noted at."""
    new = bring(table(row(0), row(1)))
    with hub.write() as tx:
        held = work.claim(tx, imports.KIND, new, 0, "worker", hub.clock.now())
        assert held
        assert imports.take(tx, held, hub.clock.now())
    with hub.write() as tx:
        imports.stop(tx, new, ANNE, hub.clock.now())
    with pytest.raises(LeaseLost), hub.write() as tx:
        imports.note(tx, held, [("accepted", None)], 10, hub.clock.now())
    assert report(hub, new)["counts"] == {}
    with hub.write() as tx:
        work.finish(tx, held)
        imports.start(tx, new, ANNE, hub.clock.now())
    assert jobs.take_in(new) == 2
    assert report(hub, new)["counts"] == {"accepted": 2}


def test_stopping_one_that_cannot_be_read_leaves_it_stopped(hub: Hub, bring: Bringing) -> None:
    new = bring("a,b\n1,2\n")

    def stop(_connection: Connection) -> None:
        with hub.write() as tx:
            imports.stop(tx, new, ANNE, hub.clock.now())

    event.listen(hub.database.reader, "begin", stop, once=True)  # it has just been taken up
    assert jobs.take_in(new) == 0
    assert report(hub, new)["state"] == "stopped"
    with hub.write() as tx:
        imports.start(tx, new, ANNE, hub.clock.now())
    jobs.take_in(new)
    assert report(hub, new)["state"] == "failed"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a,b\n1,2\n", "file.no_header"),
        ('{"name":"x"}', "file.no_orders"),
        ("订单编号\n1\n", "file.columns_missing"),
    ],
)
def test_a_file_that_is_none_of_ours_ends_at_once(
    hub: Hub, bring: Bringing, text: str, code: str
) -> None:
    new = bring(text)
    assert jobs.take_in(new) == 0
    done = report(hub, new)
    assert (done["state"], done["trouble"]["code"]) == ("failed", code)
    assert done["trouble"]["params"]["where"] == "orders.csv"
    assert hub.value("SELECT count(*) FROM inbox") == 0


def test_what_never_works_is_given_up_and_may_be_started_again(hub: Hub, bring: Bringing) -> None:
    new = bring(table(row(0)))
    moved = hub.context.uploads.file(new).rename(hub.context.uploads.folder / "away")
    hub.context.uploads.file(new).mkdir()
    hub.execute("UPDATE file_import SET attempts = 20")
    assert jobs.take_in(new) == 0
    assert report(hub, new)["trouble"]["code"] == "imports.gave_up"
    hub.context.uploads.file(new).rmdir()
    moved.rename(hub.context.uploads.file(new))
    with hub.write() as tx:
        imports.start(tx, new, ANNE, hub.clock.now())
    assert jobs.take_in(new) == 1


def test_uploads_are_bounded(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path / "u", 1000)
    for content, announced, code in [
        (b"", None, "imports.empty"),
        (b"", 0, "imports.empty"),
        (b"x" * 1001, None, "imports.too_large"),
        (b"", 1001, "imports.too_large"),
        (b"x" * 10, 11, "imports.cut_off"),
        (b"", 1 << 60, "imports.too_large"),
    ]:
        with pytest.raises(InputError) as refused:
            uploads.store(7, io.BytesIO(content), announced)
        assert refused.value.code == code
        assert list(uploads.folder.glob("*")) == []
    assert uploads.store(7, io.BytesIO(b"x" * 1000), 1000) == 1000
    assert uploads.file(7).read_bytes() == b"x" * 1000
    uploads.drop(7)
    assert list(uploads.folder.glob("*")) == []
