"""What must be true of a hub whatever happened to it; each check returns what is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from tests.support.hub import Hub

_TO_SHIP, _CLOSED = "WAIT_SELLER_SEND_GOODS", ("TRADE_CLOSED", "TRADE_CLOSED_BY_TAOBAO")
_HELD_UP = {"held", "short", "exception"}


def wrong_with(hub: Hub, *, idle: bool = True) -> list[str]:
    """Everything; `idle`: nothing should be waiting any more."""
    found = [*stock(hub), *orders(hub), *warehouse(hub)]
    return [*found, *leftovers(hub), *channel(hub)] if idle else found


def stock(hub: Hub, counted_down: Iterable[tuple[str, str]] = ()) -> list[str]:
    """The books balance, and nothing was promised twice (`counted_down`: except after a count)."""
    query = """
        SELECT s.id, w.code AS place, k.code AS sku, s.on_hand, s.allocated,
          (SELECT coalesce(sum(quantity - shipped), 0) FROM fulfilment_line l
           WHERE l.stock_id = s.id AND l.state = 'allocated') AS lines,
          (SELECT coalesce(sum(shipped), 0) FROM fulfilment_line l
           WHERE l.stock_id = s.id) AS shipped,
          (SELECT coalesce(-sum(delta), 0) FROM stock_movement m
           WHERE m.stock_id = s.id AND m.reason = 'shipped') AS gone,
          (SELECT coalesce(sum(delta), 0) FROM stock_movement m WHERE m.stock_id = s.id) AS moved
        FROM stock s JOIN warehouse w ON w.id = s.warehouse_id JOIN sku k ON k.id = s.sku_id
    """
    wrong = []
    for row in hub.rows(query):
        place = f"{row['place']}/{row['sku']}"
        if row["allocated"] != row["lines"]:
            wrong.append(f"{place}: {row['allocated']} allocated, {row['lines']} on lines")
        if row["shipped"] != row["gone"]:
            wrong.append(f"{place}: {row['shipped']} shipped, {row['gone']} in the ledger")
        if row["on_hand"] != row["moved"]:
            wrong.append(f"{place}: {row['on_hand']} on hand, {row['moved']} in the ledger")
        if row["allocated"] > row["on_hand"] and (row["place"], row["sku"]) not in counted_down:
            wrong.append(f"{place}: oversold, {row['allocated']} of {row['on_hand']}")
    return wrong


def orders(hub: Hub) -> list[str]:
    """One row for an order, one content for its live fulfilments, each product in one of them."""
    twice = hub.rows(
        "SELECT external_no FROM orders GROUP BY account_id, external_no HAVING count(*) > 1"
    )
    wrong = [f"{row['external_no']}: twice" for row in twice]
    query = """
        SELECT f.order_id, count(DISTINCT f.signature) AS contents FROM fulfilment f
        WHERE f.state IN ('waiting', 'handed_over') GROUP BY f.order_id
    """
    wrong += [f"{r['order_id']}: two contents" for r in hub.rows(query) if r["contents"] > 1]
    query = """
        SELECT l.order_line_id, count(*) AS times FROM fulfilment_line l
        JOIN fulfilment f ON f.id = l.fulfilment_id JOIN stock s ON s.id = l.stock_id
        WHERE f.state IN ('waiting', 'handed_over') GROUP BY l.order_line_id, s.sku_id
    """
    return wrong + [f"line {r['order_line_id']}: twice" for r in hub.rows(query) if r["times"] > 1]


def fulfilled(hub: Hub) -> dict[str, Any]:
    """What the hub thinks is at the warehouse: number -> (order, place, pieces by product)."""
    query = """
        SELECT f.no, o.external_no, w.code AS place, k.code AS sku, sum(l.quantity) AS pieces
        FROM fulfilment f JOIN orders o ON o.id = f.order_id
        JOIN warehouse w ON w.id = f.warehouse_id
        JOIN fulfilment_line l ON l.fulfilment_id = f.id
        JOIN stock s ON s.id = l.stock_id JOIN sku k ON k.id = s.sku_id
        WHERE f.state = 'handed_over' GROUP BY f.no, o.external_no, w.code, k.code
    """
    made: dict[str, Any] = {}
    for row in hub.rows(query):
        entry = made.setdefault(row["no"], (row["external_no"], row["place"], {}))
        entry[2][row["sku"]] = int(row["pieces"])
    return made


def warehouse(hub: Hub) -> list[str]:
    """What the hub handed over is what the warehouse has, to the piece."""
    there: dict[str, Any] = {}
    for order in hub.wms.orders():
        if order["status"] != "CANCELED":
            pieces: Counter[str] = Counter()
            for item, count in order["lines"]:
                pieces[item] += count
            there[order["code"]] = (order["source_order"], order["warehouse"], dict(pieces))
    here = fulfilled(hub)
    open_ = {r["no"] for r in hub.rows("SELECT no FROM fulfilment WHERE state IN ('waiting')")}
    open_ |= {r["no"] for r in hub.rows("SELECT no FROM fulfilment WHERE state = 'cancelling'")}
    wrong = [f"{no}: not at the warehouse" for no in here.keys() - there.keys()]
    wrong += [f"{no}: not in the hub" for no in there.keys() - here.keys() - open_]
    both = here.keys() & there.keys()
    return wrong + [f"{no}: {here[no]} / {there[no]}" for no in both if here[no] != there[no]]


def leftovers(hub: Hub) -> list[str]:
    """Nothing is still waiting, and nothing is between two states."""
    queries = {
        "payloads wait": "SELECT count(*) FROM inbox WHERE state = 'waiting'",
        "messages wait": (
            "SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending')"
            " AND effect LIKE 'fulfilment.%'"
        ),
        "fulfilments are between two states": (
            "SELECT count(*) FROM fulfilment WHERE state IN ('waiting', 'cancelling')"
        ),
    }
    return [f"{n} {what}" for what, query in queries.items() if (n := hub.value(query))]


def channel(hub: Hub) -> list[str]:
    """Every order of the shop is known as it is now; what is paid is out or has a reason."""
    known = hub.pairs("SELECT external_no, state FROM orders")
    out = {order for order, _, _ in fulfilled(hub).values()}
    wrong = [f"{no}: invented" for no in known.keys() - {t["tid"] for t in hub.shop.shop.all()}]
    for trade in hub.shop.shop.all():
        no, status, state = trade["tid"], trade["status"], known.get(trade["tid"])
        if state is None:
            wrong.append(f"{no}: missing")
        elif status in _CLOSED and (state not in ("closed", "cancelled") or no in out):
            wrong.append(f"{no}: {status}, but {state}")
        elif status == _TO_SHIP and (no in out) == (state in _HELD_UP):
            wrong.append(f"{no}: {state}, at the warehouse: {no in out}")
    return wrong
