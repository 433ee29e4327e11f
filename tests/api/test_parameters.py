"""This company's values of a blueprint's parameters: changed at once, by the right people, once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orderloom.store.db import Database
from tests.support.hub import Hub
from tests.support.site import Browser, Site

AT = "/api/v1/blueprints/fashion-order-hub/parameters"
Record = dict[str, Any]


@pytest.fixture
def site(hub: Hub, tmp_path: Path) -> Site:
    return Site.of(hub, tmp_path)


def shown(browser: Browser, key: str) -> tuple[str, Record]:
    """What is live, and a parameter."""
    found = browser.get(AT).get_json()
    return found["plan"], next(one for one in found["items"] if one["key"] == key)


def test_a_parameter_counts_from_the_next_order_on_and_can_be_the_blueprints_again(
    hub: Hub, site: Site
) -> None:
    ops = site.signed_in("ops")
    plan, amount = shown(ops, "high_amount")
    assert (amount["value"], amount["own"], amount["kind"]) == (200_000, False, "money")
    assert [one["zh"] for one in amount["used_by"]] == ["风险"]
    hub.take(hub.trade(1))
    answer = ops.send("PUT", f"{AT}/high_amount", {"value": 1, "plan": plan})
    assert answer.status_code == 200
    changed, amount = shown(ops, "high_amount")
    assert (amount["value"], amount["own"], changed != plan) == (1, True, True)
    hub.take(hub.trade(2))
    assert [hub.order(n)["state"] for n in (1, 2)] == ["to_ship", "held"]

    late = ops.send("PUT", f"{AT}/high_amount", {"value": 2, "plan": plan})
    assert (late.status_code, late.get_json()["code"]) == (409, "blueprint.parameters_changed")
    back = ops.send("PUT", f"{AT}/high_amount", {"value": None, "plan": changed})
    assert back.get_json()["plan"] == plan
    assert shown(ops, "high_amount")[1]["value"] == 200_000
    audit = hub.rows("SELECT subject FROM audit WHERE action = 'parameter.set' ORDER BY id")
    assert [row["subject"] for row in audit] == ["fashion-order-hub/high_amount"] * 2


def test_what_does_not_fit_is_refused_and_changes_nothing(sqlite_url: str, tmp_path: Path) -> None:
    hub = Hub(Database.open(sqlite_url))
    ops = Site(hub.database, tmp_path, clock=hub.clock).signed_in("ops")
    before = ops.get(AT).get_json()
    for name, value, code in (
        ("high_amount", -1, "bad_value"),
        ("high_amount", True, "bad_value"),
        ("high_amount", 2**63, "bad_value"),
        ("hand_over", {"daily_at": "25:00"}, "bad_schedule"),
        ("supervisors", "all", "bad_value"),
        ("none", 1, "unknown_parameter"),
        ("none", None, "unknown_parameter"),
    ):
        answer = ops.send("PUT", f"{AT}/{name}", {"value": value, "plan": before["plan"]})
        assert (answer.status_code, answer.get_json()["code"]) == (422, f"blueprint.{code}")
    assert ops.get(AT).get_json() == before


def test_viewers_look_and_change_nothing(hub: Hub, site: Site) -> None:
    viewer = site.signed_in("viewer")
    plan, _ = shown(viewer, "high_amount")
    refused = viewer.send("PUT", f"{AT}/high_amount", {"value": 1, "plan": plan})
    assert refused.status_code == 403
    unknown = viewer.get("/api/v1/blueprints/nobody/parameters")
    assert unknown.status_code == 404
