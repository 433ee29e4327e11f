"""Records that set rules off that change records, in two transactions that meet."""

from __future__ import annotations

from typing import Any
from zlib import crc32

from connectors.simulators.goods import tid_of
from orderloom.services.hub.work import SHARDS
from orderloom.store.db import Database
from tests.support.hub import Hub
from tests.support.racing import Rival
from tests.support.recording import Record, field, row, rule_list, title

CITY, PHONE = "杭州市", "13800001111"


def model(id_: str, *keys: str) -> Record:
    fields = [field(f"{id_}-{key}", key) for key in keys]
    return {"id": id_, "key": id_, "title": title(id_), "known_by": [keys[0]], "fields": fields}


def write(model: str, **values: Any) -> Record:
    entries = [{"field": name, "value": value} for name, value in values.items()]
    return {"do": "record", "model": model, "values": entries}


def seen(name: str) -> Record:
    return {"var": name}


def on(model: str) -> Record:
    return {"on": "record", "model": model}


def circle(document: Record) -> None:
    """A buyer's change is written to the town, a town's to the buyer; each passes a gate first."""
    document["models"] = [model("agate", "no"), model("buyer", "phone", "city"),
                          model("town", "name", "phone")]  # fmt: skip
    to_town = [write("agate", no="1"), write("town", name=seen("city"), phone=seen("phone"))]
    to_buyer = [write("agate", no="2"), write("buyer", phone=seen("phone"), city=seen("name"))]
    risk = next(r for r in document["rules"] if r.get("stage") == "risk")
    risk["mode"] = "all"
    risk["rows"] = [
        row(what, then, {"==": [seen("seller_note"), what]})
        for what, then in (
            ("gates", [write("agate", no="1"), write("agate", no="2")]),
            ("buyer", [write("buyer", phone=PHONE, city=CITY)]),
            ("town", [write("town", name=CITY, phone=PHONE)]),
        )
    ]
    document["rules"].append(rule_list("of-buyer", on("buyer"), row("to-town", to_town)))
    document["rules"].append(rule_list("of-town", on("town"), row("to-buyer", to_buyer)))


def lane(number: int) -> int:
    return crc32(str(tid_of(number)).encode()) % SHARDS


def test_two_cascades_that_meet_take_turns(postgres_url: str) -> None:
    """Each would hold the record the other one wants next."""
    hub = Hub(Database.open(postgres_url))
    hub.republish(circle)
    hub.take(hub.trade(1, seller_memo="gates"))
    other = next(number for number in range(3, 60) if lane(number) != lane(2))
    goods = {next(code for code in sorted(hub.skus) if code != "TEE-BLK-S"): 1}  # stock of its own
    hub.land(hub.trade(2, seller_memo="buyer"), hub.trade(other, goods, seller_memo="town"))
    with hub.database.writer.connect() as gates:
        gates.exec_driver_sql("SELECT * FROM x_agate FOR UPDATE")
        first, second = Rival(hub.work), Rival(hub.work)
        second.wait_until_stuck(hub.database, waiting=2)
        gates.rollback()
    first.join()
    second.join()
    assert hub.rows('SELECT "f_buyer-phone" phone, "f_buyer-city" city FROM x_buyer') == [
        {"phone": PHONE, "city": CITY}
    ]
    assert hub.rows('SELECT "f_town-name" name, "f_town-phone" phone FROM x_town') == [
        {"name": CITY, "phone": PHONE}
    ]
    assert hub.exceptions() == []
    assert hub.value("SELECT count(*) FROM orders") == 3
    hub.database.close()
