"""`orderloom status`: the hub in figures."""

from __future__ import annotations

import argparse
import json
from typing import Any

from orderloom import config
from orderloom.clock import SystemClock
from orderloom.console import Console
from orderloom.errors import ConfigError
from orderloom.run import database
from orderloom.services.hub import status


def configure(parser: argparse.ArgumentParser, console: Console) -> None:
    parser.add_argument("--json", action="store_true", help=console.text("cli.as_json"))


def run(args: argparse.Namespace, console: Console) -> int:
    opened = database.open_checked(config.load())
    try:
        with opened.read() as tx:
            if not status.is_migrated(tx):
                raise ConfigError("status.not_migrated", database.place(opened))
            found = status.collect(tx, SystemClock().now())
    finally:
        opened.close()
    if args.json:
        print(json.dumps(found, ensure_ascii=False), flush=True)
    else:
        _tell(found, console)
    return 0


def _tell(found: dict[str, Any], console: Console) -> None:
    orders = found["orders"]
    console.say("status.orders", total=orders["total"])
    for channel, count in sorted(orders["by_channel"].items()):
        console.say("status.indented", name=channel, count=count)
    for state, count in sorted(orders["by_state"].items()):
        console.say("status.indented", name=console.text(f"status.state_{state}"), count=count)
    console.say("status.inbox", **found["inbox"])
    console.say("status.outbox", **found["outbox"])
    console.say("status.stock", **found["stock"])
    console.say("status.workers", count=found["workers"])
    console.say("status.plan" if found["plan"] else "status.no_plan", plan=found["plan"])
