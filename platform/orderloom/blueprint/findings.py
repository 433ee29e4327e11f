"""What is wrong with a blueprint: where, what, and the nearest right thing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from orderloom.errors import BlueprintError


@dataclass(frozen=True)
class Finding:
    """`where`: JSON pointer into the document; `code`: see texts `blueprint.*`."""

    code: str
    where: str
    params: dict[str, Any] = field(default_factory=dict)


def refuse(findings: Iterable[Finding]) -> None:
    """Raise BlueprintError for the first finding, carrying all of them."""
    found = list(findings)
    if found:
        first = found[0]
        raise BlueprintError(first.code, first.where, **first.params, findings=found)


def nearest(name: str, valid: Iterable[str]) -> str | None:
    """The valid name that looks most like `name`, if any does."""
    return next(iter(get_close_matches(str(name), list(valid), n=1, cutoff=0.5)), None)


def unknown(what: str, name: str, where: str, valid: Iterable[str]) -> Finding:
    """A name that nothing carries."""
    choices = sorted(valid)
    params = {"what": what, "name": name, "nearest": nearest(name, choices), "valid": choices}
    return Finding("blueprint.unknown_name", where, params)
