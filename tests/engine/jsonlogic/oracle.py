"""Who else says what a rule means: json-logic-js 2.0.5, and our own evaluator of the browser."""

from __future__ import annotations

import json
import math
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.engine.jsonlogic import golden
from tests.support.node import node_command, node_packages

HOME = Path(__file__).parents[2] / "node"
APP = Path(__file__).parents[3] / "builder_ui"
ERROR = "error"


def answers(pairs: Iterable[tuple[Any, Any]]) -> list[Any]:
    """What the reference gives for each (rule, data) pair; ERROR where it throws."""
    node_packages(HOME)
    return _asked(["oracle.js"], HOME, [], pairs)


def browser_answers(pairs: Iterable[tuple[Any, Any]]) -> list[Any]:
    """The same from the browser's evaluator; names as in the operators' examples."""
    catalogue = json.loads(golden.HOME.joinpath("operators.json").read_text(encoding="utf-8"))
    assert (APP / "node_modules" / "vite").exists(), "install the packages of the app: run `make`"
    return _asked(["test/support/answers.mjs"], APP, [json.dumps(catalogue)], pairs)


def _asked(
    script: list[str], cwd: Path, first: list[str], pairs: Iterable[tuple[Any, Any]]
) -> list[Any]:
    lines = [json.dumps({"rule": rule, "data": data}) for rule, data in pairs]
    done = subprocess.run(
        [node_command(), *script], cwd=cwd, input="\n".join([*first, *lines]) + "\n",
        capture_output=True, text=True, check=True, encoding="utf-8",
    )  # fmt: skip
    said = [json.loads(line, parse_int=_number) for line in done.stdout.splitlines()]
    assert len(said) == len(lines)
    return [ERROR if "error" in answer else answer["value"] for answer in said]


def _number(digits: str) -> int | float:
    return int(digits) if abs(int(digits)) <= 2**53 else float(digits)


def carried(value: Any) -> Any:
    """Our value as the oracle writes it: what JSON cannot carry in words."""
    if isinstance(value, list):
        return [carried(item) for item in value]
    if isinstance(value, dict):
        return {key: carried(inner) for key, inner in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return {"$js": "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"}
    return value


def undefined_as_null(value: Any) -> Any:
    """The oracle's value with undefined as null, which is what leaves our engine."""
    if value == {"$js": "undefined"}:
        return None
    if isinstance(value, list):
        return [undefined_as_null(item) for item in value]
    if isinstance(value, dict):
        return {key: undefined_as_null(inner) for key, inner in value.items()}
    return value


def same(ours: Any, theirs: Any) -> bool:
    """Equality without Python's True == 1, but with 1 == 1.0."""
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(same(ours[k], theirs[k]) for k in ours)
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    return bool(ours == theirs)


def differences(
    pairs: Sequence[tuple[Any, Any]], ours: Sequence[Any], theirs: Sequence[Any]
) -> list[tuple[Any, Any, Any, Any]]:
    """(rule, data, ours, theirs) wherever they disagree; undefined leaves our engine as null."""
    return [
        (*pair, value, said)
        for pair, value, said in zip(pairs, ours, map(undefined_as_null, theirs), strict=True)
        if not same(carried(value), said)
    ]
