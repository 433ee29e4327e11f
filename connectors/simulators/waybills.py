"""The office behind simulated label services: numbers from pools, one for each parcel."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from orderloom.connect import Clock, beijing_text, is_masked

from .journal import Journal
from .shop import Keep
from .wire import Call, Simulator

Waybill = dict[str, Any]
Tokens = Callable[[str, str], bool]
"""(order number, token) -> whether the token stands for that order's receiver."""

POOL = 100_000  # numbers a courier's branch has at first
_PREFIX = {"SF": "SF", "YTO": "YT", "ZTO": "73", "STO": "77", "YUNDA": "43", "JTSD": "JT"}
_UNSERVED = ("台湾省", "香港特别行政区", "澳门特别行政区")


class Refusal(Exception):
    """Why the office gives no number, or does not take one back: a word, and what it says."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.message = message


class WaybillOffice:
    """Numbers by parcel; the same parcel asked for again gets the number it has.

    `keep(kind, number, waybill)` hears of every waybill before its number is told to anybody.
    """

    def __init__(self, clock: Clock, kind: str, tokens: Tokens, keep: Keep | None = None) -> None:
        self._clock = clock
        self._kind = kind
        self._tokens = tokens
        self._tell = keep or (lambda kind, key, document: None)
        self._lock = threading.RLock()
        self._waybills: dict[str, Waybill] = {}
        self._by_parcel: dict[tuple[str, str], str] = {}
        self.pools: dict[str, int] = {}
        self.unserved: list[str] = list(_UNSERVED)
        self.repeats = 0
        self.exhausted = False  # no courier has a number left

    def recall(self, journal: Journal) -> None:
        """Takes up what an earlier run kept."""
        with self._lock:
            for waybill in journal.all(self._kind).values():
                self._store(waybill)

    def waybills(self) -> list[Waybill]:
        """All of them: number, courier, parcel, order, state, province, time."""
        with self._lock:
            return list(self._waybills.values())

    def issue(self, courier: str, parcel: str, order: str, receiver: Mapping[str, Any]) -> Waybill:
        """The parcel's number. `receiver`: name, mobile, province, address, token (or None)."""
        with self._lock:
            known = self._by_parcel.get((courier, parcel))
            if known is not None and self._waybills[known]["state"] != "cancelled":
                self.repeats += 1
                return self._waybills[known]
            self._check_receiver(order, receiver)
            left = self.pools.get(courier, POOL)
            if left <= 0 or self.exhausted:
                raise Refusal("empty", "电子面单余额不足,请联系网点充值")
            self.pools[courier] = left - 1
            waybill = {
                "number": f"{_PREFIX.get(courier, courier[:2])}{len(self._waybills) + 1:013d}",
                "courier": courier,
                "parcel": parcel,
                "order": order,
                "state": "issued",
                "province": receiver["province"],
                "made": beijing_text(self._clock.now()),
            }
            return self._keep(waybill)

    def cancel(self, courier: str, number: str) -> None:
        """Takes a number back; it goes to the pool."""
        with self._lock:
            waybill = self._waybills.get(number)
            if waybill is None or waybill["courier"] != courier:
                raise Refusal("absent", f"面单 {number} 不存在")
            if waybill["state"] == "cancelled":
                raise Refusal("cancelled", "面单已取消")
            if waybill["state"] != "issued":
                raise Refusal("gone", "取消面单失败,面单已被揽收")
            self.pools[courier] = self.pools.get(courier, POOL) + 1
            self._keep({**waybill, "state": "cancelled"})

    def newest(self) -> str:
        """The number issued last; KeyError if there is none."""
        with self._lock:
            if not self._waybills:
                raise KeyError("no waybills")
            return next(reversed(self._waybills))

    def become(self, number: str, state: str) -> Waybill:
        """Another state for a waybill; KeyError if there is none of this number."""
        with self._lock:
            return self._keep({**self._waybills[number], "state": state})

    def direct(self, verb: str, path: list[str], call: Call) -> Any:
        """`labels`, `labels/NO` (POST {"state": "picked_up"}), `pools`, `unserved`, `state`."""
        wish = call.json() if verb == "POST" else {}
        if path == ["labels"]:
            return {"labels": self.waybills()}
        if path[0] == "labels" and len(path) == 2 and verb == "POST":
            return self.become(path[1], str(wish["state"]))
        if path == ["pools"]:
            self.pools |= {str(name): int(left) for name, left in wish.items()}
            return {"pools": self.pools}
        if path == ["unserved"]:
            self.unserved[:] = wish.get("provinces", self.unserved)
            return {"provinces": self.unserved}
        if path == ["state"]:
            return {"labels": len(self._waybills), "repeats": self.repeats}
        return None

    def _check_receiver(self, order: str, receiver: Mapping[str, Any]) -> None:
        if receiver["token"]:
            if not self._tokens(order, receiver["token"]):
                raise Refusal("token", "OAID 与订单号不匹配")
        elif any(is_masked(receiver[part]) for part in ("name", "mobile", "address")):
            raise Refusal("masked", "收件人信息已加密,缺少 OAID")
        if receiver["province"] in self.unserved:
            raise Refusal("unserved", "因物流商不可达取号失败,当前收件地址暂未开通服务")

    def _keep(self, waybill: Waybill) -> Waybill:
        self._tell(self._kind, waybill["number"], waybill)
        return self._store(waybill)

    def _store(self, waybill: Waybill) -> Waybill:
        self._waybills[waybill["number"]] = waybill
        self._by_parcel[waybill["courier"], waybill["parcel"]] = waybill["number"]
        return waybill


class WaybillSimulator(Simulator):
    """A label service: its own protocol in front of an office."""

    actions = ("picked_up",)
    switches = ("expired", "no_numbers")
    holds = "labels"
    office: WaybillOffice

    def recall(self, journal: Journal) -> None:
        self.office.recall(journal)

    def direct(self, verb: str, path: list[str], call: Call) -> Any:
        """The office's places, and `session`."""
        if path == ["session"] and verb == "POST":
            return self.set_session(call.json())
        return self.office.direct(verb, path, call)

    def count_of(self) -> int:
        return len(self.office.waybills())

    def newest(self) -> str:
        return self.office.newest()

    def happen(self, number: str, action: str) -> None:
        self.office.become(number, action)

    @property
    def no_numbers(self) -> bool:
        """Whether no courier has a number left."""
        return self.office.exhausted

    @no_numbers.setter
    def no_numbers(self, on: bool) -> None:
        self.office.exhausted = on
