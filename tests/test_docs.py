"""The documentation names what there is: pages are fresh, every link leads somewhere."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from orderloom.commands import COMMANDS
from orderloom.connect import Registry

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["canonical-order.md", "blueprint.md", "writing-a-connector.md"])
def test_generated_pages_are_fresh(name: str) -> None:
    fresh = generator().PAGES[name]()
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == fresh, "run docs/generate.py"


def test_every_link_leads_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_connector_is_on_its_page() -> None:
    text = (ROOT / "docs" / "connectors.md").read_text(encoding="utf-8")
    for key in Registry.load().keys():  # noqa: SIM118
        assert f"`{key}`" in text or f"{key}.py" in text


def test_every_setting_and_verb_is_in_both_readmes() -> None:
    code = (ROOT / "platform/orderloom/config.py").read_text(encoding="utf-8")
    settings = re.findall(r'"(ORDERLOOM_[A-Z_]+|[A-Z]+_URL)"', code)
    assert settings
    for name in ("README.md", "README.zh.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert [s for s in settings if s not in text] == []
        assert [c for c in COMMANDS if f"`{c}" not in text and f"orderloom {c}" not in text] == []


def test_the_changelog_knows_the_version_or_what_is_coming() -> None:
    assert "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_a_dead_link_would_be_noticed(tmp_path: Path) -> None:
    """Control."""
    page = tmp_path / "page.md"
    page.write_text("[x](nowhere.md)")
    (target,) = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text())
    assert not (page.parent / target).exists()
