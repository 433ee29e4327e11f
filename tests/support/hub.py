"""A whole hub in one process: the demo installed on simulators, driven step by step."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import text

from connectors.simulators.cainiao import CainiaoSimulator
from connectors.simulators.douyin import DouyinSimulator
from connectors.simulators.goods import GOODS, make_trade, tid_of
from connectors.simulators.jd import JdSimulator
from connectors.simulators.jushuitan import JushuitanSimulator
from connectors.simulators.pdd import PddSimulator
from connectors.simulators.qimen import QimenSimulator
from connectors.simulators.rest import RestSimulator
from connectors.simulators.robots import ROBOTS
from connectors.simulators.server import mounted
from connectors.simulators.taobao import Options, TaobaoSimulator
from connectors.simulators.wangdian import WangdianSimulator
from connectors.simulators.webhook import WebhookSimulator
from connectors.simulators.wxshop import WxshopSimulator
from orderloom import jobs
from orderloom.blueprint import library
from orderloom.connect import (
    AddressGuard,
    Clock,
    Confirmation,
    ManualClock,
    Parcel,
    RawItem,
    Registry,
    Transport,
    Unpaced,
    WsgiTransport,
    beijing_text,
)
from orderloom.jobs import context as job_context
from orderloom.jobs.context import Context
from orderloom.run import demo
from orderloom.services.connecting.connections import Gateway
from orderloom.services.connecting.secrets import Cipher, new_key
from orderloom.services.delivering import delivery
from orderloom.services.files.uploads import Uploads
from orderloom.services.fulfilling import confirmations
from orderloom.services.goods import catalogue
from orderloom.services.incoming import intake
from orderloom.services.publishing import publish
from orderloom.services.stocking import shortage
from orderloom.store.db import Database, Tx
from orderloom.store.tables import blueprint_version, plan
from tests.support import snapshot
from tests.support.queues import SilentRedis

START = 1_790_991_000_000  # an instant of autumn 2026
ZONE = "Asia/Shanghai"
SECOND = 1000
PRICES = {good.sku: good.price for good in GOODS}
_KEY = new_key()
_INSTALLED: dict[tuple[bool, bool, int], snapshot.Snapshot] = {}
_TITLES = {good.sku: good.title for good in GOODS}


class Hub:
    """`shop`, `wms`: the simulators; `clock` moves by hand; jobs run when a test says so."""

    def __init__(
        self,
        database: Database,
        *,
        options: Options = Options(),  # noqa: B008 - immutable
        transport: Callable[[Transport], Transport] = lambda way: way,
        smtp_port: int = 9,
        registry: Registry | None = None,
        uploads: Path = Path("no-uploads-here"),
        labels: bool = False,
        erps: bool = False,
    ) -> None:
        """`labels`: with the demo's label step, which its warehouses wait for; `erps`: all of the
        demo, with its warehouses on ERPs."""
        self.database = database
        self.clock = ManualClock(START)
        self.shop = TaobaoSimulator(self.clock, options)
        self.wms = QimenSimulator(self.clock)
        self.polled = polled_warehouses(self.clock)
        self.robots = {key: robot(self.clock) for key, robot in ROBOTS.items()}
        self.tokens: dict[str, str] = {}  # what stands for the receivers of invented orders
        self.labels = CainiaoSimulator(self.clock, self._knows)
        self.erp = WebhookSimulator(self.clock)  # nobody is told of it until a test says so
        self.jd = JdSimulator(self.clock)
        self.pdd = PddSimulator(self.clock)
        self.douyin = DouyinSimulator(self.clock)
        self.mini = RestSimulator(self.clock)
        self.wxshop = WxshopSimulator(self.clock)
        shops = {
            "taobao": self.shop,
            "jd": self.jd,
            "pdd": self.pdd,
            "douyin": self.douyin,
            "wxshop": self.wxshop,
            "rest": self.mini,
        }
        receivers = {"qimen": self.wms, "cainiao": self.labels, "erp": self.erp, **self.robots}
        apps = mounted({**shops, **receivers, **self.polled})
        gateway = Gateway(
            registry or Registry.load(),
            transport(WsgiTransport(apps)),
            AddressGuard(["127.0.0.1:*"]),
            Cipher(_KEY),
            self.clock,
            Unpaced(),
        )
        self.context = Context(database, gateway, SilentRedis(), ZONE, Uploads(uploads, 1 << 20))  # type: ignore[arg-type]
        self.activate()
        begun = demo.document() if erps else None if labels else without_labels()
        self._install(smtp_port, begun, (registry, options, erps) == (None, Options(), False))
        self.accounts = self.pairs("SELECT platform, id FROM account")
        self.account = self.accounts["taobao"]
        # The other shops are read when a test says so.
        never = "UPDATE account SET next_pull_at = :never WHERE id <> :id"
        self.execute(never, never=START * 2, id=self.account)
        self.connector = gateway.registry.get("taobao")
        self.skus = self.pairs("SELECT code, id FROM sku")
        self.warehouses = self.pairs("SELECT code, id FROM warehouse")
        self._told = 0
        self.connections = self.pairs("SELECT connector, id FROM connection")

    def _knows(self, order_no: str, token: str) -> bool:
        return self.shop.knows(order_no, token) or self.tokens.get(order_no) == token

    def _install(self, smtp_port: int, begun: dict[str, Any] | None, plain: bool) -> None:
        """`plain`: its outcome is always the same, and is kept for the hubs that follow."""
        name = (self.database.is_sqlite, begun is None, smtp_port)
        if plain and name in _INSTALLED:
            _INSTALLED[name].put(self.database)
            return
        demo.install(self.context, 80, smtp_port, begun)
        if plain:
            _INSTALLED[name] = snapshot.take(self.database)

    def activate(self) -> None:
        """Make the jobs of this process work on this hub."""
        job_context.use(self.context)

    # -- time and jobs -------------------------------------------------------------------------

    def advance(self, seconds: float) -> None:
        self.clock.advance(int(seconds * SECOND))

    def pull(self, wait: float = 5) -> int:
        """Let the shop's changes get old enough to be read, then read them all."""
        self.advance(wait)
        return jobs.fetch(self.account) + jobs.pull(self.account)

    def work(self) -> int:
        """Process until nothing waits; the number of orders written."""
        total = 0
        while written := self._process():
            total += written
        return total

    def _process(self) -> int:
        done, before = jobs.process(0), self.waiting
        while not done and before:
            done = jobs.process(0)
            if self.waiting == before:
                break
            before = self.waiting
        return done

    @property
    def waiting(self) -> int:
        """Payloads not processed yet."""
        query = "SELECT count(*) FROM inbox WHERE state = 'waiting'"
        return int(self.value(query))

    def deliver(self) -> int:
        """Send all that is due now; the number of tries."""
        tried = 0
        while due := self._due():
            tried += sum(jobs.deliver(connection) for connection in due)
        return tried

    def _due(self) -> Sequence[int]:
        with self.database.read() as tx:
            due = delivery.due_connections(tx, self.clock.now())
        return [one for one in due if one != self.connections["smtp"]]

    def run(self, wait: float = 5) -> None:
        """Everything that can be done now: read, work, send, and what follows from it."""
        self.pull(wait)
        self.work()
        self.deliver()

    # -- what comes in -------------------------------------------------------------------------

    def land(self, *payloads: Mapping[str, Any] | str, source: str = "file") -> intake.Landed:
        """Put payloads through the ingest door; texts are landed as they are."""
        items = [self.item(payload) for payload in payloads]
        with self.database.write() as tx:
            return intake.land(tx, self.account, self.connector, items, source, self.clock.now())

    def item(self, payload: Mapping[str, Any] | str) -> RawItem:
        if isinstance(payload, str):
            return RawItem("order", "", None, payload)
        return RawItem("order", str(payload.get("tid", "")), None, json.dumps(payload))

    def take(self, *payloads: Mapping[str, Any] | str) -> None:
        """Land payloads and work on them."""
        self.land(*payloads)
        self.work()

    def trade(
        self, number: int = 0, lines: Mapping[str, int] | None = None, **changes: Any
    ) -> dict[str, Any]:
        """A paid TOP trade in clear to a receiver in Zhejiang; `changes` replace its fields.

        `lines`: SKU code -> quantity. `modified` may be given in seconds after the hub's now.
        """
        now = self.clock.now()
        trade = make_trade(number, now, "hub")
        trade["orders"] = {"order": list(order_lines(number, lines or {"TEE-BLK-S": 1}))}
        trade |= {"receiver_state": "浙江省", "receiver_city": "杭州市", "payment": "69.00"}
        self.tokens[trade["tid"]] = trade["oaid"]
        later = changes.pop("later", 0)
        trade["modified"] = beijing_text(now + int(later * SECOND))
        return {**trade, **changes}

    # -- what warehouses tell ------------------------------------------------------------------

    def tell(self, event: str, number: str, *parcels: Parcel, key: str = "", **more: Any) -> None:
        """A warehouse tells of a fulfilment; the same `key`, the same news."""
        self._told += 1
        news = Confirmation(
            key or f"news-{self._told}",
            number,
            event,  # type: ignore[arg-type]
            more.pop("at", self.clock.now()),
            parcels,
            **more,
        )
        to = self.connections["qimen"]
        with self.database.write() as tx:
            confirmations.keep(tx, to, [news], "pull", self.clock.now())
        jobs.confirm(to)

    # -- what people do ------------------------------------------------------------------------

    def stock(self, levels: Mapping[tuple[str, str], int], safety: int = 0) -> list[int]:
        """Set what is on hand: (warehouse code, SKU code) -> pieces."""
        ids = {(self.warehouses[w], self.skus[s]): (n, safety) for (w, s), n in levels.items()}
        with self.database.write() as tx:
            return catalogue.set_stock(tx, ids, "count", self.clock.now())

    def stock_of(self, warehouse: str, sku: int, pieces: int) -> None:
        """Set what is on hand of a product known by its id."""
        with self.database.write() as tx:
            levels = {(self.warehouses[warehouse], sku): (pieces, 0)}
            catalogue.set_stock(tx, levels, "count", self.clock.now())

    def count(self, counts: Mapping[tuple[str, str], int]) -> shortage.Counted:
        """The warehouse counted: (warehouse code, SKU code) -> pieces; with all that follows."""
        ids = {(self.warehouses[w], self.skus[s]): n for (w, s), n in counts.items()}
        plans, now = self.context.plans, self.clock.now()
        with self.database.write() as tx:
            counted = shortage.count(tx, plans, ids, "count", now, ZONE)
        with self.database.write() as tx:
            shortage.refill(tx, plans, counted.more, now, ZONE)
        return counted

    def republish(self, change: Callable[[dict[str, Any]], None]) -> str:
        """Change a copy of the live document and publish it; the plan's hash."""
        draft = json.loads(self.value("SELECT draft FROM blueprint"))
        change(draft)
        with self.database.write() as tx:
            publish.save_draft(tx, draft, self.clock.now())
            return publish.publish(tx, draft["key"], "changed", "test", self.clock.now())

    def put(self, change: Callable[[dict[str, Any]], None]) -> str:
        """Make a changed document live without the checks of publishing, as an old one may be."""
        document = json.loads(self.value("SELECT document FROM blueprint_version"))
        change(document)
        with self.database.write() as tx:
            tx.execute(plan.delete())
            tx.execute(blueprint_version.update().values(document=document))
            return publish.go_live(tx, self.clock.now())

    # -- what there is -------------------------------------------------------------------------

    @contextmanager
    def write(self) -> Iterator[Tx]:
        with self.database.write() as tx:
            yield tx

    def execute(self, statement: str, **values: Any) -> None:
        with self.database.write() as tx:
            tx.execute(text(statement), values)

    def rows(self, query: str, **values: Any) -> list[dict[str, Any]]:
        with self.database.read() as tx:
            return [dict(row) for row in tx.execute(text(query), values).mappings()]

    def value(self, query: str, **values: Any) -> Any:
        with self.database.read() as tx:
            return tx.execute(text(query), values).scalar()

    def pairs(self, query: str, **values: Any) -> dict[Any, Any]:
        with self.database.read() as tx:
            return dict(tx.execute(text(query), values).all())

    def of_account(self, column: str) -> Any:
        """A column of the first shop's account."""
        query = f"SELECT {column} FROM account WHERE id = :id"  # noqa: S608 - a test names it
        return self.value(query, id=self.account)

    def order(self, number: int | str = 0) -> dict[str, Any]:
        """An order's row by its place in the shop, with its canonical data unpacked."""
        no = str(tid_of(number)) if isinstance(number, int) else number
        (row,) = self.rows("SELECT * FROM orders WHERE external_no = :no", no=no)
        return {**row, "canonical": json.loads(row["canonical"])}

    def fulfilments(self, number: int | str = 0) -> list[dict[str, Any]]:
        query = (
            "SELECT f.*, w.code AS warehouse FROM fulfilment f JOIN warehouse w"
            " ON w.id = f.warehouse_id WHERE order_id = :id ORDER BY f.id"
        )
        return self.rows(query, id=self.order(number)["id"])

    def exceptions(self, state: str = "open") -> list[dict[str, Any]]:
        query = "SELECT * FROM exception WHERE state = :state ORDER BY id"
        return [
            {**row, "params": json.loads(row["params"])} for row in self.rows(query, state=state)
        ]

    def levels(self) -> dict[tuple[str, str], tuple[int, int]]:
        """(warehouse code, SKU code) -> (on hand, allocated)."""
        query = (
            "SELECT w.code AS place, k.code AS sku, on_hand, allocated FROM stock s"
            " JOIN warehouse w ON w.id = s.warehouse_id JOIN sku k ON k.id = s.sku_id"
        )
        return {
            (row["place"], row["sku"]): (row["on_hand"], row["allocated"])
            for row in self.rows(query)
        }


def polled_warehouses(clock: Clock) -> dict[str, JushuitanSimulator | WangdianSimulator]:
    """Warehouse systems that are asked for their news, by their connectors."""
    return {"jushuitan": JushuitanSimulator(clock), "wangdian": WangdianSimulator(clock)}


def without_labels() -> dict[str, Any]:
    """The demo's blueprint without its label step."""
    document: dict[str, Any] = library.read(demo.BLUEPRINT)
    warehouse, _ = document["outbound"]
    return {**document, "outbound": [{**warehouse, "label_first": False}]}


def order_lines(number: int, lines: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    """TOP order lines for SKU code -> quantity."""
    for place, (sku, quantity) in enumerate(lines.items(), 1):
        price = PRICES.get(sku, 9900)
        yield {
            "oid": str(tid_of(number) + place),
            "num_iid": 610000000001,
            "sku_id": None,
            "outer_sku_id": sku,
            "title": _TITLES.get(sku, sku),
            "price": f"{price / 100:.2f}",
            "num": quantity,
            "divide_order_fee": f"{price * quantity / 100:.2f}",
            "refund_status": "NO_REFUND",
        }
