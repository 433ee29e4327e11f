"""Tables of products, links and stock: looked through first, then taken over."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from orderloom.api.access import current_user, needs
from orderloom.api.hub import current_hub
from orderloom.api.products import give_way
from orderloom.api.schemas import products as shapes
from orderloom.api.smorest import Resource
from orderloom.errors import InputError
from orderloom.services.goods import product_files
from orderloom.services.goods.product_import import Work, take_over
from orderloom.store.db import Tx
from orderloom.texts import both, both_how

product_import = Resource("product_import", "/product-import")

Record = dict[str, Any]
_LISTED = 100
_SHOWN = 20


@product_import.call("POST")
@needs("ops")
@product_import.takes(shapes.TableGiven)
@product_import.gives(200, shapes.TableReport)
def import_table(given: Record) -> Record:
    hub, kind, apply = current_hub(), given["kind"], given["apply"]
    with _file(given["content"]) as path:
        table = product_files.read(path, kind)
    with hub.database.write() as tx:
        work = _work(tx, apply=apply)
        take_over(work, kind, table)
    give_way(hub, work.over)
    return _report(work)


def _work(tx: Tx, *, apply: bool) -> Work:
    hub = current_hub()
    return Work(tx, hub.plans, current_user(), hub.clock.now(), hub.zone, apply)


@contextmanager
def _file(content: str) -> Iterator[Path]:
    try:
        data = b64decode(content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InputError("product_file.unreadable", "content") from error
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        path.write_bytes(data)
        yield path


def _report(work: Work) -> Record:
    sorts = (("new", work.new), ("changed", work.changed), ("same", work.same))
    shown = [
        {"row": entry.row, "what": what, "values": entry.values}
        for what, entries in sorts
        for entry in entries[:_SHOWN]
    ]
    faults = [
        {
            "row": fault.row,
            "message": both(fault.code, fault.params),
            "how": both_how(fault.code, fault.params),
        }
        for fault in work.faults[:_LISTED]
    ]
    counts = {what: len(entries) for what, entries in sorts}
    refused = {"refused": len(work.faults), "orders": work.orders, "faults": faults}
    return {**counts, **refused, "rows": shown[:_SHOWN]}
