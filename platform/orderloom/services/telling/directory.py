"""Whom the names in an alert mean, over which connections each is told, and who must not be now."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, select

from orderloom.engine.quiet import QuietHours
from orderloom.store.db import Tx
from orderloom.store.tables import contact, contact_way

CRITICAL = "critical"
TEST = ":test"  # no blueprint's alert can be called so
_MOBILE = re.compile(r"\+?[0-9][0-9 \-]{4,20}")


@dataclass(frozen=True)
class Contact:
    """Somebody who may be told; `ways`: connection id -> severities wanted over it."""

    id: int
    name: str
    mail: str
    mobile: str
    locale: str
    groups: tuple[str, ...]
    paused: bool
    ways: Mapping[int, frozenset[str]]

    def reached_over(self, severity: str, otherwise: int | None) -> list[int]:
        """The connections for one alert; `otherwise` for people without a way of their own."""
        if self.paused:
            return []
        if not self.ways:
            return [] if otherwise is None else [otherwise]
        return [id_ for id_, wanted in self.ways.items() if severity in wanted]


@dataclass
class Found:
    """What the recipients of an alert turned out to be."""

    addresses: list[str] = field(default_factory=list)
    mobiles: list[str] = field(default_factory=list)
    contacts: dict[int, Contact] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)


class Directory:
    """Everybody who may be told, by name and by group."""

    def __init__(self, contacts: Iterable[Contact]) -> None:
        self._named: dict[str, list[Contact]] = defaultdict(list)
        for one in contacts:
            for name in dict.fromkeys((one.name, *one.groups)):
                self._named[name].append(one)

    @classmethod
    def load(cls, tx: Tx) -> Directory:
        """Read once per batch: there are few people and many orders."""
        return cls(all_contacts(tx))

    def find(self, recipients: Sequence[str]) -> Found:
        """Mail addresses, mobile numbers, and the people that names and groups stand for."""
        found = Found()
        for recipient in (text.strip() for text in recipients):
            if recipient in self._named:
                found.contacts |= {one.id: one for one in self._named[recipient]}
            elif "@" in recipient:
                found.addresses.append(recipient)
            elif _MOBILE.fullmatch(recipient):
                found.mobiles.append(re.sub(r"[ \-]", "", recipient))
            else:
                found.unknown.append(recipient)
        return found


def is_address(text: str) -> bool:
    """Whether a recipient reads as a mail address or a number, so that nobody may be called so."""
    return "@" in text or _MOBILE.fullmatch(text) is not None


def all_contacts(tx: Tx) -> list[Contact]:
    """Everybody, by name."""
    ways: dict[int, dict[int, frozenset[str]]] = defaultdict(dict)
    for row in tx.execute(select(contact_way).order_by(contact_way.c.id)):
        ways[row.contact_id][row.connection_id] = frozenset(row.severities)
    rows = tx.execute(select(contact).order_by(contact.c.name))
    return [
        Contact(
            row.id,
            row.name,
            row.mail,
            row.mobile,
            row.locale,
            tuple(row.groups),
            row.paused,
            ways[row.id],
        )
        for row in rows
    ]


def quiet_hours(stored: Mapping[str, str] | None) -> QuietHours | None:
    """{"from": "22:00", "to": "07:00", "zone"} as the engine knows it."""
    if stored is None:
        return None
    return QuietHours(_minutes(stored["from"]), _minutes(stored["to"]), stored["zone"])


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def held(tx: Tx, letters: Sequence[Row[Any]], now: int) -> dict[int, int]:
    """Messages to people in their quiet hours: id -> when these end. What is critical never waits.

    Asked at the moment of sending: hours may have been changed since, and messages delayed.
    """
    patient = [le for le in letters if le.contact_id is not None and _may_wait(le)]
    if not patient:
        return {}
    query = select(contact.c.id, contact.c.quiet).where(
        contact.c.id.in_(sorted({letter.contact_id for letter in patient}))
    )
    hours = {id_: quiet_hours(stored) for id_, stored in tx.execute(query) if stored}
    ends = {id_: quiet.until(now) for id_, quiet in hours.items() if quiet}
    return {le.id: ends[le.contact_id] for le in patient if ends.get(le.contact_id, now) > now}


def _may_wait(letter: Row[Any]) -> bool:
    return bool(letter.severity != CRITICAL and letter.effect != f"alert.{TEST}")
