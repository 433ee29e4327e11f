"""A blueprint with a mistake names the place and the nearest right name; all mistakes at once."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderloom.blueprint import library
from orderloom.blueprint.findings import Finding
from orderloom.blueprint.plan import check
from orderloom.errors import BlueprintError

Document = dict[str, Any]
BENCH = Path(__file__).parents[2] / "bench" / "w1-blueprint.json"
GOOD: Document = library.read("fashion-order-hub")


def findings(document: Any) -> list[Finding]:
    with pytest.raises(BlueprintError) as refused:
        check(document)
    first = refused.value.params["findings"][0]
    assert (refused.value.code, refused.value.where) == (first.code, first.where)
    found: list[Finding] = refused.value.params["findings"]
    return found


def changed(change: Callable[[Document], Any]) -> Document:
    document = copy.deepcopy(GOOD)
    change(document)
    return document


@pytest.mark.parametrize("name", library.names())
def test_the_templates_that_come_with_the_hub_are_good(name: str) -> None:
    check(library.read(name))


def test_the_blueprint_speed_is_measured_with_is_valid() -> None:
    check(json.loads(BENCH.read_text("utf-8")))


def rename(record: Document, old: str, new: str) -> None:
    record[new] = record.pop(old)


TYPOS: list[tuple[str, Callable[[Document], Any], str, str]] = [
    ("key", lambda d: rename(d, "sources", "source"), "/source", "sources"),
    ("nested key", lambda d: rename(d["roles"][0], "connector", "conector"), "/roles/0/conector",
     "connector"),
    ("verb", lambda d: d["rules"][0]["rows"][0]["then"][0].update(do="holt"),
     "/rules/0/rows/0/then/0/do", "hold"),
    ("stage", lambda d: d["rules"][0].update(stage="risks"), "/rules/0/stage", "risk"),
    ("step", lambda d: d["mappings"][0]["order"][0]["steps"][0].update(do="txt"),
     "/mappings/0/order/0/steps/0", "text"),
    ("step option", lambda d: d["mappings"][0]["order"][1]["steps"][0].update(zon="UTC"),
     "/mappings/0/order/1/steps/0/zon", "zone"),
    ("field", lambda d: d["mappings"][0]["order"][0].update(to="external_nr"),
     "/mappings/0/order/0/to", "external_no"),
    ("line field", lambda d: d["mappings"][0]["lines"]["fields"][0].update(to="quantitty"),
     "/mappings/0/lines/fields/0/to", "quantity"),
    ("shop", lambda d: d["sources"][0].update(account="tmal_main"), "/sources/0/account",
     "tmall_main"),
    ("mapping", lambda d: d["sources"][0].update(mapping="taobao-orders"), "/sources/0/mapping",
     "taobao-order"),
    ("warehouse", lambda d: d["rules"][1]["rows"][0]["then"][0].update(candidates=["hangzou"]),
     "/rules/1/rows/0/then/0/candidates/0", "hangzhou"),
    ("set", lambda d: d["rules"][1]["rows"][0].update(when={"in": [1, {"set": "jiangzehu"}]}),
     "/rules/1/rows/0/when/in/1/set", "jiangzhehu"),
    ("parameter", lambda d: d["rules"][0]["rows"][0].update(when={">": [1, {"param": "hi"}]}),
     "/rules/0/rows/0/when/>/1/param", ""),
    ("alert", lambda d: d["rules"][0]["rows"][0]["then"][-1].update(alert="risk-mial"),
     "/rules/0/rows/0/then/2/alert", "risk-mail"),
    ("connection", lambda d: d["outbound"][0].update(send_to="wsm"), "/outbound/0/send_to", "wms"),
    ("action key", lambda d: d["rules"][0]["rows"][0]["then"][1].update(tagg="x"),
     "/rules/0/rows/0/then/1/tagg", "tag"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "where", "nearest"), [t[1:] for t in TYPOS], ids=[t[0] for t in TYPOS]
)
def test_a_typo_is_named_with_its_place_and_the_nearest_right_name(
    change: Callable[[Document], Any], where: str, nearest: str
) -> None:
    found = next(f for f in findings(changed(change)) if f.where == where)
    assert found.code == "blueprint.unknown_name"
    assert (found.params["nearest"] or "") == nearest
    assert found.params["valid"]


MISTAKES: list[tuple[str, Callable[[Document], Any], str, str]] = [
    ("format", lambda d: d.update(format=2), "blueprint.format", "/format"),
    ("no format", lambda d: d.pop("format"), "blueprint.missing_key", "/format"),
    ("no roles", lambda d: d.pop("roles"), "blueprint.missing_key", "/roles"),
    ("key", lambda d: d.update(key="Fashion Hub"), "blueprint.bad_key", "/key"),
    ("half a title", lambda d: d["title"].pop("en"), "blueprint.missing_key", "/title/en"),
    ("twice", lambda d: d["roles"].append(d["roles"][0]), "blueprint.twice",
     f"/roles/{len(GOOD['roles'])}"),
    ("row twice", lambda d: d["rules"][1]["rows"].append(d["rules"][1]["rows"][0]),
     "blueprint.twice", "/rules/1/rows/2"),
    ("not mapped", lambda d: d["mappings"][0]["order"].pop(0), "blueprint.not_mapped",
     "/mappings/0/order"),
    ("two sources", lambda d: d["mappings"][0]["order"][0].update(value="x"),
     "blueprint.from_or_value", "/mappings/0/order/0"),
    ("table without entries",
     lambda d: d["mappings"][0]["order"][0]["steps"].append({"do": "table"}),
     "blueprint.missing_key", "/mappings/0/order/0/steps/1/entries"),
    ("action without its key", lambda d: d["rules"][0]["rows"][0]["then"][1].pop("tag"),
     "blueprint.missing_key", "/rules/0/rows/0/then/1/tag"),
    ("schedule", lambda d: d["outbound"][0].update(hand_over={"daily_at": "25:00"}),
     "blueprint.bad_schedule", "/outbound/0/hand_over"),
    ("default schedule", lambda d: d["parameters"][0].update(default="noon"),
     "blueprint.bad_schedule", "/parameters/0/default"),
    ("default amount", lambda d: d["parameters"][1].update(default="2000 yuan"),
     "blueprint.bad_value", "/parameters/1/default"),
    ("default texts", lambda d: d["parameters"][2].update(default="a@example.com"),
     "blueprint.bad_value", "/parameters/2/default"),
    ("broken text", lambda d: d["alerts"][0]["subject"].update(zh="{{ order.no"),
     "template.syntax", "/alerts/0/subject/zh"),
    ("text with a call", lambda d: d["alerts"][0]["text"].update(en="{{ order.pop('x') }}"),
     "template.not_allowed", "/alerts/0/text/en"),
    ("zone", lambda d: d["mappings"][0]["order"][1]["steps"][0].update(zone="Mars/Base"),
     "blueprint.bad_value", "/mappings/0/order/1/steps/0/zone"),
    ("entries", lambda d: d["mappings"][0]["order"][4]["steps"][0].update(entries=["paid"]),
     "blueprint.bad_value", "/mappings/0/order/4/steps/0/entries"),
    ("path", lambda d: d["mappings"][0]["order"][0].update({"from": [1]}),
     "blueprint.bad_value", "/mappings/0/order/0/from"),
    ("recipients", lambda d: d["alerts"][0].update(recipients="a@example.com"),
     "blueprint.bad_value", "/alerts/0/recipients"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "code", "where"), [m[1:] for m in MISTAKES], ids=[m[0] for m in MISTAKES]
)
def test_a_mistake_is_named_with_its_place(
    change: Callable[[Document], Any], code: str, where: str
) -> None:
    assert (code, where) in [(f.code, f.where) for f in findings(changed(change))]


@pytest.mark.parametrize(
    ("when", "where"),
    [
        ({"and": [True, {"lookup": []}]}, "/rules/0/rows/0/when/and/1"),
    ],
)
def test_a_rule_that_cannot_run_is_named_with_its_place(when: Any, where: str) -> None:
    document = changed(lambda d: d["rules"][0]["rows"][0].update(when=when))
    assert any(f.where.startswith(where) for f in findings(document))


def test_all_mistakes_are_told_at_once() -> None:
    document = changed(lambda d: d["sources"][0].update(account="x", mapping="y"))
    assert {f.where for f in findings(document)} >= {"/sources/0/account", "/sources/0/mapping"}


@pytest.mark.parametrize("document", [None, [], "x", 7, True])
def test_what_is_no_document_is_told_so(document: Any) -> None:
    assert [f.code for f in findings(document)] == ["blueprint.not_a_document"]


PLACES: list[tuple[str | int, ...]] = [
    ("rules",),
    ("roles", 0),
    ("mappings", 0, "order", 0),
    ("mappings", 0, "order", 0, "from"),
    ("mappings", 0, "order", 0, "steps", 0),
    ("mappings", 0, "order", 4, "steps", 0, "entries"),
    ("mappings", 0, "lines"),
    ("mappings", 0, "lines", "each"),
    ("rules", 0, "rows", 0, "when"),
    ("rules", 0, "rows", 0, "then", 0),
    ("rules", 1, "rows", 0, "then", 0, "candidates"),
    ("rules", 2, "otherwise", 0, "weights"),
    ("parameters", 0, "kind"),
    ("parameters", 0, "default"),
    ("outbound", 0, "hand_over"),
    ("outbound", 0, "options"),
    ("alerts", 0, "recipients"),
    ("alerts", 0, "subject", "zh"),
    ("title",),
    ("sets", 0, "values"),
    ("sources", 0),
    ("thresholds", 0, "reaches"),
    ("thresholds", 0, "then"),
]
JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [None, 0, -1, 10**30, "", "x", "\x00", [], [[]], {}, {"param": "nope"}, {"do": []}, True, 1.5]
)


@settings(deadline=None)
@given(st.sampled_from(PLACES), JUNK)
def test_junk_anywhere_is_a_finding_and_never_another_error(
    place: tuple[str | int, ...], junk: Any
) -> None:
    document: Any = copy.deepcopy(GOOD)
    holder = document
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = junk
    with suppress(BlueprintError):
        check(document)


def test_a_document_is_plain_json(tmp_path: Path) -> None:
    file = tmp_path / "b.json"
    file.write_text(json.dumps(GOOD), "utf-8")
    check(json.loads(file.read_text("utf-8")))
