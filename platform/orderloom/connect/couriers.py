"""The hub's words for couriers, and how a connector says them in its platform's."""

from __future__ import annotations

from collections.abc import Mapping

from .model import Setting, Text

COURIERS = ("SF", "YTO", "ZTO", "STO", "YUNDA", "EMS", "POSTB", "JD", "DBKD", "JTSD", "OTHER")

_NAMES = {
    "顺丰": "SF",
    "圆通": "YTO",
    "中通": "ZTO",
    "申通": "STO",
    "韵达": "YUNDA",
    "EMS": "EMS",
    "邮政": "POSTB",
    "京东": "JD",
    "德邦": "DBKD",
    "极兔": "JTSD",
}

COURIER_CODES = Setting(
    "courier_codes",
    Text("快递公司代码", "Courier codes"),
    required=False,
    help=Text(
        "只填与平台默认不同的,如:ZTO=zhongtong, SF=shunfeng",
        "Only those that differ from the platform's own, as in: ZTO=zhongtong, SF=shunfeng",
    ),
)


def courier_codes(defaults: Mapping[str, str], text: str | None) -> dict[str, str]:
    """The hub's code -> the platform's: `defaults`, overridden by "ZTO=zhongtong, SF=shunfeng"."""
    return {**defaults, **named_values(text)}


def courier_named(name: str) -> str:
    """The hub's code of a courier by what people call it: "圆通速递" -> YTO."""
    upper = name.upper()
    return next((courier for part, courier in _NAMES.items() if part in upper), "OTHER")


def for_courier(text: str | None, courier: str) -> str:
    """The courier's own value in "ZTO=K210001, SF=7550000000"; text without pairs is everyone's."""
    own = named_values(text)
    if not set(own) & set(COURIERS):
        return (text or "").strip()
    return own.get(courier, "")


def values_in(text: str | None) -> tuple[str, ...]:
    """Every value in such a text: what to star out when the text is a secret."""
    return tuple(named_values(text).values())


def named_values(text: str | None) -> dict[str, str]:
    """What stands in "HZ=10001, YW=10002", by names in capitals."""
    pairs = (part.partition("=") for part in (text or "").replace("\uff0c", ",").split(","))
    return {name.strip().upper(): code.strip() for name, _, code in pairs if code.strip()}
