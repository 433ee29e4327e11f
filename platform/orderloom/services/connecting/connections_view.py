"""What people see of connections: their state in words, what they are asked, what they fill."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orderloom.connect import Connector, Registry, Setting
from orderloom.connect.registry import Listed
from orderloom.services.connecting import connections
from orderloom.services.connecting.connections import NEVER, ORDERS
from orderloom.services.orders.showing import problem
from orderloom.store.db import Tx
from orderloom.store.queries import AnyRow, census, hub
from orderloom.store.queries import connections as rows

Record = dict[str, Any]


@dataclass(frozen=True)
class _Around:
    """What is known beside the connections themselves, by connection."""

    shops: Mapping[int, Sequence[AnyRow]]
    questions: Mapping[int, Sequence[AnyRow]]
    waiting: Mapping[int, int]
    today: Mapping[int, int]  # orders by shop

    @classmethod
    def load(cls, tx: Tx, midnight: int) -> _Around:
        waiting: dict[int, int] = defaultdict(int)
        for row in hub.open_messages(tx):
            waiting[row.connection_id] += row.amount
        shops, questions = _by_connection(rows.shops(tx)), _by_connection(rows.questions(tx))
        return cls(shops, questions, waiting, census.taken_in_by_shop(tx, midnight))


def _by_connection(found: Iterable[AnyRow]) -> dict[int, list[AnyRow]]:
    grouped: dict[int, list[AnyRow]] = defaultdict(list)
    for row in found:
        grouped[row.connection_id].append(row)
    return grouped


def overview(tx: Tx, registry: Registry, now: int, midnight: int) -> list[Record]:
    """Every connection. `midnight`: since when orders count as today's (epoch ms)."""
    around = _Around.load(tx, midnight)
    return [_shown(row, registry, around, now) for row in rows.all_rows(tx)]


def _shown(row: AnyRow, registry: Registry, around: _Around, now: int) -> Record:
    usable = row.connector in registry.keys()  # noqa: SIM118 - a registry is no dictionary
    connector = registry.get(row.connector) if usable else None
    shops, questions = around.shops.get(row.id, ()), around.questions.get(row.id, ())
    state = _state(row, now) if usable else "no_connector"
    return {
        "id": row.id,
        "connector": row.connector,
        "connector_title": connector.title._asdict() if connector else None,
        "kind": row.kind,
        "title": row.title,
        "state": state,
        "resting_until": row.rest_until if state == "resting" else None,
        "expires_at": row.expires_at,
        "problem": _trouble(row, shops, questions, state),
        "worked_at": max((at for at in _successes(row, shops, questions) if at), default=None),
        "waiting": around.waiting.get(row.id, 0),
        "orders_today": sum(around.today.get(shop.id, 0) for shop in shops),
        "shops": [{"id": shop.id, "title": shop.title} for shop in shops],
        "questions": [*_orders(shops), *(_question(asked) for asked in questions)],
        "calls_refused": row.calls_refused,
        "call_refused_at": row.call_refused_at,
        "pushed": bool(connector and "parse_webhook" in connector.capabilities()),
    }


def _state(row: AnyRow, now: int) -> str:
    """ok, failing (it is still tried), resting (left alone for a while), or what stopped it."""
    if row.state != "ok":
        return str(row.state)
    if row.rest_until > now:
        return "resting"
    return "failing" if row.failures else "ok"


def _trouble(
    row: AnyRow, shops: Sequence[AnyRow], questions: Sequence[AnyRow], state: str
) -> Record | None:
    """What is wrong now, in words: what a success has ended is no trouble any more."""
    if state in connections.BY_PEOPLE:
        return None
    own = row.trouble if state != "ok" else None
    found = (own, *(one.trouble for one in (*shops, *questions)))
    return problem(next((trouble for trouble in found if trouble), None))


def _successes(
    row: AnyRow, shops: Sequence[AnyRow], questions: Sequence[AnyRow]
) -> Iterable[int | None]:
    yield row.sent_at
    yield from (shop.pulled_at for shop in shops)
    yield from (asked.looked_at for asked in questions)


def _orders(shops: Sequence[AnyRow]) -> Iterable[Record]:
    for shop in shops[:1]:
        if shop.next_pull_at < NEVER:
            yield {"what": ORDERS, "seconds": shop.poll_seconds, "asked_at": shop.pulled_at}


def _question(asked: AnyRow) -> Record:
    return {"what": asked.kind, "seconds": asked.every_seconds, "asked_at": asked.looked_at}


def connectors(registry: Registry) -> list[Record]:
    """Every connector there is; a broken one says what is wrong with it."""
    return [_connector(found) for found in registry.listed()]


def _connector(found: Listed) -> Record:
    usable = found.connector
    fault = connections.trouble(found.fault) if found.fault else None
    return {
        "key": found.key,
        "origin": found.origin,
        "place": found.place,
        "problem": problem(fault),
        **(_facts(usable) if usable else _NOTHING),
    }


_NOTHING: Record = {
    "title": None,
    "kind": None,
    "capabilities": [],
    "effects": [],
    "verified": None,
    "settings": [],
}


def _facts(connector: type[Connector]) -> Record:
    return {
        "title": connector.title._asdict(),
        "kind": connector.kind,
        "capabilities": sorted(connector.capabilities()),
        "effects": list(connector.effects),
        "verified": connector.verified._asdict(),
        "settings": [_setting(setting) for setting in connector.settings],
    }


def _setting(setting: Setting) -> Record:
    return {
        "name": setting.name,
        "label": setting.label._asdict(),
        "kind": setting.kind,
        "required": setting.required and setting.default is None,
        "secret": setting.secret,
        "default": setting.default,
        "help": setting.help._asdict() if setting.help else None,
        "choices": list(setting.choices),
        "minimum": setting.minimum,
        "maximum": setting.maximum,
    }
