"""A blueprint's own fields are columns: made when published, filled by the mapping, kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, inspect

from orderloom.errors import BlueprintError, Conflict
from orderloom.services.publishing import publish
from orderloom.store.db import Database
from tests.support.depth import examples
from tests.support.hub import Hub
from tests.support.racing import Rival

Field = dict[str, Any]
Document = dict[str, Any]


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


def own(id_: str, key: str | None = None, kind: str = "text", **more: Any) -> Field:
    title = {"zh": id_, "en": id_}
    return {"id": id_, "key": key or id_, "kind": kind, "title": title, **more}


def with_fields(*fields: tuple[Field, str]) -> Callable[[Document], None]:
    """Let a document have these own fields and no others, each mapped from a field of the trade."""

    def change(document: Document) -> None:
        document["models"] = [{"extends": "order", "fields": [field for field, _ in fields]}]
        mapping = document["mappings"][0]["order"]
        mapping[:] = [entry for entry in mapping if not entry["to"].startswith("my_")]
        mapping.extend({"to": field["key"], "from": source} for field, source in fields)

    return change


def columns(hub: Hub) -> dict[str, str]:
    """The side table's columns and their kinds; {} while there is no such table."""
    with hub.database.read() as tx:
        seen = inspect(tx)
        if not seen.has_table("x_order"):
            return {}
        return {c["name"]: type(c["type"]).__name__ for c in seen.get_columns("x_order")}


def side(hub: Hub, number: int = 0) -> dict[str, Any]:
    """What is stored beside an order."""
    rows = hub.rows("SELECT * FROM x_order WHERE order_id = :id", id=hub.order(number)["id"])
    return rows[0] if rows else {}


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    engines = {database.writer, database.reader}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield seen
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


def test_publishing_makes_a_column_and_the_mapping_fills_it(hub: Hub) -> None:
    assert columns(hub) == {}
    hub.republish(with_fields((own("wrap", "my_wrap"), "gift_wrap")))
    assert set(columns(hub)) == {"order_id", "f_wrap"}
    hub.take(hub.trade(0, gift_wrap="红色"), hub.trade(1))
    assert side(hub)["f_wrap"] == "红色"
    assert hub.order(0)["canonical"]["my_wrap"] == "红色"
    assert side(hub, 1) == {}


def test_each_kind_has_its_column(hub: Hub) -> None:
    kinds = {
        "note": ("text", "Text"),
        "points": ("integer", "Integer"),
        "tip": ("money", "Integer"),
        "due": ("instant", "Integer"),
        "size": ("choice", "Text"),
    }
    sources: dict[str, Any] = {
        "note": "x",
        "points": 7,
        "tip": 1250,
        "due": "2026-10-03 09:00:00",
        "size": "L",
    }
    fields = [
        (own(i, f"my_{i}", kind, **({"choices": ["S", "L"]} if kind == "choice" else {})), i)
        for i, (kind, _) in kinds.items()
    ]
    express = own("express", "my_express", "yes_no")
    hub.republish(with_fields(*fields, (express, "express")))
    hub.take(hub.trade(0, express=True, **sources))
    found = side(hub)
    assert bool(found["f_express"]) is True
    assert (found["f_note"], found["f_size"]) == ("x", "L")
    assert (found["f_points"], found["f_tip"]) == (7, 1250)
    assert found["f_due"] == hub.order(0)["canonical"]["my_due"] > 1_700_000_000_000


@pytest.mark.parametrize("value", [2**63, 10**40, -(2**63) - 1, "x", 1.5])
def test_a_value_no_column_takes_concerns_its_order_only(hub: Hub, value: Any) -> None:
    hub.republish(with_fields((own("points", "my_points", "integer"), "points")))
    hub.take(hub.trade(0, points=value), hub.trade(1, points=2**53))
    assert hub.value("SELECT count(*) FROM orders") == 1
    assert side(hub, 1)["f_points"] == 2**53
    (raised,) = hub.exceptions()
    assert raised["params"]["field"] == "my_points"


