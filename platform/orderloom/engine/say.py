"""A condition as a sentence people read, in both languages, from the very rule that runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orderloom.engine.canonical import Field
from orderloom.engine.facts import FACTS
from orderloom.engine.words import PLAIN, Words

_WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "and": " 且 ",
        "or": " 或 ",
        "!": "不满足({0})",
        "==": "{0} 等于 {1}",
        "===": "{0} 等于 {1}",
        "!=": "{0} 不等于 {1}",
        "!==": "{0} 不等于 {1}",
        ">": "{0} 大于 {1}",
        ">=": "{0} 不低于 {1}",
        "<": "{0} 小于 {1}",
        "<=": "{0} 不超过 {1}",
        "in": "{0} 属于 {1}",
        "in_region": "{0} 在 {1}",
        "starts_with": "{0} 以 {1} 开头",
        "text_has": "{0} 含有 {1}",
        "in_set": "{0} 在集合 {1}",
        "time_in": "{0} 在每天 {1} 到 {2}",
        "workday": "{0} 是工作日",
        "!!": "{0} 有值",
        "blank": "{0} 为空",
        "known": "{0} 有值",
        "between": "{1} 介于 {0} 到 {2}",
        "sum": "{0}的{1}合计",
        "count_if": "{0}中满足({1})的行数",
        "filter": "{0}中满足({1})的行",
        "+": "{0} + {1}",
        "-": "{0} − {1}",
        "*": "{0} × {1}",
        "/": "{0} ÷ {1}",
        "some": "任意一行满足:{1}",
        "all": "每一行满足:{1}",
        "none": "没有一行满足:{1}",
        "lookup": "表“{0}”中 {1} 的值",
        "list": "、",
        "always": "所有订单",
        "never": "没有订单",
    },
    "en": {
        "and": " and ",
        "or": " or ",
        "!": "not ({0})",
        "==": "{0} is {1}",
        "===": "{0} is {1}",
        "!=": "{0} is not {1}",
        "!==": "{0} is not {1}",
        ">": "{0} is more than {1}",
        ">=": "{0} is at least {1}",
        "<": "{0} is less than {1}",
        "<=": "{0} is at most {1}",
        "in": "{0} is one of {1}",
        "in_region": "{0} is in {1}",
        "starts_with": "{0} starts with {1}",
        "text_has": "{0} contains {1}",
        "in_set": "{0} is in the set {1}",
        "time_in": "{0} is between {1} and {2} on any day",
        "workday": "{0} is a working day",
        "!!": "{0} is given",
        "blank": "{0} is empty",
        "known": "{0} is given",
        "between": "{1} is between {0} and {2}",
        "sum": "the sum of {1} over {0}",
        "count_if": "the number of {0} where {1}",
        "filter": "{0} where {1}",
        "+": "{0} + {1}",
        "-": "{0} − {1}",
        "*": "{0} × {1}",
        "/": "{0} ÷ {1}",
        "some": "at least one line has: {1}",
        "all": "every line has: {1}",
        "none": "no line has: {1}",
        "lookup": "the value of {1} in the table “{0}”",
        "list": ", ",
        "always": "every order",
        "never": "no order",
    },
}
_ABSENT = {"!=": "known", "==": "blank"}


def say(rule: Any, words: Words = PLAIN) -> dict[str, str]:
    """{"zh": …, "en": …}; what has no words of its own is shown as it is written."""
    return {locale: _Sayer(locale, words).say(rule, None) for locale in _WORDS}


def say_fact(name: str, arguments: Sequence[Any], locale: str) -> str:
    """What a fact is called, with its one number."""
    known = FACTS.get(name)
    if known is None:
        return name
    title = known.zh if locale == "zh" else known.en
    if known.argument is None or not arguments:
        return title
    return f"{title}({arguments[0]} {known.argument[0 if locale == 'zh' else 1]})"


@dataclass(frozen=True)
class _Sayer:
    """Says rules in one language."""

    locale: str
    words: Words

    def say(self, rule: Any, beside: Field | None) -> str:
        """`beside`: the field a constant is compared with; it decides how the constant reads."""
        words = _WORDS[self.locale]
        if isinstance(rule, dict) and len(rule) == 1:
            (name, arguments), *_ = rule.items()
            return self._operation(name, arguments if isinstance(arguments, list) else [arguments])
        if isinstance(rule, list):
            return words["list"].join(self.say(item, beside) for item in rule)
        if beside is None and isinstance(rule, bool):
            return words["always" if rule else "never"]
        return self.words.value(rule, beside, self.locale)

    def _operation(self, name: str, arguments: list[Any]) -> str:
        words = _WORDS[self.locale]
        special = _SPECIAL.get(name)
        if special is not None:
            return special(self, arguments)
        if name in _ABSENT and len(arguments) == 2 and arguments[1] is None:
            return words[_ABSENT[name]].format(self.say(arguments[0], None))
        parts = self._parts(arguments)
        if name in words and len(parts) >= words[name].count("{"):
            return words[name].format(*parts)
        return f"{name}({', '.join(parts)})"

    def _parts(self, arguments: list[Any]) -> list[str]:
        beside = next((f for f in map(self._field, arguments) if f is not None), None)
        return [self.say(argument, beside) for argument in arguments]

    def _field(self, argument: Any) -> Field | None:
        """The field an operand reads, or adds up."""
        if not isinstance(argument, dict) or len(argument) != 1:
            return None
        (name, inner), *_ = argument.items()
        if name == "var":
            path = inner[0] if isinstance(inner, list) and inner else inner
            return self.words.field(str(path))
        if name == "sum_of" and isinstance(inner, list) and len(inner) == 2:
            return self.words.field(str(inner[1]))
        return None

    def var(self, arguments: list[Any]) -> str:
        return self.words.title(str(arguments[0]) if arguments else "", self.locale)

    def fact(self, arguments: list[Any]) -> str:
        return say_fact(str(arguments[0]) if arguments else "", arguments[1:], self.locale)

    def instant(self, arguments: list[Any]) -> str:
        """As it is written, in its own offset: a rule means the clock it names."""
        return str(arguments[0] if arguments else "")[:16].replace("T", " ")

    def negation(self, arguments: list[Any]) -> str:
        inner = self.say(arguments[0] if arguments else None, None)
        blank = bool(arguments) and self._field(arguments[0]) is not None
        return _WORDS[self.locale]["blank" if blank else "!"].format(inner)

    def at_most(self, arguments: list[Any]) -> str:
        parts = self._parts(arguments)
        name = "between" if len(parts) > 2 else "<="
        return _WORDS[self.locale][name].format(*parts, "", "")

    def total(self, arguments: list[Any]) -> str:
        """A sum over lines: of a field, or of what a formula gives for each line."""
        over, what = [*arguments, None][:2]
        if (
            what is None
            and isinstance(over, dict)
            and set(over) == {"map"}
            and len(over["map"]) == 2
        ):
            over, formula = over["map"]
            what = f"({self.say(formula, None)})"
        else:
            what = self.words.title(str(what or ""), self.locale)
        return _WORDS[self.locale]["sum"].format(self.say(over, None), what)

    def looked_up(self, arguments: list[Any]) -> str:
        table, key = [*arguments, "", ""][:2]
        title = self.words.tables.get(str(table), {}).get(self.locale, str(table))
        return _WORDS[self.locale]["lookup"].format(title, self.say(key, None))

    def joined(self, name: str, arguments: list[Any]) -> str:
        parts = [self.say(argument, None) for argument in arguments]
        mixed = len(parts) > 1 and any(_is_group(argument) for argument in arguments)
        return _WORDS[self.locale][name].join(f"({p})" if mixed else p for p in parts)


def _is_group(argument: Any) -> bool:
    return isinstance(argument, dict) and bool({"and", "or"} & set(argument))


_SPECIAL: Mapping[str, Callable[[_Sayer, list[Any]], str]] = {
    "var": _Sayer.var,
    "fact": _Sayer.fact,
    "ts": _Sayer.instant,
    "!": _Sayer.negation,
    "<=": _Sayer.at_most,
    "sum_of": _Sayer.total,
    "lookup": _Sayer.looked_up,
    "and": lambda sayer, arguments: sayer.joined("and", arguments),
    "or": lambda sayer, arguments: sayer.joined("or", arguments),
}
