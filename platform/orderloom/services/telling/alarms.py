"""The hub's own troubles, told through the same door as alerts: once per cause, then reminded.

A trouble has a row for as long as it lasts. Whoever moves its `told_at` tells people, so two
tickers do not tell twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, update

from orderloom.errors import InputError
from orderloom.services.connecting import breaker
from orderloom.services.delivering import outbox
from orderloom.services.hub import exceptions, presence
from orderloom.services.hub.exceptions import Raised
from orderloom.services.orders.showing import problem
from orderloom.services.telling.alerting import Notice, address, unknown_cause
from orderloom.services.telling.directory import CRITICAL, Directory
from orderloom.services.users.people import User
from orderloom.store.bulk import insert_new
from orderloom.store.db import Tx
from orderloom.store.queries import AnyRow, hub
from orderloom.store.queries import exceptions as troubles
from orderloom.store.queries.people import add_audit
from orderloom.store.tables import alarm
from orderloom.texts import Locale, both, heading, say

NAME = ":hub"  # no blueprint's alert can be called so
_META = "alarms"
_MINUTE_MS = 60_000
# A worker that died is started again within seconds, and many credentials renew themselves.
_PATIENCE_MS = 60_000
_LONG_PATIENCE_MS = 600_000  # what a platform may be away without anybody being woken
_SHOWN_KINDS = 3
_SEVERITY = {
    "alarm.connection_stopped": CRITICAL,
    "alarm.connection_failing": "warning",
    "alarm.no_worker": CRITICAL,
    "alarm.worker_missing": "warning",
    "alarm.exceptions": "warning",
}
_CALMED = 0.8  # of the limit: a number that dances on it is one trouble


@dataclass(frozen=True)
class Wishes:
    """Who is told of the hub's troubles, and when. `recipients`: people and groups."""

    recipients: tuple[str, ...] = ()
    exceptions: int = 50
    remind_minutes: int = 240


@dataclass(frozen=True)
class Trouble:
    """`code` and `params` say what it is; it is told once it has lasted `patience` (ms)."""

    cause: str
    code: str
    params: Mapping[str, Any]
    patience: int = 0


def wishes(tx: Tx) -> Wishes:
    """What people want to be told of the hub itself."""
    stored = hub.meta(tx, _META) or {}
    return Wishes(**{**stored, "recipients": tuple(stored.get("recipients", ()))})


def set_wishes(tx: Tx, wanted: Wishes, user: User, now: int) -> None:
    """Raises InputError for a recipient who is neither a person nor a group."""
    found = Directory.load(tx).find(wanted.recipients)
    strangers = [*found.unknown, *found.addresses, *found.mobiles]
    if strangers:
        raise InputError("alarm.not_a_contact", "recipients", names=strangers)
    hub.set_meta(tx, _META, vars(wanted))
    add_audit(tx, now, user.login, "alarms.change", _META, vars(wanted))


def is_due(tx: Tx, workers: int, now: int) -> bool:
    """Whether `watch` has something to write; cheap enough for every few seconds."""
    wanted, open_ = wishes(tx), _open(tx)
    found = {trouble.cause: trouble for trouble in _troubles(tx, workers, wanted, open_, now)}
    return found.keys() != open_.keys() or any(
        _is_due(found[cause], row, wanted, now) for cause, row in open_.items()
    )


def watch(tx: Tx, workers: int, now: int, zone: str) -> None:
    """Open, tell, remind of and close troubles. `workers`: how many there should be."""
    wanted, open_ = wishes(tx), _open(tx)
    found = {trouble.cause: trouble for trouble in _troubles(tx, workers, wanted, open_, now)}
    for cause in open_.keys() - found.keys():
        _close(tx, open_[cause], wanted, now)
    fresh = [_row(trouble, now) for cause, trouble in found.items() if cause not in open_]
    insert_new(tx, alarm, fresh, ("cause",))
    for cause, row in _open(tx).items():
        if cause in found and _is_due(found[cause], row, wanted, now):
            _tell(tx, found[cause], row, wanted, now, zone)


def _open(tx: Tx) -> dict[str, AnyRow]:
    return {row.cause: row for row in tx.execute(select(alarm).order_by(alarm.c.cause))}