def test_a_renamed_field_keeps_its_column_and_its_data(hub: Hub) -> None:
    hub.republish(with_fields((own("wrap", "my_wrap"), "gift_wrap")))
    hub.take(hub.trade(0, gift_wrap="红色"), hub.trade(1, gift_wrap="蓝色"))
    with statements(hub.database) as seen:
        hub.republish(with_fields((own("wrap", "my_paper"), "gift_paper")))
    assert not [s for s in seen if "ALTER" in s or "CREATE" in s]
    hub.take(hub.trade(0, later=5), hub.trade(1, later=5, gift_paper="绿色"))
    assert [side(hub, n)["f_wrap"] for n in (0, 1)] == ["红色", "绿色"]
    canonical = hub.order(0)["canonical"]
    assert (canonical.get("my_paper"), "my_wrap" in canonical) == ("红色", False)


def test_rules_see_a_renamed_field_when_a_receipt_settles_the_order_again(hub: Hub) -> None:
    """The order was last written under the old name; the receipt is no payload."""

    def first(document: Document) -> None:
        with_fields((own("place", "my_place"), "wanted_place"))(document)
        _route_by(document, "my_place")

    def renamed(document: Document) -> None:
        with_fields((own("place", "my_spot"), "wanted_place"))(document)
        _route_by(document, "my_spot")

    hub.republish(first)
    hub.take(hub.trade(0, wanted_place="yiwu"))
    hub.run()
    assert [f["warehouse"] for f in hub.fulfilments()] == ["YW"]
    hub.take(hub.trade(0, later=5, wanted_place="yiwu", receiver_city="宁波市"))
    hub.republish(renamed)
    hub.run()
    assert {f["warehouse"] for f in hub.fulfilments()} == {"YW"}
    assert [f["state"] for f in hub.fulfilments()] == ["cancelled", "handed_over"]


def _route_by(document: Document, key: str) -> None:
    """Orders that name Yiwu go there, before any other row is asked."""
    rows = next(rules for rules in document["rules"] if rules["stage"] == "routing")["rows"]
    rows[:] = [row for row in rows if row["id"] != "wanted"]
    title = {"zh": "指定义乌", "en": "Yiwu wanted"}
    then = [{"do": "route", "candidates": ["yiwu"]}]
    rows.insert(0, {"id": "wanted", "title": title, "when": {"==": [{"var": key}, "yiwu"]}})
    rows[0]["then"] = then


def test_a_payload_that_is_silent_about_a_field_leaves_it(hub: Hub) -> None:
    hub.republish(with_fields((own("wrap", "my_wrap"), "gift_wrap")))
    hub.take(hub.trade(0, gift_wrap="红色"))
    hub.take(hub.trade(0, later=5))
    assert (side(hub)["f_wrap"], hub.order(0)["canonical"]["my_wrap"]) == ("红色", "红色")


def test_an_older_payload_does_not_overwrite_a_field_but_may_fill_it(hub: Hub) -> None:
    two = ((own("wrap", "my_wrap"), "gift_wrap"), (own("card", "my_card"), "gift_card"))
    hub.republish(with_fields(*two))
    hub.take(hub.trade(0, later=9, gift_wrap="红色"))
    hub.take(hub.trade(0, later=1, gift_wrap="旧", gift_card="生日快乐"))
    assert (side(hub)["f_wrap"], side(hub)["f_card"]) == ("红色", "生日快乐")


def test_a_field_added_later_is_filled_for_orders_already_there(hub: Hub) -> None:
    hub.republish(with_fields((own("wrap", "my_wrap"), "gift_wrap")))
    hub.take(hub.trade(0, gift_wrap="红色", gift_card="旧卡"))
    both = ((own("wrap", "my_wrap"), "gift_wrap"), (own("card", "my_card"), "gift_card"))
    hub.republish(with_fields(*both))
    hub.take(hub.trade(0, later=5, gift_card="新卡"))
    assert (side(hub)["f_wrap"], side(hub)["f_card"]) == ("红色", "新卡")
    assert hub.order(0)["canonical"]["my_wrap"] == "红色"


def test_a_removed_field_keeps_its_column_and_comes_back_with_its_data(hub: Hub) -> None:
    hub.republish(with_fields((own("wrap", "my_wrap"), "gift_wrap")))
    hub.take(hub.trade(0, gift_wrap="红色"))
    hub.republish(with_fields((own("card", "my_wrap"), "gift_card")))
    hub.take(hub.trade(0, later=5))
    assert "my_wrap" not in hub.order(0)["canonical"]  # another field of the same name
    hub.republish(with_fields((own("wrap", "my_wrap"), "gift_wrap")))
    hub.take(hub.trade(0, later=9))
    assert hub.order(0)["canonical"]["my_wrap"] == "红色"


