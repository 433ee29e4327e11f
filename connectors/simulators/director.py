"""The director's page: one screen to make orders and trouble at every simulator.

It is a page for this machine alone. Only loopback reaches it, under a loopback name (so that no
foreign name can be pointed at it), and a form counts only if it carries the page's own token and
comes from the page's own origin. There are no scripts on it.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import parse_qsl, urlencode

from .director_page import CSS, Shown, page
from .director_words import Tongue
from .shop import STATES, ShopSimulator
from .wire import Call, Environ, Fault, Reply, Simulator, Start, read_call, send

_POLICY = (
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_MOST_ORDERS, _MOST_TIMES, _MOST_SECONDS = 200, 1000, 600
_NAMES = ("localhost", "127.0.0.1", "[::1]")
Form = Mapping[str, str]


class Director:
    """A WSGI application over the simulators by name; mounted at `/demo`."""

    def __init__(self, simulators: Mapping[str, Simulator]) -> None:
        self._all = dict(simulators)
        self._token = secrets.token_urlsafe(24)

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        if not _is_loopback(environ):
            return send(Reply(b"only on this machine", 403, "text/plain"), start)
        call = read_call(environ)
        reply = self._posted(call) if call.method == "POST" else self._seen(call)
        reply.headers.update(_HEADERS)
        return send(reply, start)

    def _seen(self, call: Call) -> Reply:
        if call.path == "/page.css":
            return Reply(CSS.read_bytes(), 200, "text/css;charset=utf-8")
        if call.path != "/":
            return Reply(b"no such page", 404, "text/plain")
        shown = [_shown(name, simulator) for name, simulator in self._all.items()]
        html = page(shown, _tongue(call), self._token, call.query.get("said", ""), call.mount)
        return Reply(html.encode(), 200, "text/html;charset=utf-8")

    def _posted(self, call: Call) -> Reply:
        form = dict(parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True))
        if call.path != "/do" or not self._is_ours(call, form):
            return Reply(b"not from this page", 403, "text/plain")
        name = form.get("simulator", "")
        said = _carried_out(self._all.get(name), form)
        back = f"{call.mount}/?{urlencode({'lang': _tongue(call), 'said': said})}#{name}"
        return Reply(b"", 303, "text/plain", headers={"Location": back})

    def _is_ours(self, call: Call, form: Form) -> bool:
        here = call.headers.get("origin", call.origin) == call.origin
        return here and hmac.compare_digest(form.get("token", "").encode(), self._token.encode())


def _is_loopback(environ: Environ) -> bool:
    """Whether the caller is on this machine and used one of its own names."""
    try:
        near = ipaddress.ip_address(environ.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        near = False
    host = str(environ.get("HTTP_HOST", ""))
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    return near and name in _NAMES


def _tongue(call: Call) -> Tongue:
    wished = call.query.get("lang") or call.headers.get("accept-language", "")
    return "en" if wished.lower().startswith("en") else "zh"


def _shown(name: str, simulator: Simulator) -> Shown:
    shop = isinstance(simulator, ShopSimulator)
    return Shown(
        name,
        what=simulator.holds,
        count=simulator.count_of(),
        calls=sum(simulator.calls.values()),
        states=STATES if shop else (),
        actions=simulator.actions,
        kinds=simulator.fault_kinds,
        switches={one: bool(getattr(simulator, one)) for one in simulator.switches},
        waiting=simulator.faults.waiting(),
    )


def _carried_out(simulator: Simulator | None, form: Form) -> str:
    """What the page says afterwards."""
    deed = _DEEDS.get(form.get("do", ""))
    if simulator is None or deed is None:
        return "bad"
    try:
        deed(simulator, form)
    except KeyError:
        return "no_order"
    except ValueError:
        return "no_order" if form["do"] == "act" else "bad"
    return "done"


def _make(simulator: Simulator, form: Form) -> None:
    if not isinstance(simulator, ShopSimulator) or form["state"] not in STATES:
        raise ValueError(form)
    simulator.shop.make(_number(form["count"], _MOST_ORDERS), "director", form["state"])


def _act(simulator: Simulator, form: Form) -> None:
    action, number = form["action"], form.get("number", "").strip()
    if action not in simulator.actions:
        raise ValueError(action)
    simulator.happen(number or simulator.newest(), action)


def _fault(simulator: Simulator, form: Form) -> None:
    if form["kind"] not in simulator.fault_kinds:
        raise ValueError(form["kind"])
    times, seconds = _number(form["times"], _MOST_TIMES), _number(form["seconds"], _MOST_SECONDS)
    call = simulator.order_calls if isinstance(simulator, ShopSimulator) else ""
    simulator.faults.add(Fault(form["kind"], times, seconds, call, after="after" in form))


def _switch(simulator: Simulator, form: Form) -> None:
    if form["name"] not in simulator.switches:
        raise ValueError(form["name"])
    setattr(simulator, form["name"], form["on"] == "1")


def _end(simulator: Simulator, _form: Form) -> None:
    simulator.faults.clear()
    for name in simulator.switches:
        setattr(simulator, name, False)


def _number(text: str, most: int) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise ValueError(text)
    return int(text)


_DEEDS: dict[str, Callable[[Simulator, Form], None]] = {
    "make": _make,
    "act": _act,
    "fault": _fault,
    "switch": _switch,
    "end": _end,
}
