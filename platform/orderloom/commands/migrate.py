"""`orderloom migrate`: the folder, the key and the tables of an installation."""

from __future__ import annotations

import argparse

from orderloom import config
from orderloom.console import Console
from orderloom.run import database, home, installation
from orderloom.store import migrations


def configure(parser: argparse.ArgumentParser, console: Console) -> None:
    """It takes no words of its own."""


def run(args: argparse.Namespace, console: Console) -> int:
    settings = config.load()
    home.prepare(settings)
    opened = database.open_migrated(settings)
    installation.ensure_key(settings, opened)
    installation.ask_all(settings, opened)
    console.say("cli.migrated", where=database.place(opened), revision=migrations.head())
    opened.close()
    return 0
