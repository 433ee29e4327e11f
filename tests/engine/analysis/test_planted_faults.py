"""A fifty-row list with planted faults: found, without a false alarm, each with a witness."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from typing import Any

import pytest

from orderloom.engine.analysis import Finding, ListText, analyse, order_schema
from orderloom.engine.jsonlogic import compile_rule
from orderloom.engine.regions import PROVINCES

SCHEMA = order_schema()
Rule = Any


def var(name: str) -> dict[str, str]:
    return {"var": name}


def some(body: Rule) -> Rule:
    return {"some": [var("lines"), body]}


def sound_rows(seed: int) -> list[Rule]:
    """Rows of which each one takes orders of its own: a province and a band of amounts."""
    rng = random.Random(seed)
    bands = [(0, 5_000), (5_000, 20_000), (20_000, 80_000), (80_000, 500_000)]
    cells = [(p, band) for p in list(PROVINCES)[:12] for band in bands]
    rng.shuffle(cells)
    return [_sound(rng, province, band) for province, band in cells[:40]]


def _sound(rng: random.Random, province: str, band: tuple[int, int]) -> Rule:
    low, high = band
    region = rng.choice(
        [{"==": [var("province"), province]}, {"in": [var("province"), [province]]}]
    )
    amount = rng.choice(
        [
            {"and": [{">=": [var("total"), low]}, {"<": [var("total"), high]}]},
            {"<=": [low, var("total"), high - 1]},
        ]
    )
    extra = rng.choice(
        [
            True,
            some({"starts_with": [var("sku_code"), rng.choice(["TEE", "COAT"])]}),
            {"!=": [var("payment_state"), "closed"]},
            {"text_has": [var("buyer_note"), [rng.choice(["顺丰", "加急"])]]},
        ]
    )
    return {"and": [region, amount, extra]}


NEVER: list[Rule] = [
    {"and": [{">": [var("total"), 900]}, {"<": [var("total"), 100]}]},
    {"and": [{"==": [var("province"), "浙江"]}, {"in": [var("province"), ["江苏", "上海"]]}]},
    {"and": [{"==": [var("payment_state"), "paid"]}, {"!=": [var("payment_state"), "paid"]}]},
    {
        "and": [
            some({">": [var("quantity"), 5]}),
            {"all": [var("lines"), {"<": [var("quantity"), 3]}]},
        ]
    },
    {"and": [{"<": [var("item_count"), 1]}, {"==": [var("platform"), "jd"]}]},
]
AT = var("placed_at")
DAYS: dict[str, Rule] = {
    "hours": {"and": [{"time_in": [AT, "09:00", "12:00"]}, {"time_in": [AT, "13:00", "18:00"]}]},
    "night": {"and": [{"time_in": [AT, "22:00", "06:00"]}, {"time_in": [AT, "08:00", "20:00"]}]},
    "weekday": {"and": [{"==": [{"dow": AT}, 6]}, {"workday": AT}]},
    "dates": {
        "and": [
            {">=": [AT, {"ts": "2026-11-11T00:00:00+08:00"}]},
            {"<": [AT, {"ts": "2026-11-01T00:00:00+08:00"}]},
        ]
    },
    "one day": {
        "and": [
            {">=": [AT, {"ts": "2026-11-11T00:00:00+08:00"}]},
            {"<": [AT, {"ts": "2026-11-12T00:00:00+08:00"}]},
            {"==": [{"dow": AT}, 4]},  # it is a Wednesday
        ]
    },
}
SUMS: dict[str, Rule] = {
    "pieces": {
        "and": [
            {">": [{"sum_of": [var("lines"), "quantity"]}, 10]},
            {"<": [{"sum_of": [var("lines"), "quantity"]}, 5]},
        ]
    },
    "gifts": {
        "and": [
            {">": [{"count_if": [var("lines"), var("gift")]}, 3]},
            {"==": [{"count_if": [var("lines"), var("gift")]}, 0]},
        ]
    },
}
SAID: list[list[Rule]] = [  # the second is covered by the first
    [{"time_in": [AT, "08:00", "20:00"]}, {"time_in": [AT, "09:00", "12:00"]}],
    [{"!": [{"workday": AT}]}, {"==": [{"dow": AT}, 7]}],
    [{">": [AT, {"ts": "2026-11-01T00:00:00Z"}]}, {">": [AT, {"ts": "2026-11-11T00:00:00Z"}]}],
]
CATCH = {"==": [var("platform"), "pdd"]}
COVERED: list[Rule] = [
    {"and": [CATCH, {">": [var("total"), 100]}]},
    {"and": [CATCH, {"in": [var("province"), ["新疆", "西藏"]]}]},
    {"and": [{"==": [var("platform"), "pdd"]}, some({"starts_with": [var("sku_code"), "BAG"]})]},
    {"in": [var("platform"), ["pdd"]]},
]


def planted(seed: int) -> tuple[list[Rule], set[int], set[int]]:
    """The list, the positions that never match, the positions an earlier row covers."""
    rows = [CATCH, *sound_rows(seed)]
    rng = random.Random(seed + 1)
    faults = [(rule, "never") for rule in NEVER] + [(rule, "covered") for rule in COVERED]
    rng.shuffle(faults)
    kinds = [""] * len(rows)
    for rule, kind in faults:
        at = rng.randrange(1, len(rows) + 1)
        rows.insert(at, rule)
        kinds.insert(at, kind)
    never = {i for i, kind in enumerate(kinds) if kind == "never"}
    return rows, never, {i for i, kind in enumerate(kinds) if kind == "covered"}


@pytest.mark.parametrize("name", [*DAYS, *SUMS])
def test_times_dates_and_sums_that_contradict_themselves(name: str) -> None:
    rule = (DAYS | SUMS)[name]
    (finding,) = analyse(ListText([rule], ["a"], otherwise=True), SCHEMA)
    assert (finding.kind, finding.rows) == ("never", (0,))
    for part in rule["and"] if name in DAYS else ():  # each by itself is met by some order
        assert analyse(ListText([part], ["a"], otherwise=True), SCHEMA) == []


@pytest.mark.parametrize("rows", SAID)
def test_a_time_or_date_inside_another_is_covered(rows: list[Rule]) -> None:
    (finding,) = analyse(ListText(rows, ["a", "b"], otherwise=True), SCHEMA)
    assert (finding.kind, finding.rows) == ("covered", (1, 0))
    assert analyse(ListText(rows[::-1], ["a", "b"], otherwise=True), SCHEMA) == []


def test_holidays_are_days_of_their_own() -> None:
    holiday = {"and": [{"==": [{"dow": AT}, 4]}, {"!": [{"workday": AT}]}]}
    text = ListText([holiday], ["a"], otherwise=True)
    (finding,) = analyse(text, SCHEMA)
    assert finding.kind == "never"
    assert analyse(text, SCHEMA, {"holidays": ["2026-10-01"]}) == []


def of_kind(findings: list[Finding], kind: str) -> set[int]:
    return {f.rows[0] for f in findings if f.kind == kind}


@pytest.mark.parametrize("seed", range(4))
def test_planted_faults_are_found_and_nothing_else(seed: int) -> None:
    rows, never, covered = planted(seed)
    assert len(rows) == 50
    began = time.process_time()
    findings = analyse(ListText(rows, list(range(50)), otherwise=True), SCHEMA)
    assert time.process_time() - began < 2  # ten times what it takes: CPU, not the clock
    assert of_kind(findings, "never") == never
    assert of_kind(findings, "covered") == covered
    assert not of_kind(findings, "undecided")


@pytest.mark.parametrize("seed", range(4))
def test_witnesses_show_what_is_claimed(seed: int) -> None:
    rows, _, _ = planted(seed)
    rules = [compile_rule(row) for row in rows]
    for finding in analyse(ListText(rows, list(range(50))), SCHEMA):
        if finding.kind == "overlap":
            assert all(rules[i].test(_seen(finding)) for i in finding.rows)
        if finding.kind == "gap":
            assert not any(rule.test(_seen(finding)) for rule in rules)
        if finding.kind == "covered":
            assert rules[finding.rows[0]].test(_seen(finding))
            assert any(rules[i].test(_seen(finding)) for i in finding.rows[1:])


def _seen(finding: Finding) -> Mapping[str, Any]:
    assert finding.witness is not None
    return finding.witness


def test_a_gap_is_shown_by_an_order_and_closed_by_otherwise() -> None:
    rows = [{">": [var("total"), 100]}, {"<": [var("total"), 100]}]
    (gap,) = analyse(ListText(rows, ["a", "b"]), SCHEMA)
    assert gap.kind == "gap"
    assert _seen(gap)["total"] == 100
    assert analyse(ListText(rows, ["a", "b"], otherwise=True), SCHEMA) == []


def test_ranges_are_understood_where_texts_differ() -> None:
    rows = [{">": [var("total"), 100]}, {">": [var("total"), 200]}]
    (finding,) = analyse(ListText(rows, ["a", "b"], otherwise=True), SCHEMA)
    assert (finding.kind, finding.rows) == ("covered", (1, 0))


def test_two_rows_that_together_cover_a_third() -> None:
    rows = [
        {"<": [var("total"), 500]},
        {">=": [var("total"), 500]},
        {"==": [var("province"), "浙江"]},
    ]
    (finding,) = analyse(ListText(rows, ["a", "b", "c"], otherwise=True), SCHEMA)
    assert finding.kind == "covered"
    assert set(finding.rows) == {0, 1, 2}


def test_overlap_with_the_same_result_is_no_finding() -> None:
    rows = [{">": [var("total"), 100]}, {"==": [var("province"), "浙江"]}]
    assert analyse(ListText(rows, ["a", "a"], otherwise=True), SCHEMA) == []
    (finding,) = analyse(ListText(rows, ["a", "b"], otherwise=True), SCHEMA)
    assert finding.kind == "overlap"


def test_arithmetic_between_fields_is_decided_by_witness_or_said_to_be_undecided() -> None:
    between = {">": [var("total"), {"*": [var("paid"), 2]}]}
    impossible = {"and": [between, {"<": [{"+": [var("total"), 1]}, {"+": [var("total"), 0]}]}]}
    kinds = {f.kind for f in analyse(ListText([impossible], ["a"], otherwise=True), SCHEMA)}
    assert kinds == {"undecided"}


def test_a_wrong_analyser_would_be_noticed() -> None:
    """Control: with the faults taken out, the same assertions fail."""
    rows, never, _ = planted(0)
    healed = [True if i in never else row for i, row in enumerate(rows)]
    findings = analyse(ListText(healed, list(range(50)), otherwise=True), SCHEMA)
    assert of_kind(findings, "never") != never
