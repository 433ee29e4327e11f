"""The rows of a file that are not in, as a file to correct and to import again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from orderloom.connect import PROBLEM, Connector, Header
from orderloom.services.files import spreadsheet
from orderloom.services.files.file_source import Source, open_source
from orderloom.texts import Locale, say

Failures = Mapping[int, tuple[str, dict[str, Any]]]  # place -> code and parameters


def write(
    original: Path, made: Path, connector: type[Connector], failures: Failures, locale: Locale
) -> str:
    """Write those records of `original` that failed; returns the kind of file: xlsx or jsonl.

    A table's rows come with their problem in a column of its own, which an import ignores.
    """
    with open_source(original, connector) as source:
        if source.header is None:
            _write_records(source, made, failures)
            return "jsonl"
        kept = _kept(source.header)
        problem = PROBLEM.en if locale == "en" else PROBLEM.zh
        headers = [*(source.header.titles[place] for place in kept), problem]
        rows = _rows(source, kept, failures, locale)
        spreadsheet.write(made, "Orders", headers, rows, hint=len(kept))
        return "xlsx"


def _write_records(source: Source, made: Path, failures: Failures) -> None:
    with made.open("w", encoding="utf-8") as file:
        for record in source.records:
            if record.place in failures and record.text:
                file.write(record.text.replace("\n", " ") + "\n")


def _kept(header: Header) -> list[int]:
    """All columns but the one that told the problems of an import before."""
    return [place for place, title in enumerate(header.titles) if title not in PROBLEM]


def _rows(
    source: Source, kept: list[int], failures: Failures, locale: Locale
) -> Iterator[list[str]]:
    """All rows of the orders that failed, the problem beside the first of each."""
    for record in source.records:
        failure = failures.get(record.place)
        if failure is None:
            continue
        told = " ".join(part for part in say(failure[0], locale, failure[1]) if part)
        for _, cells in record.rows:
            yield [*(cells[place] if place < len(cells) else "" for place in kept), told]
            told = ""
