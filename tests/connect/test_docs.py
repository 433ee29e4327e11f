"""docs/connectors.md names everything there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from connectors.simulators.shop import ACTIONS
from connectors.simulators.wire import FAULT_KINDS
from orderloom.connect import Registry
from orderloom.connect.base import CAPABILITIES, Connector

PAGE = (Path(__file__).parents[2] / "docs" / "connectors.md").read_text(encoding="utf-8")
KEYS = [
    "cainiao",
    "douyin",
    "jd",
    "jushuitan",
    "kuaidi100",
    "pdd",
    "qimen",
    "smtp",
    "taobao",
    "wangdian",
    "wxshop",
]
WORDS = set(re.findall(r"\w+", PAGE))


@pytest.mark.parametrize("key", KEYS)
def test_connectors_and_their_settings(key: str) -> None:
    connector = Registry.load().get(key)
    first, form = (line for line in PAGE.splitlines() if line.startswith(f"| `{key}`"))
    names = [setting.name for setting in connector.settings]
    assert re.findall(r"`(\w+)`", form)[1:] == names
    listed = re.findall(r"\w+", first.split("|")[3])
    assert set(listed) == connector.capabilities()
    assert set(connector.effects) <= set(re.findall(r"`([a-z.]+)`", PAGE))


def test_methods_and_facts() -> None:
    facts = [name for name in Connector.__annotations__ if not name.startswith("_")]
    described_elsewhere = {"columns", "envelope"}  # what file import reads
    assert (set(CAPABILITIES) | set(facts)) - WORDS - described_elsewhere == set()


def test_error_codes(connect_codes: set[str]) -> None:
    listed = PAGE.partition("followed by: ")[2].partition(". What each")[0]
    assert {f"connect.{name}" for name in re.findall(r"\w+", listed)} == connect_codes


def test_what_the_director_can_do() -> None:
    assert set(ACTIONS) | set(FAULT_KINDS) <= WORDS
