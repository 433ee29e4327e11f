"""The command line: finds the command, runs it, says errors in words. Exit codes: 0 ok,
1 findings, 2 cannot run."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module

from orderloom import __version__
from orderloom.commands import COMMANDS
from orderloom.console import Console
from orderloom.errors import OrderloomError
from orderloom.texts import Locale, locale_of

CANNOT_RUN = 2


def main(argv: Sequence[str] | None = None) -> int:
    words = list(sys.argv[1:] if argv is None else argv)
    console = Console(language(os.environ))
    try:
        args = _parser(words, console).parse_args(words)
        return int(import_module(COMMANDS[args.command]).run(args, console))
    except OrderloomError as error:
        console.fail(error)
        return CANNOT_RUN
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of our output has gone; it knows why
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def language(env: Mapping[str, str]) -> Locale:
    """ORDERLOOM_LANG, else the terminal's: Chinese where it says so, English otherwise."""
    named = env.get("ORDERLOOM_LANG")
    if named:
        return locale_of(named)
    terminal = env.get("LC_ALL") or env.get("LC_MESSAGES") or env.get("LANG") or ""
    return "zh" if terminal.lower().startswith("zh") else "en"


def _parser(words: Sequence[str], console: Console) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="orderloom", description=console.text("cli.about"))
    parser.add_argument("--version", action="version", version=f"orderloom {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, module in COMMANDS.items():
        summary = console.text(f"cli.{name}")
        command = commands.add_parser(name, help=summary, description=summary)
        # Only the chosen one is imported: a command is up before another's libraries are read.
        if name in words:
            import_module(module).configure(command, console)
    return parser


if __name__ == "__main__":
    sys.exit(main())
