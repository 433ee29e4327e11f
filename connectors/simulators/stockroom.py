"""What a simulated warehouse system has, whatever its protocol: deliveries, parcels, counts."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from orderloom.connect import Clock, beijing_ms, beijing_text

from .journal import Journal
from .shop import Keep
from .wire import Call, Reply, Simulator, json_reply, spoil

ACTS = ("ship", "part", "refuse", "cancel")
_NO_STOCK = "缺货"
Delivery = dict[str, Any]
Items = Sequence[Sequence[Any]]
"""(item code, pieces) each."""


class Stockroom:
    """Deliveries by their code; each change gets the next `version`.

    `keep(kind, code, delivery)` hears of a change before anybody is told. `counts`:
    "place/item" -> [pieces there, pieces held for deliveries], for goods that are counted.
    """

    def __init__(self, clock: Clock, kind: str, keep: Keep | None = None) -> None:
        self._clock = clock
        self._kind = kind
        self._tell = keep or (lambda kind, key, document: None)
        self.lock = threading.RLock()
        self._all: dict[str, Delivery] = {}
        self._last = 0
        self.counts: dict[str, list[int]] = {}
        self.repeats = 0

    def recall(self, journal: Journal) -> None:
        """Takes up what an earlier run kept."""
        with self.lock:
            self._all.update(journal.all(self._kind))
            self.counts.update(journal.all(f"{self._kind}_count"))
            numbers = (max(d["id"], d["version"]) for d in self._all.values())
            self._last = max(numbers, default=0)

    def newest(self) -> str:
        """The code that came last of those being worked on; KeyError if there is none."""
        with self.lock:
            waiting = self.waiting()
            if not waiting:
                raise KeyError("nothing to do")
            return str(waiting[-1]["code"])

    def deliveries(self) -> list[Delivery]:
        with self.lock:
            return list(self._all.values())

    def waiting(self) -> list[Delivery]:
        """Those that are being worked on, oldest first."""
        with self.lock:
            return [delivery for delivery in self._all.values() if delivery["state"] == "waiting"]

    def find(self, code: str) -> Delivery | None:
        with self.lock:
            return self._all.get(code)

    def take(self, code: str, place: str, lines: Items, **facts: Any) -> Delivery:
        """A new delivery, its goods held."""
        with self.lock:
            delivery = {
                "code": code,
                "id": self._next(),
                "place": place,
                "lines": [list(line) for line in lines],
                "state": "waiting",
                "reason": "",
                "parcels": [],
                **facts,
            }
            self._count(delivery, delivery["lines"], there=0, held=1)
            return self._changed(delivery)

    def ship(self, code: str) -> None:
        """What is left of it leaves in one parcel. ValueError if nothing can."""
        with self.lock:
            delivery = self._at_work(code)
            self._leave(delivery, rest(delivery))

    def ship_part(self, code: str) -> None:
        """One piece of it leaves; the last one ends it."""
        with self.lock:
            delivery = self._at_work(code)
            self._leave(delivery, [[rest(delivery)[0][0], 1]])

    def refuse(self, code: str, reason: str) -> None:
        """The warehouse will not send it, for now."""
        with self.lock:
            self._changed({**self._at_work(code), "state": "refused", "reason": reason})

    def cancel(self, code: str) -> None:
        """Nothing more of it leaves. ValueError if everything has."""
        with self.lock:
            delivery = self._all[code]
            if delivery["state"] in ("waiting", "refused"):
                self._count(delivery, rest(delivery), there=0, held=-1)
            elif delivery["state"] == "shipped":
                raise ValueError("shipped")
            self._changed({**delivery, "state": "cancelled"})

    def direct(self, verb: str, path: list[str], call: Call) -> Any:
        """`orders` (GET), `orders/CODE` (POST {"do": ship|part|refuse|cancel}), `stock` (GET,
        POST)."""
        if path == ["orders"]:
            return {"orders": self.deliveries()}
        if path[0] == "orders" and len(path) == 2 and verb == "POST":
            wish = call.json()
            return self.happen(path[1], str(wish["do"]), str(wish.get("reason") or _NO_STOCK))
        if path == ["stock"]:
            if verb == "POST":
                self.set_counts(call.json())
            return {"stock": self.counts}
        return None

    def happen(self, code: str, act: str, reason: str = _NO_STOCK) -> Delivery:
        """One of ACTS happens. KeyError / ValueError when it cannot."""
        if act == "refuse":
            self.refuse(code, reason)
        else:
            {"ship": self.ship, "part": self.ship_part, "cancel": self.cancel}[act](code)
        return self._all[code]

    def set_counts(self, wish: Mapping[str, Sequence[int]]) -> None:
        with self.lock:
            for key, (there, held) in wish.items():
                self._set_count(key, int(there), int(held))

    def _at_work(self, code: str) -> Delivery:
        delivery = self._all[code]
        if delivery["state"] not in ("waiting", "refused"):
            raise ValueError(delivery["state"])
        return delivery

    def _leave(self, delivery: Delivery, items: list[list[Any]]) -> None:
        whole = items == rest(delivery)
        first = not delivery["parcels"]
        made = f"{delivery['courier']}{delivery['id']:09d}{len(delivery['parcels']) + 1:02d}"
        parcel = {
            "id": delivery["id"] if whole else self._next(),
            "number": delivery["tracking_no"] if first and delivery["tracking_no"] else made,
            "courier": delivery["courier"],
            "items": items,
            "at": beijing_text(self._clock.now()),
            "version": self._next(),
        }
        self._count(delivery, items, there=-1, held=-1)
        state = "shipped" if whole else "waiting"
        parcels = [*delivery["parcels"], parcel]
        self._changed({**delivery, "state": state, "parcels": parcels})

    def _changed(self, delivery: Delivery) -> Delivery:
        stamp = {"at": beijing_text(self._clock.now()), "version": self._next()}
        changed = {**delivery, **stamp}
        self._tell(self._kind, changed["code"], changed)
        self._all[changed["code"]] = changed
        return changed

    def _next(self) -> int:
        self._last += 1
        return self._last

    def _count(self, delivery: Delivery, items: Items, *, there: int, held: int) -> None:
        for item, pieces in items:
            key = f"{delivery['place']}/{item}"
            if key in self.counts:
                was_there, was_held = self.counts[key]
                self._set_count(key, was_there + there * pieces, was_held + held * pieces)

    def _set_count(self, key: str, there: int, held: int) -> None:
        self._tell(f"{self._kind}_count", key, [there, held])
        self.counts[key] = [there, held]


def rest(delivery: Delivery) -> list[list[Any]]:
    """Items and pieces that have not left."""
    gone: Counter[str] = Counter()
    for parcel in delivery["parcels"]:
        gone.update(dict(parcel["items"]))
    wanted: Counter[str] = Counter()
    for item, pieces in delivery["lines"]:
        wanted[item] += pieces
    return [[item, pieces] for item, pieces in (wanted - gone).items()]


class No(Exception):
    """What a warehouse system answers instead: its words and code; None: what was asked is wrong,
    which has one code."""

    def __init__(self, words: str, code: int | None = None) -> None:
        super().__init__(words)
        self.words = words
        self.code = code


class StockroomSimulator(Simulator):
    """A warehouse system: its own protocol in front of a stockroom.

    `wrong`: its code for what is wrong with a call; `said`: the field for its words; `refusals`:
    kind of fault -> its code and words for the whole call.
    """

    actions = ACTS
    switches = ("expired", "clock_ahead")
    holds = "deliveries"
    wrong: ClassVar[int]
    said: ClassVar[str]
    refusals: ClassVar[Mapping[str, tuple[int, str]]]
    room: Stockroom

    def admitted(self, call: Call) -> dict[str, str]:
        """The form of a call that is signed and in time; `No` to any other."""
        raise NotImplementedError

    def served(self, name: str, form: Mapping[str, str], *, refusing: bool) -> dict[str, Any]:
        """The answer to an admitted call; `refusing`: the one record in it is to be refused."""
        raise NotImplementedError

    def through(self, call: Call, name: str) -> Reply:
        """The answer to one call; whatever the platform has to say, HTTP 200."""
        self.count(name)
        fault = self.faults.take(name)
        kind = fault.kind if fault is not None else ""
        try:
            form = self.admitted(call)
            if kind in self.refusals:
                code, words = self.refusals[kind]
                raise No(words, code)
            refusing = kind == "refused"
            if fault is not None and fault.prevents and not refusing:
                return spoil(json_reply({"code": 0}), fault)
            with self.room.lock:
                answer = self.served(name, form, refusing=refusing)
            document = {"code": 0, self.said: "", **answer}
        except No as no:
            document = {"code": self.wrong if no.code is None else no.code, self.said: no.words}
        reply = json_reply(document)
        return spoil(reply, fault) if fault is not None else reply

    def is_late(self, stamp: str, tolerance_s: int) -> bool:
        """Whether a time stamp (UNIX seconds) is none, or too far from this clock."""
        if not stamp.isdecimal():
            return True
        return abs(int(stamp) - self.clock.now() // 1000) > tolerance_s

    def recall(self, journal: Journal) -> None:
        self.room.recall(journal)

    def direct(self, verb: str, path: list[str], call: Call) -> Any:
        """`session`, `state`, and the stockroom's places."""
        if path == ["session"] and verb == "POST":
            return self.set_session(call.json())
        if path == ["state"]:
            made, again = len(self.room.deliveries()), self.room.repeats
            return {"orders": made, "repeats": again, "calls": self.calls}
        return self.room.direct(verb, path, call)

    def count_of(self) -> int:
        return len(self.room.deliveries())

    def newest(self) -> str:
        return self.room.newest()

    def happen(self, number: str, action: str) -> None:
        self.room.happen(number, action)


def demand(document: Any, names: Sequence[str], longest: Mapping[str, int]) -> None:
    """`No` unless the document has a value under each name, none longer than allowed."""
    for name in names:
        value = document.get(name) if isinstance(document, dict) else None
        if value in (None, ""):
            raise No(f"{name} 不能为空")
        if len(str(value)) > longest.get(name, 1000):
            raise No(f"{name} 过长")


def moment(value: Any) -> int:
    """Beijing's time as epoch milliseconds; `No` if it is none."""
    try:
        found = beijing_ms(value)
    except ValueError:
        found = None
    if found is None:
        raise No(f"时间 {value} 错误")
    return found


def amount(value: Any) -> Decimal:
    """An amount; `No` if it is none."""
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise No(f"金额 {value} 错误") from None
