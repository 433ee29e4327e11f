"""A condition as a sentence people read, in both languages, from the very rule that runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from orderloom.engine.canonical import DERIVED_FIELDS, LINE_BY_NAME, ORDER_BY_NAME, Field
from orderloom.engine.facts import FACTS
from orderloom.engine.templates import yuan

_FIELDS: dict[str, Field] = {
    **LINE_BY_NAME,
    **{field.name: field for field in DERIVED_FIELDS},
    **ORDER_BY_NAME,
}
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
        "some": "任意一行满足:{1}",
        "all": "每一行满足:{1}",
        "none": "没有一行满足:{1}",
        "list": "、",
        "always": "所有订单",
        "never": "没有订单",
        "empty": "空",
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
        "some": "at least one line has: {1}",
        "all": "every line has: {1}",
        "none": "no line has: {1}",
        "list": ", ",
        "always": "every order",
        "never": "no order",
        "empty": "nothing",
    },
}


def say(rule: Any) -> dict[str, str]:
    """{"zh": …, "en": …}; what has no words of its own is shown as it is written."""
    return {locale: _say(rule, locale, None) for locale in _WORDS}


def _say(rule: Any, locale: str, beside: Field | None) -> str:
    """`beside`: the field a constant is compared with; it decides how the constant is written."""
    words = _WORDS[locale]
    if isinstance(rule, dict) and len(rule) == 1:
        (name, arguments), *_ = rule.items()
        return _operation(name, arguments if isinstance(arguments, list) else [arguments], locale)
    if isinstance(rule, list):
        return words["list"].join(_say(item, locale, beside) for item in rule)
    if rule is True or rule is False:
        return words["always" if rule else "never"]
    if rule is None:
        return words["empty"]
    if isinstance(rule, int) and beside is not None and beside.kind == "money":
        return f"¥{yuan(rule)}"
    return str(rule)


def _operation(name: str, arguments: list[Any], locale: str) -> str:
    words = _WORDS[locale]
    special = _SPECIAL.get(name)
    if special is not None:
        return special(arguments, locale)
    beside = next((f for f in map(_field, arguments) if f is not None), None)
    parts = [_say(argument, locale, beside) for argument in arguments]
    if name in words and len(parts) >= words[name].count("{"):
        return words[name].format(*parts)
    return f"{name}({', '.join(parts)})"


def _field(argument: Any) -> Field | None:
    if isinstance(argument, dict) and set(argument) == {"var"}:
        name = argument["var"]
        path = name[0] if isinstance(name, list) and name else name
        return _FIELDS.get(str(path))
    return None


def _var(arguments: list[Any], locale: str) -> str:
    name = str(arguments[0]) if arguments else ""
    field = _FIELDS.get(name)
    return (field.zh if locale == "zh" else field.en) if field else name


def _fact(arguments: list[Any], locale: str) -> str:
    known = FACTS.get(str(arguments[0])) if arguments else None
    if known is None:
        return str(arguments[0]) if arguments else ""
    words = known.zh if locale == "zh" else known.en
    if known.argument is None or len(arguments) < 2:
        return words
    unit = known.argument[0 if locale == "zh" else 1]
    return f"{words}({arguments[1]} {unit})"


def _joined(name: str) -> Callable[[list[Any], str], str]:
    def join(arguments: list[Any], locale: str) -> str:
        parts = [_say(argument, locale, None) for argument in arguments]
        mixed = len(parts) > 1 and any(_is_group(argument) for argument in arguments)
        return _WORDS[locale][name].join(f"({p})" if mixed else p for p in parts)

    return join


def _is_group(argument: Any) -> bool:
    return isinstance(argument, dict) and bool({"and", "or"} & set(argument))


_SPECIAL: Mapping[str, Callable[[list[Any], str], str]] = {
    "var": _var,
    "fact": _fact,
    "and": _joined("and"),
    "or": _joined("or"),
}
