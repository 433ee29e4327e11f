"""`orderloom doctor`: is this installation sound?"""

from __future__ import annotations

import argparse
import json
from typing import Any

from orderloom import config
from orderloom.console import Console
from orderloom.run import doctor
from orderloom.texts import say

MARKS = {"ok": "✓", "warning": "!", "fault": "✗"}


def configure(parser: argparse.ArgumentParser, console: Console) -> None:
    parser.add_argument("--json", action="store_true", help=console.text("cli.doctor_json"))


def run(args: argparse.Namespace, console: Console) -> int:
    """0: all is well, 1: there are findings."""
    findings = doctor.examine(config.load())
    shown = [_shown(finding, console) for finding in findings]
    sound = all(finding.state == "ok" for finding in findings)
    if args.json:
        print(json.dumps({"ok": sound, "checks": shown}, ensure_ascii=False))
    else:
        for check in shown:
            _print(check)
    return 0 if sound else 1


def _shown(finding: doctor.Finding, console: Console) -> dict[str, Any]:
    params = {"where": finding.where, **finding.params}
    message, how = say(finding.code, console.locale, params)
    facts = {"check": finding.part, "state": finding.state, "code": finding.code}
    return {**facts, "message": message, "where": finding.where, "how": how}


def _print(check: dict[str, Any]) -> None:
    print(f"{MARKS[check['state']]} {check['check']:<10} {check['message']}")
    if check["state"] != "ok" and check["how"]:
        print(f"  {'':<10} {check['how']}")
