"""The golden files, as the tests of both languages read them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HOME = Path(__file__).parents[2] / "golden" / "jsonlogic"


def read(name: str) -> list[dict[str, Any]]:
    """The cases of one file."""
    cases: list[dict[str, Any]] = json.loads((HOME / name).read_text(encoding="utf-8"))
    return cases
