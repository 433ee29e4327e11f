"""A shop without a platform is opened in one step and works at once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orderloom.connect import (
    AddressGuard,
    ManualClock,
    RawItem,
    Registry,
    Unpaced,
    UrllibTransport,
)
from orderloom.errors import Conflict, InputError, NotFound
from orderloom.services.connecting import own_shops
from orderloom.services.connecting.connections import Gateway
from orderloom.services.connecting.secrets import Cipher, new_key
from orderloom.services.incoming import intake
from orderloom.services.publishing import publish
from orderloom.services.publishing.runtime import PlanCache, bind
from orderloom.services.users.people import User
from orderloom.store.db import Database
from tests.support.hub import Hub

ANNE = User(1, "anne", "Anne", "ops", "en")


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


def opened(hub: Hub, title: str, key: str | None = None) -> int:
    with hub.write() as tx:
        return own_shops.open_shop(tx, hub.context.gateway, title, key, ANNE, hub.clock.now())


def order(number: str) -> dict[str, Any]:
    return {
        "number": number,
        "placed_at": "2026-10-03 09:00:00",
        "payment": "paid",
        "total": "69.00",
        "receiver": "李示例",
        "phone": "13800000000",
        "province": "浙江省",
        "city": "杭州市",
        "lines": [{"code": "TEE-BLK-S", "quantity": "1", "price": "69.00"}],
    }


def take(hub: Hub, account: int, *orders: dict[str, Any]) -> None:
    connector = hub.context.gateway.registry.get("file")
    items = [RawItem("order", "", None, json.dumps(o)) for o in orders]
    with hub.write() as tx:
        intake.land(tx, account, connector, items, "file", hub.clock.now())
    hub.work()


def test_its_orders_ship_like_any_other(hub: Hub) -> None:
    before = hub.value("SELECT draft FROM blueprint")
    excel, phone = opened(hub, "Excel 订单"), opened(hub, "电话订单")
    take(hub, excel, order("E-1"))
    take(hub, phone, order("P-1"))
    assert {hub.order(no)["state"] for no in ("E-1", "P-1")} == {"to_ship"}
    assert {f["warehouse"] for no in ("E-1", "P-1") for f in hub.fulfilments(no)} == {"HZ"}
    document = json.loads(hub.value("SELECT draft FROM blueprint"))
    roles = [role["key"] for role in document["roles"] if role.get("connector") == "file"]
    assert roles == ["own_orders", "own_orders_2"]
    assert len(document["mappings"]) == len(json.loads(before)["mappings"]) + 1
    hub.advance(100)
    with hub.database.read() as tx:
        assert excel not in hub.pairs("SELECT ref_id, 1 FROM lease WHERE kind = 'pull'")
        assert bind(tx, hub.context.plans, phone).account_role == "own_orders_2"


def test_a_draft_that_is_being_written_is_not_published_with_it(hub: Hub) -> None:
    draft = json.loads(hub.value("SELECT draft FROM blueprint"))
    draft["title"]["en"] = "Being written"
    with hub.write() as tx:
        publish.save_draft(tx, draft, hub.clock.now())
    opened(hub, "Excel 订单")
    live = json.loads(
        hub.value(
            "SELECT document FROM blueprint_version v JOIN blueprint b ON b.id = v.blueprint_id"
            " WHERE v.version = b.live_version"
        )
    )
    draft = json.loads(hub.value("SELECT draft FROM blueprint"))
    assert (live["title"]["en"], draft["title"]["en"]) != ("Being written", "")
    assert draft["title"]["en"] == "Being written"
    assert live["roles"] == draft["roles"]
    assert live["sources"][-1]["account"] == "own_orders"


def test_two_shops_do_not_share_a_name(hub: Hub) -> None:
    opened(hub, "Excel 订单")
    with pytest.raises(Conflict) as refused:
        opened(hub, "Excel 订单")
    assert refused.value.code == "imports.shop_taken"


def test_the_blueprint_is_named_where_there_are_several(hub: Hub) -> None:
    with pytest.raises(NotFound):
        opened(hub, "Excel 订单", "no-such")
    other = json.loads(hub.value("SELECT draft FROM blueprint")) | {"key": "other"}
    with hub.write() as tx:
        publish.save_draft(tx, other, hub.clock.now())
        publish.publish(tx, "other", "", "test", hub.clock.now())
    with pytest.raises(InputError) as refused:
        opened(hub, "Excel 订单")
    assert refused.value.code == "imports.which_blueprint"
    account = opened(hub, "Excel 订单", "other")
    with hub.database.read() as tx:
        assert bind(tx, hub.context.plans, account).blueprint.key == "other"


def test_a_company_without_any_platform_can_start(database: Database) -> None:
    clock = ManualClock(1_790_991_000_000)
    guard = AddressGuard([])
    cipher = Cipher(new_key())
    gateway = Gateway(Registry.load(), UrllibTransport(guard), guard, cipher, clock, Unpaced())
    for title in ("Excel", "Phone"):
        with database.write() as tx:
            account = own_shops.open_shop(tx, gateway, title, None, ANNE, clock.now())
    with database.read() as tx:
        bound = bind(tx, PlanCache(), account)
    assert bound.blueprint.key == "spreadsheet-orders"
    assert list(bound.warehouse_codes.values()) == ["MAIN"]
