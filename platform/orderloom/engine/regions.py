"""The 34 province-level units of China and the ways people write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

# short name: (code, official name, English name, further spellings)
_UNITS: Final[dict[str, tuple[str, str, str, tuple[str, ...]]]] = {
    "北京": ("110000", "北京市", "Beijing", ()),
    "天津": ("120000", "天津市", "Tianjin", ()),
    "河北": ("130000", "河北省", "Hebei", ()),
    "山西": ("140000", "山西省", "Shanxi", ()),
    "内蒙古": (
        "150000",
        "内蒙古自治区",
        "Inner Mongolia",
        ("内蒙", "内蒙古省", "內蒙古", "neimenggu"),
    ),
    "辽宁": ("210000", "辽宁省", "Liaoning", ("遼寧", "遼寧省")),
    "吉林": ("220000", "吉林省", "Jilin", ()),
    "黑龙江": ("230000", "黑龙江省", "Heilongjiang", ("黑龍江", "黑龍江省")),
    "上海": ("310000", "上海市", "Shanghai", ()),
    "江苏": ("320000", "江苏省", "Jiangsu", ("江蘇", "江蘇省")),
    "浙江": ("330000", "浙江省", "Zhejiang", ()),
    "安徽": ("340000", "安徽省", "Anhui", ()),
    "福建": ("350000", "福建省", "Fujian", ()),
    "江西": ("360000", "江西省", "Jiangxi", ()),
    "山东": ("370000", "山东省", "Shandong", ("山東", "山東省")),
    "河南": ("410000", "河南省", "Henan", ()),
    "湖北": ("420000", "湖北省", "Hubei", ()),
    "湖南": ("430000", "湖南省", "Hunan", ()),
    "广东": ("440000", "广东省", "Guangdong", ("廣東", "廣東省", "canton")),
    "广西": ("450000", "广西壮族自治区", "Guangxi", ("广西省", "广西自治区", "广西壮族", "廣西")),
    "海南": ("460000", "海南省", "Hainan", ()),
    "重庆": ("500000", "重庆市", "Chongqing", ("重慶", "重慶市")),
    "四川": ("510000", "四川省", "Sichuan", ()),
    "贵州": ("520000", "贵州省", "Guizhou", ("貴州", "貴州省")),
    "云南": ("530000", "云南省", "Yunnan", ("雲南", "雲南省")),
    "西藏": ("540000", "西藏自治区", "Tibet", ("西藏省", "西藏自治區", "xizang")),
    "陕西": ("610000", "陕西省", "Shaanxi", ("陝西", "陝西省")),
    "甘肃": ("620000", "甘肃省", "Gansu", ("甘肅", "甘肅省")),
    "青海": ("630000", "青海省", "Qinghai", ()),
    "宁夏": ("640000", "宁夏回族自治区", "Ningxia", ("宁夏省", "宁夏自治区", "宁夏回族", "寧夏")),
    "新疆": (
        "650000",
        "新疆维吾尔自治区",
        "Xinjiang",
        ("新疆省", "新疆自治区", "新疆维吾尔", "新疆維吾爾自治區"),
    ),
    "台湾": ("710000", "台湾省", "Taiwan", ("台灣", "臺灣", "台灣省", "臺灣省", "中国台湾")),
    "香港": (
        "810000",
        "香港特别行政区",
        "Hong Kong",
        ("香港特區", "香港特区", "香港特別行政區", "中国香港"),
    ),
    "澳门": (
        "820000",
        "澳门特别行政区",
        "Macau",
        ("澳門", "澳门特区", "澳門特別行政區", "中国澳门", "macao"),
    ),
}

PROVINCES: Final = tuple(_UNITS)

# What the trade means by these words; an installation may put its own in their place.
REGION_SETS: Final[Mapping[str, tuple[str, ...]]] = {
    "江浙沪": ("江苏", "浙江", "上海"),
    "江浙沪皖": ("江苏", "浙江", "上海", "安徽"),
    "京津冀": ("北京", "天津", "河北"),
    "东三省": ("辽宁", "吉林", "黑龙江"),
    "港澳台": ("香港", "澳门", "台湾"),
    "remote": ("新疆", "西藏", "青海", "宁夏", "甘肃", "内蒙古", "海南"),
    "偏远地区": ("新疆", "西藏", "青海", "宁夏", "甘肃", "内蒙古", "海南"),
}

# The blanks of JavaScript's \s, so that the browser folds exactly alike.
_BLANK = re.compile("[\t-\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+")


_KNOWN = 4096  # places met so far: orders name the same few hundred again and again


def fold(text: str) -> str:
    """Width, case and blanks folded away: what two people would call the same text."""
    if text.isascii():
        return _BLANK.sub("", text).lower()
    # Upper then lower is case folding that JavaScript can do too (it has no casefold).
    return _BLANK.sub("", unicodedata.normalize("NFKC", text).upper().lower())


def _spellings() -> dict[str, str]:
    table: dict[str, str] = {}
    for short, (code, official, english, further) in _UNITS.items():
        names = (short, code, official, english, f"{english} Province", *further)
        for name in names:
            table[fold(name)] = short
    return table


SPELLINGS: Final[Mapping[str, str]] = _spellings()
OFFICIAL_ENDINGS: Final = ("省", "市", "自治区", "自治區", "特别行政区", "特別行政區")
_OFFICIAL: Final = tuple(
    (spelling, short)
    for spelling, short in SPELLINGS.items()
    if spelling.endswith(OFFICIAL_ENDINGS)
)


@lru_cache(_KNOWN)
def province(text: str) -> str | None:
    """The short name (浙江, 内蒙古, 香港) of a province in any usual spelling, else None.

    An address that starts with an official name (浙江省杭州市…) counts; one that starts with a
    short name only does not, because 海南藏族自治州 is in 青海.
    """
    known = SPELLINGS.get(text)
    if known is not None:
        return known
    folded = fold(text)
    known = SPELLINGS.get(folded)
    if known is not None:
        return known
    return next((short for name, short in _OFFICIAL if folded.startswith(name)), None)


def official(text: str | None) -> str | None:
    """The official name (浙江省) of a province in any usual spelling; anything else as it is."""
    short = province(text) if text else None
    return _UNITS[short][1] if short else text


PLACE_ENDINGS: Final = (
    "特别行政区",
    "自治州",
    "自治县",
    "地区",
    "市",
    "区",
    "县",
    "州",
    "盟",
    "旗",
)


@lru_cache(_KNOWN)
def place(text: str) -> str:
    """A city's or district's folded name without its kind: 杭州市 and 杭州 give the same."""
    folded = fold(text)
    for ending in PLACE_ENDINGS:
        if folded.endswith(ending) and len(folded) - len(ending) >= 2:
            return folded[: -len(ending)]
    return folded
