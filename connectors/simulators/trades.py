"""Trades as the Taobao Open Platform writes them, and what may happen to one."""

from __future__ import annotations

from typing import Any

from orderloom.connect import beijing_ms, beijing_text

from .goods import TOP_STATUS, make_trade
from .shop import Action, Dialect, Record

_CLOSED = ("TRADE_CLOSED", "TRADE_CLOSED_BY_TAOBAO")
_SHIPPED = "WAIT_BUYER_CONFIRM_GOODS"
_TO_SHIP = ("WAIT_SELLER_SEND_GOODS", "SELLER_CONSIGNED_PART")
_STATES = {status: state for state, status in TOP_STATUS.items()}
_STATES["SELLER_CONSIGNED_PART"] = "to_ship"


def _all_lines(trade: Record, **fields: Any) -> None:
    for line in trade["orders"]["order"]:
        line.update(fields)


def _status(trade: Record, status: str) -> None:
    trade["status"] = status
    _all_lines(trade, status=status)


def _touch(_trade: Record, _value: str, _now: int) -> None:
    """Nothing changes but the time of modification."""


def _pay(trade: Record, _value: str, now: int) -> None:
    if trade["status"] not in ("WAIT_BUYER_PAY", "TRADE_NO_CREATE_PAY"):
        raise ValueError("already paid")
    trade["pay_time"] = beijing_text(now)
    _status(trade, "WAIT_SELLER_SEND_GOODS")


def _forbid(trade: Record, _value: str, _now: int) -> None:
    _status(trade, "PAID_FORBID_CONSIGN")


def _release(trade: Record, _value: str, _now: int) -> None:
    _status(trade, "WAIT_SELLER_SEND_GOODS")


def _memo(trade: Record, value: str, _now: int) -> None:
    trade["seller_memo"] = value or "加急"


def _move(trade: Record, value: str, _now: int) -> None:
    trade["receiver_district"] = value or "新城区"


def _cancel(trade: Record, _value: str, now: int) -> None:
    if trade["status"] in _CLOSED:
        raise ValueError("already closed")
    unpaid = trade["status"] in ("WAIT_BUYER_PAY", "TRADE_NO_CREATE_PAY")
    trade["end_time"] = beijing_text(now)
    if not unpaid:
        _all_lines(trade, refund_status="SUCCESS")
    _status(trade, "TRADE_CLOSED_BY_TAOBAO" if unpaid else "TRADE_CLOSED")


def _refund(trade: Record, value: str, _now: int) -> None:
    """`value`: the line's number, else the first line asks for its money."""
    lines = trade["orders"]["order"]
    line = next((one for one in lines if one["oid"] == value), lines[0])
    line.update(refund_status="WAIT_SELLER_AGREE", refund_id=f"9{line['oid'][1:]}")


def _refund_done(trade: Record, _value: str, now: int) -> None:
    for line in trade["orders"]["order"]:
        if line["refund_status"] == "WAIT_SELLER_AGREE":
            line.update(refund_status="SUCCESS", status="TRADE_CLOSED")
    if all(line["refund_status"] == "SUCCESS" for line in trade["orders"]["order"]):
        trade.update(status="TRADE_CLOSED", end_time=beijing_text(now))


def _refund_withdrawn(trade: Record, _value: str, _now: int) -> None:
    for line in trade["orders"]["order"]:
        if line["refund_status"] == "WAIT_SELLER_AGREE":
            line["refund_status"] = "CLOSED"


def _ship(trade: Record, value: str, now: int) -> None:
    """`value`: courier:number:lines, or the number alone; no lines: all of them.

    IndexError for a line that is not in the order, ValueError when it cannot leave (any more).
    """
    if trade["status"] not in _TO_SHIP:
        raise ValueError(trade["status"])
    courier, number, wanted = value.split(":") if ":" in value else ("ZTO", value, "")
    lines = {line["oid"]: line for line in trade["orders"]["order"]}
    chosen = wanted.split(",") if wanted else [no for no in lines if _leaves(lines[no])]
    if not chosen or not lines.keys() >= set(chosen):
        raise IndexError(wanted)
    if not all(_leaves(lines[no]) for no in chosen):
        raise ValueError(wanted)
    at = beijing_text(now)
    trade["consign_time"] = at
    for no in chosen:
        lines[no] |= {"consign_time": at, "logistics_company": courier, "invoice_no": number}
        lines[no]["status"] = _SHIPPED
    rest = any(_leaves(line) for line in lines.values())
    trade["status"] = "SELLER_CONSIGNED_PART" if rest else _SHIPPED


def _leaves(line: Record) -> bool:
    """A line that is still to be sent."""
    gone = line.get("status") in (_SHIPPED, *_CLOSED)
    return not gone and line.get("refund_status") != "SUCCESS"


def _finish(trade: Record, _value: str, now: int) -> None:
    trade["end_time"] = beijing_text(now)
    _status(trade, "TRADE_FINISHED")


_ACTIONS: dict[str, Action] = {
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


def _stamp(trade: Record, ms: int) -> None:
    trade["modified"] = beijing_text(ms)


def _state(trade: Record) -> str:
    return _STATES.get(trade["status"], "closed")


TRADES = Dialect(
    kind="trade",
    invent=lambda number, now, seed, state: make_trade(number, now, seed, TOP_STATUS[state]),
    number=lambda trade: str(trade["tid"]),
    modified=lambda trade: beijing_ms(trade["modified"]) or 0,
    stamp=_stamp,
    state=_state,
    actions=_ACTIONS,
)
