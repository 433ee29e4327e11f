"""Writes the golden file of our operators for the tests of the browser app."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from orderloom.engine.jsonlogic import CATALOGUE, Operator
from orderloom.engine.jsonlogic.operators import EXAMPLE_SETS, EXAMPLE_TABLES
from orderloom.engine.regions import OFFICIAL_ENDINGS, PLACE_ENDINGS, REGION_SETS, SPELLINGS
from tests.engine.jsonlogic import golden


def document() -> str:
    """The catalogue as JSON."""
    content = {
        "operators": [_entry(operator) for operator in CATALOGUE.values()],
        "sets": EXAMPLE_SETS,
        "tables": EXAMPLE_TABLES,
        "region_sets": REGION_SETS,
        "provinces": SPELLINGS,
        "official_endings": OFFICIAL_ENDINGS,
        "place_endings": PLACE_ENDINGS,
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _entry(operator: Operator) -> dict[str, Any]:
    return {
        "name": operator.name,
        "params": [asdict(param) for param in operator.params],
        "returns": operator.returns,
        "nullable": operator.nullable,
        "title": {"zh": operator.zh, "en": operator.en},
        "examples": [asdict(example) for example in operator.examples],
    }


if __name__ == "__main__":
    golden.HOME.joinpath("operators.json").write_text(document(), encoding="utf-8")
