"""A program with a supervisor: `python host.py SPECS`, SPECS being a list of Spec fields as JSON.

Prints a line per event: `up`, `event <code> <name>`, `pids <json>` at each
change, `left <json>`.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orderloom.run import tree
from orderloom.run.supervisor import Pace, Spec, StopRequested, Supervisor


def main() -> None:
    specs, flags = json.loads(sys.argv[1]), sys.argv[2:]
    if "--no-adoption" in flags:
        tree.adopt_orphans = lambda: None
    if "--nohup" in flags:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    supervisor = Supervisor(_tell, Pace(first=0.01, longest=0.05))
    supervisor.listen()
    for fields in specs:
        supervisor.start(Spec(**{**fields, "log": Path(fields["log"])}))
    _print("up")
    known: dict[str, int] = {}
    try:
        while True:
            if supervisor.pids() != known:
                known = supervisor.pids()
                _print("pids", json.dumps(known))
            supervisor.turn(0.05)
    except StopRequested:
        _print("left", json.dumps(supervisor.stop()))


def _tell(code: str, facts: Mapping[str, Any]) -> None:
    _print("event", code, facts["name"], facts["how"])


def _print(*words: str) -> None:
    print(*words, flush=True)


if __name__ == "__main__":
    main()
