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

    `document`: to begin with instead, with the same roles.
    """
    settings = demo_settings(http_port, smtp_port)
    with context.database.write() as tx:
        ids = {key: _connection(tx, context, key, settings[key]) for key in _TITLES}
    sellers = {key: _seller(context, ids[key]) for key in _SHOPS}
    with context.database.write() as tx:
        now = context.clock.now()
        accounts = {
            key: connections.open_account(tx, ids[key], key, seller, POLL_SECONDS, now)
            for key, seller in sellers.items()
        }
        hub_facts.mark_demo(tx, page(http_port))
        if not _is_published(tx):
            _first_time(tx, document or library.read(BLUEPRINT), ids, accounts, now)
        return publish.go_live(tx, now)


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


def _connection(tx: Tx, context: Context, key: str, settings: dict[str, Any]) -> int:
    now = context.clock.now()
    query = select(connection.c.id).where(connection.c.title == _TITLES[key])
    known: int | None = tx.execute(query).scalar()
    if known is None:
        return connections.create(tx, context.gateway, key, _TITLES[key], settings, now)
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
    places = catalogue.add_warehouses(tx, _WAREHOUSES, now)
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
