"""Addresses: which place a text names, and what is vague about it.

A place is (province, city, district) with the province's short name; parts nobody named are None.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any, Final, NamedTuple

from orderloom.engine.divisions import DIVISIONS
from orderloom.engine.regions import SPELLINGS, fold, province

Order = dict[str, Any]
ISSUES: Final = ("placeholder", "contradiction", "no_district", "no_detail", "no_number")
_PLACE = ("province", "city", "district")
_LOCATED = (*_PLACE, "address")
_PLACEHOLDERS = re.compile(
    "测试|不详|未知|不知道|随便|待定|暂无|同上|电话联系|打电话|到了联系|asdf|xxx|test|123456",
    re.IGNORECASE,
)
_REPEATED = re.compile(r"^(.{1,3})\1{2,}$")
# A number of some kind, or a place people find without one.
_NUMBERED = re.compile(
    "[0-9]|[〇零一二三四五六七八九十百]+(?:号|栋|幢|座|楼|室|弄|单元|组|队|层|巷|期)"
)
_LANDMARK = re.compile(
    "大厦|广场|中心|商场|市场|超市|酒店|宾馆|医院|学校|学院|大学|中学|小学|幼儿园|小区|花园|公寓|家园|"
    "公司|厂|工业园|产业园|科技园|园区|政府|法院|派出所|银行|车站|机场|驿站|村|屯|庄|寨|社区|连队|农场|部队"
)
_WORDS = re.compile("[省市区县乡镇街道路村]")


class Place(NamedTuple):
    """As much of it as is known."""

    province: str | None = None
    city: str | None = None
    district: str | None = None


class Recognised(NamedTuple):
    """A place and what of the text stands behind it."""

    place: Place
    rest: str


@cache
def _cities() -> dict[tuple[str, str], frozenset[str]]:
    """(province, city) -> its districts; none where towns lie directly below the city."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    for line in DIVISIONS.split("\n"):
        head, _, districts = line.partition(":")
        if head:
            name, _, cities = head.partition(" ")
            found |= {(name, city): frozenset(districts.split()) for city in cities.split(",")}
    return found


@cache
def _named() -> dict[str, tuple[tuple[str, str, str | None], ...]]:
    """Every official name, and a city's short one -> (province, city, district or None)."""
    table: dict[str, list[tuple[str, str, str | None]]] = {}
    for (name, city), districts in _cities().items():
        table.setdefault(city, []).append((name, city, None))
        short = city.removesuffix("市")
        if len(short) >= 2 and short not in SPELLINGS:
            table.setdefault(short, []).append((name, city, None))
        for district in districts:
            table.setdefault(district, []).append((name, city, district))
    return {key: tuple(values) for key, values in table.items()}


@cache
def _lengths() -> dict[str, tuple[int, ...]]:
    """The first two characters of names -> how long such names are, the longest first."""
    found: dict[str, set[int]] = {}
    for name in _named():
        found.setdefault(name[:2], set()).add(len(name))
    return {start: tuple(sorted(lengths, reverse=True)) for start, lengths in found.items()}


def recognise(text: str, within: Place = Place()) -> Recognised:  # noqa: B008 - immutable
    """The place a text begins with. `within`: what is known already narrows what a name may mean.

    西湖区 alone may be Hangzhou's or Nanchang's: then no city is claimed.
    """
    left = unicodedata.normalize("NFKC", text).replace(" ", "").replace("\ufeff", "").lstrip()
    place = within
    name, left = _leading_province(left)
    if name:
        place = Place(name) if name != place.province else place
    for _ in range(2):
        step = _leading_place(left, place)
        if step is None:
            break
        place, left = step
    return Recognised(place, left)


_STARTS = frozenset(spelling[0] for spelling in SPELLINGS)


def _leading_province(text: str) -> tuple[str | None, str]:
    if fold(text[:1]) not in _STARTS:
        return None, text
    for length in range(min(len(text), 10), 1, -1):
        name = SPELLINGS.get(fold(text[:length]))
        # 海南藏族自治州 is no part of 海南, 吉林市 no part of the word 吉林.
        if name and not text[length:].startswith(("市", "藏族")):
            return name, text[length:]
    return None, text


def _leading_place(text: str, known: Place) -> tuple[Place, str] | None:
    for length in _lengths().get(text[:2], ()):
        meanings = [m for m in _named().get(text[:length], ()) if _fits(m, known)]
        if not meanings:
            continue
        if len({meaning[:2] for meaning in meanings}) == 1:
            (name, city, district) = max(meanings, key=lambda m: m[2] or "")
            return Place(name, city, district or known.district), text[length:]
        if len({meaning[2] for meaning in meanings}) == 1 and meanings[0][2]:
            return known._replace(district=meanings[0][2]), text[length:]
    return None


def _fits(meaning: tuple[str, str, str | None], known: Place) -> bool:
    name, city, _ = meaning
    return known.province in (None, name) and known.city in (None, city)


def complete(order: Order) -> None:
    """Fill in the parts of the place that only the address names. Masked data tell nothing."""
    if _is_hidden(order) or all(order[part] for part in _PLACE):
        return
    given = _given(order)
    found = recognise(order["address"] or "", given).place
    for part in _PLACE:
        order[part] = order[part] or getattr(found, part)


def issues(order: Order) -> list[str] | None:
    """What is vague about the receiver's address, from ISSUES; None: it is hidden from the hub."""
    if _is_hidden(order):
        return None
    return list(_issues(_given(order), order["town"] or "", order["address"] or ""))


def _issues(given: Place, town: str, address: str) -> Iterator[str]:
    named, rest = recognise(address)
    detail = rest.removeprefix(town)
    if _PLACEHOLDERS.search(address) or _REPEATED.match(detail):
        yield "placeholder"
    if _contradicts(given, named):
        yield "contradiction"
    place = Place(*(known or found for known, found in zip(given, named, strict=True)))
    if not place.district and _has_districts(place):
        yield "no_district"
    if len(_WORDS.sub("", detail)) < 2:
        yield "no_detail"
    elif not _NUMBERED.search(detail) and not _LANDMARK.search(detail):
        yield "no_number"


def _contradicts(given: Place, named: Place) -> bool:
    """Whether the address names another place than the fields, or these do not fit each other."""
    if any(a and b and fold(a) != fold(b) for a, b in zip(given, named, strict=True)):
        return True
    if not (given.province and given.city):
        return False
    known = _cities().get((given.province, given.city))
    return known is None and _city_of(given.province, given.city) is None


def _city_of(name: str, city: str) -> str | None:
    """The official name of a province's city in any usual spelling."""
    meanings = _named().get(city, ()) or _named().get(f"{city}市", ())
    return next((m[1] for m in meanings if m[0] == name), None)


def _has_districts(place: Place) -> bool:
    if not (place.province and place.city):
        return True
    return bool(_cities().get((place.province, place.city), True))


def _is_hidden(order: Order) -> bool:
    return any(part in order["masked"] for part in _LOCATED)


def _given(order: Order) -> Place:
    """The order's own fields, spelled officially where the name is known."""
    name = province(order["province"] or "") or order["province"] or None
    city = order["city"] or None
    if name and city:
        city = _city_of(name, city) or city
    return Place(name, city, order["district"] or None)
