"""How long uploaded files are kept: a month, and no more of them than the disk should bear."""

from __future__ import annotations

from collections.abc import Sequence

from orderloom.services.files import imports
from orderloom.services.files.uploads import Uploads
from orderloom.store.db import Tx


def make_room(tx: Tx, uploads: Uploads, now: int) -> list[int]:
    """Let the files of old imports go; returns whose files to drop once that is committed."""
    outdated = imports.outdated(tx, now)
    never = [row.id for row in outdated if row.state == "uploaded"]
    old = [row.id for row in outdated if row.state != "uploaded"]
    kept = [id_ for id_ in imports.ended_and_kept(tx) if id_ not in old]
    old += _beyond(uploads, kept)
    for id_ in never:
        imports.discard(tx, id_)
    imports.let_go(tx, old)
    return [*never, *old]


def _beyond(uploads: Uploads, oldest_first: Sequence[int]) -> list[int]:
    """The oldest of these whose files are together larger than allowed."""
    sizes = uploads.sizes(oldest_first)
    total, gone = sum(sizes.values()), []
    for id_, size in sizes.items():
        if total <= uploads.most_kept:
            break
        total -= size
        gone.append(id_)
    return gone
