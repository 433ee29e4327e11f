"""`orderloom import`: a file of orders into one shop."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from orderloom import config
from orderloom.config import Settings
from orderloom.console import Console
from orderloom.errors import ConfigError
from orderloom.jobs.context import Context, open_context
from orderloom.jobs.importing import Door, Import
from orderloom.run import database
from orderloom.services.files.file_import import Failure, Report, find_account
from orderloom.services.files.file_source import Source
from orderloom.services.hub import status
from orderloom.services.publishing.runtime import AccountFacts
from orderloom.texts import say

MOST_LISTED = 1000  # failures in the JSON report
_NO_QUEUE = "redis://127.0.0.1:0"


def configure(parser: argparse.ArgumentParser, console: Console) -> None:
    parser.add_argument("file", metavar="FILE", help=console.text("cli.import_file"))
    account = console.text("cli.import_account")
    parser.add_argument("--account", required=True, metavar="NAME", help=account)
    parser.add_argument("--later", action="store_true", help=console.text("cli.import_later"))
    parser.add_argument("--json", action="store_true", help=console.text("cli.as_json"))


def run(args: argparse.Namespace, console: Console) -> int:
    """0: all records are in, 1: some are not."""
    context = _context(config.load())
    try:
        with context.database.read() as tx:
            account = find_account(tx, args.account)
        teller = _Teller(console, Path(args.file), account, as_json=args.json)
        door = Door(context, account, later=args.later)
        work = Import(door, teller.path, teller.failed, teller.moved)
        source = work.run()
    finally:
        context.database.close()
    teller.end(source, work.report)
    return 1 if work.report.counts["failed"] else 0


def _context(settings: Settings) -> Context:
    """Importing calls no worker, the ticker finds what waits: so the hub need not run for it."""
    opened = database.open_checked(settings)
    try:
        with opened.read() as tx:
            if not status.is_migrated(tx):
                raise ConfigError("status.not_migrated", database.place(opened))
    finally:
        opened.close()
    return open_context(replace(settings, redis_url=settings.redis_url or _NO_QUEUE))


@dataclass
class _Teller:
    """Says how it goes: failures at once, the report at the end, progress if somebody watches."""

    console: Console
    path: Path
    account: AccountFacts
    as_json: bool
    failures: list[dict[str, Any]] = field(default_factory=list)
    left_out: int = 0

    def failed(self, failure: Failure) -> None:
        if not self.as_json:
            self._wipe()
            told = self._told(failure)
            del told["code"]
            self.console.warn("file.failed_row" if failure.is_row else "file.failed", **told)
        elif len(self.failures) < MOST_LISTED:
            self.failures.append(self._told(failure))
        else:
            self.left_out += 1

    def _told(self, failure: Failure) -> dict[str, Any]:
        params = {"external_no": failure.external_no, **failure.params}
        message, how = say(failure.code, self.console.locale, params)
        place = "row" if failure.is_row else "record"
        where = {place: failure.place, "external_no": failure.external_no}
        return {**where, "code": failure.code, "message": message, "how": how}

    def moved(self, read_bytes: int, report: Report) -> None:
        if sys.stderr.isatty():
            percent = min(100 * read_bytes // max(self.path.stat().st_size, 1), 100)
            line = self.console.text("file.progress", percent=percent, records=report.records)
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)

    def _wipe(self) -> None:
        if sys.stderr.isatty():
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def end(self, source: Source, report: Report) -> None:
        self._wipe()
        if self.as_json:
            print(json.dumps(self._document(source, report), ensure_ascii=False), flush=True)
            return
        self.console.say("file.into", file=str(self.path), account=self.account.title)
        if source.own:
            self.console.say("file.own_columns", columns=source.own)
        self.console.say("file.report", records=report.records, **report.counts)
        if report.counts["waiting"]:
            self.console.say("file.waiting", waiting=report.counts["waiting"])

    def _document(self, source: Source, report: Report) -> dict[str, Any]:
        account = self.account
        return {
            "file": str(self.path),
            "account": {"id": str(account.id), "title": account.title},
            "encoding": source.encoding,
            "own_columns": list(source.own),
            "records": report.records,
            **report.counts,
            "failures": self.failures,
            "failures_left_out": self.left_out,
        }
