"""The demo's other warehouses: each with an ERP of its own, so that its counts are its own, too.

They get the orders their system can be handed: Jushuitan reads Taobao's receivers, Wangdian only
receivers in clear, which the brand's mini-program has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from orderloom.connect import HttpClient, dump_json

Document = Mapping[str, Any]


class Erp(NamedTuple):
    """`role`, `title`: of its connection; `place`: the ERP's name for the warehouse."""

    role: str
    title: str
    warehouse_role: str
    code: str
    warehouse: str
    place: str
    settings: Mapping[str, Any]


ERPS: Mapping[str, Erp] = {
    "jushuitan": Erp(
        "cloud_system",
        "嘉兴云仓系统(聚水潭)",
        "cloud",
        "JX",
        "嘉兴云仓",
        "10001",
        {"warehouses": "JX=10001"},
    ),
    "wangdian": Erp(
        "store_system", "门店备用仓系统(旺店通)", "store", "MD", "门店备用仓", "MD", {}
    ),
}
_NEAR, _FAR = {"set": "jiangzhehu"}, {"set": "remote"}


def _text(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


_ROLES = [
    {"key": "cloud", "title": _text("嘉兴云仓", "Jiaxing cloud warehouse"), "kind": "warehouse"},
    {"key": "store", "title": _text("门店备用仓", "Store's backup stock"), "kind": "warehouse"},
    {
        "key": "cloud_system",
        "title": _text("嘉兴云仓系统", "Jiaxing warehouse system"),
        "kind": "connection",
        "connector": "jushuitan",
    },
    {
        "key": "store_system",
        "title": _text("门店备用仓系统", "Store's warehouse system"),
        "kind": "connection",
        "connector": "wangdian",
    },
]
_ROWS = [
    {
        "id": "mini-program",
        "title": _text("小程序订单由门店备用仓发", "The mini-program's orders: the store's stock"),
        "when": {"==": [{"var": "platform"}, "rest"]},
        "then": [{"do": "route", "candidates": ["store"], "backups": ["hangzhou", "yiwu"]}],
    },
    {
        "id": "tmall-cloud",
        "title": _text("天猫其他地区走嘉兴云仓", "Tmall, other regions: Jiaxing cloud warehouse"),
        "when": {
            "and": [
                {"==": [{"var": "platform"}, "taobao"]},
                {"!": {"in": [{"var": "province"}, _NEAR]}},
                {"!": {"in": [{"var": "province"}, _FAR]}},
            ]
        },
        "then": [{"do": "route", "candidates": ["cloud"], "backups": ["hangzhou", "yiwu"]}],
    },
]
_STEPS = [
    {
        "id": "to-cloud",
        "title": _text("交给聚水潭", "Hand over to Jushuitan"),
        "warehouses": ["cloud"],
        "send_to": "cloud_system",
        "hand_over": {"param": "hand_over"},
        "label_first": True,
    },
    {
        "id": "to-store",
        "title": _text("交给旺店通", "Hand over to Wangdian"),
        "warehouses": ["store"],
        "send_to": "store_system",
        "hand_over": {"param": "hand_over"},
    },
]


def with_erps(document: Document) -> dict[str, Any]:
    """The demo's blueprint with the two warehouses, what goes to them, and how."""
    rules = [
        {**one, "rows": [*_ROWS, *one["rows"]]} if one["id"] == "routing" else one
        for one in document["rules"]
    ]
    labelled = [
        {**step, "warehouses": [*step["warehouses"], "cloud"]} if step["id"] == "labels" else step
        for step in document["outbound"]
    ]
    roles = [*document["roles"], *_ROLES]
    return {**document, "roles": roles, "rules": rules, "outbound": [*labelled, *_STEPS]}


def named_in(document: Document) -> list[str]:
    """The connectors of those whose role a blueprint has."""
    roles = {role["key"] for role in document["roles"]}
    return [key for key, erp in ERPS.items() if erp.role in roles]


def stock_up(
    client: HttpClient, http_port: int, keys: Iterable[str], items: Iterable[str], pieces: int
) -> None:
    """Put goods into the simulated warehouses: so many of each item."""
    goods = list(items)
    for key in keys:
        counts = {f"{ERPS[key].place}/{item}": [pieces, 0] for item in goods}
        url = f"http://127.0.0.1:{http_port}/{key}/_sim/stock"
        client.send("POST", url, body=dump_json(counts).encode())
