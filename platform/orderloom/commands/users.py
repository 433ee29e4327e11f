"""`orderloom users`: who may log in."""

from __future__ import annotations

import argparse
import json
import sys

from orderloom import config
from orderloom.clock import SystemClock
from orderloom.console import Console
from orderloom.errors import ConfigError
from orderloom.run import database
from orderloom.services.hub import status
from orderloom.services.users import people
from orderloom.services.users.people import LOCALES, ROLES, NewUser
from orderloom.store.db import Database
from orderloom.store.ids import Ids

ACTOR = "command line"


def configure(parser: argparse.ArgumentParser, console: Console) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help=console.text("cli.users_add"))
    add.add_argument("login")
    add.add_argument("--name", help=console.text("cli.users_name"))
    add.add_argument("--role", default="ops", help=console.text("cli.users_role", roles=ROLES))
    add.add_argument("--locale", default=LOCALES[0])
    stdin = console.text("cli.users_password_stdin")
    add.add_argument("--password-stdin", action="store_true", help=stdin)
    reset = actions.add_parser("reset-password", help=console.text("cli.users_reset"))
    reset.add_argument("login")
    listed = actions.add_parser("list", help=console.text("cli.users_list"))
    listed.add_argument("--json", action="store_true", help=console.text("cli.as_json"))


def run(args: argparse.Namespace, console: Console) -> int:
    opened = database.open_checked(config.load())
    try:
        with opened.read() as tx:
            if not status.is_migrated(tx):
                raise ConfigError("status.not_migrated", database.place(opened))
        _ACTIONS[args.action](args, console, opened)
    finally:
        opened.close()
    return 0


def _add(args: argparse.Namespace, console: Console, opened: Database) -> None:
    given = sys.stdin.readline().rstrip("\r\n") if args.password_stdin else None
    new = NewUser(args.login, args.name or args.login, args.role, args.locale)
    with opened.write() as tx:
        generated = people.add_user(tx, new, given, SystemClock().now(), Ids(tx, 1), actor=ACTOR)
    console.say("users.added", login=new.login, role=new.role)
    if generated is not None:
        console.say("users.password", password=generated)


def _reset(args: argparse.Namespace, console: Console, opened: Database) -> None:
    with opened.write() as tx:
        password = people.reset_password(tx, args.login, SystemClock().now(), actor=ACTOR)
    console.say("users.reset", login=args.login)
    console.say("users.password", password=password)


def _list(args: argparse.Namespace, console: Console, opened: Database) -> None:
    with opened.read() as tx:
        found = people.all_users(tx)
    names = ("login", "name", "role", "locale", "disabled")
    rows = [{name: getattr(user, name) for name in names} for user in found]
    if args.json:
        print(json.dumps(rows, ensure_ascii=False), flush=True)
        return
    for row in rows:
        role = console.text(f"auth.role_{row['role']}")
        code = "users.row_disabled" if row["disabled"] else "users.row"
        console.say(code, **{**row, "role": role})


_ACTIONS = {"add": _add, "reset-password": _reset, "list": _list}
