"""Pages that land together: whatever goes wrong between them, no cursor is ahead of its orders."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy.exc import IntegrityError

from connectors.simulators.wire import Fault
from orderloom import jobs
from orderloom.connect import Ref, Request, Response, Transport
from orderloom.services.hub import work
from orderloom.services.incoming import intake
from orderloom.store.db import Database
from tests.support.hub import SECOND, Hub

LIST, DETAIL = "taobao.trades.sold.increment.get", "taobao.trade.fullinfo.get"
ANY = ""
PAGE, ORDERS = 5, 15
MIDDLE, FIRST = 4, 5  # the calls for these pages: an empty window and a count come before


class Watched:
    """Lets something happen right before a call, named by its method and how many went before."""

    def __init__(self, way: Transport) -> None:
        self.way = way
        self.before: dict[tuple[str, int], Callable[[], None]] = {}
        self.calls = {LIST: 0, DETAIL: 0, ANY: 0}

    def send(self, request: Request) -> Response:
        for method in self.calls:
            if method.encode() in request.body:
                self.calls[method] += 1
                self.before.pop((method, self.calls[method]), lambda: None)()
        return self.way.send(request)


class Shop:
    """A hub whose shop has three pages of orders to be read."""

    def __init__(self, database: Database) -> None:
        ways: list[Watched] = []

        def way(transport: Transport) -> Transport:
            ways.append(Watched(transport))
            return ways[0]

        self.hub = Hub(database, transport=way)
        self.way = ways[0]
        stored = json.loads(self.hub.value(_SETTINGS))
        self.hub.execute(_SMALL, settings=json.dumps({**stored, "page_size": PAGE}))
        self.hub.shop.shop.make(ORDERS, "pull")
        self.hub.advance(5)
        self.began_at = self.cursor

    @property
    def cursor(self) -> str | None:
        found: str | None = self.hub.of_account("cursor")
        return found

    @property
    def page(self) -> int:
        """The page that is to be read next."""
        return int(json.loads(self.cursor or "{}")["page"])

    @property
    def landed(self) -> int:
        return int(self.hub.value("SELECT count(*) FROM inbox"))

    def fail(self) -> None:
        self.hub.shop.faults.add(Fault("server_error", times=100))

    def lose_lease(self, kind: str = "pull", ref: int | None = None) -> None:
        """Somebody takes the work over, as after a pause longer than the lease."""
        self.hub.advance(work.LEASE_MS / SECOND)
        with self.hub.write() as tx:
            now = self.hub.clock.now()
            assert work.claim(tx, kind, ref or self.hub.account, 0, "other", now)

    def lose_lease_and_fail(self, kind: str = "pull", ref: int | None = None) -> None:
        self.lose_lease(kind, ref)
        self.hub.wms.faults.add(Fault("server_error", times=100))
        self.fail()

    def read_on(self) -> None:
        """Everything works again; nothing may have been skipped."""
        self.hub.shop.faults.clear()
        self.hub.advance(400)
        while jobs.pull(self.hub.account):
            pass
        assert self.landed == ORDERS


_SETTINGS = "SELECT settings FROM connection WHERE connector = 'taobao'"
_SMALL = "UPDATE connection SET settings = :settings WHERE connector = 'taobao'"


@pytest.fixture
def shop(database: Database) -> Shop:
    return Shop(database)


def test_what_was_read_before_a_page_failed_lands_with_its_cursor(shop: Shop) -> None:
    shop.way.before[LIST, FIRST] = shop.fail
    assert jobs.pull(shop.hub.account) == 0
    assert (shop.landed, shop.page) == (2 * PAGE, 1)
    assert "connect.server_error" in shop.hub.of_account("trouble")
    shop.read_on()
    assert shop.way.calls[DETAIL] == ORDERS


def test_details_that_fail_leave_their_page_to_be_read_again(shop: Shop) -> None:
    shop.way.before[DETAIL, PAGE + 3] = shop.fail
    assert jobs.pull(shop.hub.account) == 0
    assert (shop.landed, shop.page) == (PAGE, 2)
    shop.read_on()


def test_time_that_runs_out_among_details_moves_the_cursor_only_to_the_page_before(
    shop: Shop,
) -> None:
    shop.way.before[DETAIL, PAGE + 3] = lambda: shop.hub.advance(30)
    assert jobs.pull(shop.hub.account) == PAGE + 3
    assert (shop.landed, shop.page) == (PAGE + 3, 2)
    shop.read_on()
    assert shop.way.calls[DETAIL] == ORDERS


@pytest.mark.parametrize("call", [1, MIDDLE])
@pytest.mark.parametrize("lose", [Shop.lose_lease, Shop.lose_lease_and_fail])
def test_who_lost_the_lease_stores_nothing(
    shop: Shop, lose: Callable[[Shop], None], call: int
) -> None:
    shop.way.before[LIST, call] = lambda: lose(shop)
    assert jobs.pull(shop.hub.account) == 0
    assert (shop.landed, shop.cursor) == (0, shop.began_at)
    assert shop.hub.of_account("trouble") is None
    shop.read_on()


def test_pages_that_cannot_be_stored_are_read_again(shop: Shop) -> None:
    shop.hub.execute("CREATE UNIQUE INDEX only_one ON inbox (account_id)")
    with pytest.raises(IntegrityError):
        jobs.pull(shop.hub.account)
    assert (shop.landed, shop.cursor) == (0, shop.began_at)
    shop.hub.execute("DROP INDEX only_one")
    shop.read_on()


def test_a_failure_is_told_by_whoever_has_the_work(shop: Shop) -> None:
    hub = shop.hub
    hub.stock({("HZ", "TEE-BLK-S"): 10})
    counts = "SELECT id FROM watch WHERE connection_id = :id AND kind = 'stock'"
    watch = hub.value(counts, id=hub.connections["qimen"])
    with hub.write() as tx:
        intake.announce(tx, hub.account, [Ref("1", None)], hub.clock.now())
    hub.advance(4000)
    for kind, job, ref in (("fetch", jobs.fetch, hub.account), ("watch", jobs.watch, watch)):
        at = shop.way.calls[ANY]
        shop.way.before[ANY, at + 1] = partial(shop.lose_lease_and_fail, kind, ref)
        assert job(ref) == 0
        assert shop.way.calls[ANY] > at
    assert hub.value("SELECT count(*) FROM connection WHERE failures > 0") == 0