def test_another_kind_for_the_same_id_is_refused(hub: Hub) -> None:
    before = hub.republish(with_fields((own("points", "my_points", "integer"), "points")))
    with pytest.raises(BlueprintError) as refused:
        hub.republish(with_fields((own("points", "my_points", "money"), "points")))
    assert (refused.value.code, refused.value.where) == (
        "blueprint.kind_changed",
        "/models/0/fields/0/kind",
    )
    assert hub.value("SELECT hash FROM plan WHERE live") == before
    hub.republish(with_fields())
    with pytest.raises(BlueprintError):  # its column is there for good
        hub.republish(with_fields((own("points", "my_points", "money"), "points")))


def test_two_blueprints_share_a_field_only_with_the_same_kind(hub: Hub) -> None:
    hub.republish(with_fields((own("points", "my_points", "integer"), "points")))

    def second(kind: str) -> None:
        document = publish_copy(hub, with_fields((own("points", "my_points", kind), "points")))
        with hub.write() as tx:
            publish.save_draft(tx, document, hub.clock.now())
            publish.publish(tx, "another", "first", "test", hub.clock.now())

    with pytest.raises(BlueprintError) as refused:
        second("text")
    assert refused.value.params["blueprint"] == "fashion-order-hub"
    assert hub.value("SELECT count(*) FROM blueprint_version WHERE version = 1") == 1
    second("integer")
    assert set(columns(hub)) == {"order_id", "f_points"}


def publish_copy(hub: Hub, change: Callable[[Document], None]) -> Document:
    document: Document = json.loads(hub.value("SELECT draft FROM blueprint"))
    change(document)
    return {**document, "key": "another"}


@pytest.mark.parametrize(
    ("field", "code", "where"),
    [
        (own("a", "total"), "blueprint.key_taken", "/key"),
        (own("a", "lines"), "blueprint.key_taken", "/key"),
        (own("a", "platform"), "blueprint.key_taken", "/key"),
        (own("a" * 62, "a"), "blueprint.id_too_long", "/id"),
        (own("a", "a", "choice"), "blueprint.choices", "/choices"),
        (own("a", "a", "text", choices=["x"]), "blueprint.choices", "/choices"),
        (own("b", "c"), "blueprint.twice", "/key"),
        (own("c", "b"), "blueprint.twice", "/id"),
    ],
)
def test_fields_that_cannot_be(
    lite_database: Database, field: Field, code: str, where: str
) -> None:
    hub = Hub(lite_database)
    with pytest.raises(BlueprintError) as refused:
        hub.republish(with_fields((own("c", "c"), "c"), (field, "x")))
    found = [(f.code, f.where) for f in refused.value.params["findings"]]
    assert (code, f"/models/0/fields/1{where}") in found
    assert columns(hub) == {}
    hub.database.close()


def test_drafts_never_change_tables(hub: Hub) -> None:
    document = publish_copy(hub, with_fields((own("wrap", "my_wrap"), "gift_wrap")))
    with statements(hub.database) as seen, hub.write() as tx:
        publish.save_draft(tx, document, hub.clock.now())
    assert not [s for s in seen if "ALTER" in s or "CREATE" in s]
    assert columns(hub) == {}


def test_a_publication_that_fails_leaves_no_column(hub: Hub) -> None:
    document = publish_copy(hub, with_fields((own("wrap", "my_wrap"), "gift_wrap")))
    with hub.database.writer.connect() as tx:
        publish.save_draft(tx, document, hub.clock.now())
        publish.publish(tx, "another", "first", "test", hub.clock.now())
        assert inspect(tx).has_table("x_order")
        tx.rollback()
    assert columns(hub) == {}


def test_without_own_fields_nothing_is_asked_of_the_side_table(hub: Hub) -> None:
    with statements(hub.database) as plain:
        hub.take(hub.trade(0), hub.trade(1))
        hub.take(hub.trade(0, later=5))
    assert not [s for s in plain if "x_order" in s]
    hub.republish(with_fields((own("wrap", "my_wrap"), "gift_wrap")))
    with statements(hub.database) as seen:
        hub.take(hub.trade(2, gift_wrap="x"), hub.trade(3))
        hub.take(hub.trade(2, later=5))
    assert [s for s in seen if "x_order" in s]


