"""The blueprint templates that come with the hub."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from orderloom.errors import NotFound

_PACKAGE = Path(__file__).resolve().parent.parent
_FOLDERS = (_PACKAGE / "_blueprints", _PACKAGE.parent.parent / "blueprints")  # wheel, checkout


def names() -> list[str]:
    """The templates there are."""
    return sorted(path.stem for folder in _FOLDERS for path in folder.glob("*.json"))


def read(name: str) -> dict[str, Any]:
    """A template's document; raises NotFound naming the ones there are."""
    if name not in names():
        raise NotFound("blueprint.no_template", name, known=names())
    path = next(folder / f"{name}.json" for folder in _FOLDERS if folder.is_dir())
    document: dict[str, Any] = orjson.loads(path.read_bytes())
    return document


def mapping_for(connector: str) -> dict[str, Any]:
    """How a template reads this connector's orders; raises NotFound if none does."""
    for name in names():
        for mapping in read(name)["mappings"]:
            if mapping["connector"] == connector:
                found: dict[str, Any] = mapping
                return found
    raise NotFound("blueprint.no_mapping", connector)
