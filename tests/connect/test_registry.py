"""Connectors are found wherever they come from; a broken one is a listed fact."""

from __future__ import annotations

import importlib
import textwrap
from pathlib import Path
from typing import Any

import pytest

from orderloom import connect
from orderloom.connect import Connector, ConnectorError, Registry
from orderloom.connect.registry import ENTRY_POINTS, contract_faults
from orderloom.errors import NotFound

GOOD = """
    from orderloom.connect import Connector, Seller, Setting, Text

    class Corner(Connector):
        key = "{key}"
        title = Text("街角小店", "Corner shop")
        api_version = "1"
        kind = "channel"
        settings = (Setting("token", Text("令牌", "Token"), secret=True),)

        def check(self):
            return Seller("1", "x")
"""


def _write(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.py").write_text(textwrap.dedent(text), encoding="utf-8")


def test_the_connectors_of_this_repository_are_found() -> None:
    registry = Registry.load()
    assert {"qimen", "smtp", "taobao"} <= set(registry.keys())
    assert all(found.fault is None for found in registry.listed())
    assert registry.get("taobao").title.zh
    assert {"simulators"}.isdisjoint(registry.keys())


def test_a_dropped_file_works_and_broken_ones_are_listed(tmp_path: Path) -> None:
    _write(tmp_path, "corner", GOOD.format(key="corner"))
    _write(tmp_path, "renamed", GOOD.format(key="other"))
    _write(tmp_path, "syntax", "def (")
    _write(tmp_path, "leaves", "raise SystemExit(3)")
    _write(tmp_path, "needs", "import a_package_nobody_has")
    _write(tmp_path, "empty", "")
    _write(tmp_path, "taobao", GOOD.format(key="taobao"))
    _write(tmp_path, "_helper", "raise RuntimeError")
    registry = Registry.load(tmp_path)
    assert registry.get("corner").capabilities() == {"check"}
    faults = {f.key: f.fault.code for f in registry.listed() if f.fault is not None}
    assert faults == {
        "renamed": "connect.plugin_contract",
        "syntax": "connect.plugin_broken",
        "leaves": "connect.plugin_broken",
        "needs": "connect.plugin_broken",
        "empty": "connect.plugin_not_one_class",
        "taobao": "connect.plugin_twice",
    }
    assert registry.get("taobao").__module__ == "connectors.taobao"
    with pytest.raises(ConnectorError, match="plugin_broken"):
        registry.get("syntax")


def test_no_such_connector_names_the_ones_there_are() -> None:
    with pytest.raises(NotFound) as unknown:
        Registry.load().get("taobo")
    assert "taobao" in unknown.value.params["known"]


def test_a_missing_folder_is_no_news(tmp_path: Path) -> None:
    assert Registry.load(tmp_path / "nowhere").keys() == Registry.load().keys()


def test_installed_packages_register_through_their_entry_point(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(tmp_path, "harbour", GOOD.format(key="harbour"))
    facts = tmp_path / "harbour-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: harbour\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text(f"[{ENTRY_POINTS}]\nharbour = harbour\nlost = gone\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    registry = Registry.load()
    origins = {found.key: found.origin for found in registry.listed()}
    assert origins["harbour"] == "package"
    assert {"harbour"} <= set(registry.keys())
    lost = next(found for found in registry.listed() if found.key == "lost")
    assert lost.fault is not None
    assert lost.fault.code == "connect.plugin_broken"


def _variant(**facts: Any) -> type[Connector]:
    base = Registry.load().get("taobao")
    return type("Variant", (base,), {"__module__": base.__module__, **facts})


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"key": "other"}, "differs"),
        ({"kind": "shop"}, "kind"),
        ({"title": "淘宝"}, "title"),
        ({"title": connect.Text("淘宝", "")}, "title"),
        ({"settings": (connect.Setting("a", connect.Text("a", "a")),) * 2}, "same name"),
        ({"settings": (connect.Setting("a", connect.Text("a", "")),)}, "label"),
        ({"settings": (connect.Setting("a", connect.Text("a", "a"), "choice"),)}, "choices"),
        ({"settings": (connect.Setting("a", connect.Text("a", "a"), "shoe"),)}, "kind"),  # type: ignore[arg-type]
        (
            {"settings": (connect.Setting("a", connect.Text("a", "a"), secret=True, default="x"),)},
            "default",
        ),
        ({"normalise": Connector.normalise}, "normalise"),
        ({"check": Connector.check}, "check"),
        ({"delivery": None}, "delivery"),
        ({"delivery": "readable", "read_back": Connector.read_back}, "read_back"),
        ({"coverage": {"total": "sometimes"}}, "coverage"),
        ({"columns": (connect.Column("a"),)}, "kind key"),
        ({"columns": (connect.Column("a", kind="key", required=True),)}, "no example"),
    ],
)
def test_contract_faults_are_named(facts: dict[str, Any], words: str) -> None:
    faults = contract_faults(_variant(**facts), "taobao")
    assert any(words in fault for fault in faults), faults


def test_a_bare_class_says_what_is_missing() -> None:
    assert "key is missing" in contract_faults(Connector, "x")


def test_the_public_names_are_sorted_and_there() -> None:
    names = connect.__all__
    assert names == sorted(names, key=lambda name: (not name.isupper(), name.islower(), name))
    assert all(hasattr(connect, name) for name in names)
