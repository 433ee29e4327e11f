"""`orderloom connector` takes an integrator from nothing to a connector that keeps its promises."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from orderloom.cli import main
from orderloom.connect import Registry

Output = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ORDERLOOM_HOME", str(tmp_path))
    monkeypatch.setenv("ORDERLOOM_LANG", "en")
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "modules", {**sys.modules})
    return tmp_path / "connectors"


def run(capsys: Output, *words: str) -> tuple[int, str]:
    code = main(["connector", *words])
    out, err = capsys.readouterr()
    return code, out + err


def test_a_new_connector_is_short_loads_and_passes_its_own_check(
    folder: Path, capsys: Output
) -> None:
    assert run(capsys, "new", "tea_shop", "--title", "茶铺")[0] == 0
    assert len((folder / "tea_shop.py").read_text("utf-8").splitlines()) < 80
    listed = {found.key: found.fault for found in Registry.load(folder).listed()}
    assert listed["tea_shop"] is None
    code, said = run(capsys, "check", "tea_shop")
    assert code == 0
    assert "✗" not in said
    assert said.count("✓") > 15


def test_control_a_broken_promise_is_named(folder: Path, capsys: Output) -> None:
    run(capsys, "new", "tea_stall")
    path = folder / "tea_stall.py"
    text = path.read_text("utf-8")
    path.write_text(text.replace('masked_fields(body, {"phone": "phone"})', "frozenset()"))
    code, said = run(capsys, "check", "tea_stall")
    assert code == 1
    assert "✗ normal_form: masked fields: []" in said


def test_nothing_is_overwritten_and_bad_keys_are_refused(folder: Path, capsys: Output) -> None:
    run(capsys, "new", "tea_shop")
    before = (folder / "tea_shop.py").read_text("utf-8")
    code, said = run(capsys, "new", "tea_shop", "--title", "other")
    assert (code, "nothing was overwritten" in said) == (2, True)
    assert (folder / "tea_shop.py").read_text("utf-8") == before
    for key in ("taobao", "Tea", "../tea", "t"):
        assert run(capsys, "new", key)[0] == 2


def test_a_connector_without_a_stage_says_what_is_missing(folder: Path, capsys: Output) -> None:
    code, said = run(capsys, "check", "nowhere")
    assert code == 2
    assert "_nowhere_stage.py" in said


def test_built_in_connectors_are_checked_by_the_same_words(folder: Path, capsys: Output) -> None:
    code, said = run(capsys, "check", "smtp")
    assert (code, "0 broken" in said) == (0, True)
