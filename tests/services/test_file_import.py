"""Files of orders: what was in them is in the hub, and each record's fate is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from connectors.simulators.goods import tid_of
from orderloom.errors import InputError, NotFound
from orderloom.services.files.file_import import find_account
from orderloom.services.hub import work
from orderloom.store.db import Database
from tests.support.hub import Hub
from tests.support.importing import Imported, Importing, Trade, answer, importer, lines, row, table


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


@pytest.fixture
def importing(hub: Hub, tmp_path: Path) -> Importing:
    return importer(hub, tmp_path)


SHAPES: list[Callable[[Sequence[Trade]], str]] = [
    answer,
    lines,
    json.dumps,
    lambda trades: json.dumps({"total_results": 3, "trades": trades}, indent=1),
    lambda trades: json.dumps(
        [{"trade_fullinfo_get_response": {"trade": trade}} for trade in trades]
    ),
]


@pytest.mark.parametrize("shape", SHAPES)
def test_answers_lists_and_lines_bring_the_same_orders(
    hub: Hub, importing: Importing, shape: Callable[[Sequence[Trade]], str]
) -> None:
    run = importing(shape([hub.trade(n) for n in range(3)]))
    assert run.counts == {"accepted": 3}
    assert hub.order(2)["external_no"] == str(tid_of(2))
    assert len(hub.fulfilments(2)) == 1
    assert hub.value("SELECT count(*) FROM inbox WHERE source = 'file'") == 3


def test_one_bare_trade(hub: Hub, importing: Importing) -> None:
    assert importing(json.dumps(hub.trade(0))).counts == {"accepted": 1}


def test_importing_a_file_again_changes_nothing(hub: Hub, importing: Importing) -> None:
    text = answer([hub.trade(n) for n in range(3)] + [hub.trade(3, status="NEW_WORD")])
    first = importing(text)
    assert first.counts == {"accepted": 3, "failed": 1}
    tables = ("orders", "order_line", "inbox", "timeline", "outbox", "decision", "exception")
    before = [hub.rows(f"SELECT * FROM {name} ORDER BY id") for name in tables]  # noqa: S608
    again = importing(text)
    assert again.counts == {"unchanged": 3, "failed": 1}
    assert again.failed == first.failed
    assert [hub.rows(f"SELECT * FROM {name} ORDER BY id") for name in tables] == before  # noqa: S608


def test_a_later_version_updates_and_a_repeat_in_the_same_file_does_not(
    hub: Hub, importing: Importing
) -> None:
    old, new = hub.trade(0), hub.trade(0, later=5, seller_memo="加急")
    assert importing(lines([old, old])).counts == {"accepted": 1, "unchanged": 1}
    assert importing(lines([new, old, new])).counts == {"updated": 1, "unchanged": 2}
    assert hub.order(0)["canonical"]["seller_note"] == "加急"


def test_both_versions_in_one_file_in_the_wrong_order(hub: Hub, importing: Importing) -> None:
    new, old = hub.trade(0, later=5, seller_memo="加急"), hub.trade(0, seller_memo="")
    assert importing(lines([new, old])).counts == {"accepted": 1, "unchanged": 1}
    assert hub.order(0)["canonical"]["seller_note"] == "加急"


def test_what_the_shop_pulled_and_the_file_holds_is_one_order(
    hub: Hub, importing: Importing
) -> None:
    hub.shop.shop.make(3, "both")
    hub.run()
    trades = hub.shop.shop.all()
    counts = importing(answer(trades)).counts
    assert sum(counts.values()) == 3
    assert hub.value("SELECT count(*) FROM orders") == 3
    assert "accepted" not in counts


def test_numbers_of_nineteen_digits_stay_exact(hub: Hub, importing: Importing) -> None:
    trade = {**hub.trade(0), "tid": 2034455667788990011}
    assert importing(json.dumps(trade)).counts == {"accepted": 1}
    assert hub.value("SELECT external_no FROM orders") == "2034455667788990011"
    payload = hub.value("SELECT payload FROM inbox")
    assert payload == json.dumps(trade)  # as it stood in the file, to the letter


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ({"tid": int("9" * 400)}, "intake.bad_number"),
        ({"tid": 1.5}, "connect.no_number"),
        ({"tid": None}, "connect.no_number"),
        ({"status": "NEW_WORD"}, "mapping.not_in_table"),
        ({"payment": "-1.00"}, "mapping.negative_amount"),
        ({"created": "03.10.2026"}, "mapping.not_a_time"),
        ({"orders": None}, "mapping.no_lines"),
        ({"orders": {"order": [{"oid": 1, "num": 10**30}]}}, "mapping.number_out_of_range"),
    ],
)
def test_a_bad_record_is_named_with_its_reason_and_stops_no_other(
    hub: Hub, importing: Importing, broken: dict[str, Any], code: str
) -> None:
    run = importing(lines([hub.trade(0), {**hub.trade(1), **broken}, hub.trade(2)]))
    assert run.counts == {"accepted": 2, "failed": 1}
    assert run.failed == [(2, code)]
    assert len(hub.exceptions()) == 1


def test_a_file_that_breaks_off_keeps_what_was_whole(hub: Hub, importing: Importing) -> None:
    text = answer([hub.trade(n) for n in range(4)])
    run = importing(text[: text.index(str(tid_of(3)))])
    assert run.counts == {"accepted": 3, "failed": 1}
    assert run.failed == [(4, "file.cut_off")]
    assert importing(text).counts == {"accepted": 1, "unchanged": 3}


def test_a_file_cut_inside_a_character(hub: Hub, importing: Importing) -> None:
    text = lines([hub.trade(0), hub.trade(1, buyer_message="好")])
    content = text[: text.rindex("好") + 1].encode()[:-1]
    assert importing(content).failed == [(2, "file.cut_off")]
    assert hub.value("SELECT count(*) FROM orders") == 1


def test_a_file_of_something_else_is_refused_whole(hub: Hub, importing: Importing) -> None:
    with pytest.raises(InputError) as refused:
        importing(json.dumps([{"name": "package", "version": n} for n in range(5)]))
    assert refused.value.code == "file.no_orders"
    assert hub.value("SELECT count(*) FROM inbox") == 0
    assert hub.exceptions() == []


def test_an_answer_without_orders_is_no_fault(importing: Importing) -> None:
    assert importing('{"trades_sold_get_response":{"total_results":0}}').counts == {}


def test_huge_records_are_passed_by(hub: Hub, importing: Importing) -> None:
    huge = hub.trade(0, buyer_message="x" * 1_100_000)
    run = importing(lines([huge, hub.trade(1)]))
    assert run.failed == [(1, "file.record_too_large")]
    assert run.counts["accepted"] == 1


def test_orders_may_be_left_to_the_workers(hub: Hub, importing: Importing) -> None:
    text = lines([hub.trade(0), hub.trade(1)])
    assert importing(text, later=True).counts == {"waiting": 2}
    assert hub.value("SELECT count(*) FROM orders") == 0
    hub.work()
    assert importing(text, later=True).counts == {"unchanged": 2}


def test_what_a_worker_has_in_its_hands_is_waited_for(hub: Hub, importing: Importing) -> None:
    held: list[work.Lease] = []
    for shard in range(work.SHARDS):
        with hub.write() as tx:
            now = hub.clock.now()
            lease = work.claim(tx, "process", hub.account, shard, "somebody else", now)
            assert lease is not None
            held.append(lease)
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        """The worker finishes with its lanes one after the other."""
        pauses.append(seconds)
        if held:
            with hub.write() as tx:
                work.finish(tx, held.pop())

    run = importing(lines([hub.trade(n) for n in range(8)]), pause=pause)
    assert run.counts == {"accepted": 8}
    assert pauses


def test_a_worker_that_never_finishes_is_not_waited_for_for_ever(
    hub: Hub, importing: Importing
) -> None:
    for shard in range(work.SHARDS):
        with hub.write() as tx:
            work.claim(tx, "process", hub.account, shard, "somebody else", hub.clock.now())
    run = importing(lines([hub.trade(0)]), pause=lambda _seconds: None)
    assert run.counts == {"waiting": 1}


def test_without_a_published_blueprint_orders_wait(hub: Hub, importing: Importing) -> None:
    with hub.write() as tx:
        tx.exec_driver_sql("UPDATE plan SET live = (1 = 0)")
    assert importing(lines([hub.trade(0), hub.trade(1)])).counts == {"waiting": 2}


def test_an_import_that_is_interrupted_is_completed_by_the_next(
    lite_database: Database, tmp_path: Path
) -> None:
    hub = Hub(lite_database)
    path = tmp_path / "orders.csv"
    path.write_text(table(*(row(n) for n in range(1100))))

    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Imported(hub, path, moved=interrupt)
    assert hub.value("SELECT count(*) FROM orders") == 1000
    assert Imported(hub, path).counts == {"accepted": 100, "unchanged": 1000}
    hub.database.close()


def test_an_account_is_found_by_title_seller_or_id(hub: Hub) -> None:
    (found,) = hub.rows("SELECT * FROM account WHERE platform = 'taobao'")
    with hub.database.read() as tx:
        names = [
            found["title"],
            f" {found['title'].upper()} ",
            found["seller_id"],
            str(found["id"]),
        ]
        assert {find_account(tx, name).id for name in names} == {hub.account}
        with pytest.raises(NotFound) as unknown:
            find_account(tx, "别的店")
    listed = next(one for one in unknown.value.params["accounts"] if found["title"] in one)
    assert all(str(found[name]) in listed for name in ("title", "seller_id", "id", "platform"))


def test_a_name_two_accounts_share_is_refused(hub: Hub) -> None:
    (found,) = hub.rows("SELECT * FROM account WHERE platform = 'taobao'")
    with hub.write() as tx:
        tx.exec_driver_sql(
            "INSERT INTO account (id, connection_id, platform, seller_id, title, created_at)"
            " SELECT 77, connection_id, 'other', 's77', title, created_at"
            " FROM account WHERE platform = 'taobao'"
        )
    with hub.database.read() as tx:
        with pytest.raises(InputError) as refused:
            find_account(tx, found["title"])
        assert find_account(tx, "77").id == 77
    assert refused.value.code == "account.ambiguous"
    assert len(refused.value.params["accounts"]) == 2
