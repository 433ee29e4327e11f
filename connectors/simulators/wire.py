"""What the simulators share: reading a WSGI call, answering it, and spoiling answers on demand."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from email.utils import formatdate
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from orderloom.connect import Clock, SystemClock

from .journal import Journal

Environ = dict[str, Any]
Start = Callable[..., Any]
_JSON = "application/json;charset=utf-8"
_REASONS = {200: "OK", 303: "See Other", 400: "Bad Request", 403: "Forbidden", 404: "Not Found"}
_REASONS |= {502: "Bad Gateway"}
_AHEAD_MS = 900_000

FAULT_KINDS = (
    "server_error",  # an HTTP 502 page
    "garbage",  # something that is not the platform's format
    "truncated",  # Content-Length promises more than comes
    "cut",  # a whole HTTP answer whose document stops in the middle
    "dropped",  # the connection closes without an answer
    "timeout",  # no answer within anybody's patience
    "slow",  # the answer comes after `seconds`
    "throttled",  # the platform's own "too many calls", for `seconds`
    "busy",  # the platform's own "try again"
    "refused",  # the platform's own "no" to this one record
    "duplicates",  # list rows come twice
)


@dataclass
class Fault:
    """Spoils the next `times` calls whose method contains `call`.

    `after` True: the call takes effect first, only its answer is spoiled.
    """

    kind: str
    times: int = 1
    seconds: float = 1.0
    call: str = ""
    after: bool = False

    def __post_init__(self) -> None:
        if self.kind not in FAULT_KINDS:
            raise ValueError(f"kind is one of {', '.join(FAULT_KINDS)}")

    @property
    def prevents(self) -> bool:
        """True when the call does not even take effect."""
        return not self.after and self.kind not in ("slow", "duplicates")


class FaultBox:
    """The faults still to happen, oldest first; safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def take(self, call: str) -> Fault | None:
        """The fault for this call, used up once; None if it may pass unharmed."""
        with self._lock:
            for fault in self._waiting:
                if fault.call in call:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._waiting.remove(fault)
                    return fault
        return None

    def waiting(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(fault) for fault in self._waiting]


class Drifting:
    """A platform's clock, which may be wrong by `ahead_ms`."""

    def __init__(self, right: Clock) -> None:
        self._right = right
        self.ahead_ms = 0

    def now(self) -> int:
        return self._right.now() + self.ahead_ms


class Meter:
    """How often a platform is called: `most` calls in one second of its clock, 0: any number."""

    def __init__(self, clock: Clock, most: int) -> None:
        self._clock = clock
        self._most = most
        self._lock = threading.Lock()
        self._second = self._count = 0

    def is_over(self) -> bool:
        """Counts one call; True when it is one too many."""
        with self._lock:
            second = self._clock.now() // 1000
            self._count = self._count + 1 if second == self._second else 1
            self._second = second
            return 0 < self._most < self._count


@dataclass(frozen=True)
class Call:
    """One request as a simulator sees it; `path` is without the mount point."""

    method: str
    path: str
    query: dict[str, str]
    body: bytes
    content_type: str
    headers: dict[str, str] = field(default_factory=dict)
    mount: str = ""

    @property
    def origin(self) -> str:
        """The origin of pages at the address that was called."""
        return f"http://{self.headers.get('host')}"

    @property
    def full_path(self) -> str:
        """The path as the caller wrote it."""
        return self.mount + self.path

    def form(self) -> dict[str, str]:
        """Parameters of query and url-encoded body."""
        if "urlencoded" not in self.content_type:
            return dict(self.query)
        pairs = parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True)
        return {**self.query, **dict(pairs)}

    def json(self) -> dict[str, Any]:
        """The body as a JSON object; ValueError otherwise."""
        document = json.loads(self.body or b"{}")
        if not isinstance(document, dict):
            raise ValueError("a JSON object is needed")
        return document


