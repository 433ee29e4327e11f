"""Names and values as people read them: fen as yuan, instants as local time, codes as words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from orderloom.engine.canonical import DERIVED_FIELDS, LINE_BY_NAME, ORDER_BY_NAME, Field
from orderloom.engine.templates import yuan

Text = Mapping[str, str]  # by locale, zh and en
ZONE = "Asia/Shanghai"

_FIELDS: Mapping[str, Field] = {
    **LINE_BY_NAME,
    **{derived.name: derived for derived in DERIVED_FIELDS},
    "now": Field("now", "instant", "现在", "Now"),
    "lines": Field("lines", "texts", "明细", "Lines"),
    **ORDER_BY_NAME,
}
_CODES: Mapping[str, Mapping[str, Text]] = {
    "payment_state": {
        "unpaid": {"zh": "未付款", "en": "unpaid"},
        "deposit_paid": {"zh": "已付定金", "en": "deposit paid"},
        "paid": {"zh": "已付款", "en": "paid"},
        "refunded": {"zh": "已退款", "en": "refunded"},
        "closed": {"zh": "未付关闭", "en": "closed unpaid"},
    },
    "delivery_state": {
        "none": {"zh": "未发货", "en": "not shipped"},
        "partial": {"zh": "部分发货", "en": "partly shipped"},
        "shipped": {"zh": "已发货", "en": "shipped"},
        "finished": {"zh": "已完成", "en": "finished"},
    },
    "refund_state": {
        "none": {"zh": "无退款", "en": "no refund"},
        "requested": {"zh": "申请退款", "en": "refund requested"},
        "returning": {"zh": "退货中", "en": "returning"},
        "refunded": {"zh": "已退款", "en": "refunded"},
        "rejected": {"zh": "退款已拒绝", "en": "refund rejected"},
        "withdrawn": {"zh": "申请已撤销", "en": "request withdrawn"},
    },
}
_EMPTY: Text = {"zh": "空", "en": "nothing"}
_YES: Text = {"zh": "是", "en": "yes"}
_NO: Text = {"zh": "否", "en": "no"}
_LINES: Text = {"zh": "{} 行", "en": "{}"}
_LIST: Text = {"zh": "、", "en": ", "}


@dataclass(frozen=True)
class Words:
    """How one installation speaks.

    own: fields of the blueprint; tables: titles of its tables; platforms: their titles.
    """

    zone: str = ZONE
    own: Mapping[str, Field] = field(default_factory=dict)
    platforms: Mapping[str, Text] = field(default_factory=dict)
    tables: Mapping[str, Text] = field(default_factory=dict)

    def field(self, name: str) -> Field | None:
        """A field of the order, of its lines or of the blueprint."""
        return self.own.get(name) or _FIELDS.get(name)

    def title(self, name: str, locale: str) -> str:
        """What a field is called; one that nobody knows, its name."""
        known = self.field(name)
        return name if known is None else known.zh if locale == "zh" else known.en

    def value(self, value: Any, about: Field | None, locale: str) -> str:
        """A value of a field in words."""
        if value is None or value == "":
            return _EMPTY[locale]
        if isinstance(value, bool):
            return (_YES if value else _NO)[locale]
        if isinstance(value, list | tuple) and any(isinstance(item, Mapping) for item in value):
            return _LINES[locale].format(len(value))
        if isinstance(value, list | tuple):
            said = [self.value(item, about, locale) for item in value]
            return _LIST[locale].join(said) or _EMPTY[locale]
        if isinstance(value, int) and about is not None:
            return self._number(value, about)
        return self._word(str(value), about, locale)

    def _number(self, value: int, about: Field) -> str:
        if about.kind == "money":
            return f"¥{yuan(value)}"
        return self.moment(value) if about.kind == "instant" else str(value)

    def moment(self, instant: int) -> str:
        """Epoch milliseconds as the local date and time."""
        try:
            at = datetime.fromtimestamp(instant / 1000, UTC).astimezone(ZoneInfo(self.zone))
        except (OverflowError, ValueError):
            return str(instant)
        return f"{at:%Y-%m-%d %H:%M:%S}".removesuffix(":00")

    def _word(self, value: str, about: Field | None, locale: str) -> str:
        name = about.name if about else ""
        if name == "masked":
            return self.title(value, locale)
        codes = self.platforms if name == "platform" else _CODES.get(name, {})
        return codes[value][locale] if value in codes else value


PLAIN = Words()


def with_own(fields: Iterable[Field], tables: Mapping[str, Text], words: Words = PLAIN) -> Words:
    """The same words with a blueprint's own fields and the titles of its tables."""
    return Words(words.zone, {own.name: own for own in fields}, words.platforms, tables)
