"""The hub's words for couriers, and how a connector says them in its platform's."""

from __future__ import annotations

from collections.abc import Mapping

from .model import Setting, Text

COURIERS = ("SF", "YTO", "ZTO", "STO", "YUNDA", "EMS", "POSTB", "JD", "DBKD", "JTSD", "OTHER")

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
    pairs = (part.partition("=") for part in (text or "").replace("\uff0c", ",").split(","))
    own = {name.strip().upper(): code.strip() for name, _, code in pairs if code.strip()}
    return {**defaults, **own}
