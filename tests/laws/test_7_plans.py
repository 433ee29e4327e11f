"""Law 7: a draft never runs live, and a decision names the plan it was made under."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from orderloom.engine.canonical import for_rules
from orderloom.engine.rules import Judgement, judge
from orderloom.errors import BlueprintError
from orderloom.services.incoming import process
from orderloom.services.publishing import publish
from orderloom.services.publishing.runtime import PlanCache, bind, live_hash
from orderloom.store.db import Database
from orderloom.store.tables import inbox
from tests.support.hub import ZONE, Hub

KEY = "fashion-order-hub"
TEE = "TEE-BLK-S"


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


def all_to_yiwu(document: dict[str, Any]) -> None:
    for row in document["rules"][1]["rows"]:
        row["then"][0] |= {"candidates": ["yiwu"], "backups": []}


def save(hub: Hub, change: Callable[[dict[str, Any]], None]) -> None:
    draft = json.loads(hub.value("SELECT draft FROM blueprint"))
    change(draft)
    with hub.write() as tx:
        publish.save_draft(tx, draft, hub.clock.now())


def place(hub: Hub, number: int) -> str:
    hub.take(hub.trade(number))
    return str(hub.fulfilments(number)[0]["warehouse"])


def test_a_draft_changes_nothing_until_it_is_published(hub: Hub) -> None:
    live = hub.value("SELECT hash FROM plan WHERE live")
    save(hub, all_to_yiwu)
    with hub.write() as tx:
        publish.go_live(tx, hub.clock.now())
    assert hub.value("SELECT hash FROM plan WHERE live") == live
    assert place(hub, 1) == "HZ"
    with hub.write() as tx:
        publish.publish(tx, KEY, "now", "test", hub.clock.now())
    assert place(hub, 2) == "YW"


def test_a_draft_that_is_wrong_can_be_kept_but_not_published(hub: Hub) -> None:
    save(hub, lambda document: document["sources"][0].update(account="nobody"))
    with pytest.raises(Exception, match="unknown_name"), hub.write() as tx:
        publish.publish(tx, KEY, "no", "test", hub.clock.now())
    assert place(hub, 1) == "HZ"
    assert hub.value("SELECT count(*) FROM blueprint_version") == 1


def test_a_value_that_does_not_fit_its_parameter_any_more_keeps_the_draft_from_going_live(
    hub: Hub,
) -> None:
    def to_text(document: dict[str, Any]) -> None:
        entry = {"key": "spare", "title": {"zh": "备用", "en": "Spare"}}
        document["parameters"].append({**entry, "kind": "text", "default": "x"})

    def to_number(document: dict[str, Any]) -> None:
        document["parameters"][-1].update(kind="integer", default=1)

    hub.republish(to_text)
    with hub.write() as tx:
        publish.set_parameter(tx, KEY, "spare", "ours")
    with pytest.raises(BlueprintError) as refused:
        hub.republish(to_number)
    (found,) = refused.value.params["findings"]
    assert found.code == "blueprint.bad_value"
    assert hub.value("SELECT count(*) FROM blueprint_version") == 2


def test_a_parameter_works_from_the_moment_it_goes_live(hub: Hub) -> None:
    with hub.write() as tx:
        publish.set_parameter(tx, KEY, "high_amount", 1)
    hub.take(hub.trade(1))
    assert hub.order(1)["state"] == "to_ship"
    with hub.write() as tx:
        publish.go_live(tx, hub.clock.now())
    hub.take(hub.trade(2))
    assert hub.order(2)["state"] == "held"


def test_a_batch_ends_under_the_plan_it_began_with(hub: Hub) -> None:
    hub.land(hub.trade(1))
    with hub.database.read() as tx:
        bound = bind(tx, hub.context.plans, hub.account)
        rows = tx.execute(inbox.select()).all()
    hub.republish(all_to_yiwu)
    reads = process.read(rows, hub.connector, bound)
    with hub.write() as tx:
        process.write(tx, bound, reads, hub.clock.now(), ZONE)
    assert hub.fulfilments(1)[0]["warehouse"] == "HZ"
    named = {
        hub.value("SELECT plan_hash FROM decision"),
        hub.value("SELECT plan_hash FROM orders"),
        hub.value("SELECT plan_hash FROM inbox"),
    }
    assert named == {bound.plan_hash}
    assert named != {hub.value("SELECT hash FROM plan WHERE live")}


def test_a_published_version_never_changes(hub: Hub) -> None:
    first = hub.rows("SELECT * FROM blueprint_version")
    hub.republish(all_to_yiwu)
    save(hub, lambda document: document.update(rules=[]))
    assert hub.rows("SELECT * FROM blueprint_version WHERE version = 1") == first


def replayed(hub: Hub, decision: dict[str, Any], plan_hash: str) -> Judgement:
    """The decision made again, from what was stored, under a plan."""
    context = json.loads(decision["context"])
    with hub.database.read() as tx:
        compiled = PlanCache().get(tx, plan_hash).blueprints[KEY]
        row = tx.exec_driver_sql("SELECT external_no, canonical FROM orders").one()
    order = context.get("order") or json.loads(row.canonical)
    seen = for_rules(order, "taobao", context["facts"], context["now"])
    return judge(compiled.rules, seen, row.external_no)


@pytest.mark.parametrize("old", [True, False], ids=["its plan", "control: the plan of today"])
def test_a_decision_can_be_made_again_under_its_own_plan(hub: Hub, old: bool) -> None:
    hub.take(hub.trade(1))
    (decision,) = hub.rows("SELECT * FROM decision")
    today = hub.republish(all_to_yiwu)
    judgement = replayed(hub, decision, decision["plan_hash"] if old else today)
    outcome = json.loads(decision["outcome"])
    assert judgement.route is not None
    chosen = set(outcome["parcels"]) <= set(judgement.route.candidates)
    assert chosen == old
    if old:
        assert judgement.matched == outcome["matched"]
        assert judgement.courier == outcome["courier"]


def test_going_back_is_publishing_an_earlier_version(hub: Hub) -> None:
    first = json.loads(hub.value("SELECT document FROM blueprint_version"))
    hub.republish(all_to_yiwu)
    assert place(hub, 1) == "YW"
    with hub.write() as tx:
        publish.save_draft(tx, first, hub.clock.now())
        publish.publish(tx, KEY, "back", "test", hub.clock.now())
    assert place(hub, 2) == "HZ"
    assert hub.value("SELECT max(version) FROM blueprint_version") == 3


def test_exactly_one_plan_is_live(hub: Hub) -> None:
    for _ in range(3):
        hub.republish(all_to_yiwu)
        assert hub.value("SELECT count(*) FROM plan WHERE live") == 1
    with hub.database.read() as tx:
        assert live_hash(tx) == hub.value("SELECT hash FROM plan WHERE live")
