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
