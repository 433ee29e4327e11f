"""The one door by which orders come in: pull, webhook, file and form all land here.

A payload is stored verbatim before anybody is told it arrived. Landing the same version twice
changes nothing; what cannot even be identified is stored too, with the reason.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from zlib import crc32

from sqlalchemy import and_, bindparam, select, update

from orderloom.connect import Connector, ConnectorError, Permanent, RawItem, Ref
from orderloom.services.connecting.connections import FAULTS
from orderloom.services.hub.exceptions import Raised, raise_all, resolve
from orderloom.services.hub.work import SHARDS
from orderloom.store.among import among, among_given
from orderloom.store.bulk import insert_new, upsert_many
from orderloom.store.db import Tx
from orderloom.store.ids import reserve
from orderloom.store.tables import UNFETCHED, inbox

log = logging.getLogger(__name__)
MAX_PAYLOAD = 1_000_000  # characters of one order
MAX_NUMBER = 100
AHEAD_MS = 86_400_000  # how far a file may be ahead of our clock
# Legal in the texts of some JSON, in no database's; as JSON escapes they mean the same.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
AGAIN_MS = 5_000  # a record refused now may be given in a moment
ANNOUNCED = "announced"  # digest of a row that only says there is something new
Refusal = tuple[Ref, ConnectorError]
Key = tuple[str, str]  # number and digest


@dataclass
class Landed:
    """What became of a page or a file: counts, and the refused items with their reasons.

    `keys`: number and digest of each item, by which its row can be found; `fresh`: the new ones.
    """

    keys: list[Key] = field(default_factory=list)
    fresh: set[Key] = field(default_factory=set)
    new: int = 0
    repeated: int = 0
    refused: list[tuple[RawItem, ConnectorError]] = field(default_factory=list)


@dataclass(frozen=True)
class _Entry:
    external_no: str
    modified_ms: int | None
    digest: str
    payload: str
    trouble: dict[str, Any] | None = None


def land(
    tx: Tx,
    account_id: int,
    connector: type[Connector],
    items: Sequence[RawItem],
    source: str,
    now: int,
    refusals: Sequence[Refusal] = (),
) -> Landed:
    """Store items; the caller commits before anything is acknowledged or a cursor moves.

    `refusals`: records the platform named but would not give; they wait as rows without payload.
    """
    landed = Landed()
    entries: dict[Key, _Entry] = {}
    for entry in (*(_entry(connector, item, landed) for item in items), *map(_missing, refusals)):
        landed.keys.append((entry.external_no, entry.digest))
        entries[landed.keys[-1]] = entry
    known = _known(tx, account_id, entries, now)
    fresh = [entry for key, entry in entries.items() if key not in known]
    landed.fresh = {(entry.external_no, entry.digest) for entry in fresh}
    landed.new, landed.repeated = len(fresh), len(items) + len(refusals) - len(fresh)
    rows = [
        _row(new, account_id, entry, source, now)
        for new, entry in zip(reserve(tx, len(fresh)), fresh, strict=True)
    ]
    insert_new(tx, inbox, rows, ("account_id", "external_no", "digest"))
    raise_all(tx, [_refused(account_id, row) for row in rows if row["state"] == "failed"], now)
    if refusals or any(known.values()):
        _close_missing(tx, account_id, [e.external_no for e in entries.values() if e.payload], now)
    _close_announced(tx, account_id, [ref.external_no for ref, _ in refusals], now)
    return landed


def _entry(connector: type[Connector], item: RawItem, landed: Landed) -> _Entry:
    """What identifies the item: its number, its version and a digest of both with its content."""
    text = storable(item.payload_text)
    try:
        return _identified(connector, item, text)
    except ConnectorError as error:
        return _unidentified(item, text, error, landed)
    except FAULTS:
        log.exception("a connector broke down over a payload", extra={"connector": connector.key})
        return _unidentified(item, text, Permanent("intake.internal", item=True), landed)


def _identified(connector: type[Connector], item: RawItem, text: str) -> _Entry:
    if len(text) > MAX_PAYLOAD:
        raise Permanent("intake.too_large", item=True, size=len(text), limit=MAX_PAYLOAD)
    at_hand = item.value is not None and text == item.payload_text
    normal = connector.normalise(item.value) if at_hand else connector.read(text)
    number, modified = normal.external_no, normal.modified_ms or item.modified_ms
    if not 0 < len(number) <= MAX_NUMBER:
        raise Permanent("intake.bad_number", item=True, number=number[:MAX_NUMBER])
    if modified is not None and not 0 <= modified < 2**53:
        raise Permanent("intake.bad_time", item=True, value=str(modified)[:40])
    digest = sha256(f"{modified}|{normal.digest}".encode()).hexdigest()
    return _Entry(number, modified, digest, text)


def _unidentified(item: RawItem, text: str, error: ConnectorError, landed: Landed) -> _Entry:
    landed.refused.append((item, error))
    digest = sha256(text.encode()).hexdigest()
    number = storable(item.external_no)[:MAX_NUMBER] or f"?{digest[:12]}"
    modified = item.modified_ms if item.modified_ms and 0 < item.modified_ms < 2**53 else None
    # An empty text would count as not fetched yet.
    return _Entry(number, modified, digest, text[:MAX_PAYLOAD] or " ", _trouble(error))


def _missing(refusal: Refusal) -> _Entry:
    ref, error = refusal
    digest = sha256(f"{ref.modified_ms}|{error.code}".encode()).hexdigest()
    return _Entry(ref.external_no, ref.modified_ms, digest, "", _trouble(error))


def _trouble(error: ConnectorError) -> dict[str, Any]:
    return {"code": error.code, "params": error.params}


def storable(text: str) -> str:
    """`text` with what no database takes written as JSON escapes."""
    return _UNSTORABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def announce(tx: Tx, account_id: int, refs: Sequence[Ref], now: int) -> None:
    """Remember records a platform only named, to be fetched at once. The caller commits."""
    rows = [
        {
            "id": new,
            "account_id": account_id,
            "shard": shard_of(ref.external_no),
            "external_no": ref.external_no,
            "source": "webhook",
            "payload": "",
            "digest": ANNOUNCED,
            "modified_at": ref.modified_ms,
            "received_at": now,
            "state": "announced",
            "not_before": now,
            "attempts": 0,
        }
        for new, ref in zip(reserve(tx, len(refs)), refs, strict=True)
    ]
    unique = {row["external_no"]: row for row in rows}
    upsert_many(tx, inbox, list(unique.values()), ("account_id", "external_no", "digest"))


def _close_missing(tx: Tx, account_id: int, numbers: Iterable[str], now: int) -> None:
    """Rows that waited for a record have it now; what was announced since then is newer."""
    closed = tx.execute(
        update(inbox)
        .where(inbox.c.account_id == account_id, UNFETCHED, inbox.c.received_at <= now)
        .where(among(inbox.c.external_no, numbers))
        .values(state="stale", trouble=None)
        .returning(inbox.c.id)
    ).scalars()
    resolve(tx, [f"inbox:{id_}" for id_ in closed], now)


def _close_announced(tx: Tx, account_id: int, numbers: Sequence[str], now: int) -> None:
    """What is refused waits as refused, and no more as announced."""
    if numbers:
        tx.execute(
            update(inbox)
            .where(inbox.c.account_id == account_id, inbox.c.digest == ANNOUNCED)
            .where(among(inbox.c.external_no, numbers), inbox.c.received_at <= now)
            .values(state="stale")
        )


_KNOWN = select(
    inbox.c.external_no,
    inbox.c.digest,
    and_(UNFETCHED, inbox.c.received_at <= bindparam("now")).label("waits"),
).where(inbox.c.account_id == bindparam("account"), among_given(inbox.c.external_no, "numbers"))


def _known(tx: Tx, account_id: int, keys: Iterable[Key], now: int) -> dict[Key, bool]:
    """What there is of these orders, and whether it still waits for its record."""
    numbers = {number for number, _ in keys}
    if not numbers:
        return {}
    given = {"account": account_id, "numbers": list(numbers), "now": now}
    return {(number, digest): bool(waits) for number, digest, waits in tx.execute(_KNOWN, given)}


def _row(id_: int, account_id: int, entry: _Entry, source: str, now: int) -> dict[str, Any]:
    return {
        "id": id_,
        "account_id": account_id,
        "shard": shard_of(entry.external_no),
        "external_no": entry.external_no,
        "source": source,
        "payload": entry.payload,
        "digest": entry.digest,
        "modified_at": _version(entry, source, now),
        "received_at": now,
        "state": "failed" if entry.trouble else "waiting",
        "not_before": 0 if entry.payload else now + AGAIN_MS,
        "trouble": entry.trouble,
    }


def _version(entry: _Entry, source: str, now: int) -> int | None:
    """A time in the future that somebody wrote in a file must not outlive what the shop says."""
    if entry.modified_ms is None or source != "file":
        return entry.modified_ms
    return min(entry.modified_ms, now + AHEAD_MS)


def _refused(account_id: int, row: dict[str, Any]) -> Raised:
    code, params = row["trouble"]["code"], row["trouble"]["params"]
    return Raised(
        "mapping",
        code,
        f"inbox:{row['id']}",
        f"{code}/{account_id}",
        {**params, "external_no": row["external_no"]},
        account_id=account_id,
        inbox_id=row["id"],
    )


def shard_of(external_no: str) -> int:
    """The lane of an order number: always the same one, so its payloads stay in order."""
    return crc32(external_no.encode()) % SHARDS
