"""`python -m bench`: W1, W3, rules, channels, or a worker's memory with a long backlog."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import orjson

sys.path[:0] = [str(Path(__file__).parents[1] / "platform")]

from bench import backlog, channels, report, rules, w1, webhooks  # noqa: E402 - the hub lies below platform/


def main() -> int:
    """Exit code 1 when a result is wrong."""
    args = _arguments()
    if args.backlog:
        return backlog.main(args.backlog, args.json)
    if args.channels:
        return channels.main(args.rounds, args.json)
    if args.webhooks:
        return webhooks.main(args.rounds, args.json)
    if args.rules:
        return rules.main(args.rounds, args.json)
    with w1.set_up() as bench:
        runs = w1.rounds(bench, args.rounds)
    found = report.summary(runs)
    print("\n" + report.table(found))
    if args.json:
        args.json.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2))
    return 0 if found["right"] else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="of both sides (default 5)")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    parser.add_argument(
        "--backlog", type=int, metavar="ROWS", help="instead: memory with so many orders waiting"
    )
    parser.add_argument("--channels", action="store_true", help="instead: pull and land")
    parser.add_argument("--webhooks", action="store_true", help="instead: W3, pushed orders")
    parser.add_argument("--rules", action="store_true", help="instead: a decision list")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
