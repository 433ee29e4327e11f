"""The people who are told of things: kept by hand, tried with a test message."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.exc import IntegrityError

from orderloom.connect import Registry
from orderloom.errors import Conflict, InputError, NotFound
from orderloom.services.delivering import outbox
from orderloom.services.hub import exceptions
from orderloom.services.telling.alerting import Notice, address, unknown_cause
from orderloom.services.telling.directory import TEST, Directory, all_contacts, is_address
from orderloom.services.users.people import User
from orderloom.store.db import Tx
from orderloom.store.ids import reserve
from orderloom.store.queries import AnyRow, hub
from orderloom.store.queries import contacts as rows
from orderloom.store.queries.people import add_audit
from orderloom.texts import Locale, say

Record = dict[str, Any]
_MAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")
_MOBILE = re.compile(r"\+?[0-9]{5,20}")
_TRIED_AS = "info"
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True)
class Form:
    """What is said about a person. `quiet`: {"from": "22:00", "to": "07:00", "zone"} or None.

    `ways`: connection ids, each with the severities wanted over it.
    """

    name: str
    mail: str
    mobile: str
    locale: str
    groups: tuple[str, ...]
    quiet: Mapping[str, str] | None
    paused: bool
    ways: tuple[tuple[int, tuple[str, ...]], ...]


def everybody(tx: Tx) -> list[Record]:
    """All people with their ways."""
    ways: dict[int, list[Record]] = {}
    for way in rows.ways(tx):
        one = {"connection_id": way.connection_id, "severities": way.severities}
        ways.setdefault(way.contact_id, []).append(one)
    return [{**row._mapping, "ways": ways.get(row.id, [])} for row in rows.all_rows(tx)]


def reachable_over(tx: Tx, registry: Registry) -> list[Record]:
    """The connections that carry messages to people."""
    found = []
    for row in hub.connections(tx):
        if _carries(row, registry):
            found.append({**row._mapping, "by_mail": _by_mail(row, registry)})
    return found


def _carries(row: AnyRow, registry: Registry) -> bool:
    usable = row.connector in registry.keys() and row.state != "retired"  # noqa: SIM118
    return usable and registry.get(row.connector).kind == "alert"


def _by_mail(row: AnyRow, registry: Registry) -> bool:
    return "mail" in registry.get(row.connector).effects


def add(tx: Tx, registry: Registry, form: Form, user: User, now: int) -> int:
    """Add a person; raises InputError naming the field, Conflict for a name that is taken."""
    _check(tx, registry, form)
    (new,) = reserve(tx, 1)
    try:
        rows.add(tx, {**_values(form, now), "id": new, "created_at": now})
    except IntegrityError as error:
        raise Conflict("contacts.name_taken", "name", name=form.name) from error
    _follow(tx, new, form, now)
    add_audit(tx, now, user.login, "contact.add", str(new), {"name": form.name})
    return new


def change(
    tx: Tx, registry: Registry, contact_id: int, revision: int, form: Form, user: User, now: int
) -> None:
    """Change a person; what waits for the end of the quiet hours is judged by the new ones.

    Raises NotFound, InputError, and Conflict when somebody else changed it meanwhile.
    """
    _known(tx, contact_id)
    _check(tx, registry, form)
    try:
        changed = rows.change(tx, contact_id, revision, _values(form, now))
    except IntegrityError as error:
        raise Conflict("contacts.name_taken", "name", name=form.name) from error
    if not changed:
        raise Conflict("contacts.changed", str(contact_id))
    _follow(tx, contact_id, form, now)
    rows.look_again(tx, contact_id, now)
    add_audit(tx, now, user.login, "contact.change", str(contact_id), {"name": form.name})


def remove(tx: Tx, contact_id: int, user: User, now: int) -> None:
    """Remove a person; messages still waiting for them are taken back. Raises NotFound."""
    name = _known(tx, contact_id).name
    rows.take_back(tx, contact_id)
    rows.remove(tx, contact_id)
    add_audit(tx, now, user.login, "contact.remove", str(contact_id), {"name": name})


def test(tx: Tx, contact_id: int, user: User, now: int) -> int:
    """Send a test message over each of a person's ways, quiet hours or not; returns how many.

    Raises NotFound, and InputError for somebody who has no way or is paused.
    """
    _known(tx, contact_id)
    person = next(one for one in all_contacts(tx) if one.id == contact_id)
    if person.paused:
        raise InputError("contacts.paused", person.name)
    if not person.ways:
        raise InputError("contacts.no_way", person.name)

    def words(locale: Locale) -> Record:
        subject, text = say("contacts.test", locale, {"name": person.name, "by": user.name})
        return {"subject": subject, "text": text or ""}

    eager = replace(person, ways=dict.fromkeys(person.ways, frozenset({_TRIED_AS})))
    notice = Notice(TEST, f"test:{now}", _TRIED_AS, [person.name], words, None)
    messages = address(Directory([eager]), notice, now).messages
    outbox.put(tx, messages, now)
    return len(messages)


def _known(tx: Tx, contact_id: int) -> AnyRow:
    found = rows.by_id(tx, contact_id)
    if found is None:
        raise NotFound("contacts.not_found", str(contact_id))
    return found


def _values(form: Form, now: int) -> Record:
    named = {"name": form.name, "mail": form.mail, "mobile": form.mobile, "locale": form.locale}
    rest = {"groups": list(form.groups), "quiet": form.quiet and dict(form.quiet)}
    return {**named, **rest, "paused": form.paused, "changed_at": now}


def _follow(tx: Tx, contact_id: int, form: Form, now: int) -> None:
    rows.set_ways(tx, contact_id, [(over, list(wanted)) for over, wanted in form.ways])
    exceptions.resolve_causes(tx, [unknown_cause(n) for n in (form.name, *form.groups)], now)


def _check(tx: Tx, registry: Registry, form: Form) -> None:
    for field, fault in (*_faults(form), *_way_faults(form, reachable_over(tx, registry))):
        raise InputError(f"contacts.{fault}", field)


def _faults(form: Form) -> Iterator[tuple[str, str]]:
    if not form.name.strip() or is_address(form.name):
        yield "name", "bad_name"
    if any(not group.strip() or is_address(group) for group in form.groups):
        yield "groups", "bad_name"
    if form.mail and not _MAIL.fullmatch(form.mail):
        yield "mail", "bad_mail"
    if form.mobile and not _MOBILE.fullmatch(form.mobile):
        yield "mobile", "bad_mobile"
    if form.quiet is not None:
        yield from _quiet_faults(form.quiet)


def _quiet_faults(quiet: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for end in ("from", "to"):
        if not _CLOCK.fullmatch(quiet[end]):
            yield f"quiet.{end}", "bad_clock"
    if quiet["from"] == quiet["to"]:
        yield "quiet.to", "no_hours"
    if not _is_zone(quiet["zone"]):
        yield "quiet.zone", "bad_zone"


def _is_zone(name: str) -> bool:
    try:
        return bool(ZoneInfo(name))
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return False


def _way_faults(form: Form, usable: Sequence[Record]) -> Iterator[tuple[str, str]]:
    known = {one["id"]: one for one in usable}
    if len({over for over, _ in form.ways}) != len(form.ways):
        yield "ways", "way_twice"
    for number, (over, wanted) in enumerate(form.ways):
        if over not in known:
            yield f"ways.{number}.connection_id", "no_such_connection"
        elif known[over]["by_mail"] and not form.mail:
            yield "mail", "needs_mail"
        if not wanted:
            yield f"ways.{number}.severities", "no_severity"
