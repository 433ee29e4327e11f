"""The one door by which orders come in: pull, webhook, file and form all land here.

A payload is stored verbatim before anybody is told it arrived. Landing the same version twice
changes nothing; what cannot even be identified is stored too, with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from zlib import crc32

from sqlalchemy import select, tuple_

from orderloom.connect import Connector, ConnectorError, RawItem
from orderloom.services.exceptions import Raised, raise_all
from orderloom.services.work import SHARDS
from orderloom.store.bulk import insert_new
from orderloom.store.db import Tx
from orderloom.store.ids import reserve
from orderloom.store.tables import inbox

MAX_PAYLOAD = 1_000_000  # characters of one order


@dataclass
class Landed:
    """What became of a page or a file: counts, and the refused items with their reasons."""

    new: int = 0
    repeated: int = 0
    refused: list[tuple[RawItem, ConnectorError]] = field(default_factory=list)


@dataclass(frozen=True)
class _Entry:
    external_no: str
    modified_ms: int | None
    digest: str
    payload: str
    trouble: dict[str, str] | None = None


def land(
    tx: Tx,
    account_id: int,
    connector: type[Connector],
    items: Sequence[RawItem],
    source: str,
    now: int,
) -> Landed:
    """Store items; the caller commits before anything is acknowledged or a cursor moves."""
    landed = Landed()
    entries: dict[tuple[str, str], _Entry] = {}
    for item in items:
        entry = _entry(connector, item, landed)
        entries[entry.external_no, entry.digest] = entry
    fresh = _unknown(tx, account_id, entries)
    landed.new, landed.repeated = len(fresh), len(items) - len(fresh)
    rows = [
        _row(new, account_id, entry, source, now)
        for new, entry in zip(reserve(tx, len(fresh)), fresh, strict=True)
    ]
    insert_new(tx, inbox, rows, ("account_id", "external_no", "digest"))
    raise_all(tx, [_refused(account_id, row) for row in rows if row["state"] == "failed"], now)
    return landed


def _entry(connector: type[Connector], item: RawItem, landed: Landed) -> _Entry:
    """What identifies the item: its number, its version and a digest of both with its content."""
    try:
        if len(item.payload_text) > MAX_PAYLOAD:
            raise _too_large(len(item.payload_text))
        normal = connector.read(item.payload_text)
    except ConnectorError as error:
        landed.refused.append((item, error))
        digest = sha256(item.payload_text.encode()).hexdigest()
        number = item.external_no or f"?{digest[:12]}"
        kept = item.payload_text[:MAX_PAYLOAD].replace("\x00", "")
        return _Entry(number, item.modified_ms, digest, kept, {"code": error.code})
    modified = normal.modified_ms or item.modified_ms
    digest = sha256(f"{modified}|{normal.digest}".encode()).hexdigest()
    return _Entry(normal.external_no, modified, digest, item.payload_text)


def _too_large(size: int) -> ConnectorError:
    return ConnectorError("intake.too_large", size=size, limit=MAX_PAYLOAD)


def _unknown(tx: Tx, account_id: int, entries: dict[tuple[str, str], _Entry]) -> list[_Entry]:
    if not entries:
        return []
    query = select(inbox.c.external_no, inbox.c.digest).where(
        inbox.c.account_id == account_id,
        tuple_(inbox.c.external_no, inbox.c.digest).in_(list(entries)),
    )
    known = set(tx.execute(query))
    return [entry for key, entry in entries.items() if key not in known]


def _row(id_: int, account_id: int, entry: _Entry, source: str, now: int) -> dict[str, object]:
    return {
        "id": id_,
        "account_id": account_id,
        "shard": shard_of(entry.external_no),
        "external_no": entry.external_no,
        "source": source,
        "payload": entry.payload,
        "digest": entry.digest,
        "modified_at": entry.modified_ms,
        "received_at": now,
        "state": "failed" if entry.trouble else "waiting",
        "trouble": entry.trouble,
    }


def _refused(account_id: int, row: dict[str, object]) -> Raised:
    trouble = row["trouble"]
    code = trouble["code"] if isinstance(trouble, dict) else "intake.refused"
    return Raised(
        "mapping",
        code,
        f"inbox:{row['id']}",
        f"{code}/{account_id}",
        {"external_no": str(row["external_no"])},
        account_id=account_id,
        inbox_id=int(str(row["id"])),
    )


def shard_of(external_no: str) -> int:
    """The lane of an order number: always the same one, so its payloads stay in order."""
    return crc32(external_no.encode()) % SHARDS
