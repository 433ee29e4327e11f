"""`orderloom connections`: what is connected, where platforms may call it, what it is asked."""

from __future__ import annotations

import argparse
import json
from typing import Any

from orderloom import config
from orderloom.api.hooks import address_of
from orderloom.api.signing import Signer
from orderloom.clock import SystemClock
from orderloom.connect import Registry
from orderloom.console import Console
from orderloom.errors import ConfigError
from orderloom.run import database
from orderloom.services.connecting import connections
from orderloom.services.connecting.connections import ORDERS, WATCHED
from orderloom.services.hub import status
from orderloom.services.incoming import webhooks
from orderloom.store.db import Database, Tx
from orderloom.store.queries import hub
from orderloom.store.queries.people import add_audit

ACTOR = "command line"
Record = dict[str, Any]


def configure(parser: argparse.ArgumentParser, console: Console) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listed = actions.add_parser("list", help=console.text("cli.connections_list"))
    listed.add_argument("--json", action="store_true", help=console.text("cli.as_json"))
    renewed = actions.add_parser("new-address", help=console.text("cli.connections_new_address"))
    renewed.add_argument("id", type=int)
    every = actions.add_parser("every", help=console.text("cli.connections_every"))
    every.add_argument("id", type=int)
    every.add_argument("what", choices=sorted({ORDERS, *WATCHED}))
    every.add_argument("seconds", type=int, help=console.text("cli.connections_seconds"))


def run(args: argparse.Namespace, console: Console) -> int:
    settings = config.load()
    opened = database.open_checked(settings)
    try:
        with opened.read() as tx:
            if not status.is_migrated(tx):
                raise ConfigError("status.not_migrated", database.place(opened))
        _ACTIONS[args.action](args, console, opened, settings)
    finally:
        opened.close()
    return 0


def _list(
    args: argparse.Namespace, console: Console, opened: Database, settings: config.Settings
) -> None:
    registry = Registry.load(settings.home / "connectors")
    signer = Signer(*settings.secret_keys())
    with opened.read() as tx:
        rows = [_shown(tx, row, registry, signer) for row in hub.connections(tx)]
    if args.json:
        print(json.dumps(rows, ensure_ascii=False), flush=True)
        return
    for row in rows:
        console.say("connection.row", **row)
        if row["address"]:
            console.say("connection.row_address", address=row["address"])
        for what, seconds in row["every"].items():
            console.say("connection.row_every", what=what, seconds=seconds)


def _shown(tx: Tx, row: Any, registry: Registry, signer: Signer) -> Record:
    called = "parse_webhook" in registry.capabilities(row.connector)
    return {
        "id": row.id,
        "connector": row.connector,
        "title": row.title,
        "state": row.state,
        "address": address_of(signer, tx, row.id) if called else None,
        "every": hub.watches(tx, row.id),
    }


def _new_address(
    args: argparse.Namespace, console: Console, opened: Database, settings: config.Settings
) -> None:
    now = SystemClock().now()
    with opened.write() as tx:
        webhooks.renew_name(tx, args.id, now)
        add_audit(tx, now, ACTOR, "connection.new_address", str(args.id), {})
        address = address_of(Signer(*settings.secret_keys()), tx, args.id)
    console.say("connection.row_address", address=address)


def _every(
    args: argparse.Namespace, console: Console, opened: Database, _settings: config.Settings
) -> None:
    now = SystemClock().now()
    with opened.write() as tx:
        connections.set_every(tx, args.id, args.what, args.seconds)
        detail = {"what": args.what, "seconds": args.seconds}
        add_audit(tx, now, ACTOR, "connection.every", str(args.id), detail)
    console.say("connection.row_every", what=args.what, seconds=args.seconds)


_ACTIONS = {"list": _list, "new-address": _new_address, "every": _every}
