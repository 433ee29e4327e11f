"""The order book of one simulated Taobao shop: what really happened, in clear."""

from __future__ import annotations

import bisect
import json
import threading
from collections.abc import Callable
from typing import Any, NamedTuple

from orderloom.connect import Clock, beijing_text

from .goods import make_trade

Trade = dict[str, Any]
_CLOSED = ("TRADE_CLOSED", "TRADE_CLOSED_BY_TAOBAO")


class _Row(NamedTuple):
    """A trade at rest: text takes a fifth of the memory of dictionaries."""

    modified: str
    status: str
    text: str


class Shop:
    """Trades by number, and in the order of their modification. Safe between threads.

    `on_change(kind, id, document)` hears of everything worth keeping.
    """

    def __init__(self, clock: Clock, on_change: Callable[[str, str, Any], None] | None = None):
        self._clock = clock
        self._on_change = on_change or (lambda kind, key, document: None)
        self._lock = threading.RLock()
        self._rows: dict[str, _Row] = {}
        self._by_modified: list[tuple[str, str]] = []
        self.next_number = 0

    def __len__(self) -> int:
        return len(self._rows)

    def restore(self, trades: dict[str, Trade], next_number: int) -> None:
        """Takes up what an earlier run kept."""
        with self._lock:
            for trade in trades.values():
                self._store(trade)
            self.next_number = max(next_number, self.next_number)

    def add(self, trade: Trade) -> str:
        """Takes a whole trade; its number."""
        with self._lock:
            return self._keep({**trade, "tid": str(trade["tid"])})

    def make(self, count: int, seed: str, status: str = "WAIT_SELLER_SEND_GOODS") -> list[str]:
        """Invents `count` new trades, dated now."""
        with self._lock:
            first, self.next_number = self.next_number, self.next_number + count
            self._on_change("shop", "next_number", self.next_number)
            now = self._clock.now()
            numbers = range(first, self.next_number)
            return [self._keep(make_trade(number, now, seed, status)) for number in numbers]

    def get(self, tid: str) -> Trade:
        """A copy of the trade; KeyError if there is none."""
        with self._lock:
            return self._read(tid)

    def all(self) -> list[Trade]:
        with self._lock:
            return [self._read(tid) for tid in self._rows]

    def latest(self, count: int, status: str) -> list[str]:
        """Numbers of trades of that status among the `count` last changed, newest first."""
        with self._lock:
            recent = [tid for _, tid in self._by_modified[-count:]]
            return [tid for tid in reversed(recent) if self._rows[tid].status == status]

    def between(self, start: str, end: str, first: int, count: int) -> tuple[list[Trade], int]:
        """`count` trades from place `first` on, newest first, and how many there are in all.

        They are those modified from `start` to `end`, both included.
        """
        with self._lock:
            low = bisect.bisect_left(self._by_modified, (start, ""))
            high = bisect.bisect_right(self._by_modified, (end, "~"))
            top = high - first
            rows = self._by_modified[max(low, top - count) : max(low, top)]
            return [self._read(tid) for _, tid in reversed(rows)], high - low

    def act(self, tid: str, action: str, value: str = "") -> None:
        """Something happens to a trade. KeyError / ValueError when it cannot."""
        with self._lock:
            if action not in ACTIONS:
                raise ValueError(f"action is one of {', '.join(ACTIONS)}")
            trade = self._read(tid)
            now = beijing_text(self._clock.now())
            ACTIONS[action](trade, value, now)
            trade["modified"] = max(now, trade["modified"])
            self._keep(trade)

    def _read(self, tid: str) -> Trade:
        trade: Trade = json.loads(self._rows[tid].text)
        return trade

    def _keep(self, trade: Trade) -> str:
        self._store(trade)
        self._on_change("trade", trade["tid"], trade)
        return str(trade["tid"])

    def _store(self, trade: Trade) -> None:
        tid = str(trade["tid"])
        old = self._rows.get(tid)
        if old is not None:
            del self._by_modified[bisect.bisect_left(self._by_modified, (old.modified, tid))]
        text = json.dumps(trade, ensure_ascii=False, separators=(",", ":"))
        self._rows[tid] = _Row(trade["modified"], trade["status"], text)
        bisect.insort(self._by_modified, (trade["modified"], tid))


