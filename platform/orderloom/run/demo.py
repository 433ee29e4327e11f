"""The demo: a fashion shop on simulators, installed the way a company would install it.

Running it again finds what is there and only tells the connections where the simulators listen now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select

from connectors.simulators.goods import GOODS
from connectors.simulators.serve import demo_settings
from orderloom.api.hooks import address_of
from orderloom.api.signing import Signer
from orderloom.blueprint import library
from orderloom.connect import HttpClient, Seller, dump_json
from orderloom.jobs.context import Context
from orderloom.run.demo_erps import ERPS, named_in, stock_up, with_erps
from orderloom.services.connecting import connections
from orderloom.services.goods import catalogue
from orderloom.services.hub import hub_facts
from orderloom.services.publishing import publish
from orderloom.services.telling import alarms, contacts
from orderloom.services.users.people import User
from orderloom.store.db import Tx
from orderloom.store.tables import blueprint, connection

BLUEPRINT = "fashion-order-hub"
POLL_SECONDS = 5
# connector -> its role in the blueprint and what the connection is called
_SHOPS = {
    "taobao": ("tmall_main", "天猫主店"),
    "jd": ("jd_shop", "京东店"),
    "pdd": ("pdd_shop", "拼多多店"),
    "douyin": ("douyin_shop", "抖店"),
    "rest": ("mini_program", "品牌小程序"),
    "wxshop": ("wx_shop", "微信小店"),
}
_RECEIVERS = {
    "qimen": ("wms", "仓库系统(奇门)"),
    "cainiao": ("labels", "菜鸟电子面单"),
    "smtp": ("mailbox", "主管邮箱"),
}
_ROBOTS = {"dingtalk": "运营钉钉群", "wecom": "仓库企业微信群", "feishu": "技术飞书群"}
_DEMO = User(0, "demo", "demo", "admin", "zh-CN")
_TITLES = {key: title for key, (_, title) in (_SHOPS | _RECEIVERS).items()} | _ROBOTS
_ERP_TITLES = {key: erp.title for key, erp in ERPS.items()}
_WAREHOUSES = (("HZ", "杭州仓"), ("YW", "义乌保税仓"))
_PLENTY, _FEW, _SAFETY = 20_000, 60, 5
_SCARCE = ("COAT-CML-L", "DRESS-GRN-S", "SCARF-GRY")  # Hangzhou soon runs out of these


def install(
    context: Context,
    http_port: int,
    smtp_port: int,
    document: Mapping[str, Any] | None = None,
) -> str:
    """Connect the simulators and publish the demo's blueprint; returns the live plan's hash.

    `document`: to begin with instead, with the same roles, and those of ERPs or not.
    """
    settings = demo_settings(http_port, smtp_port)
    begun = document or library.read(BLUEPRINT)
    with context.database.write() as tx:
        is_new = not _is_published(tx)
        titles = _TITLES | _erps(tx, begun if is_new else None)
        ids = {
            key: _connection(tx, context, key, title, _settings(settings, key))
            for key, title in titles.items()
        }
    sellers = {key: _seller(context, ids[key]) for key in _SHOPS}
    with context.database.write() as tx:
        now = context.clock.now()
        accounts = {
            key: connections.open_account(tx, ids[key], key, seller, POLL_SECONDS, now)
            for key, seller in sellers.items()
        }
        hub_facts.mark_demo(tx, page(http_port))
        if is_new:
            _first_time(tx, begun, ids, accounts, now)
        plan = publish.go_live(tx, now)
    if is_new:
        client = HttpClient(context.gateway.transport, guard=context.gateway.guard)
        stock_up(client, http_port, named_in(begun), (good.sku for good in GOODS), _PLENTY)
    return plan


def document() -> dict[str, Any]:
    """What the demo begins with: the template, and two warehouses with systems of their own."""
    return with_erps(library.read(BLUEPRINT))


def page(http_port: int) -> str:
    """Where people direct the simulators."""
    return f"http://127.0.0.1:{http_port}/demo/"


def tell_warehouse(context: Context, http_port: int, signer: Signer, address: str) -> None:
    """Tell the simulated warehouse where the hub wants to be called."""
    with context.database.read() as tx:
        query = select(connection.c.id).where(connection.c.title == _TITLES["qimen"])
        id_ = tx.execute(query).scalar_one()
        url = address + address_of(signer, tx, id_)
    director = f"http://127.0.0.1:{http_port}/qimen/_sim/callback"
    client = HttpClient(context.gateway.transport, guard=context.gateway.guard)
    client.send("POST", director, body=dump_json({"url": url}).encode())


def _seller(context: Context, connection_id: int) -> Seller:
    with context.database.read() as tx:
        shop = connections.connect(tx, context.gateway, connection_id)
    return shop.check()


def _erps(tx: Tx, begun: Mapping[str, Any] | None) -> dict[str, str]:
    """Titles of the ERPs a blueprint begins with; later (None), of those that are there."""
    if begun is not None:
        return {key: _ERP_TITLES[key] for key in named_in(begun)}
    query = select(connection.c.title).where(connection.c.title.in_(_ERP_TITLES.values()))
    there = set(tx.execute(query).scalars())
    return {key: title for key, title in _ERP_TITLES.items() if title in there}


def _settings(settings: Mapping[str, dict[str, Any]], key: str) -> dict[str, Any]:
    return settings[key] | dict(ERPS[key].settings) if key in ERPS else settings[key]


def _connection(tx: Tx, context: Context, key: str, title: str, settings: dict[str, Any]) -> int:
    now = context.clock.now()
    query = select(connection.c.id).where(connection.c.title == title)
    known: int | None = tx.execute(query).scalar()
    if known is None:
        return connections.create(tx, context.gateway, key, title, settings, now)
    connections.change(tx, context.gateway, known, settings, now)
    return known


def _is_published(tx: Tx) -> bool:
    query = select(blueprint.c.live_version).where(blueprint.c.key == BLUEPRINT)
    return tx.execute(query).scalar() is not None


def _first_time(
    tx: Tx,
    document: Mapping[str, Any],
    ids: dict[str, int],
    accounts: dict[str, int],
    now: int,
) -> None:
    skus = catalogue.add_skus(tx, [(g.sku, f"{g.title} {g.spec}") for g in GOODS], now)
    erps = {key: ERPS[key] for key in named_in(document)}
    others = [(erp.code, erp.warehouse) for erp in erps.values()]
    places = catalogue.add_warehouses(tx, [*_WAREHOUSES, *others], now)
    levels = {
        (place, product): (_FEW if code in _SCARCE and name == "HZ" else _PLENTY, _SAFETY)
        for name, place in places.items()
        for code, product in skus.items()
    }
    catalogue.set_stock(tx, levels, "opening", now)
    publish.save_draft(tx, document, now)
    roles = {
        "hangzhou": places["HZ"],
        "yiwu": places["YW"],
        **{_SHOPS[key][0]: account for key, account in accounts.items()},
        **{role: ids[key] for key, (role, _) in _RECEIVERS.items()},
        **{erp.role: ids[key] for key, erp in erps.items()},
        **{erp.warehouse_role: places[erp.code] for erp in erps.values()},
    }
    for role, target in roles.items():
        publish.bind_role(tx, BLUEPRINT, role, target)
    publish.set_parameter(tx, BLUEPRINT, "hand_over", "at_once")
    publish.publish(tx, BLUEPRINT, "演示 / demo", "demo", now)


def introduce(context: Context) -> None:
    """Two people who are told of things, as an example; only where nobody is known yet."""
    now, registry = context.clock.now(), context.gateway.registry
    with context.database.write() as tx:
        if contacts.everybody(tx):
            return
        over = {one["title"]: one["id"] for one in contacts.reachable_over(tx, registry)}
        for form in _people(over, context.zone):
            contacts.add(tx, registry, form, _DEMO, now)
        alarms.set_wishes(tx, alarms.Wishes(("陈主管",)), _DEMO, now)
        publish.set_parameter(tx, BLUEPRINT, "supervisors", ["主管"])
        publish.go_live(tx, now)


def _people(over: dict[str, int], zone: str) -> Iterator[contacts.Form]:
    mailbox, group, warehouse = (over[_TITLES[key]] for key in ("smtp", "dingtalk", "wecom"))
    boss = ((mailbox, ("warning", "critical")), (group, ("critical",)))
    lead = ((warehouse, ("info", "warning", "critical")),)
    quiet = {"from": "22:00", "to": "07:30", "zone": zone}
    mail, mobile = "supervisor@example.com", "13800000001"
    yield contacts.Form("陈主管", mail, mobile, "zh-CN", ("主管",), None, False, boss)
    yield contacts.Form("仓库小李", "", "13800000002", "zh-CN", ("仓库组",), quiet, False, lead)
