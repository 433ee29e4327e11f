"""The opponent: W1 as a good engineer writes it by hand, for these orders and nothing else.

Reads the feed page by page, maps, routes by twelve rules, takes stock and upserts, 500 orders a
transaction. It keeps no raw payload, no history, no outbox and no lease.
Run as `python -m bench.handwritten FEED_URL DATABASE_URL`.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import psycopg
import urllib3

BATCH = 500
CHINA = timezone(timedelta(hours=8))
STATUS = {
    "WAIT_SELLER_SEND_GOODS": "paid",
    "SELLER_CONSIGNED_PART": "partial",
    "WAIT_BUYER_CONFIRM_GOODS": "shipped",
}
SHORT_NAMES = {
    "广西壮族自治区": "广西",
    "内蒙古自治区": "内蒙古",
    "宁夏回族自治区": "宁夏",
    "新疆维吾尔自治区": "新疆",
    "西藏自治区": "西藏",
}
Order = dict[str, Any]
Test = Callable[[Order], bool]


def cents(text: str) -> int:
    yuan, _, fen = text.partition(".")
    return int(yuan) * 100 + int((fen + "00")[:2])


def province(text: str) -> str:
    return SHORT_NAMES.get(text) or (text[:-1] if text[-1] in "省市" else text)


def moment(text: str) -> datetime | None:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA) if text else None


def map_order(trade: dict[str, Any]) -> Order:
    items = trade["orders"]["order"]
    return {
        "channel": "taobao",
        "order_no": trade["tid"],
        "buyer": trade["buyer_nick"],
        "receiver_name": trade["receiver_name"],
        "province": province(trade["receiver_state"]),
        "city": trade["receiver_city"],
        "district": trade["receiver_district"],
        "address": trade["receiver_address"],
        "phone": trade["receiver_mobile"] or trade["receiver_phone"],
        "total_cents": cents(trade["payment"]),
        "freight_cents": cents(trade["post_fee"]),
        "status": STATUS[trade["status"]],
        "created_at": moment(trade["created"]),
        "paid_at": moment(trade["pay_time"]),
        "memo": trade["buyer_message"] or trade["seller_memo"] or None,
        "item_count": sum(item["num"] for item in items),
        "items": [map_item(item) for item in items],
    }


def map_item(item: dict[str, Any]) -> dict[str, Any]:
    return {
        "sku": item["outer_sku_id"],
        "title": item["title"],
        "qty": item["num"],
        "price_cents": cents(item["price"]),
    }


def to(*provinces: str) -> Test:
    wanted = frozenset(provinces)
    return lambda order: order["province"] in wanted


def goods(prefix: str) -> Test:
    return lambda order: any(item["sku"].startswith(prefix) for item in order["items"])


_east = to("上海", "江苏", "浙江")
RULES: list[tuple[int, Test, str, str]] = [
    (1, goods("COLD-"), "WH-COLD", "WH-SH"),
    (2, goods("BULK-"), "WH-BULK", "WH-GZ"),
    (3, lambda order: order["total_cents"] >= 80000 and _east(order), "WH-VIP", "WH-SH"),
    (4, to("新疆", "西藏", "青海"), "WH-XA", "WH-CD"),
    (5, to("上海", "江苏", "浙江", "安徽"), "WH-SH", "WH-HZ"),
    (6, to("广东", "广西", "海南", "福建"), "WH-GZ", "WH-SZ"),
    (7, to("北京", "天津", "河北", "山西", "内蒙古"), "WH-BJ", "WH-TJ"),
    (8, to("四川", "重庆", "云南", "贵州"), "WH-CD", "WH-CQ"),
    (9, to("陕西", "甘肃", "宁夏"), "WH-XA", "WH-CD"),
    (10, to("辽宁", "吉林", "黑龙江"), "WH-SY", "WH-BJ"),
    (11, lambda o: o["item_count"] >= 5 or o["total_cents"] >= 60000, "WH-WH", "WH-SH"),
    (12, lambda order: True, "WH-ZZ", "WH-WH"),
]


def route(order: Order) -> tuple[int, str, str]:
    return next((no, first, backup) for no, test, first, backup in RULES if test(order))


COLUMNS = {
    "channel": "text",
    "order_no": "text",
    "buyer": "text",
    "receiver_name": "text",
    "province": "text",
    "city": "text",
    "district": "text",
    "address": "text",
    "phone": "text",
    "total_cents": "bigint",
    "freight_cents": "bigint",
    "status": "text",
    "created_at": "timestamptz",
    "paid_at": "timestamptz",
    "memo": "text",
    "item_count": "int",
    "rule_no": "int",
    "warehouse": "text",
    "state": "text",
}
_KEPT = {"channel", "order_no", "rule_no", "warehouse", "state", "created_at"}
UPSERT = f"""
    INSERT INTO orders ({", ".join(COLUMNS)})
    SELECT * FROM unnest({", ".join(f"%s::{kind}[]" for kind in COLUMNS.values())})
    ON CONFLICT (channel, order_no) DO UPDATE SET
    {", ".join(f"{c} = excluded.{c}" for c in COLUMNS if c not in _KEPT)}, updated_at = now()
    RETURNING id, order_no
