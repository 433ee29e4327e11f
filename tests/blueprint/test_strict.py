"""Rules are checked against the models and against what channels fill before they go live."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from orderloom.blueprint import library
from orderloom.blueprint.plan import check
from orderloom.connect import Registry
from orderloom.errors import BlueprintError
from orderloom.services.deciding.vocabulary import installed

HERE = installed(Registry.load())


def with_condition(when: Any) -> dict[str, Any]:
    document = copy.deepcopy(library.read("fashion-order-hub"))
    title = {"zh": "试", "en": "try"}
    document["rules"][0]["rows"] = [{"id": "new", "title": title, "when": when, "then": []}]
    return document


@pytest.mark.parametrize(
    ("when", "code", "place"),
    [
        ({"==": [{"var": "totla"}, 5]}, "rules.unknown_field", "/==/0"),
        ({"==": [{"var": "payment_state"}, "payed"]}, "rules.impossible_value", "/==/1"),
        ({"<": [{"var": "paid_at"}, 5]}, "rules.missing_matches", ""),
    ],
)
def test_a_trap_is_refused_where_it_stands(when: Any, code: str, place: str) -> None:
    with pytest.raises(BlueprintError) as refused:
        check(with_condition(when), HERE)
    found = {(f.code, f.where) for f in refused.value.params["findings"]}
    assert (code, f"/rules/0/rows/0/when{place}") in found


def test_what_a_channel_masks_is_said_and_does_not_forbid() -> None:
    warned = check(with_condition({"text_has": [{"var": "address"}, ["村"]]}), HERE)
    assert {w.code for w in warned} == {"rules.field_masked"}
    masking = {key for key, fills in HERE.coverage.items() if fills.get("address") == "masked"}
    assert {w.params["channel"] for w in warned} == masking >= {"taobao", "jd"}


def test_the_template_itself_is_clean() -> None:
    assert check(library.read("fashion-order-hub"), HERE) == []
