"""Files of orders put into a hub of a test."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from connectors.simulators.goods import tid_of
from orderloom.jobs.importing import Door, Import
from orderloom.services.files.file_import import Failure, Report
from orderloom.services.publishing.runtime import account_facts
from tests.support.hub import Hub

Trade = Mapping[str, Any]
Importing = Callable[..., "Imported"]
Moved = Callable[[int, Report], None]
HEADER = (
    "订单编号,买家会员名,总金额,买家实际支付金额,订单状态,收货人姓名,收货地址 ,联系手机,"
    "订单创建时间,订单付款时间,宝贝标题,商家编码,数量,单价"
)


def _nobody(_read_bytes: int, _report: Report) -> None:
    """Nobody wants to know how far it is."""


class Imported:
    """One run: the counts that are not zero, and what failed as (place, code)."""

    def __init__(
        self, hub: Hub, path: Path, platform: str = "taobao", moved: Moved = _nobody, **options: Any
    ) -> None:
        self.failures: list[Failure] = []
        with hub.database.read() as tx:
            account = account_facts(tx, hub.accounts[platform])
        door = Door(hub.context, account, **options)
        run = Import(door, path, self.failures.append, moved)
        self.source = run.run()
        self.counts = {name: count for name, count in run.report.counts.items() if count}
        self.records = run.report.records

    @property
    def failed(self) -> list[tuple[int, str]]:
        return [(failure.place, failure.code) for failure in self.failures]


def importer(hub: Hub, folder: Path) -> Importing:
    """Writes a file and imports it."""

    def run(content: str | bytes, **options: Any) -> Imported:
        path = folder / "orders"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return Imported(hub, path, **options)

    return run


def answer(trades: Sequence[Trade]) -> str:
    """A list answer of TOP."""
    listed = {"total_results": len(trades), "trades": {"trade": trades}, "request_id": "k"}
    return json.dumps({"trades_sold_get_response": listed}, ensure_ascii=False)


def lines(trades: Sequence[Trade]) -> str:
    return "\n".join(json.dumps(trade, ensure_ascii=False) for trade in trades)


def row(number: int, *, sku: str = "TEE-BLK-S", quantity: int = 1, **changes: str) -> str:
    """A row of the seller's own export."""
    cells = {
        "tid": str(tid_of(number)),
        "nick": "买家**1",
        "total": "69.00",
        "paid": "69.00",
        "status": "买家已付款,等待卖家发货",
        "name": "李**",
        "address": "浙江省 杭州市 余杭区 仓前街道**路*号",
        "mobile": "138********",
        "created": "2026/10/3 8:58",
        "pay_time": "2026-10-03 08:58:40",
        "title": "纯棉T恤",
        "sku": sku,
        "quantity": str(quantity),
        "price": "69.00",
    }
    return ",".join(f'"{cell}"' for cell in {**cells, **changes}.values())


def table(*rows: str) -> str:
    return "\n".join((HEADER, *rows)) + "\n"
