"""What an outbound list says of one fulfilment, and how a sheet shows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from orderloom.services.orders.showing import iso, receiver
from orderloom.store.db import Tx
from orderloom.store.queries import AnyRow
from orderloom.store.queries import outbound as rows

Content = dict[str, Any]

COLUMNS = (
    "no",
    "order",
    "shop",
    "name",
    "phone",
    "province",
    "city",
    "district",
    "town",
    "address",
    "courier",
    "tracking",
    "code",
    "title",
    "spec",
    "quantity",
    "buyer_note",
    "seller_note",
)


def contents(tx: Tx, ids: Sequence[int]) -> Iterator[Content]:
    """What a list says of each fulfilment, in the order of their ids given."""
    packed, parcels = _by_fulfilment(rows.lines(tx, ids)), _by_fulfilment(rows.parcels(tx, ids))
    found = {row.id: row for row in rows.fulfilments(tx, ids)}
    for id_ in ids:
        yield _content(found[id_], packed[id_], parcels[id_])


def _by_fulfilment(found: Iterable[AnyRow]) -> dict[int, list[AnyRow]]:
    sorted_: dict[int, list[AnyRow]] = defaultdict(list)
    for row in found:
        sorted_[row.fulfilment_id].append(row)
    return sorted_


def _content(row: AnyRow, packed: Sequence[AnyRow], parcels: Sequence[AnyRow]) -> Content:
    canonical = row.canonical
    return {
        "fulfilment_no": row.no,
        "hand_over_at": iso(row.hand_over_at),
        "order_id": str(row.order_id),
        "order_no": row.external_no,
        "platform": row.platform,
        "shop": row.shop,
        "receiver": receiver(canonical),
        "courier": parcels[0].courier if parcels else row.courier,
        "tracking_nos": [parcel.tracking_no for parcel in parcels],
        "lines": [_line(line) for line in packed],
        "buyer_note": canonical.get("buyer_note"),
        "seller_note": canonical.get("seller_note"),
    }


def _line(line: AnyRow) -> Content:
    """A part of a bundle is named by the catalogue, all else as the shop sold it."""
    sold = line.id == line.ordered
    return {
        "code": line.code,
        "title": line.ordered_title if sold else line.title,
        "spec": line.ordered_spec if sold else line.spec,
        "quantity": line.quantity,
    }


def sheet_rows(content: Content) -> Iterator[list[str]]:
    """One row for each product, in the order of COLUMNS; the fulfilment stands in all of them."""
    shared = {
        **content["receiver"],
        "no": content["fulfilment_no"],
        "order": content["order_no"],
        "tracking": " ".join(content["tracking_nos"]),
        **{name: content[name] for name in ("shop", "courier", "buyer_note", "seller_note")},
    }
    for line in content["lines"] or [{}]:
        yield [_cell({**shared, **line}, column) for column in COLUMNS]


def _cell(values: Mapping[str, Any], column: str) -> str:
    value = values.get(column)
    return "" if value is None else str(value)
