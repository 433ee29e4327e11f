"""A receiver as people paste it: name, phone and address in one text, in any order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from orderloom.engine.address import Place, recognise


class Receiver(NamedTuple):
    """What a text says of somebody, else None. `address`: what stands behind the district."""

    name: str | None = None
    phone: str | None = None
    province: str | None = None
    city: str | None = None
    district: str | None = None
    address: str | None = None


_LABELS = re.compile(
    "(?:收货人|收件人|姓名|名字|联系人|联系方式|联系电话|手机号码|手机号|手机|电话|收货地址|收件地址|详细地址|"
    "所在地区|地区|地址|name|receiver|phone|mobile|tel|address) *[:=] *",
    re.IGNORECASE,
)
_EXTENSION = r"(?: ?(?:-|转|ext\.?) ?(\d{1,6}))?(?!\d)"
_PHONES = (
    re.compile(rf"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d[- ]?\d{{4}}[- ]?\d{{4}}){_EXTENSION}"),
    re.compile(rf"(?<!\d)(0\d{{2,3}}-?\d{{7,8}}){_EXTENSION}"),
)
_SEPARATORS = re.compile(r"[\s()-]+")
_DIALLED = re.compile(
    r"(?:(?:\+?86)?(?:1[3-9][0-9]{9}|0[0-9]{9,11})|[48]00[0-9]{7}|\+[0-9]{7,15})(?:转[0-9]{1,6})?"
)
_BREAKS = re.compile(r"[\s,;、|]+")
_LATIN = re.compile(r"(?<=[A-Za-z.]) (?=[A-Za-z])")
_JOINT = "\x01"  # stands between the words of a Latin name, which are one part
_NAME = re.compile(
    rf"[\u4e00-\u9fff]{{1,8}}(?:·[\u4e00-\u9fff]{{1,8}})*|[A-Za-z][A-Za-z.'{_JOINT}-]{{1,40}}"
)
_OF_PLACES = re.compile("[省市区县镇乡街路道巷弄村号栋幢楼室层]|单元|花园|大厦|广场|公司")
_LOOSE = re.compile("(?<![!-~]) | (?![!-~])")  # no space belongs beside Chinese
_LONGEST_NAME = 4


def take_apart(text: str) -> Receiver:
    """Who, which number and where. Guesses nothing: a part that cannot be told is None.

    "张三 13800000000 浙江省杭州市西湖区某路1号" and any other order, with labels or without.
    """
    plain = _LABELS.sub("\n", unicodedata.normalize("NFKC", text).replace(_JOINT, " "))
    phone, before, behind = _phone(_LATIN.sub(_JOINT, plain))
    head = _parts(before)
    name, rest = _name(_apart([*head, *_parts(behind)]), len(head))
    place, address = _place(" ".join(rest).replace(_JOINT, " "))
    return Receiver(name, phone, *place, address or None)


def dialled(text: str) -> str | None:
    """A phone number without separators; None for what nobody could call."""
    plain = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))
    number = re.sub(r"ext\.?", "转", plain, flags=re.IGNORECASE)
    return number if _DIALLED.fullmatch(number) else None


def _phone(text: str) -> tuple[str | None, str, str]:
    """The number as it is dialled, and what stands before and behind it."""
    for kind in _PHONES:
        if found := kind.search(text):
            number = re.sub("[- ]", "", found[1])
            dialled = f"{number}转{found[2]}" if found[2] else number
            return dialled, text[: found.start()], text[found.end() :]
    return None, text, ""


def _parts(text: str) -> list[str]:
    return [part for part in _BREAKS.split(text) if part]


def _is_place(part: str) -> bool:
    return recognise(part).place != Place()


def _apart(parts: list[str]) -> list[str]:
    """A name written right before the address becomes a part of its own."""
    if any(map(_is_place, parts)):
        return parts
    for at, part in enumerate(parts):
        for length in range(2, min(_LONGEST_NAME, len(part) - 1) + 1):
            place = recognise(part[length:]).place
            if (place.province or place.city) and _NAME.fullmatch(part[:length]):
                return [*parts[:at], part[:length], part[length:], *parts[at + 1 :]]
    return parts


def _name(parts: Sequence[str], middle: int) -> tuple[str | None, list[str]]:
    """The name, and the other parts. `middle`: how many parts stand before the phone.

    A name stands before the address; else next to the phone, and looks like no place.
    """
    start = next((at for at, part in enumerate(parts) if _is_place(part)), len(parts))
    near = range(start) if start else range(max(middle - 1, 1), len(parts))
    for at in near:
        if _NAME.fullmatch(parts[at]) and (start or not _OF_PLACES.search(parts[at])):
            return parts[at].replace(_JOINT, " "), [*parts[:at], *parts[at + 1 :]]
    return None, list(parts)


def _place(text: str) -> tuple[Place, str]:
    """Where, and the text behind it with the spaces it had."""
    address = _LOOSE.sub("", text)
    found = recognise(address)
    left, at = len(found.rest), len(address)
    while left:
        at -= 1
        left -= address[at] != " "
    return found.place, address[at:].strip()
