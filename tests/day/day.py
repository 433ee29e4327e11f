"""A day of scenario S1 under an accelerated clock: six shops, a warehouse system, labels, faults.

The hub's own clock tick decides what is done when; its calls are carried out in this process.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from connectors.simulators.shop import ShopSimulator
from connectors.simulators.traffic import Traffic
from connectors.simulators.wire import FAULT_KINDS, Fault, Simulator
from orderloom import jobs
from orderloom.connect import Confirmation, Parcel
from orderloom.jobs.ticker import tick
from orderloom.services.delivering import retry
from orderloom.services.fulfilling import confirmations
from orderloom.services.users.people import User
from tests.support.hub import ZONE, Hub
from tests.support.pushing import Caller
from tests.support.queues import Calls

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
WAREHOUSE_MS = 2 * HOUR_MS  # from hand-over to the parcel
OPS = User(1, "ops", "Ops", "ops", "zh-CN")
SHIPPED = ("partly_shipped", "shipped")


@dataclass
class Day:
    """`orders` spread over 24 hours, read `every` so many ms; `faults`: how often each was made.

    The hub has label steps. Two of the shops also push; `home` is for the web application.
    """

    hub: Hub
    home: Path
    orders: int
    every: int = 900_000
    calls: Calls = field(default_factory=Calls)
    faults: Counter[str] = field(default_factory=Counter)
    parcels: int = 0
    pushed: int = 0

    def __post_init__(self) -> None:
        hub = self.hub
        hub.context.redis = self.calls  # type: ignore[assignment]
        often = self.every // 1000
        hub.execute("UPDATE account SET next_pull_at = 0, poll_seconds = :often", often=often)
        self.shops: dict[str, ShopSimulator] = {
            "taobao": hub.shop,
            "jd": hub.jd,
            "pdd": hub.pdd,
            "wxshop": hub.wxshop,
            "rest": hub.mini,
            "douyin": hub.douyin,
        }
        self.traffic = Traffic(list(self.shops.values()), hub.wms, "day")
        self.callers = {name: Caller(hub, self.home / name, name) for name in ("douyin", "wxshop")}

    def live(self) -> None:
        """The whole day, and the time after it in which everything comes to rest."""
        troubles, rounds = list(self._troubles()), DAY_MS // self.every
        with self.hub.database.kept_open():
            self._work()  # as soon as they are connected, the shops are read
            for number in range(1, rounds + 1):
                self._trade(self.orders * number // rounds - self.traffic.number)
                for trouble in troubles[len(troubles) * (number - 1) // rounds :][
                    : -(-len(troubles) // rounds)
                ]:
                    trouble()
                self.hub.clock.advance(self.every)
                self._while_it_takes()
                self._ship()
            self._come_to_rest()

    def _trade(self, count: int) -> None:
        for _ in range(count):
            name = list(self.shops)[self.traffic.number % len(self.shops)]
            self.traffic.step()
            for number in self.shops[name].shop.latest(1, "to_ship"):
                self._push(name, number)
            self.hub.clock.advance(1000)

    def _push(self, name: str, number: str) -> None:
        """The platform tells of an order, if it is one that does."""
        if name not in self.callers:
            return
        caller = self.callers[name]
        if name == "douyin":
            answer = caller.send(*self.hub.douyin.message(number))
        else:
            sent = self.hub.wxshop.push("channels_ec_order_pay", number)
            address = f"{caller.address()}?{urlencode(sent['query'])}"
            answer = caller.send(json.dumps(sent["body"]).encode(), None, address)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        self.pushed += 1
        for kind, refs in caller.woken:
            self.calls.woken.update({(kind, ref): None for ref in refs})
        caller.woken.clear()

    def _troubles(self) -> Iterator[Callable[[], None]]:
        """Each kind of fault at each platform, one after the other, and credentials that end."""
        for kind in FAULT_KINDS:
            for simulator in (*self.shops.values(), self.hub.wms, self.hub.labels):
                yield partial(self._disturb, simulator, kind)
        for name in ("jd", "pdd", "wxshop"):
            yield partial(self._expire, self.shops[name])

    def _disturb(self, simulator: Simulator, kind: str) -> None:
        calls = getattr(simulator, "order_calls", "")
        after = kind not in ("throttled", "busy", "refused", "duplicates")
        simulator.faults.add(Fault(kind, seconds=0.01, call=calls, after=after))
        self.faults[kind] += 1

    def _expire(self, simulator: Simulator) -> None:
        simulator.expired = True
        self.faults["expired"] += 1

    def _while_it_takes(self) -> None:
        """Some minutes, in which what failed is tried again."""
        for _ in range(4):
            self._work()
            self.hub.clock.advance(60_000)

    def _work(self) -> None:
        """Whatever the hub's clock finds due, until it finds nothing more."""
        for _ in range(200):
            tick()
            due = self.calls.take()
            if not due:
                return
            for kind, ref in due:
                getattr(jobs, kind)(ref)

    def _ship(self) -> None:
        """The warehouse sends what it has had for two hours, and says so twice."""
        hub, ready = self.hub, []
        until = hub.clock.now() - WAREHOUSE_MS
        query = (
            "SELECT f.no, f.courier FROM fulfilment f WHERE f.state = 'handed_over'"
            " AND f.updated_at < :until ORDER BY f.id"
        )
        there = {o["code"]: o for o in hub.wms.orders() if o["status"] == "ACCEPT"}
        for row in hub.rows(query, until=until):
            if row["no"] in there:
                number = there[row["no"]]["tracking_no"] or f"ZT{row['no'][1:]}"
                parcel = Parcel(row["courier"] or "ZTO", number)
                news = Confirmation(row["no"], row["no"], "shipped", hub.clock.now(), [parcel])
                ready += [news, news]
                hub.wms._set_status(row["no"], "DELIVERED")
        self.parcels += len(ready) // 2
        with hub.database.write() as tx:
            confirmations.keep(tx, hub.connections["qimen"], ready, "webhook", hub.clock.now())

    def _come_to_rest(self) -> None:
        for simulator in (*self.shops.values(), self.hub.wms, self.hub.labels):
            simulator.faults.clear()
        self.hub.labels.office.unserved.clear()  # the courier has opened the last regions
        for _ in range(4):
            self._person()
            self.hub.clock.advance(HOUR_MS)
            self._while_it_takes()
            self._ship()
        self._while_it_takes()

    def _person(self) -> None:
        """Somebody who repeats what was refused."""
        hub = self.hub
        for failed in hub.exceptions():
            if failed["kind"] == "delivery":
                with hub.database.write() as tx:
                    now = hub.clock.now()
                    retry.retry_exception(tx, hub.context.plans, failed["id"], OPS, now, ZONE)
