"""`orderloom web`: the web server alone."""

from __future__ import annotations

import argparse

from orderloom import config
from orderloom.console import Console
from orderloom.run import ports
from orderloom.run.web import serve


def configure(parser: argparse.ArgumentParser, console: Console) -> None:
    parser.add_argument("--port", type=int, help=console.text("cli.web_port"))


def run(args: argparse.Namespace, console: Console) -> int:
    settings = config.load()
    serve(settings, args.port or ports.first_free(settings.host, settings.port))
    return 0
