"""Orders written straight into the tables, for what reads them."""

from __future__ import annotations

import random
from typing import Any

from orderloom.store.bulk import insert_many
from orderloom.store.db import Database
from orderloom.store.ids import reserve
from orderloom.store.tables import account, connection, exception, orders, warehouse

START = 1_795_000_000_000
STATES = ("to_ship", "held", "short", "exception", "handed_over", "shipped", "completed")
PROVINCES = ("浙江", "江苏", "上海", "西藏", None)
NAMES = ("张三", "张小明", "李四", "Anna", "王五", None)


class Shop:
    """Two accounts, two warehouses, and orders."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.write() as tx:
            ids = reserve(tx, 5)
            self.connection, self.taobao, self.jd, self.hangzhou, self.yiwu = ids
            linked = {"id": ids[0], "connector": "taobao", "title": "天猫主店", "settings": {}}
            linked |= {"secrets": b"", "created_at": START, "changed_at": START}
            tx.execute(connection.insert().values(linked))
            shops = [(self.taobao, "taobao", "天猫主店"), (self.jd, "jd", "京东店")]
            insert_many(tx, account, [self._account(*shop) for shop in shops])
            places = [(self.hangzhou, "HZ", "杭州仓"), (self.yiwu, "YW", "义乌保税仓")]
            insert_many(
                tx,
                warehouse,
                [{"id": i, "code": c, "title": t, "created_at": START} for i, c, t in places],
            )

    def _account(self, id_: int, platform: str, title: str) -> dict[str, Any]:
        row = {"id": id_, "connection_id": self.connection, "platform": platform, "title": title}
        return {**row, "seller_id": str(id_), "created_at": START}

    def row(self, id_: int, **values: Any) -> dict[str, Any]:
        """An order's row; `values` replace its columns."""
        row = {
            "id": id_,
            "account_id": self.taobao,
            "platform": "taobao",
            "external_no": str(id_),
            "digest": "d",
            "state": "to_ship",
            "payment_state": "paid",
            "hold_state": "none",
            "fulfil_state": "waiting",
            "after_sale_state": "none",
            "currency": "CNY",
            "total": 9900,
            "paid": 9900,
            "freight": 0,
            "discount": 0,
            "item_count": 1,
            "placed_at": START,
            "created_at": START,
            "updated_at": START,
            "receiver_name": "张三",
            "province": "浙江",
            "city": "杭州",
            "warehouse_id": self.hangzhou,
            "courier": None,
            "tags": [],
            "canonical": {"masked": [], "lines": []},
            "touched_by_hand": False,
        }
        return row | values

    def add(self, *changes: dict[str, Any]) -> list[dict[str, Any]]:
        """Add orders; each dict replaces columns of one. Returns the rows."""
        with self.database.write() as tx:
            ids = reserve(tx, len(changes))
            rows = [self.row(id_, **values) for id_, values in zip(ids, changes, strict=True)]
            insert_many(tx, orders, rows)
        return rows

    def add_random(self, count: int, seed: int = 1) -> list[dict[str, Any]]:
        """Orders of every kind, with many equal instants and totals."""
        return self.add(*self.random_rows(count, seed))

    def random_rows(self, count: int, seed: int = 1) -> list[dict[str, Any]]:
        draw = random.Random(seed)
        return [self._random(draw, number) for number in range(count)]

    def _random(self, draw: random.Random, number: int) -> dict[str, Any]:
        platform, account_id = draw.choice((("taobao", self.taobao), ("jd", self.jd)))
        state = draw.choice(STATES)
        return {
            "platform": platform,
            "account_id": account_id,
            "external_no": f"{draw.choice(('2026', '77', 'XCX-'))}{number:05}",
            "state": state,
            "hold_state": draw.choice(("risk", "manual")) if state == "held" else "none",
            "total": draw.choice((9900, 12800, 12800, 45600)),
            "placed_at": START - draw.randrange(40) * 60_000,
            "updated_at": START + draw.randrange(40) * 1_000,
            "receiver_name": draw.choice(NAMES),
            "province": draw.choice(PROVINCES),
            "warehouse_id": draw.choice((self.hangzhou, self.yiwu, None)),
        }

    def trouble(self, order_id: int | None, **values: Any) -> int:
        """An open exception; its id."""
        with self.database.write() as tx:
            (id_,) = reserve(tx, 1)
            row = {
                "id": id_,
                "kind": "sku",
                "code": "sku.unknown",
                "params": {"skus": "X-1"},
                "cause": "sku.unknown/X-1",
                "subject": f"sku:{id_}",
                "account_id": self.taobao,
                "inbox_id": None,
                "order_id": order_id,
                "outbox_id": None,
                "state": "open",
                "created_at": START,
            }
            tx.execute(exception.insert().values(row | values))
        return id_
