"""Tables of products, links and stock: read, looked through, and taken over if somebody says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from orderloom.connect import Column, ConnectorError, Header, Workbook, delimited_rows
from orderloom.connect.columns import read_header
from orderloom.connect.rows import Row
from orderloom.errors import InputError
from orderloom.services.files.file_text import is_zipped, open_file, open_text

MOST_ROWS = 50_000
HEADER_WITHIN = 10
Values = dict[str, str]

_CODE = ("商品编码", "编码", "商家编码", "货号", "code")
COLUMNS: dict[str, tuple[Column, ...]] = {
    "products": (
        Column("code", _CODE, "key"),
        Column("title", ("商品名称", "名称", "品名")),
        Column("spec", ("规格", "规格名称", "specification")),
        Column("barcode", ("条码", "条形码", "69码")),
    ),
    "links": (
        Column("name", ("店铺叫法", "平台规格ID", "平台SKU", "店铺商家编码"), "key"),
        Column("code", _CODE, required=True),
        Column("shop", ("店铺", "店铺名称")),
    ),
    "stock": (
        Column("code", _CODE, "key"),
        Column("warehouse", ("仓库", "仓库名称", "仓库编码"), required=True),
        Column("on_hand", ("在库", "库存", "库存数量", "数量", "on hand")),
        Column("safety", ("安全库存", "safety stock")),
    ),
}
KINDS = tuple(COLUMNS)


@dataclass(frozen=True)
class Entry:
    """One row of the table with something in it."""

    row: int
    values: Values


@dataclass(frozen=True)
class Fault:
    """A row that is left out, and why."""

    row: int
    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass
class Table:
    """What could be read, and what could not."""

    entries: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read(path: Path, kind: str) -> Table:
    """CSV, TSV or XLSX; raises InputError when the file as a whole is no such table."""
    raw = open_file(path)
    try:
        columns = COLUMNS[kind]
        if is_zipped(raw):
            return _first(lambda: Workbook(raw).sheet(0).rows(), columns)
        text = open_text(raw, path)
        return _first(lambda: delimited_rows(text.stream.readline, columns), columns)
    except ConnectorError as error:
        raise InputError(error.code, "file", **error.params) from error
    finally:
        raw.close()


def _first(rows: Callable[[], Iterator[Row]], columns: Sequence[Column]) -> Table:
    header: Header | None = None
    table = Table()
    for place, row in enumerate(rows()):
        if header is None:
            header = read_header(row.cells, columns) if row.error is None else None
            if header is None and place >= HEADER_WITHIN:
                break
        elif len(table.entries) + len(table.faults) >= MOST_ROWS:
            raise InputError("product_file.too_many_rows", "file", most=MOST_ROWS)
        else:
            _add(table, header, row)
    if header is None:
        titles = next(column.titles for column in columns if column.kind == "key")
        raise InputError("product_file.no_header", "file", wanted=list(titles))
    return table


def _add(table: Table, header: Header, row: Row) -> None:
    if row.error is not None:
        table.faults.append(Fault(row.number, row.error.code, dict(row.error.params)))
        return
    if not any(row.cells):
        return
    cells = [*row.cells, *[""] * (header.width - len(row.cells))]
    values = {target.column.path: target.read(cells).strip() for target in header.order}
    values.setdefault(header.key.column.path, header.key.read(cells).strip())
    flaw = next((code for at, code in row.flaws.items() if at in header.key.cells), None)
    if flaw is not None or not values[header.key.column.path]:
        table.faults.append(Fault(row.number, "product_file.no_key"))
    else:
        table.entries.append(Entry(row.number, values))