def _all_lines(trade: Trade, **fields: Any) -> None:
    for line in trade["orders"]["order"]:
        line.update(fields)


def _status(trade: Trade, status: str) -> None:
    trade["status"] = status
    _all_lines(trade, status=status)


def _touch(_trade: Trade, _value: str, _now: str) -> None:
    """Nothing changes but the time of modification."""


def _pay(trade: Trade, _value: str, now: str) -> None:
    if trade["status"] not in ("WAIT_BUYER_PAY", "TRADE_NO_CREATE_PAY"):
        raise ValueError("already paid")
    trade["pay_time"] = now
    _status(trade, "WAIT_SELLER_SEND_GOODS")


def _forbid(trade: Trade, _value: str, _now: str) -> None:
    _status(trade, "PAID_FORBID_CONSIGN")


def _release(trade: Trade, _value: str, _now: str) -> None:
    _status(trade, "WAIT_SELLER_SEND_GOODS")


def _memo(trade: Trade, value: str, _now: str) -> None:
    trade["seller_memo"] = value or "加急"


def _move(trade: Trade, value: str, _now: str) -> None:
    trade["receiver_district"] = value or "新城区"


def _cancel(trade: Trade, _value: str, now: str) -> None:
    if trade["status"] in _CLOSED:
        raise ValueError("already closed")
    unpaid = trade["status"] in ("WAIT_BUYER_PAY", "TRADE_NO_CREATE_PAY")
    trade["end_time"] = now
    if not unpaid:
        _all_lines(trade, refund_status="SUCCESS")
    _status(trade, "TRADE_CLOSED_BY_TAOBAO" if unpaid else "TRADE_CLOSED")


def _refund(trade: Trade, value: str, _now: str) -> None:
    """`value`: the line's number, else the first line asks for its money."""
    lines = trade["orders"]["order"]
    line = next((one for one in lines if one["oid"] == value), lines[0])
    line.update(refund_status="WAIT_SELLER_AGREE", refund_id=f"9{line['oid'][1:]}")


def _refund_done(trade: Trade, _value: str, now: str) -> None:
    for line in trade["orders"]["order"]:
        if line["refund_status"] == "WAIT_SELLER_AGREE":
            line.update(refund_status="SUCCESS", status="TRADE_CLOSED")
    if all(line["refund_status"] == "SUCCESS" for line in trade["orders"]["order"]):
        trade.update(status="TRADE_CLOSED", end_time=now)


def _refund_withdrawn(trade: Trade, _value: str, _now: str) -> None:
    for line in trade["orders"]["order"]:
        if line["refund_status"] == "WAIT_SELLER_AGREE":
            line["refund_status"] = "CLOSED"


def _ship(trade: Trade, value: str, now: str) -> None:
    trade["consign_time"] = now
    _all_lines(trade, consign_time=now, logistics_company="ZTO", invoice_no=value)
    _status(trade, "WAIT_BUYER_CONFIRM_GOODS")


def _finish(trade: Trade, _value: str, now: str) -> None:
    trade["end_time"] = now
    _status(trade, "TRADE_FINISHED")


ACTIONS: dict[str, Callable[[Trade, str, str], None]] = {
    "touch": _touch,
    "pay": _pay,
    "forbid": _forbid,
    "release": _release,
    "memo": _memo,
    "move": _move,
    "cancel": _cancel,
    "refund": _refund,
    "refund_done": _refund_done,
    "refund_withdrawn": _refund_withdrawn,
    "ship": _ship,
    "finish": _finish,
}
