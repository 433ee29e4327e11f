"""Provinces by every usual spelling."""

from __future__ import annotations

import pytest

from orderloom.engine.regions import PROVINCES, REGION_SETS, fold, place, province


def test_there_are_thirty_four() -> None:
    assert len(PROVINCES) == 34
    assert all(province(name) == name for name in PROVINCES)
    assert all(province(name) == name for names in REGION_SETS.values() for name in names)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("浙江省", "浙江"),
        (" 浙 江 省 ", "浙江"),
        ("广西壮族自治区", "广西"),
        ("广西", "广西"),
        ("新疆维吾尔自治区", "新疆"),
        ("内蒙", "内蒙古"),
        ("内蒙古自治区", "内蒙古"),
        ("上海市", "上海"),
        ("廣東省", "广东"),
        ("臺灣", "台湾"),
        ("中国香港", "香港"),
        ("ZHEJIANG", "浙江"),
        ("Inner Mongolia", "内蒙古"),
        ("330000", "浙江"),
        ("浙江省杭州市西湖区文三路1号", "浙江"),
        ("吉林省吉林市", "吉林"),
    ],
)
def test_spellings(text: str, name: str) -> None:
    assert province(text) == name


@pytest.mark.parametrize("text", ["", "杭州市", "海南藏族自治州", "吉林市", "浙", "中国", "浙江路"])
def test_what_is_no_province(text: str) -> None:
    assert province(text) is None


def test_folding() -> None:
    assert fold("ＡＢ c\u3000①") == "abc1"
    assert fold("Straße") == fold("STRASSE")


def test_places_without_their_kind() -> None:
    assert {place(name) for name in ("杭州", "杭州市", " 杭州市")} == {"杭州"}
    assert place("阿坝藏族羌族自治州") == "阿坝藏族羌族"
    assert place("沙市") == "沙市"  # what would be left is no name