def test_a_plan_from_before_a_field_was_added_still_writes(hub: Hub) -> None:
    """A batch finishes under the plan it started with; the new column stays empty."""
    hub.republish(with_fields((own("wrap", "my_wrap"), "gift_wrap")))
    hub.land(hub.trade(0, gift_wrap="红色", gift_card="生日快乐"))
    old = hub.value("SELECT hash FROM plan WHERE live")
    both = ((own("wrap", "my_wrap"), "gift_wrap"), (own("card", "my_card"), "gift_card"))
    hub.republish(with_fields(*both))
    with hub.write() as tx:
        tx.exec_driver_sql(f"UPDATE plan SET live = (hash = '{old}')")  # noqa: S608
    hub.work()
    assert (side(hub)["f_wrap"], side(hub)["f_card"]) == ("红色", None)


def test_a_busy_table_is_said_so(postgres_url: str) -> None:
    hub = Hub(Database.open(postgres_url))
    hub.republish(with_fields((own("wrap", "my_wrap"), "gift_wrap")))
    with hub.database.read() as other:
        other.exec_driver_sql("SELECT * FROM x_order")
        with pytest.raises(Conflict) as busy:
            hub.republish(with_fields((own("wrap", "my_wrap"), "w"), (own("card", "my_card"), "c")))
    assert busy.value.code == "blueprint.table_busy"
    assert set(columns(hub)) == {"order_id", "f_wrap"}
    hub.database.close()


def test_two_publications_take_turns(postgres_url: str) -> None:
    """The second waits for the first one's table instead of making it, too."""
    hub = Hub(Database.open(postgres_url))
    document = publish_copy(hub, with_fields((own("card", "my_card"), "gift_card")))
    done: list[str] = []
    with hub.database.writer.connect() as first:
        publish.save_draft(first, document, hub.clock.now())
        publish.publish(first, "another", "first", "test", hub.clock.now())
        change = with_fields((own("wrap", "my_wrap"), "gift_wrap"))
        second = Rival(lambda: done.append(hub.republish(change)))
        second.wait_until_stuck(hub.database)
        first.commit()
    second.join()
    assert len(done) == 1
    assert set(columns(hub)) == {"order_id", "f_card", "f_wrap"}
    assert hub.rows("SELECT versions FROM plan WHERE live")[0]["versions"].count("[") == 3
    hub.database.close()


IDS = ("a", "b", "c-d", "e_f")
KINDS = {"a": "text", "b": "integer", "c-d": "money", "e_f": "text"}
Step = dict[str, str]  # field id -> key, for the fields of one version
STEPS = st.lists(
    st.dictionaries(st.sampled_from(IDS), st.integers(0, 3), max_size=4), min_size=1, max_size=5
)


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
@settings(
    max_examples=examples(4),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_any_sequence_of_versions_keeps_every_value(
    request: pytest.FixtureRequest, backend: str, steps: list[dict[str, int]]
) -> None:
    """Fields come, go and are renamed; what was ever stored under an id stays under it."""
    with _fresh(request, backend) as hub:
        expected: dict[str, Any] = {}
        for number, fields in enumerate(steps):
            names = {id_: f"my_{id_}-{name}" for id_, name in fields.items()}
            hub.republish(with_fields(*((own(i, key, KINDS[i]), i) for i, key in names.items())))
            values: dict[str, Any] = {
                i: f"v{number}" if KINDS[i] == "text" else number for i in names
            }
            hub.take(hub.trade(0, later=number + 1, **values))
            expected |= {f"f_{i}": value for i, value in values.items()}
            stored = side(hub) if expected else {}
            assert {name: stored.get(name) for name in expected} == expected
            canonical = hub.order(0)["canonical"]
            assert {i: canonical[key] for i, key in names.items()} == values


@contextmanager
def _fresh(request: pytest.FixtureRequest, backend: str) -> Iterator[Hub]:
    databases = request.getfixturevalue({"sqlite": "sqlite_files"}.get(backend, "postgres"))
    url = databases.create()
    database = Database.open(url)
    yield Hub(database)
    database.close()
    databases.drop(url)
