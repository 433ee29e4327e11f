"""The order book of one simulated shop, whatever its platform, and the scene director's pages."""

from __future__ import annotations

import bisect
import json
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from orderloom.connect import Clock

from .journal import Journal
from .wire import FAULT_KINDS, Call, Simulator

Record = dict[str, Any]
Keep = Callable[[str, str, Any], None]
Action = Callable[[Record, str, int], None]
"""Something happens to a record: (record, value, now in ms). ValueError when it cannot."""

Place = tuple[int, str]
"""Where a record stands among all: when it changed last (ms), and its number."""

ACTIONS = (
    "touch",
    "pay",
    "forbid",
    "release",
    "memo",
    "move",
    "cancel",
    "refund",
    "refund_done",
    "refund_withdrawn",
    "ship",
    "finish",
)
STATES = ("to_pay", "forbidden", "to_ship", "shipped", "finished", "closed")
"""What the director calls the states of an order on every platform."""


@dataclass(frozen=True)
class Dialect:
    """How one platform writes an order. Records are its own JSON, in clear.

    `invent(number, now_ms, seed, state)` makes one up; `stamp(record, ms)` dates a change.
    """

    kind: str
    invent: Callable[[int, int, str, str], Record]
    number: Callable[[Record], str]
    modified: Callable[[Record], int]
    stamp: Callable[[Record, int], None]
    state: Callable[[Record], str]
    actions: Mapping[str, Action]

    def __post_init__(self) -> None:
        if set(self.actions) != set(ACTIONS):
            raise ValueError(f"actions must be {', '.join(ACTIONS)}")


class _Row(NamedTuple):
    """A record at rest: text takes a fifth of the memory of dictionaries."""

    modified: int
    state: str
    text: str


class Shop:
    """Orders by number, and in the order of their modification. Safe between threads.

    `keep(kind, id, document)` hears of everything worth keeping.
    """

    def __init__(self, clock: Clock, dialect: Dialect, keep: Keep | None = None) -> None:
        self._clock = clock
        self.dialect = dialect
        self._tell = keep or (lambda kind, key, document: None)
        self._lock = threading.RLock()
        self._rows: dict[str, _Row] = {}
        self._by_modified: list[Place] = []
        self.next_number = 0

    def __len__(self) -> int:
        return len(self._rows)

    def recall(self, journal: Journal) -> None:
        """Takes up what an earlier run kept."""
        with self._lock:
            for record in journal.all(self.dialect.kind).values():
                self._store(record)
            kept = journal.all("shop").get(self.dialect.kind, 0)
            self.next_number = max(kept, self.next_number)

    def add(self, record: Record) -> str:
        """Takes a whole record; its number."""
        with self._lock:
            return self._keep(dict(record))

    def make(self, count: int, seed: str, state: str = "to_ship") -> list[str]:
        """Invents `count` new orders, dated now."""
        with self._lock:
            first, self.next_number = self.next_number, self.next_number + count
            self._tell("shop", self.dialect.kind, self.next_number)
            now, invent = self._clock.now(), self.dialect.invent
            numbers = range(first, self.next_number)
            return [self._keep(invent(number, now, seed, state)) for number in numbers]

    def get(self, number: str) -> Record:
        """A copy of the record; KeyError if there is none."""
        with self._lock:
            return self._read(number)

    def all(self) -> list[Record]:
        with self._lock:
            return [self._read(number) for number in self._rows]

    def newest(self) -> str:
        """The number of the order that was made last; KeyError if there is none."""
        with self._lock:
            if not self._rows:
                raise KeyError("no orders")
            return next(reversed(self._rows))

    def latest(self, count: int, state: str) -> list[str]:
        """Numbers of orders in that state among the `count` last changed, newest first."""
        with self._lock:
            recent = [number for _, number in self._by_modified[-count:]]
            return [number for number in reversed(recent) if self._rows[number].state == state]

    def between(
        self,
        start: int,
        end: int,
        first: int,
        count: int,
        *,
        oldest_first: bool = False,
        without: Collection[str] = (),
    ) -> tuple[list[Record], int]:
        """`count` records from place `first` on, newest first, and how many there are in all.

        They are those modified from `start` to `end` (ms), both included, and in none of the
        states `without`.
        """
        with self._lock:
            low = bisect.bisect_left(self._by_modified, (start, ""))
            high = bisect.bisect_right(self._by_modified, (end, "~"))
            found = self._by_modified[low:high]
            if without:
                found = [row for row in found if self._rows[row[1]].state not in without]
            if not oldest_first:
                found.reverse()
            return [self._read(number) for _, number in found[first : first + count]], len(found)

    def following(
        self, start: int, end: int, after: Place | None, count: int
    ) -> tuple[list[Place], bool]:
        """The next `count` places behind `after`, oldest first, and whether there are more.

        They are those of records modified from `start` to `end` (ms), both included.
        """
        with self._lock:
            low = bisect.bisect_left(self._by_modified, (start, ""))
            if after is not None:
                low = max(low, bisect.bisect_right(self._by_modified, after))
            high = bisect.bisect_right(self._by_modified, (end, "~"))
            return self._by_modified[low : min(low + count, high)], low + count < high

    def act(self, number: str, action: str, value: str = "") -> None:
        """Something happens to an order. KeyError / ValueError when it cannot."""
        with self._lock:
            if action not in ACTIONS:
                raise ValueError(f"action is one of {', '.join(ACTIONS)}")
            record = self._read(number)
            now = self._clock.now()
            self.dialect.actions[action](record, value, now)
            self.dialect.stamp(record, max(now, self.dialect.modified(record)))
            self._keep(record)

    def _read(self, number: str) -> Record:
        record: Record = json.loads(self._rows[number].text)
        return record

    def _keep(self, record: Record) -> str:
        number = self._store(record)
        self._tell(self.dialect.kind, number, record)
        return number

    def _store(self, record: Record) -> str:
        number, modified = self.dialect.number(record), self.dialect.modified(record)
        old = self._rows.get(number)
        if old is not None:
            del self._by_modified[bisect.bisect_left(self._by_modified, (old.modified, number))]
        text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
        self._rows[number] = _Row(modified, self.dialect.state(record), text)
        bisect.insort(self._by_modified, (modified, number))
        return number


