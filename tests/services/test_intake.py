"""The ingest door: everything that comes is kept, once, and what is wrong with it is said."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.simulators.goods import tid_of
from orderloom.connect import Permanent, RawItem, Ref
from orderloom.services.incoming import intake
from orderloom.store.db import Database
from tests.support.hub import Hub


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


def rows(hub: Hub) -> list[dict[str, Any]]:
    return hub.rows("SELECT * FROM inbox ORDER BY id")


def codes(hub: Hub) -> list[str]:
    return [told["code"] for told in hub.exceptions()]


def test_a_payload_is_kept_word_for_word(hub: Hub) -> None:
    text = json.dumps(hub.trade(1), ensure_ascii=True, indent=3)
    landed = hub.land(text)
    (row,) = rows(hub)
    assert (landed.new, row["payload"], row["state"]) == (1, text, "waiting")
    assert row["external_no"] == str(tid_of(1))


def test_the_same_version_twice_is_one_row_however_it_comes(hub: Hub) -> None:
    trade = hub.trade(1)
    first = hub.land(trade, trade)
    again = hub.land(json.dumps(trade, indent=1), {**trade, "oaid": "another one"}, source="pull")
    assert (first.new, first.repeated, again.new, again.repeated) == (1, 1, 0, 2)
    assert len(rows(hub)) == 1


def test_another_version_is_another_row(hub: Hub) -> None:
    hub.land(hub.trade(1), hub.trade(1, later=5), hub.trade(1, seller_memo="x"))
    assert len(rows(hub)) == 3


def test_payloads_of_one_order_share_a_lane(hub: Hub) -> None:
    hub.land(*(hub.trade(n, later=later) for n in range(20) for later in (0, 5)))
    lanes: dict[str, set[int]] = {}
    for row in rows(hub):
        lanes.setdefault(row["external_no"], set()).add(row["shard"])
    assert all(len(shards) == 1 for shards in lanes.values())
    assert len(set.union(*lanes.values())) > 1


NESTED = '{"tid": 1, "orders": ' + "[" * 100_000 + "]" * 100_000 + "}"
BROKEN = [
    ("not json", "<xml/>", "connect.payload_not_json"),
    ("cut", '{"tid": 1, "status": "WAIT', "connect.payload_not_json"),
    ("nothing", "", "connect.payload_not_json"),
    ("a number", "17", "connect.no_records"),
    ("nested without end", NESTED, "connect.payload_not_json"),
    ("no number", '{"status": "TRADE_CLOSED", "tid": null}', "connect.no_number"),
    ("a number that is none", '{"tid": "DROP TABLE"}', "connect.no_number"),
    ("an endless number", json.dumps({"tid": "9" * 5_000}), "intake.bad_number"),
    ("a long number of JSON", '{"tid": 1' + "0" * 5_000 + "}", "connect.payload_not_json"),
    ("not a number", '{"tid": NaN}', "connect.payload_not_json"),
    ("too large", json.dumps({"tid": 1, "memo": "x" * 1_000_001}), "intake.too_large"),
]


@pytest.mark.parametrize(("text", "code"), [b[1:] for b in BROKEN], ids=[b[0] for b in BROKEN])
def test_what_cannot_be_identified_is_kept_with_its_reason(hub: Hub, text: str, code: str) -> None:
    landed = hub.land(hub.trade(1), text, hub.trade(2))
    assert (landed.new, [error.code for _, error in landed.refused]) == (3, [code])
    hub.work()
    assert hub.value("SELECT count(*) FROM orders") == 2
    assert codes(hub) == [code]
    (failed,) = [row for row in rows(hub) if row["state"] == "failed"]
    assert failed["payload"].strip() == text[: intake.MAX_PAYLOAD].strip()


def test_the_same_broken_payload_is_told_once(hub: Hub) -> None:
    for _ in range(3):
        hub.land("<xml/>")
    assert (len(rows(hub)), codes(hub)) == (1, ["connect.payload_not_json"])


def test_what_is_too_large_says_how_large(hub: Hub) -> None:
    hub.land(json.dumps({"tid": 1, "memo": "x" * 1_000_001}))
    (told,) = hub.exceptions()
    assert told["params"]["limit"] == intake.MAX_PAYLOAD
    assert told["params"]["size"] > intake.MAX_PAYLOAD


UNSTORABLE = [
    ("a raw NUL", "备注\x00完"),
    ("a lone surrogate", "备注\ud83d完"),
    ("another one", "\udfff"),
    ("a pair the wrong way round", "\ude00\ud83d"),
]


@pytest.mark.parametrize(
    "memo", [pair[1] for pair in UNSTORABLE], ids=[pair[0] for pair in UNSTORABLE]
)
@pytest.mark.parametrize("escaped", [True, False], ids=["escaped", "raw"])
def test_characters_no_database_takes_do_not_stop_a_payload(
    hub: Hub, memo: str, escaped: bool
) -> None:
    text = json.dumps({**hub.trade(1), "seller_memo": memo}, ensure_ascii=escaped)
    if not escaped:
        text = text.replace("\\u0000", "\x00")
    hub.take(text, hub.trade(2))
    assert hub.value("SELECT count(*) FROM orders") == 2
    assert "\N{REPLACEMENT CHARACTER}" in hub.order(1)["canonical"]["seller_note"]
    assert (json.loads(rows(hub)[0]["payload"])["seller_memo"], codes(hub)) == (memo, [])


def test_a_record_that_was_given_after_all_is_not_waited_for(hub: Hub) -> None:
    refused = Ref(str(tid_of(1)), None), Permanent("connect.refused", item=True)
    with hub.write() as tx:
        given, now = [hub.item(hub.trade(1))], hub.clock.now()
        intake.land(tx, hub.account, hub.connector, given, "pull", now, [refused])
    assert sorted(row["state"] for row in rows(hub)) == ["stale", "waiting"]
    assert hub.exceptions() == []


def test_an_item_whose_number_is_no_text_for_a_database_is_kept(hub: Hub) -> None:
    item = RawItem("order", "17\x00\ud800" * 60, 10**30, "<xml/>")
    with hub.write() as tx:
        intake.land(tx, hub.account, hub.connector, [item], "pull", hub.clock.now())
    (row,) = rows(hub)
    assert (row["state"], row["modified_at"]) == ("failed", None)
    assert len(row["external_no"]) <= intake.MAX_NUMBER


def test_a_connector_that_breaks_down_over_a_payload_keeps_it(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = hub.connector.normalise

    def fragile(raw: Any) -> Any:
        if raw.get("seller_memo") == "boom":
            raise KeyError("a fault in the connector")
        return whole(raw)

    monkeypatch.setattr(hub.connector, "normalise", fragile)
    hub.take(hub.trade(1), hub.trade(2, seller_memo="boom"), hub.trade(3))
    assert hub.value("SELECT count(*) FROM orders") == 2
    assert codes(hub) == ["intake.internal"]


def test_landing_is_undone_with_its_transaction(hub: Hub) -> None:
    def fail() -> None:
        with hub.write() as tx:
            items = [hub.item(hub.trade(1))]
            intake.land(tx, hub.account, hub.connector, items, "file", hub.clock.now())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert rows(hub) == []


def test_many_payloads_land_at_once(hub: Hub) -> None:
    landed = hub.land(*(hub.trade(number) for number in range(2_000)))
    assert (landed.new, hub.waiting) == (2_000, 2_000)
