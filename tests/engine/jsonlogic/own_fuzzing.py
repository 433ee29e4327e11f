"""Random uses of our own operators: what belongs there, and anything else.

Left out, as the languages differ on purpose: whole numbers written as fractions (5.0), integers
beyond 2**53, and characters that are newer than the Unicode of this Python.
"""

from __future__ import annotations

import sys
import unicodedata
from random import Random
from typing import Any

from orderloom.engine.jsonlogic import CATALOGUE
from orderloom.engine.regions import REGION_SETS, SPELLINGS

_WORDS = (
    "顺丰", "SF", "sf", "ｓｆ", "ab-", "AB", "ＡＢ－", "加 急", "加\u3000急", "急", "", " ", "0",
    "1.5", "ß", "SS", "ſ", "Σ", "İ", "ﬁ",
)  # fmt: skip
_PLACES = (
    "杭州", "杭州市", "西湖区", "海南藏族自治州", "浙江省杭州市", "吉林市", "苏州", "朝阳",
    "朝阳区", "上海市徐汇区", "台灣", "內蒙古", "Zhejiang Province", " 浙 江 省 ", "广西",
    "中国香港", "nowhere",
)  # fmt: skip
_INSTANTS = (
    "2026-10-01T12:00:00+08:00", "2026-10-01 04:00Z", "2026-10-01T12:00:00", "2026-1-1T00:00Z",
    "2026-02-30T12:00:00Z", "2024-02-29T00:00:00.123456789-11:59", "0001-01-01T00:00Z",
    "0000-01-01T00:00Z", "9999-12-31T23:59:59Z", "2026-10-01T24:00Z", "2026-10-01T12:60Z",
    "2026-10-01T12:00+24:00", "２０２６-10-01T12:00Z",
)  # fmt: skip
_NUMBERS = (
    0, 1, -1, 2, 3, 5, 7, 10, 100, 0.5, -0.5, 1.5, 2**53, -(2**53), 2**53 - 1, 86_400_000, 1e21,
    1e-7,
)  # fmt: skip
_ANY: tuple[Any, ...] = (None, True, False, [], {}, [1], ["浙江"], {"a": 1})
_CLOCKS = ("00:00", "06:00", "09:00", "12:00", "18:00", "22:00", "24:00")
_DAY = 86_400_000


class OwnFuzzer:
    """A stream of (rule, data) pairs that a seed fixes."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._names = sorted(CATALOGUE)

    def pair(self) -> tuple[Any, Any]:
        """One use of one operator, and data for it."""
        return self.rule(self._random.choice(self._names)), self.data()

    def data(self) -> dict[str, Any]:
        pick = self._random.choice
        return {
            "t": self._text(), "p": self._place(), "at": self._instant(), "n": pick(_NUMBERS),
            "m": pick(_NUMBERS), "odd": pick((*_ANY, self._text(), pick(_NUMBERS))),
            "lines": [self._line() for _ in range(self._random.randrange(4))],
            "customer": pick(("C1", "C2", "C3", 1, None)),
            "$facts": {"seen": pick((0, 3, None)), "orders_since(60)": pick((1, 2))},
        }  # fmt: skip

    def rule(self, name: str) -> Any:
        """A use of this operator, its arguments of the right kind or, at times, of any."""
        make = getattr(self, f"_{name}")
        arguments = make()
        if len(arguments) == 1 and self._random.random() < 0.5:
            return {name: arguments[0]}
        return {name: arguments}

    # ── data

    def _text(self) -> str:
        parts = [self._random.choice((*_WORDS, *_PLACES)) for _ in range(self._random.randrange(3))]
        return "".join([*parts, *(self._character() for _ in range(self._random.randrange(3)))])

    def _character(self) -> str:
        while True:
            found = chr(
                self._random.randrange(
                    sys.maxunicode + 1 if self._random.random() < 0.3 else 0x3000
                )
            )
            if unicodedata.category(found) not in ("Cn", "Cs"):
                return found

    def _place(self) -> Any:
        pick = self._random.choice
        places = (pick(_PLACES), pick(list(SPELLINGS)), self._text())
        if self._random.random() < 0.7:
            return pick(places)
        keys = ("province", "city", "district")
        return {key: pick((*places, None, 5)) for key in keys if self._random.random() < 0.7}

    def _instant(self) -> Any:
        pick = self._random.choice
        near = 1_790_827_200_000 + self._random.randrange(-3000, 3000) * _DAY // 10
        return pick((near, near, near, pick(_INSTANTS), pick((0, -1, -_DAY, 1.5, None))))

    def _line(self) -> dict[str, Any]:
        pick = self._random.choice
        line = {
            "qty": pick((*_NUMBERS, "3", None, True)),
            "gift": pick((True, False, None)),
            "o": {"x": pick(_NUMBERS)},
        }
        return {key: value for key, value in line.items() if self._random.random() < 0.8}

    # ── arguments

    def _of(self, *paths: str) -> Any:
        """A field of the right kind most of the time."""
        return {
            "var": self._random.choice(
                paths if self._random.random() < 0.9 else ("odd", "gone", "lines")
            )
        }

    def _words(self) -> Any:
        pick = self._random.choice
        listed = [pick((*_WORDS, *_WORDS, 5, None)) for _ in range(self._random.randrange(4))]
        return pick((listed, pick(_WORDS), self._of("t")))

    def _starts_with(self) -> list[Any]:
        return [self._of("t", "t", "n"), self._words()]

    _text_has = _starts_with

    def _in_region(self) -> list[Any]:
        sets = [f"@{name}" for name in (*REGION_SETS, "vip")]
        pools = (_PLACES, [*SPELLINGS], sets)
        pick = self._random.choice
        listed = [pick(pick(pools)) for _ in range(self._random.randrange(1, 12))]
        return [self._of("p"), self._random.choice((listed, listed[0]))]

    def _ts(self) -> list[Any]:
        return [self._of("at", "at", "t")]

    def _offset(self) -> list[Any]:
        return self._random.choice(([], [], [0], [480], [-720], [840], [330]))

    def _time_in(self) -> list[Any]:
        pick = self._random.choice
        return [self._of("at"), pick(_CLOCKS), pick(_CLOCKS), *self._offset()]

    def _dow(self) -> list[Any]:
        return [self._of("at"), *self._offset()]

    _workday = _dow

    def _rdiv(self) -> list[Any]:
        return [
            self._of("n", "m"),
            self._random.choice((self._of("m"), self._random.choice(_NUMBERS))),
        ]

    def _sum_of(self) -> list[Any]:
        pick = self._random.choice
        return [self._of("lines"), *pick((["qty"], ["qty"], ["o.x"], ["gone"], []))]

    def _count_if(self) -> list[Any]:
        pick = self._random.choice
        tests = (
            {"var": "gift"},
            {">": [{"var": "qty"}, {"fact": "seen"}]},
            {"!": {"var": "qty"}},
            True,
        )
        return [self._of("lines"), pick(tests)]

    def _fact(self) -> list[Any]:
        return self._random.choice((["seen"], ["orders_since", 60], ["never"]))

    def _in_set(self) -> list[Any]:
        return [self._of("customer", "t"), self._random.choice(("vip", "holidays"))]

    def _lookup(self) -> list[Any]:
        default = self._random.choice(([], ["none"], [None], [self._of("n")]))
        return ["grade", self._of("customer"), *default]


def own_pairs(seed: int, count: int) -> list[tuple[Any, Any]]:
    """`count` pairs."""
    fuzzer = OwnFuzzer(seed)
    return [fuzzer.pair() for _ in range(count)]
