"""Empty tables for people to fill in: a platform's columns, and one invented order."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Literal

from orderloom.connect import Connector
from orderloom.errors import NotFound
from orderloom.services.files import spreadsheet
from orderloom.texts import Locale

Form = Literal["xlsx", "csv"]


def write(made: Path, connector: type[Connector], form: Form, locale: Locale) -> None:
    """Raises NotFound for a connector that takes no tables."""
    columns = [column for column in connector.columns if column.example]
    if not columns:
        raise NotFound("file.no_tables", connector.key, connector=connector.title._asdict())
    headers = [column.heading(locale) for column in columns]
    example = [column.example for column in columns]
    if form == "xlsx":
        spreadsheet.write(made, "Orders", headers, [example])
        return
    with made.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([headers, example])
