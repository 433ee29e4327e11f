"""Is the process alive, is the hub ready, and its figures for a monitoring system."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable
from ipaddress import ip_address

from flask import Blueprint, Response, jsonify, request
from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError

from orderloom.api.access import PUBLIC, address, needs
from orderloom.api.hub import Hub, current_hub
from orderloom.api.metrics import exposition
from orderloom.errors import ConfigError, Forbidden
from orderloom.services.hub import status
from orderloom.store.db import Tx

log = logging.getLogger(__name__)
health = Blueprint("health", __name__)

# Somebody in between says the request is not from here.
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")


@health.get("/healthz")
@needs(PUBLIC)
def healthz() -> Response:
    """The process answers; nothing else is looked at."""
    return jsonify({"ok": True})


@health.get("/readyz")
@needs(PUBLIC)
def readyz() -> Response:
    """Everything an order needs is there: 200, or 503 with what is missing."""
    hub = current_hub()
    checks = {
        "database": _passes("database", lambda: _ask(hub, lambda _: True)),
        "migrated": _passes("migrated", lambda: _ask(hub, status.is_migrated)),
        "plan": _passes("plan", lambda: _ask(hub, status.has_plan)),
        "broker": _passes("broker", lambda: bool(hub.ping_broker())),
    }
    ready = all(checks.values())
    response = jsonify({"ready": ready, "checks": checks})
    response.status_code = 200 if ready else 503
    return response


@health.get("/metrics")
@needs(PUBLIC)
def metrics() -> Response:
    """For Prometheus: from this machine, or with the token as a bearer."""
    if not (_has_token(current_hub().metrics_token) or _is_local()):
        raise Forbidden("auth.metrics", "/metrics")
    content, kind = exposition(current_hub())
    return Response(content, content_type=kind)


def _ask(hub: Hub, question: Callable[[Tx], bool]) -> bool:
    with hub.database.read() as tx:
        return question(tx)


def _passes(name: str, check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (DBAPIError, RedisError, ConfigError, OSError) as error:
        log.warning("not ready", extra={"check": name, "reason": str(error)})
        return False


def _has_token(token: str | None) -> bool:
    sent = request.headers.get("Authorization", "")
    return token is not None and hmac.compare_digest(sent.encode(), f"Bearer {token}".encode())


def _is_local() -> bool:
    if any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ip_address(address()).is_loopback
    except ValueError:
        return False