def _row(trouble: Trouble, now: int) -> dict[str, Any]:
    said = {"cause": trouble.cause, "code": trouble.code, "params": dict(trouble.params)}
    return {**said, "since": now}


def _troubles(
    tx: Tx, workers: int, wanted: Wishes, open_: Mapping[str, AnyRow], now: int
) -> Iterator[Trouble]:
    yield from _connections(tx)
    yield from _short_of_workers(presence.count_alive(tx, "worker", now), workers)
    limit = wanted.exceptions * (_CALMED if "exceptions" in open_ else 1)
    count = troubles.count_open(tx)
    if count > limit:
        most = [heading(group.code) for group in troubles.groups(tx, "open")[:_SHOWN_KINDS]]
        yield Trouble("exceptions", "alarm.exceptions", {"count": count, "most": most})


def _connections(tx: Tx) -> Iterator[Trouble]:
    for row in hub.connections(tx):
        words = problem(row.trouble)
        told = (words["message"], words["how"]) if words else ("", "")
        params = {"title": row.title, "reason": told[0], "advice": told[1]}
        if row.state == "auth_failed":
            code = "alarm.connection_stopped"
            yield Trouble(f"{code}:{row.id}", code, params, _PATIENCE_MS)
        elif row.state == "ok" and row.failures >= breaker.OPENS_AT:
            code = "alarm.connection_failing"
            yield Trouble(f"{code}:{row.id}", code, params, _LONG_PATIENCE_MS)


def _short_of_workers(alive: int, wanted: int) -> Iterator[Trouble]:
    if alive < wanted:
        code = "alarm.worker_missing" if alive else "alarm.no_worker"
        yield Trouble(code, code, {"alive": alive, "workers": wanted}, _PATIENCE_MS)


def _is_due(trouble: Trouble, row: AnyRow, wanted: Wishes, now: int) -> bool:
    if row.told_at is None:
        return bool(now - row.since >= trouble.patience)
    return bool(now - row.told_at >= wanted.remind_minutes * _MINUTE_MS)


def _tell(tx: Tx, trouble: Trouble, row: AnyRow, wanted: Wishes, now: int, zone: str) -> None:
    """Tell of a trouble, or remind of it, unless another ticker has just done so."""
    mine = update(alarm).where(alarm.c.cause == row.cause, alarm.c.times == row.times)
    if tx.execute(mine.values(told_at=now, times=row.times + 1)).rowcount != 1:
        return
    since = datetime.fromtimestamp(row.since / 1000, UTC).astimezone(ZoneInfo(zone))
    lasting = {"since": since.strftime("%Y-%m-%d %H:%M"), "times": row.times + 1}

    def words(locale: Locale) -> dict[str, str]:
        subject, how = say(trouble.code, locale, trouble.params)
        again = say("alarm.lasting", locale, lasting)[0] if row.times else ""
        return {"subject": subject, "text": "\n".join(filter(None, (how, again)))}

    _send(tx, row, row.times + 1, words, wanted, now)


def _close(tx: Tx, row: AnyRow, wanted: Wishes, now: int) -> None:
    """Say that a trouble is over, if anybody was told of it."""
    gone = tx.execute(delete(alarm).where(alarm.c.cause == row.cause)).rowcount == 1
    if not gone or row.told_at is None:
        return

    def words(locale: Locale) -> dict[str, str]:
        what = say(row.code, locale, row.params)[0]
        return {"subject": say("alarm.over", locale, {"what": what})[0], "text": ""}

    _send(tx, row, row.times + 1, words, wanted, now)


def _send(
    tx: Tx,
    row: AnyRow,
    version: int,
    words: Callable[[Locale], dict[str, str]],
    wanted: Wishes,
    now: int,
) -> None:
    # Each time a subject of its own: a message that cannot be sent shall not keep the next back.
    subject = f"hub:{row.cause}/{row.since}/{version}"
    notice = Notice(NAME, subject, _SEVERITY[row.code], wanted.recipients, words, None)
    found = address(Directory.load(tx), notice, now)
    outbox.put(tx, found.messages, now)
    exceptions.raise_all(tx, [_nobody(who) for who in found.unknown], now)


def _nobody(who: str) -> Raised:
    params = {"name": who, "alert": both("alarm.title")}
    subject = f"alert:hub/{who}"
    return Raised("rule", "alert.unknown_recipient", subject, unknown_cause(who), params)