def read_call(environ: Environ) -> Call:
    """The request of a WSGI environment, body included."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    return Call(
        environ["REQUEST_METHOD"],
        environ.get("PATH_INFO", ""),
        dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)),
        environ["wsgi.input"].read(length) if length else b"",
        environ.get("CONTENT_TYPE", ""),
        {n[5:].replace("_", "-").lower(): v for n, v in environ.items() if n.startswith("HTTP_")},
        environ.get("SCRIPT_NAME", ""),
    )


@dataclass
class Reply:
    """An answer not yet sent; `missing` bytes are promised but never come."""

    body: bytes
    status: int = 200
    content_type: str = _JSON
    missing: int = 0
    headers: dict[str, str] = field(default_factory=dict)


def json_reply(document: Any, status: int = 200) -> Reply:
    return Reply(json.dumps(document, ensure_ascii=False).encode(), status)


def spoil(reply: Reply, fault: Fault, sleep: Callable[[float], None] = time.sleep) -> Reply:
    """The same answer after the network or a proxy had its way with it."""
    if fault.kind == "dropped":
        raise ConnectionResetError("simulated")
    if fault.kind == "timeout":
        raise TimeoutError(fault.seconds)
    if fault.kind == "slow":
        sleep(fault.seconds)
    if fault.kind == "server_error":
        return Reply(b"<html><h1>502 Bad Gateway</h1></html>", 502, "text/html")
    if fault.kind == "garbage":
        return Reply(b"\xff\xfe<html>not what you asked for", 200, "text/html")
    if fault.kind == "truncated":
        half = reply.body[: len(reply.body) // 2]
        return Reply(half, reply.status, reply.content_type, len(reply.body) - len(half))
    if fault.kind == "cut":
        return Reply(reply.body[: len(reply.body) // 2], reply.status, reply.content_type)
    return reply


def send(reply: Reply, start: Start) -> list[bytes]:
    """Gives an answer to a WSGI server."""
    headers = {
        "Content-Type": reply.content_type,
        "Content-Length": str(len(reply.body) + reply.missing),
        **reply.headers,
    }
    start(f"{reply.status} {_REASONS.get(reply.status, 'Status')}", list(headers.items()))
    return [reply.body]


class Simulator:
    """A WSGI application: the platform's calls, and `/_sim/…` for whoever directs the scene."""

    fault_kinds: ClassVar[tuple[str, ...]] = tuple(k for k in FAULT_KINDS if k != "duplicates")
    """What `Fault` it knows."""
    switches: ClassVar[tuple[str, ...]] = ()
    """Its attributes that are a trouble for as long as they are True."""
    actions: ClassVar[tuple[str, ...]] = ()
    """What `happen` lets happen."""
    holds: ClassVar[str] = "orders"
    """What `count_of` counts."""

    def __init__(self, clock: Clock | None = None, token: str = "") -> None:
        """`token`: what the platform wants to see of who is logged in, until it has `expired`."""
        self._drifting = Drifting(clock or SystemClock())
        self.clock: Clock = self._drifting
        self.token = token
        self.expired = False
        self.secret_changed = False
        self._token_ends: int | None = None
        self._issued = 0
        self.faults = FaultBox()
        self.calls: dict[str, int] = {}
        self._counting = threading.Lock()

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        call = read_call(environ)
        reply = self._direct(call) if call.path.startswith("/_sim/") else self.answer(call)
        reply.headers.setdefault("Date", formatdate(self.clock.now() / 1000, usegmt=True))
        return send(reply, start)

    def answer(self, call: Call) -> Reply:
        """The platform's own protocol."""
        raise NotImplementedError

    def direct(self, verb: str, path: list[str], call: Call) -> Any:
        """A `/_sim/…` call: the JSON to answer, or None when there is no such place."""
        raise NotImplementedError

    def recall(self, journal: Journal) -> None:
        """Takes up what an earlier run kept; here: nothing."""

    def count_of(self) -> int:
        """How many orders, labels, posts, … there are."""
        raise NotImplementedError

    def newest(self) -> str:
        """The number of what came last; KeyError if there is nothing."""
        raise KeyError("nothing")

    def happen(self, number: str, action: str) -> None:
        """One of `actions` happens to it. KeyError / ValueError when it cannot."""
        raise ValueError(action)

    @property
    def clock_ahead(self) -> bool:
        """Whether the platform's clock is a quarter of an hour ahead."""
        return self._drifting.ahead_ms > 0

    @clock_ahead.setter
    def clock_ahead(self, on: bool) -> None:
        self._drifting.ahead_ms = _AHEAD_MS if on else 0

    def issue(self, name: str, lifetime_s: int) -> str:
        """A token in the place of the old one, good for so long by the platform's clock."""
        self._issued += 1
        self.token, self.expired = f"{name}_{self._issued}", False
        self._token_ends = self.clock.now() + lifetime_s * 1000
        return self.token

    @property
    def token_is_over(self) -> bool:
        ends = self._token_ends
        return self.expired or (ends is not None and self.clock.now() >= ends)

    def secret(self, first: str) -> str:
        """What calls must be signed with: the first secret, until another one was set there."""
        return f"{first}_changed" if self.secret_changed else first

    def set_session(self, wish: dict[str, Any]) -> dict[str, Any]:
        """What `POST _sim/session` does: the authorisation ends, comes back, or is another one.

        `secret` "changed": calls signed with the known one are refused.
        """
        self.expired = wish.get("state") == "expired"
        self.secret_changed = wish.get("secret") == "changed"
        self._token_ends = None
        self.token = str(wish.get("token") or self.token)
        return {"expired": self.expired}

    def count(self, method: str) -> None:
        with self._counting:
            self.calls[method] = self.calls.get(method, 0) + 1

    def _direct(self, call: Call) -> Reply:
        if call.headers.get("origin", call.origin) != call.origin:
            return json_reply({"error": "not for other sites"}, 403)
        path = call.path.removeprefix("/_sim/").strip("/").split("/")
        try:
            done = self._faults(call) if path == ["faults"] else None
            done = self.direct(call.method, path, call) if done is None else done
        except (ValueError, KeyError, TypeError) as fault:
            return json_reply({"error": str(fault)}, 400)
        return json_reply(done) if done is not None else json_reply({"error": "no such page"}, 404)

    def _faults(self, call: Call) -> Any:
        if call.method == "POST":
            self.faults.add(Fault(**call.json()))
        elif call.method == "DELETE":
            self.faults.clear()
        return {"waiting": self.faults.waiting(), "kinds": self.fault_kinds}
