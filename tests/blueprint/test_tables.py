"""Tables in the document: what may stand there, and what rules may do with them."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.blueprint import library
from orderloom.blueprint.plan import check, compile_blueprint
from orderloom.blueprint.tables import courier_table, names_read
from orderloom.engine.regions import PROVINCES
from orderloom.engine.tables import LiveTable
from orderloom.errors import BlueprintError

Record = dict[str, Any]
EMS = [{"courier": "EMS", "weight": 1}]
FEES = {"key": "fees", "keys": "province", "values": "money", "entries": []}
AREAS = {"key": "areas", "keys": "integer", "values": "text", "entries": []}


def document(*tables: Record, when: Any = True) -> Record:
    made = copy.deepcopy(library.read("fashion-order-hub"))
    title = {"zh": "试", "en": "Trial"}
    made["tables"] += [{"title": title, **table} for table in tables]
    made["rules"][0]["rows"] = [{"id": "new", "title": title, "when": when, "then": []}]
    return made


def codes(made: Record) -> dict[str, str]:
    try:
        check(made)
    except BlueprintError as error:
        return {f.where: f.code for f in error.params["findings"]}
    return {}


@pytest.mark.parametrize(
    ("table", "keys", "value", "place", "code"),
    [
        (FEES, [], 1, "keys", "no_key"),
        (FEES, ["浙江"], -1, "value", "value_money"),
        (FEES, ["浙江"], True, "value", "value_money"),
        (FEES, ["Mars"], 1, "keys/0", "not_a_province"),
        (AREAS, ["1.5"], "x", "keys/0", "not_whole"),
        (AREAS, ["²"], "x", "keys/0", "not_whole"),
        (AREAS, ["1", "1"], "x", "keys/1", "key_twice"),
        (AREAS, ["1"], "", "value", "value_text"),
    ],
)
def test_an_entry_that_cannot_be_is_refused_where_it_stands(
    table: Record, keys: list[str], value: Any, place: str, code: str
) -> None:
    made = document({**table, "entries": [{"keys": keys, "value": value}]})
    assert codes(made) == {f"/tables/1/entries/0/{place}": f"tables.{code}"}


def test_couriers_need_provinces_a_last_row_and_rows_that_can_be_reached() -> None:
    made = document()
    made["tables"][0]["entries"] = [
        {"keys": ["@remote"], "value": EMS},
        {"keys": ["@偏远地区"], "value": EMS},
        {"keys": ["浙江"], "value": [*EMS, *EMS]},
    ]
    assert codes(made) == {
        "/tables/0/entries/1/keys": "tables.never",
        "/tables/0/entries/2/value": "tables.courier_twice",
        "/tables/0/entries": "tables.no_others",
    }
    made["tables"][0] |= {"keys": "text", "entries": [{"keys": [], "value": EMS}]}
    assert codes(made) == {"/tables/0/keys": "tables.couriers_by_province"}


def test_a_table_nobody_has_is_refused_with_the_nearest() -> None:
    with pytest.raises(BlueprintError) as refused:
        check(document(FEES, when={">": [{"lookup": ["feess", {"var": "province"}]}, 1]}))
    (found,) = refused.value.params["findings"]
    assert (found.code, found.params["nearest"]) == ("blueprint.unknown_name", "fees")
    assert found.where == "/rules/0/rows/0/when/>/0/lookup/0"
    # Couriers are chosen, not looked up; and nothing else is a table of couriers.
    made = document(FEES, when={"==": [{"lookup": ["couriers", "浙江"]}, 1]})
    made["rules"][2]["otherwise"] = [{"do": "courier", "table": "fees"}]
    assert set(codes(made).values()) == {"blueprint.unknown_name"}
    made["rules"][2]["otherwise"] = [{"do": "courier", "table": "couriers", "weights": EMS}]
    assert "blueprint.weights_or_table" in codes(made).values()


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ({">=": [{"lookup": ["fees", {"var": "province"}, 0]}, {"var": "total"}]}, None),
        ({"==": [{"lookup": ["fees", {"var": "province"}]}, "many"]}, "rules.never_equal"),
        ({"<": [{"lookup": ["fees", {"var": "province"}]}, 5]}, "rules.missing_matches"),
        ({">": [{"lookup": ["areas", {"var": "item_count"}]}, 5]}, "rules.wrong_type"),
        ({"==": [{"lookup": ["areas", {"var": "city"}]}, "x"]}, "rules.wrong_type"),
        ({"==": [{"lookup": ["fees", "Mars"]}, 5]}, "rules.impossible_value"),
    ],
)
def test_the_check_knows_what_keys_and_values_are(when: Any, code: str | None) -> None:
    assert set(codes(document(FEES, AREAS, when=when)).values()) == ({code} if code else set())


def test_rules_read_the_entries_a_document_brings_and_say_which_tables_they_read() -> None:
    fees = {**FEES, "entries": [{"keys": ["@remote", "西藏"], "value": 900}]}
    rule = {">": [{"lookup": ["fees", {"var": "province"}, 0]}, 500]}
    compiled = compile_blueprint("x", 1, document(fees, when=rule), {})
    test = compiled.condition("risk", "new").test
    assert [test({"province": name}) for name in ("西藏", "青海", "浙江")] == [True, True, False]
    assert names_read(compiled.document["rules"]) == {"fees", "couriers"}


@given(st.lists(st.lists(st.sampled_from([*PROVINCES, "@remote"]), max_size=4), max_size=6))
def test_of_the_rows_that_name_a_province_the_first_counts(rows: list[list[str]]) -> None:
    made = document()
    entries: list[Record] = [{"keys": keys, "value": EMS} for keys in [*(k for k in rows if k), []]]
    table = courier_table(made, "couriers", LiveTable(1, entries))
    remote = next(s["values"] for s in made["sets"] if s["key"] == "remote")
    for name in PROVINCES:
        naming = [
            number
            for number, entry in enumerate(entries)
            if name in entry["keys"] or ("@remote" in entry["keys"] and name in remote)
        ]
        assert table.row(name) == min(naming, default=len(entries) - 1)
    assert table.row(None) == len(entries) - 1