class ShopSimulator(Simulator):
    """A platform with one shop on it: what the director may do is the same everywhere."""

    fault_kinds = FAULT_KINDS
    actions = ACTIONS
    switches = ("expired", "secret_changed", "clock_ahead")
    order_calls = ""
    """What the names of its calls about orders contain: where the demo's faults happen."""

    shop: Shop

    def recall(self, journal: Journal) -> None:
        self.shop.recall(journal)

    def count_of(self) -> int:
        return len(self.shop)

    def newest(self) -> str:
        return self.shop.newest()

    def happen(self, number: str, action: str) -> None:
        self.shop.act(number, action)

    def summary(self, record: Record) -> Record:
        """What the director sees of an order in the list of all."""
        raise NotImplementedError

    def direct(self, verb: str, path: list[str], call: Call) -> Any:
        """`orders` (GET all, POST make or add), `orders/NO` (GET, POST action), `session`."""
        if path == ["state"]:
            return {"orders": len(self.shop), "calls": self.calls, "expired": self.expired}
        if path == ["session"] and verb == "POST":
            return self.set_session(call.json())
        if path == ["orders"]:
            return self._make(call.json()) if verb == "POST" else self._all()
        if path[0] == "orders" and len(path) == 2:
            if verb == "POST":
                act = call.json()
                self.shop.act(path[1], str(act["action"]), str(act.get("value", "")))
            return self.shop.get(path[1])
        return None

    def _all(self) -> dict[str, Any]:
        return {"orders": [self.summary(record) for record in self.shop.all()]}

    def _make(self, wish: dict[str, Any]) -> dict[str, Any]:
        if "order" in wish:
            return {"made": [self.shop.add(dict(wish["order"]))]}
        state = str(wish.get("state", "to_ship"))
        if state not in STATES:
            raise ValueError(f"state is one of {', '.join(STATES)}")
        return {"made": self.shop.make(int(wish.get("count", 1)), wish.get("seed", "demo"), state)}
