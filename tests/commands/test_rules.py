"""`orderloom rules`: one answer a line, findings as exit codes, and why a row matched."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from orderloom.blueprint import library
from orderloom.cli import main


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(["rules", *words])
    return code, capsys.readouterr().out


def saved(folder: Path, document: Any) -> str:
    file = folder / "blueprint.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return str(file)


def test_each_line_has_its_answer_and_a_bad_one_stops_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "lines.jsonl"
    asked = [
        json.dumps({"rule": {"+": [{"var": "a"}, 1]}, "data": {"a": 2}}),
        "{",
        json.dumps({"rule": {"!": [{"nobody": 1}]}}),
        json.dumps({"rule": {"in_region": ["浙江省", ["@江浙沪"]]}}),
    ]
    file.write_text("\n".join(asked), encoding="utf-8")
    code, said = run(capsys, "eval", "--jsonl", str(file))
    answers = [json.loads(line) for line in said.splitlines()]
    assert code == 1
    assert (answers[0], answers[3]) == ({"result": 3}, {"result": True})
    assert answers[1]["error"]["code"] == "rules.not_json"
    assert answers[2]["error"] == {"code": "rules.unknown_operator", "where": "/!/0"}


def test_the_template_passes_and_a_typo_is_named_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = json.loads(json.dumps(library.read("fashion-order-hub")))
    assert run(capsys, "check", saved(tmp_path, document), "--json")[0] == 0
    document["rules"][0]["rows"][0]["when"] = {">": [{"var": "totla"}, 5]}
    code, said = run(capsys, "check", saved(tmp_path, document), "--json")
    found = json.loads(said)["findings"]
    assert code == 1
    assert [f["where"] for f in found] == ["/rules/0/rows/0/when/>/0"]


def test_a_row_that_can_never_match_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = json.loads(json.dumps(library.read("fashion-order-hub")))
    never = {"and": [{">": [{"var": "total"}, 9]}, {"<": [{"var": "total"}, 5]}]}
    document["rules"][1]["rows"][0]["when"] = never
    code, said = run(capsys, "analyse", saved(tmp_path, document), "--json")
    codes = [f["code"] for f in json.loads(said)["findings"]]
    assert code == 1
    assert any(code.endswith("never") for code in codes)


def routing(*rows: tuple[str, str, Any]) -> Any:
    """The template with these (Chinese title, English title, condition) choosing the warehouse."""
    document = json.loads(json.dumps(library.read("fashion-order-hub")))
    then = [document["rules"][1]["rows"][0]["then"], document["rules"][1]["rows"][1]["then"]]
    document["rules"][1]["rows"] = [
        {"id": f"r{n}", "title": {"zh": zh, "en": en}, "when": when, "then": then[n % 2]}
        for n, (zh, en, when) in enumerate(rows)
    ]
    return document


NIGHT = {"time_in": [{"var": "placed_at"}, "22:00", "06:00"]}
PAID = {"==": [{"var": "payment_state"}, "paid"]}
LARGE = {">=": [{"var": "total"}, 30_000]}
BULKY = {">=": [{"sum_of": [{"var": "lines"}, "quantity"]}, 3]}
TAOBAO = {"==": [{"var": "platform"}, "taobao"]}


@pytest.mark.parametrize(
    ("locale", "row", "other", "order"),
    [
        (
            "zh",
            "「选仓」第 1 行「夜里大单」",
            "第 2 行「下单时间」",
            "下单时间 2026-09-01 00:00;付款状态 已付款;订单金额 ¥300.00;"
            "平台 淘宝/天猫;1 行明细(数量 10)",
        ),
        (
            "en",
            "“Warehouse”, row 1 “Large at night”",
            "row 2 “When placed”",
            "Placed at 2026-09-01 00:00; Payment state paid; Order total ¥300.00; "
            "Platform Taobao / Tmall; 1 × line (Quantity 10)",
        ),
    ],
    ids=["zh", "en"],
)
def test_findings_are_told_in_words_and_name_rows_as_people_do(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    locale: str,
    row: str,
    other: str,
    order: str,
) -> None:
    monkeypatch.setenv("ORDERLOOM_LANG", locale)
    document = routing(
        ("夜里大单", "Large at night", {"and": [LARGE, NIGHT, PAID, BULKY, TAOBAO]}),
        (
            "下单时间",
            "When placed",
            {">": [{"var": "placed_at"}, {"ts": "2026-09-01T00:00:00+08:00"}]},
        ),
        ("又来", "Again", {"and": [LARGE, NIGHT, PAID]}),
    )
    file = saved(tmp_path, document)
    code, said = run(capsys, "analyse", file)
    overlap = next(line for line in said.splitlines() if line.startswith(row) and other in line)
    assert code == 1
    assert order in said[said.index(overlap) :].splitlines()[1]
    assert "r1" not in said.replace("/rules/1", "")

    _, asked = run(capsys, "analyse", file, "--json")
    found = next(f for f in json.loads(asked)["findings"] if f["code"] == "rules.overlap")
    assert (found["rows"], found["witness"]["total"]) == (["r0", "r1"], 30_000)

    code, told = run(capsys, "explain", file, "--order", saved_order(tmp_path))
    assert row.partition("第" if locale == "zh" else ", ")[2] in told
    assert ("付款状态 等于 已付款" if locale == "zh" else "Payment state is paid") in told


def saved_order(folder: Path) -> str:
    file = folder / "order.json"
    file.write_text(json.dumps({"total": 40_000, "payment_state": "paid"}), encoding="utf-8")
    return str(file)


def test_what_is_wrong_elsewhere_in_the_document_is_named_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERLOOM_LANG", "zh")
    document = routing(("江浙沪", "East", PAID))
    document["alerts"][0]["send_to"] = "mailbx"
    document["rules"][1]["rows"][0]["then"].append({"do": "notify", "alert": "?"})
    _, said = run(capsys, "check", saved(tmp_path, document))
    assert "「选仓」第 1 行「江浙沪」的第 2 个动作: 没有“?”。" in said
    assert "通知「风险邮件」(send_to): 没有“mailbx”。 是不是“mailbox”?" in said
    document["rulez"] = []
    assert (
        "rulez: 没有“rulez”。 是不是“rules”?" in run(capsys, "check", saved(tmp_path, document))[1]
    )


def test_an_order_is_explained_row_by_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = {"rule": {">": [{"var": "total"}, 5]}, "data": {"total": 7}}
    code, said = run(capsys, "explain", saved(tmp_path, document), "--json")
    explained = json.loads(said)
    assert (code, explained["trace"]["value"]) == (0, True)
    assert explained["trace"]["args"][0]["value"] == 7


def test_a_file_that_is_not_there_cannot_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "check", "/nowhere/at-all.json")[0] == 2
