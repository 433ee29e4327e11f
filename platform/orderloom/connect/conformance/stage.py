"""What a connector's author provides, and the loop the engine runs, reduced to its essence."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from orderloom.clock import ManualClock

from ..base import Connector
from ..errors import ConnectorError, TryLater
from ..guard import AddressGuard
from ..http import HttpClient, Transport
from ..model import Delivery, Message, Normal, RawItem

NOON = 1_790_991_000_000  # 2026-10-03 09:30:00 in Beijing
NETWORK_FAULTS = ("server_error", "garbage", "cut", "truncated", "dropped", "timeout")
STAGED_FAULTS = frozenset({"expire", "skew"})
_PATIENCE = 300


class Broken(AssertionError):
    """A promise of the contract that the connector does not keep."""


class Stage:
    """A connector in front of a fresh simulator. Subclass it, fill in what applies.

    `faults`: the trouble the simulator can make: any of NETWORK_FAULTS, "throttled" (for 7
    seconds), "busy", "refused", "duplicates"; and "expire", "skew" where these methods exist.
    """

    connector: ClassVar[type[Connector]]
    faults: ClassVar[frozenset[str]] = frozenset()
    masks: ClassVar[frozenset[str]] = frozenset()
    """The canonical fields the simulator masks in every order."""
    names_the_wait: ClassVar[bool] = True
    """Whether the platform says for how many seconds it is throttling."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOON)

    def settings(self) -> dict[str, Any]:
        """Settings that reach the simulator."""
        raise NotImplementedError

    def transport(self) -> Transport:
        """What carries the requests; usually WsgiTransport(simulator)."""
        raise NotImplementedError

    def guard(self) -> AddressGuard | None:
        """For connectors that open sockets of their own."""
        return None

    def wrong_secret(self) -> dict[str, Any] | None:
        """Settings whose signatures are wrong; None where nothing is signed."""
        return None

    def disturb(self, kind: str, *, effect_first: bool = False) -> None:
        """The next call meets this fault; `effect_first`: after it was carried out."""
        raise NotImplementedError

    def expire(self) -> None:
        """The credentials are no longer accepted."""
        raise NotImplementedError

    def close(self) -> None:
        """Ends whatever the stage started."""

    # --- channels ---
    def make(self, count: int) -> list[str]:
        """So many new orders, dated now."""
        raise NotImplementedError

    def touch(self, external_no: str) -> None:
        """The order changes now."""
        raise NotImplementedError

    def backdate(self, modified_ms: int) -> str:
        """An order appears now that claims to have changed at `modified_ms`."""
        raise NotImplementedError

    def truth(self) -> dict[str, int]:
        """Every order there is and when it changed last (ms)."""
        raise NotImplementedError

    def skew(self, seconds: int) -> None:
        """The platform's clock is that much ahead (negative: behind) of the hub's."""
        raise NotImplementedError

    # --- receivers ---
    def message(self, number: int, effect: str) -> Message:
        """A message the simulator accepts; the same number, the same message."""
        raise NotImplementedError

    def bad_message(self) -> Message:
        """A message that can never be carried out."""
        raise NotImplementedError

    def effects(self) -> list[str]:
        """What took effect, one entry per time, as the idempotency keys of the messages."""
        raise NotImplementedError

    def calls(self) -> int:
        """How many calls the simulator has had; for connectors that join messages."""
        raise NotImplementedError

    # --- warehouses ---
    def ship(self, message: Message) -> None:
        """What was created with `message` leaves the warehouse, in one parcel."""
        raise NotImplementedError

    # --- provided ---
    def connect(self, settings: Mapping[str, Any] | None = None) -> Connector:
        """A new connector, as after a restart of the hub."""
        client = HttpClient(self.transport(), self.connector.limits, self.guard())
        return self.connector(settings or self.settings(), client, self.clock)

    def secrets(self) -> list[str]:
        """The secret values in use."""
        values = self.settings()
        names = [setting.name for setting in self.connector.settings if setting.secret]
        return [str(values[name]) for name in names if values.get(name)]


@dataclass(frozen=True)
class Check:
    """One promise; `needs` are capabilities, `needs_faults` what the simulator must be able to.

    `groups`: only for connectors that join messages. `classes`: the delivery classes it is a
    promise of; empty: any.
    """

    name: str
    act: Callable[[Stage], None]
    needs: frozenset[str] = frozenset()
    needs_faults: frozenset[str] = frozenset()
    groups: bool = False
    classes: frozenset[Delivery] = frozenset()

    def applies(self, stage: type[Stage]) -> bool:
        connector = stage.connector
        fits = self.needs <= connector.capabilities() and self.needs_faults <= stage.faults
        fits = fits and (not self.classes or connector.delivery in self.classes)
        return fits and (connector.groups or not self.groups)

    def run(self, stage: Stage) -> None:
        """Raises Broken; anything else that escapes is the connector's fault too."""
        try:
            self.act(stage)
        finally:
            stage.close()


def promise(kept: bool, words: str) -> None:
    """Raises Broken with `words` unless the promise is kept."""
    if not kept:
        raise Broken(words)


def raised(call: Callable[[], Any], kind: type[ConnectorError]) -> ConnectorError:
    """The error of class `kind` that `call` raises; Broken if it raises another or none."""
    try:
        call()
    except ConnectorError as error:
        promise(isinstance(error, kind), f"{kind.__name__} expected, {error!r} raised")
        return error
    raise Broken(f"{kind.__name__} expected, nothing raised")


@dataclass
class Hub:
    """The engine's pull loop without a database: pages land together with their cursor."""

    stage: Stage
    cursor: Any = None
    landed: dict[str, list[Normal]] = field(default_factory=dict)
    items: list[RawItem] = field(default_factory=list)

    def pull_once(self, connector: Connector) -> bool:
        """One page with its details; True while there is more. Nothing lands when it fails."""
        page = connector.pull(self.cursor, self.stage.clock.now())
        arrived = [*page.items, *_details(connector, page.refs)]
        for item in arrived:
            normal = connector.read(item.payload_text)
            promise(normal.external_no == item.external_no, "item and payload differ in number")
            self.landed.setdefault(item.external_no, []).append(normal)
        self.items.extend(arrived)
        self.cursor = json.loads(json.dumps(page.cursor))
        return page.more

    def pull_all(self, between: Callable[[int], None] = lambda page: None) -> None:
        """To the end, with a new connector for every page, patient with TryLater."""
        for page in range(_PATIENCE):
            with contextlib.suppress(TryLater):
                if not self.pull_once(self.stage.connect()):
                    return
            between(page)
        raise Broken(f"no end after {_PATIENCE} pages")

    def versions(self) -> dict[str, int]:
        """The newest version landed of every order."""
        return {
            number: max((n.modified_ms or 0 for n in normals), default=0)
            for number, normals in self.landed.items()
        }

    def expect_all(self, words: str) -> None:
        """Every order of the platform landed in its latest version."""
        truth, have = self.stage.truth(), self.versions()
        lost = sorted(number for number, version in truth.items() if have.get(number, 0) < version)
        promise(not lost, f"{words}: {len(lost)} of {len(truth)} orders lost, e.g. {lost[:1]}")


def _details(connector: Connector, refs: Sequence[Any]) -> Iterator[RawItem]:
    size = connector.limits.detail_batch
    for start in range(0, len(refs), size):
        yield from connector.detail(refs[start : start + size])
