"""Adding a shop to a document: a role for it, a source, and a mapping where there is none yet."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from itertools import count
from typing import Any

Document = Mapping[str, Any]


def free_role(documents: list[Document], stem: str) -> str:
    """A role's key that none of these documents uses: `stem`, `stem_2`, …"""
    used = {entry["key"] for document in documents for entry in document.get("roles", ())}
    used |= {entry["id"] for document in documents for entry in document.get("sources", ())}
    return next(key for n in count(1) if (key := stem if n == 1 else f"{stem}_{n}") not in used)


def with_source(
    document: Document, role: str, title: Mapping[str, str], mapping: Mapping[str, Any]
) -> dict[str, Any]:
    """`document` with one more account role, read by a mapping it has already or by `mapping`."""
    changed = copy.deepcopy(dict(document))
    connector = mapping["connector"]
    known = [entry["id"] for entry in changed["mappings"] if entry["connector"] == connector]
    if not known:
        changed["mappings"].append(_renamed(mapping, changed["mappings"]))
        known = [changed["mappings"][-1]["id"]]
    changed["roles"].append(
        {"key": role, "title": dict(title), "kind": "account", "connector": connector}
    )
    changed["sources"].append({"id": role, "account": role, "mapping": known[0]})
    return changed


def _renamed(mapping: Mapping[str, Any], others: list[dict[str, Any]]) -> dict[str, Any]:
    """The mapping under an id that no other has."""
    used, stem = {entry["id"] for entry in others}, mapping["id"]
    free = next(id_ for n in count(1) if (id_ := stem if n == 1 else f"{stem}-{n}") not in used)
    return {**copy.deepcopy(dict(mapping)), "id": free}
