"""Sets the working copy up for one purpose; what is already done is not done again.

run    packages and the built browser app, for `make run`
test   the same with the development packages and a Chromium, for `make test`
lock   resolve requirements/*.txt again
"""

from __future__ import annotations

import fcntl
import sys

from kit import browser, node, python
from kit.shell import TOOLS, SetupFailed


def prepare_run() -> None:
    python.ensure("run")
    node.ensure_built()


def prepare_test() -> None:
    python.ensure("dev")
    node.ensure_modules()
    node.ensure_built()
    browser.ensure()


PURPOSES = {"run": prepare_run, "test": prepare_test, "lock": python.lock}


def main() -> int:
    if len(sys.argv) != 2 or sys.argv[1] not in PURPOSES:
        print(__doc__, file=sys.stderr)
        return 2
    TOOLS.mkdir(exist_ok=True)
    try:
        with (TOOLS / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two `make` in one folder take turns
            PURPOSES[sys.argv[1]]()
    except SetupFailed as failure:
        where = f" Whole output: {failure.log}" if failure.log else ""
        print(f"✗ {failure}{where}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"✗ {error.filename or 'disk'}: {error.strerror}.", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
