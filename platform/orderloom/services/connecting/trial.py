"""Trying a connection: whose credentials these are, or what is wrong, within a bounded time."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from orderloom.connect import Connector, ConnectorError, Permanent, Seller, TryLater
from orderloom.services.connecting.connections import FAULTS, Gateway

log = logging.getLogger(__name__)
PATIENCE_S = 20.0


def check(
    gateway: Gateway,
    connector: str,
    settings: Mapping[str, Any],
    account: str = "trial",
    patience_s: float = PATIENCE_S,
) -> Seller:
    """Whose credentials complete `settings` are. Outside any transaction.

    Raises ConnectorError, whatever the connector does: one that never answers is given up, too.
    """
    answer: SimpleQueue[Seller | ConnectorError] = SimpleQueue()

    def ask() -> None:
        answer.put(_outcome(lambda: gateway.open(connector, settings, account)))

    Thread(target=ask, daemon=True).start()
    try:
        found = answer.get(timeout=patience_s)
    except Empty:
        raise TryLater("connect.timeout", connector) from None
    if isinstance(found, ConnectorError):
        raise found
    return found


def _outcome(open_: Callable[[], Connector]) -> Seller | ConnectorError:
    try:
        return open_().check()
    except ConnectorError as error:
        return error
    except FAULTS:
        log.exception("a connector broke down over its check")
        return Permanent("delivery.connector_broke")
