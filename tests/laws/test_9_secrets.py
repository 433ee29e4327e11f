"""Law 9: secrets are encrypted at rest and appear nowhere else, whatever goes wrong."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from connectors.simulators import qimen, top
from connectors.simulators.wire import FAULT_KINDS, Fault
from orderloom import jobs
from orderloom.errors import ConfigError
from orderloom.logs import JsonFormatter
from orderloom.services.connecting import connections
from orderloom.services.connecting.secrets import Cipher, new_key
from orderloom.store.db import Database
from orderloom.store.tables import metadata
from tests.support.hub import Hub

SECRETS = (top.APP_SECRET, top.SESSION, qimen.APP_SECRET)


@pytest.fixture
def hub(database: Database) -> Hub:
    return Hub(database)


def everything_stored(hub: Hub) -> str:
    """All rows of all tables, as text."""
    found: list[str] = []
    with hub.database.read() as tx:
        for table in metadata.sorted_tables:
            for row in tx.execute(table.select()).mappings():
                found.append(f"{table.name} {dict(row)!r}")
    return "\n".join(found)


def leaked(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


def through_all_trouble(hub: Hub) -> None:
    hub.shop.shop.make(3, "law9")
    hub.run()
    for kind in FAULT_KINDS:
        if kind in ("slow", "timeout"):
            continue
        hub.shop.shop.make(1, "law9")
        hub.shop.faults.add(Fault(kind, seconds=1))
        hub.pull(wait=400)
        hub.wms.faults.add(Fault(kind, seconds=1))
        hub.work()
        hub.advance(700)
        hub.deliver()
    hub.wms._secret = "another one"
    hub.shop.shop.make(1, "law9")
    hub.run(wait=400)
    hub.shop.expired = True
    hub.pull(wait=400)


def test_no_table_holds_a_secret_in_clear(hub: Hub) -> None:
    through_all_trouble(hub)
    stored = everything_stored(hub)
    assert leaked(stored) == []
    assert "auth_failed" in stored


def test_control_the_search_would_find_it(hub: Hub) -> None:
    stored = everything_stored(hub)
    assert top.APP_KEY in stored, "settings that are not secret are stored as they are"
    hub.execute(
        "UPDATE connection SET settings = :settings", settings=json.dumps({"x": SECRETS[0]})
    )
    assert leaked(everything_stored(hub)) == [SECRETS[0]] * len(leaked(everything_stored(hub)))
    assert leaked(everything_stored(hub))


def test_no_log_line_holds_a_secret(hub: Hub, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        through_all_trouble(hub)
    written = "\n".join(JsonFormatter().format(record) for record in caplog.records)
    assert len(caplog.records) > 5
    assert leaked(written) == []


def test_errors_and_representations_hold_no_secret(hub: Hub) -> None:
    with hub.database.read() as tx:
        for connection in hub.connections.values():
            connector = connections.connect(tx, hub.context.gateway, connection)
            assert leaked(repr(connector) + repr(connector.client)) == []


def test_what_is_stored_opens_with_its_key_only() -> None:
    key = new_key()
    closed = Cipher(key).close({"app_secret": "s3cret"})
    assert b"s3cret" not in closed
    assert Cipher(new_key(), key).open(closed) == {"app_secret": "s3cret"}
    with pytest.raises(ConfigError) as refused:
        Cipher(new_key()).open(closed)
    assert "s3cret" not in str(refused.value)


def test_a_lost_key_stops_the_work_and_says_so(hub: Hub) -> None:
    hub.shop.shop.make(1, "law9")
    object.__setattr__(hub.context.gateway, "cipher", Cipher(new_key()))
    hub.advance(5)
    with pytest.raises(ConfigError) as refused:
        jobs.pull(hub.account)
    assert refused.value.code == "config.secret_key_changed"


def test_messages_and_decisions_hold_no_secret(hub: Hub) -> None:
    hub.take(hub.trade(1))
    hub.deliver()
    rows: list[dict[str, Any]] = [
        *hub.rows("SELECT * FROM outbox"),
        *hub.rows("SELECT * FROM decision"),
    ]
    assert len(rows) == 2
    assert leaked(str(rows)) == []
