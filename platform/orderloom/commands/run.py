"""`orderloom run`: the whole hub on this machine."""

from __future__ import annotations

import argparse
import os
import signal

from orderloom import config
from orderloom.console import Console
from orderloom.run import tree
from orderloom.run.hub import Hub


def configure(parser: argparse.ArgumentParser, console: Console) -> None:
    parser.add_argument("--no-demo", action="store_true", help=console.text("cli.run_no_demo"))
    parser.add_argument(
        "--stop-with-parent", action="store_true", help=console.text("cli.run_stop_with_parent")
    )


def run(args: argparse.Namespace, console: Console) -> int:
    if args.stop_with_parent:
        tree.die_with(os.getppid(), signal.SIGTERM)
    Hub(config.load(), console, with_demo=not args.no_demo).run()
    return 0