"""
KNOWN = """
    SELECT order_no, rule_no, warehouse, state FROM orders
    WHERE channel = 'taobao' AND order_no = ANY(%s)
"""
LOCK_STOCK = """
    SELECT s.warehouse, s.sku, s.qty FROM stock s
    JOIN unnest(%s::text[], %s::text[]) n(w, k) ON s.warehouse = n.w AND s.sku = n.k
    ORDER BY 1, 2 FOR UPDATE OF s
"""
SET_STOCK = """
    UPDATE stock s SET qty = n.q FROM unnest(%s::text[], %s::text[], %s::int[]) n(w, k, q)
    WHERE s.warehouse = n.w AND s.sku = n.k
"""
PUT_ITEMS = """
    INSERT INTO order_items (order_id, line_no, sku, title, qty, price_cents)
    SELECT * FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::text[], %s::int[], %s::bigint[])
    ON CONFLICT (order_id, line_no) DO UPDATE SET sku = excluded.sku, title = excluded.title,
    qty = excluded.qty, price_cents = excluded.price_cents
"""
Routed = tuple[Order, str, str, dict[str, int]]
Cursor = psycopg.Cursor[Any]


def columns(rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def save(connection: psycopg.Connection[Any], batch: list[Order]) -> None:
    with connection.transaction(), connection.cursor() as cursor:
        fresh = known_apart(cursor, batch)
        if fresh:
            allocate(cursor, fresh)
        cursor.execute(UPSERT, [[order[c] for order in batch] for c in COLUMNS])
        ids = {number: id_ for id_, number in cursor.fetchall()}
        rows = [
            (
                ids[order["order_no"]],
                n,
                item["sku"],
                item["title"],
                item["qty"],
                item["price_cents"],
            )
            for order in batch
            for n, item in enumerate(order["items"], 1)
        ]
        cursor.execute(PUT_ITEMS, columns(rows))


def known_apart(cursor: Cursor, batch: list[Order]) -> list[Routed]:
    cursor.execute(KNOWN, ([order["order_no"] for order in batch],))
    known = {row[0]: row for row in cursor.fetchall()}
    fresh: list[Routed] = []
    for order in batch:
        if order["order_no"] in known:
            _, order["rule_no"], order["warehouse"], order["state"] = known[order["order_no"]]
            continue
        order["rule_no"], first, backup = route(order)
        needs: dict[str, int] = defaultdict(int)
        for item in order["items"]:
            needs[item["sku"]] += item["qty"]
        fresh.append((order, first, backup, needs))
    return fresh


def allocate(cursor: Cursor, fresh: list[Routed]) -> None:
    keys = {(w, sku) for _, first, backup, needs in fresh for sku in needs for w in (first, backup)}
    cursor.execute(LOCK_STOCK, columns(sorted(keys)))
    stock = {(warehouse, sku): pieces for warehouse, sku, pieces in cursor.fetchall()}
    before = dict(stock)
    for order, first, backup, needs in fresh:
        place(order, (first, backup), needs, stock)
    changed = [(w, sku, n) for (w, sku), n in stock.items() if before[w, sku] != n]
    if changed:
        cursor.execute(SET_STOCK, columns(changed))


def place(
    order: Order,
    warehouses: tuple[str, str],
    needs: dict[str, int],
    stock: dict[tuple[str, str], int],
) -> None:
    order["warehouse"], order["state"] = None, "short"
    for warehouse in warehouses:
        if all(stock.get((warehouse, sku), 0) >= n for sku, n in needs.items()):
            for sku, n in needs.items():
                stock[warehouse, sku] -= n
            order["warehouse"], order["state"] = warehouse, "reserved"
            return


def main(feed: str, database: str) -> None:
    pool, page, waiting, more = urllib3.PoolManager(), 1, list[Order](), True
    with psycopg.connect(database) as connection:
        while more:
            found = pool.request("GET", f"{feed}?page_no={page}&page_size=100", timeout=30)
            answer = json.loads(found.data)["trades_sold_get_response"]
            waiting += [map_order(trade) for trade in answer["trades"]["trade"]]
            page, more = page + 1, answer["has_next"]
            if len(waiting) >= BATCH or not more:
                save(connection, waiting)
                waiting = []


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
