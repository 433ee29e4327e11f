"""A blueprint against what is installed: whether whoever it tells something understands it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orderloom.blueprint.findings import Finding
from orderloom.blueprint.strict import Coverage
from orderloom.blueprint.triggers import looks_at

Document = Mapping[str, Any]
# What is sent by rules and by a total that was reached, as connectors list it in `effects`.
ORDER_EVENT = "order.event"
RECORD_EVENT = "record.event"
SCHEDULE_EVENT = "schedule.event"
THRESHOLD_REACHED = "threshold.reached"


@dataclass(frozen=True)
class Installed:
    """What connectors can do here. Of what nothing is known, nothing is found wrong.

    `coverage`: what each channel fills; `understands`: the effects of each connector; `titles`:
    what each is called; `bound`: the connector a connection role stands for, by role.
    """

    coverage: Coverage = field(default_factory=dict)
    understands: Mapping[str, Collection[str]] = field(default_factory=dict)
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    bound: Mapping[str, str] = field(default_factory=dict)

    def hears(self, role: Document, effect: str) -> bool:
        """Whether a role's connection can take what is sent."""
        connector = self.connector(role)
        return connector not in self.understands or effect in self.understands[connector]

    def connector(self, role: Document) -> str:
        """What stands behind a role: what it is bound to, or what the document asks for."""
        return self.bound.get(role["key"]) or role.get("connector") or ""


NOTHING = Installed()


def check_told(document: Document, installed: Installed) -> Iterator[Finding]:
    """A finding for each `send` to a connection that cannot take it."""
    roles = {r["key"]: r for r in document["roles"] if r["kind"] == "connection"}
    for where, name, effect in _told(document):
        role = roles.get(name)
        if role is None or installed.hears(role, effect):
            continue
        connector = installed.connector(role)
        params = {
            "key": name,
            "role": role["title"],
            "connector": installed.titles.get(connector, connector),
            "valid": [r["title"] for r in roles.values() if _takes(r, effect, installed)],
        }
        yield Finding("blueprint.not_understood", where, params)


def _takes(role: Document, effect: str, installed: Installed) -> bool:
    return bool(installed.connector(role)) and installed.hears(role, effect)


_EVENTS: Mapping[str, str] = {
    "order": ORDER_EVENT,
    "change": RECORD_EVENT,
    "record": RECORD_EVENT,
    "": SCHEDULE_EVENT,
}


def _told(document: Document) -> Iterator[tuple[str, str, str]]:
    """(place, role, effect) of everything that is sent to another system."""
    for index, rules in enumerate(document.get("rules", [])):
        event = _EVENTS[looks_at(rules)[0]]
        for number, row in enumerate(rules["rows"]):
            at = f"/rules/{index}/rows/{number}/then"
            yield from _sends(row["then"], at, event)
        yield from _sends(rules.get("otherwise", []), f"/rules/{index}/otherwise", event)
    for index, threshold in enumerate(document.get("thresholds", [])):
        yield from _sends(threshold["then"], f"/thresholds/{index}/then", THRESHOLD_REACHED)


def _sends(actions: Sequence[Document], at: str, effect: str) -> Iterator[tuple[str, str, str]]:
    for number, action in enumerate(actions):
        if action["do"] == "send":
            yield f"{at}/{number}/send_to", action["send_to"], effect
