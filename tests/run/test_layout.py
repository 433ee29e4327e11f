"""What a clone must and must not contain for the commands to work anywhere."""

from __future__ import annotations

import platform
import re
import subprocess
from pathlib import Path

import alembic
import pytest

from tests.support.processes import ROOT

LOCKS = sorted(ROOT.glob("requirements/*.txt"))
PINNED = re.compile(r"^[\w.-]+(?:\[[\w,-]+\])?==\S+", re.MULTILINE)


@pytest.mark.parametrize("folder", ["platform", "alembic"])
def test_folders_named_like_modules_are_no_packages(folder: str) -> None:
    assert not (ROOT / folder / "__init__.py").exists()


def test_the_standard_librarys_platform_and_the_real_alembic_win() -> None:
    assert platform.python_version()
    assert alembic.__version__
    for module in (platform, alembic):
        assert not Path(str(module.__file__)).is_relative_to(ROOT / module.__name__)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_names_versions_and_hashes_but_no_host(lock: Path) -> None:
    text = lock.read_text("utf-8")
    assert "://" not in text
    assert "--index-url" not in text
    assert "--find-links" not in text
    entries = PINNED.findall(text)
    assert entries
    blocks = re.split(PINNED, text)[1:]
    assert all("--hash=sha256:" in block for block in blocks)


def test_there_is_a_lock_for_each_purpose() -> None:
    assert [lock.stem for lock in LOCKS] == ["dev", "run", "ui", "uv"]


def test_the_lock_of_the_browser_app_names_no_host() -> None:
    text = (ROOT / "builder_ui" / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in text
    assert '"integrity"' in text


def test_what_runs_is_also_what_is_developed_with() -> None:
    run, dev = (
        set(PINNED.findall((ROOT / "requirements" / f"{name}.txt").read_text("utf-8")))
        for name in ("run", "dev")
    )
    assert run < dev


def test_make_help_lists_every_verb() -> None:
    said = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for verb in ("run", "test", "test-all", "bench", "help", "lock"):
        assert f"make {verb} " in said


def test_the_build_server_runs_what_developers_run() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert script.read_text().rstrip().endswith("exec make test")
