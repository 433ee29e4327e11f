"""How long tests search: as fast as `make test` must be, five times as far in `make test-all`."""

from __future__ import annotations

import os

DEPTH = int(os.environ.get("TEST_DEPTH", "1"))


def examples(few: int) -> int:
    """The number of examples for a property that is dear to try."""
    return few * DEPTH
