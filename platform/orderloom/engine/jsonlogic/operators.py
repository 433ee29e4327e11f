"""The one catalogue of our own operators: what they are called, take, mean and give.

The browser has the same operators; the examples here are the tests of both.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from orderloom.engine.jsonlogic import functions as f
from orderloom.engine.jsonlogic.errors import RuleInvalid
from orderloom.engine.jsonlogic.functions import Call, Function
from orderloom.engine.jsonlogic.tree import Json, Op, to_json

Kind = Literal[
    "any", "boolean", "number", "integer", "text", "words", "region", "regions", "instant",
    "clock", "offset", "list", "path", "condition", "set", "table", "fact",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Param:
    """One argument. `written`: must stand in the rule; `rest`: may be repeated."""

    name: str
    kind: Kind
    optional: bool = False
    written: bool = False
    rest: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """A rule, the data it sees and what comes out; sets and tables as `EXAMPLE_SETS`."""

    rule: Json
    data: Json
    value: Json


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator of ours. `bind` gives the function of the evaluated arguments."""

    name: str
    params: tuple[Param, ...]
    returns: Kind
    zh: str
    en: str
    examples: tuple[Example, ...]
    bind: Callable[[Call], Function]
    nullable: bool = False

    def check(self, call: Call) -> None:
        """Raise RuleInvalid unless the number and form of the arguments fit."""
        args = call.node.args
        least = sum(not param.optional for param in self.params)
        most = None if self.params[-1].rest else len(self.params)
        if len(args) < least or (most is not None and len(args) > most):
            raise RuleInvalid(
                "rules.arity", call.node.pointer, operator=self.name, least=least, most=most
            )
        for index, _ in enumerate(args):
            if self.param(index).written and not call.known(index):
                raise call.refuse("rules.must_be_written", index, operator=self.name)

    def param(self, index: int) -> Param:
        """The parameter an argument belongs to."""
        return self.params[min(index, len(self.params) - 1)]


Operators = Mapping[str, Operator]


def fact_key(name: Json, *args: Json) -> str:
    """The name under which a fact is supplied: `orders_of_receiver` or `orders_since(86400000)`."""
    if not args:
        return str(name)
    return f"{name}({json.dumps(list(args), ensure_ascii=False, separators=(',', ':'))[1:-1]})"


def fact_of(key: str) -> tuple[str, tuple[Json, ...]]:
    """Name and arguments of a fact key, for whoever supplies it."""
    name, bracket, rest = key.partition("(")
    return name, tuple(json.loads(f"[{rest[:-1]}]")) if bracket else ()


def _not_eager(call: Call) -> Function:
    raise AssertionError(f"{call.node.name} is compiled by the engine itself")


EXAMPLE_SETS: Final[Mapping[str, tuple[str, ...]]] = {
    "vip": ("C1", "C2"),
    "holidays": ("2026-10-01",),
    "workdays": ("2026-10-10",),
}
EXAMPLE_TABLES: Final[Mapping[str, Mapping[str, Json]]] = {"grade": {"C1": "gold"}}
_OFFSET: Final = Param("offset", "offset", optional=True, written=True)
_LINES: Final = [{"qty": 2, "gift": False}, {"qty": 3, "gift": True}, {"qty": None}]
_NOON: Final = 1_790_827_200_000  # Thursday 2026-10-01 12:00 in China

