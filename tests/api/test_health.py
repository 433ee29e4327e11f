"""Alive, ready, and figures for a monitoring system."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from orderloom.store.db import Database
from tests.support.shop import START, Shop
from tests.support.site import Site
from tests.support.valkey import Valkey


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    server = Valkey(tmp_path / "broker").start()
    yield server
    server.stop()


def test_alive_even_when_nothing_else_is(tmp_path: Path) -> None:
    nowhere = Database.open("postgresql://nobody@127.0.0.1:9/none")
    client = Site(nowhere, tmp_path).app.test_client()
    assert client.get("/healthz").get_json() == {"ok": True}
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json() == {
        "ready": False,
        "checks": {"database": False, "migrated": False, "plan": False, "broker": False},
    }


def test_ready_when_everything_an_order_needs_is_there(
    database: Database, tmp_path: Path, valkey: Valkey
) -> None:
    client = Site(database, tmp_path, redis_url=valkey.url).app.test_client()
    publish(database)
    answer = client.get("/readyz")
    assert answer.get_json()["checks"] == dict.fromkeys(
        ("database", "migrated", "plan", "broker"), True
    )
    assert answer.status_code == 200
    valkey.kill()
    assert client.get("/readyz").get_json()["checks"]["broker"] is False


@pytest.mark.parametrize(
    ("check", "statement"),
    [("plan", "UPDATE plan SET live = false"), ("migrated", "DELETE FROM alembic_version")],
)
def test_not_ready_says_what_is_missing(site: Site, check: str, statement: str) -> None:
    publish(site.database)
    with site.database.write() as tx:
        tx.execute(text(statement))
    answer = site.app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert not answer.get_json()["checks"][check]
    assert answer.get_json()["checks"]["database"]


def publish(database: Database) -> None:
    with database.write() as tx:
        tx.execute(
            text(
                "INSERT INTO plan (hash, versions, parameters, created_at, live)"
                " VALUES ('abc', '[]', '{}', 0, true)"
            )
        )


# -- metrics -----------------------------------------------------------------------------------


def test_figures_come_from_the_database_whichever_process_is_asked(site: Site) -> None:
    shop = Shop(site.database)
    shop.add({"state": "held"}, {"state": "to_ship"}, {"state": "to_ship"})
    with site.database.write() as tx:
        tx.execute(
            text(
                "INSERT INTO worker (name, kind, pid, started_at, seen_at)"
                " VALUES ('a', 'worker', 1, 0, :now), ('b', 'worker', 2, 0, 0)"
            ),
            {"now": START},
        )
        tx.execute(
            text(
                "INSERT INTO outbox (id, connection_id, subject, effect, idempotency_key, body,"
                " state, not_before, created_at) VALUES (9, :to, 's', 'e', 'k', '{}', 'dead', 0, 0)"
            ),
            {"to": shop.connection},
        )
    for app in (site.app, site.make_app()):
        found = app.test_client().get("/metrics")
        assert found.status_code == 200
        lines = found.get_data(as_text=True).splitlines()
        assert 'orderloom_orders{state="to_ship"} 2.0' in lines
        assert 'orderloom_orders{state="held"} 1.0' in lines
        assert 'orderloom_outbox{state="dead"} 1.0' in lines
        assert 'orderloom_inbox{state="waiting"} 0.0' in lines
        assert "orderloom_workers 1.0" in lines


def test_requests_are_measured_by_route_not_by_address(lite: Site) -> None:
    browser = lite.signed_in("viewer")
    for number in (1, 2, 3):
        browser.get(f"/api/v1/orders/{number}")
    page = browser.get("/metrics").get_data(as_text=True)
    labels = 'method="GET",route="/api/v1/orders/<ident:order_id>",status="404"'
    assert f"orderloom_request_seconds_count{{{labels}}} 3.0" in page
    assert "/orders/1" not in page


def test_figures_are_for_this_machine_or_for_holders_of_the_token(lite: Site) -> None:
    site = Site(lite.database, lite.settings.home, metrics_token="let-me-in")
    bearer = {"Authorization": "Bearer let-me-in"}
    wrong = {"Authorization": "Bearer let-me-out"}
    client = site.app.test_client()
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "::1"}).status_code == 200
    # A proxy on this machine speaks for somebody else.
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 403
    away = {"REMOTE_ADDR": "203.0.113.9"}
    assert client.get("/metrics", environ_base=away).get_json()["code"] == "auth.metrics"
    assert client.get("/metrics", environ_base=away, headers=wrong).status_code == 403
    assert client.get("/metrics", environ_base=away, headers=bearer).status_code == 200
    assert lite.app.test_client().get("/metrics", environ_base=away).status_code == 403