_ALL: Final = (
    Operator(
        "starts_with",
        (Param("text", "text"), Param("prefix", "words")),
        "boolean",
        "文本以某词（或其中之一）开头；不分全角半角、大小写和空格",
        "the text starts with the word, or one of them; width, case and blanks do not matter",
        (
            Example({"starts_with": [{"var": "sku"}, "ab-"]}, {"sku": "ＡＢ-01"}, True),
            Example({"starts_with": [{"var": "sku"}, ["X", "A B"]]}, {"sku": "ab-1"}, True),
            Example({"starts_with": [{"var": "sku"}, "b"]}, {"sku": "AB"}, False),
            Example({"starts_with": [{"var": "sku"}, ""]}, {"sku": "AB"}, False),
            Example({"starts_with": [{"var": "sku"}, "b"]}, {}, False),
        ),
        f.bind_starts_with,
    ),
    Operator(
        "text_has",
        (Param("text", "text"), Param("words", "words")),
        "boolean",
        "文本含有其中任一词；不分全角半角、大小写和空格",
        "the text contains one of the words; width, case and blanks do not matter",
        (
            Example(
                {"text_has": [{"var": "note"}, ["顺丰", "SF"]]}, {"note": "请发 ｓｆ 谢谢"}, True
            ),
            Example({"text_has": [{"var": "note"}, ["改 地址"]]}, {"note": "改地址"}, True),
            Example({"text_has": [{"var": "note"}, ["急"]]}, {"note": None}, False),
            Example({"text_has": [{"var": "note"}, []]}, {"note": "急"}, False),
            Example({"text_has": [{"var": "no"}, "30"]}, {"no": 1300}, True),
        ),
        f.bind_text_has,
    ),
    Operator(
        "in_region",
        (Param("place", "region"), Param("names", "regions", written=True)),
        "boolean",
        "地区属于其中之一：省份按任何常见写法，也可写城市、区县或“@集合”",
        "the place is one of the regions: provinces in any usual spelling, cities, or “@set”",
        (
            Example({"in_region": [{"var": "p"}, ["浙江", "广西"]]}, {"p": "浙江省"}, True),
            Example({"in_region": [{"var": "p"}, ["广西"]]}, {"p": "广西壮族自治区"}, True),
            Example({"in_region": [{"var": "p"}, ["@江浙沪"]]}, {"p": "上海市"}, True),
            Example({"in_region": [{"var": "p"}, "@remote"]}, {"p": "海南藏族自治州"}, False),
            Example(
                {"in_region": [{"var": ""}, ["杭州"]]}, {"province": "浙江", "city": "杭州市"}, True
            ),
            Example({"in_region": [{"var": "p"}, ["浙江"]]}, {}, False),
        ),
        f.bind_in_region,
    ),
    Operator(
        "ts",
        (Param("text", "text"),),
        "instant",
        "把带时区的日期时间变成时刻（毫秒）；写法不对得空",
        "the instant (milliseconds) of a date and time with offset; null when it is none",
        (
            Example({"ts": "2026-10-01T12:00:00+08:00"}, {}, _NOON),
            Example({"ts": {"var": "t"}}, {"t": "2026-10-01 04:00Z"}, _NOON),
            Example({"ts": {"var": "t"}}, {"t": "2026-10-01T12:00:00"}, None),
            Example({"ts": {"var": "t"}}, {"t": "2026-02-30T12:00:00Z"}, None),
            Example({"ts": {"var": "t"}}, {"t": _NOON}, _NOON),
        ),
        f.bind_instant,
        nullable=True,
    ),
    Operator(
        "time_in",
        (
            Param("at", "instant"),
            Param("from", "clock", written=True),
            Param("to", "clock", written=True),
            _OFFSET,
        ),
        "boolean",
        "时刻在一天中的时段内（含起点，不含终点），可跨零点；默认北京时间",
        "the instant lies in a window of the day (start included, end not), also over midnight",
        (
            Example({"time_in": [{"var": "t"}, "09:00", "18:00"]}, {"t": _NOON}, True),
            Example({"time_in": [{"var": "t"}, "22:00", "06:00"]}, {"t": _NOON}, False),
            Example({"time_in": [{"var": "t"}, "22:00", "06:00", 0]}, {"t": _NOON}, True),
            Example({"time_in": [{"var": "t"}, "12:00", "24:00"]}, {"t": _NOON}, True),
            Example({"time_in": [{"var": "t"}, "09:00", "12:00"]}, {"t": _NOON}, False),
            Example({"time_in": [{"var": "t"}, "00:00", "24:00"]}, {}, False),
        ),
        f.bind_time_in,
    ),
    Operator(
        "dow",
        (Param("at", "instant"), _OFFSET),
        "integer",
        "时刻是星期几：周一 1 … 周日 7；默认北京时间",
        "the day of the week, Monday 1 to Sunday 7; China time unless an offset is given",
        (
            Example({"dow": {"var": "t"}}, {"t": _NOON}, 4),
            Example({"dow": {"var": "t"}}, {"t": 0}, 4),
            Example({"dow": [{"var": "t"}, -720]}, {"t": 0}, 3),
            Example({"dow": {"var": "t"}}, {}, None),
        ),
        f.bind_dow,
        nullable=True,
    ),
    Operator(
        "workday",
        (Param("at", "instant"), _OFFSET),
        "boolean",
        "时刻在工作日：周一到周五，去掉集合 holidays，加上集合 workdays（调休）",
        "the instant is on a working day: Monday to Friday, without the set `holidays`, with the "
        "set `workdays`",
        (
            Example({"workday": {"var": "t"}}, {"t": _NOON}, False),
            Example({"workday": {"var": "t"}}, {"t": _NOON + 8 * f.DAY}, True),
            Example({"workday": {"var": "t"}}, {"t": _NOON + 9 * f.DAY}, True),
            Example({"workday": {"var": "t"}}, {"t": _NOON + 10 * f.DAY}, False),
        ),
        f.bind_workday,
    ),
    Operator(
        "rdiv",
        (Param("dividend", "integer"), Param("divisor", "integer")),
        "integer",
        "整数相除，四舍五入到整数（远离零）；除数为零或不是整数得空",
        "whole-number division, halves away from nought; null when it cannot be done",
        (
            Example({"rdiv": [7, 2]}, {}, 4),
            Example({"rdiv": [-7, 2]}, {}, -4),
            Example({"rdiv": [{"var": "total"}, 3]}, {"total": 10_000}, 3_333),
            Example({"rdiv": [1, {"var": "n"}]}, {"n": 0}, None),
            Example({"rdiv": [1.5, 1]}, {}, None),
        ),
        lambda call: f.rdiv,
        nullable=True,
    ),
    Operator(
        "sum_of",
        (Param("list", "list"), Param("path", "path", optional=True, written=True)),
        "number",
        "列表各项某字段之和；不是数字的略过",
        "the sum of one field over a list; what is no number is left out",
        (
            Example({"sum_of": [{"var": "lines"}, "qty"]}, {"lines": _LINES}, 5),
            Example({"sum_of": {"var": "n"}}, {"n": [1, 2.5, "3", True]}, 3.5),
            Example({"sum_of": [{"var": "lines"}, "qty"]}, {}, 0),
        ),
        lambda call: f.sum_of,
    ),
    Operator(
        "count_if",
        (Param("list", "list"), Param("condition", "condition")),
        "integer",
        "列表中满足条件的项数",
        "how many items of a list meet the condition",
        (
            Example({"count_if": [{"var": "lines"}, {"var": "gift"}]}, {"lines": _LINES}, 1),
            Example({"count_if": [{"var": "lines"}, True]}, {"lines": _LINES}, 3),
            Example({"count_if": [{"var": "lines"}, True]}, {}, 0),
        ),
        _not_eager,
    ),
    Operator(
        "fact",
        (
            Param("name", "fact", written=True),
            Param("argument", "any", optional=True, written=True, rest=True),
        ),
        "any",
        "事先备好的事实，如同一收件人 24 小时内的订单数；评估时不查任何东西",
        "a fact supplied beforehand, as the orders of the same receiver within 24 hours",
        (
            Example({"fact": "blacklisted"}, {"$facts": {"blacklisted": False}}, False),
            Example(
                {"fact": ["orders_of_receiver", 86_400_000]},
                {"$facts": {"orders_of_receiver(86400000)": 3}},
                3,
            ),
            Example(
                {"count_if": [{"var": "lines"}, {">": [{"var": "qty"}, {"fact": "limit"}]}]},
                {"lines": _LINES, "$facts": {"limit": 2}},
                1,
            ),
        ),
        _not_eager,
        nullable=True,
    ),
    Operator(
        "in_set",
        (Param("value", "any"), Param("set", "set", written=True)),
        "boolean",
        "值属于某个命名集合",
        "the value is in the named set",
        (
            Example({"in_set": [{"var": "customer"}, "vip"]}, {"customer": "C1"}, True),
            Example({"in_set": [{"var": "customer"}, "vip"]}, {"customer": "C9"}, False),
            Example({"in_set": [{"var": "customer"}, "vip"]}, {}, False),
        ),
        f.bind_in_set,
    ),
    Operator(
        "lookup",
        (
            Param("table", "table", written=True),
            Param("key", "text"),
            Param("default", "any", optional=True),
        ),
        "any",
        "在命名的表里按键查值；没有则取默认值或空",
        "the value a named table has for a key, else the default or null",
        (
            Example({"lookup": ["grade", {"var": "customer"}]}, {"customer": "C1"}, "gold"),
            Example({"lookup": ["grade", {"var": "customer"}, "new"]}, {"customer": "C9"}, "new"),
            Example({"lookup": ["grade", {"var": "customer"}]}, {}, None),
        ),
        f.bind_lookup,
        nullable=True,
    ),
)

CATALOGUE: Final[Operators] = {operator.name: operator for operator in _ALL}


@dataclass(frozen=True, slots=True)
class Names:
    """What the names in a rule stand for: operators, sets and tables."""

    operators: Operators = field(default_factory=lambda: CATALOGUE)
    sets: Mapping[str, Collection[Any]] = field(default_factory=dict)
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def check(self, node: Op) -> Call:
        """The call of one of our operators, its arguments found to fit."""
        call = Call(node, self.sets, self.tables)
        self.operators[node.name].check(call)
        return call

    def bind(self, node: Op) -> Function:
        """The function behind one use of an operator."""
        return self.operators[node.name].bind(self.check(node))

    def fact(self, node: Op) -> str:
        """The key of the fact this operation asks for."""
        self.check(node)
        return fact_key(*[to_json(arg) for arg in node.args])
