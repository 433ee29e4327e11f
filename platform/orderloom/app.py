"""The web application, put together."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from flask import Flask
from redis import Redis
from redis.exceptions import RedisError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter, ValidationError

from orderloom import config
from orderloom.api import access, documents, headers, metrics, problems
from orderloom.api.after_sales import after_sales
from orderloom.api.blueprints import blueprints, vocabulary
from orderloom.api.connections import connections
from orderloom.api.encoding import OrjsonProvider
from orderloom.api.entry import entry
from orderloom.api.exceptions import exceptions
from orderloom.api.flow import flow
from orderloom.api.health import health
from orderloom.api.hooks import hooks
from orderloom.api.hub import Hub, install
from orderloom.api.imports import imports
from orderloom.api.labels import labels
from orderloom.api.links import links
from orderloom.api.notifications import notifications
from orderloom.api.orders import orders
from orderloom.api.outbound import outbound
from orderloom.api.pages import pages
from orderloom.api.product_import import product_import
from orderloom.api.products import products
from orderloom.api.records import records
from orderloom.api.session import session
from orderloom.api.signing import Signer
from orderloom.api.tables import tables
from orderloom.clock import Clock, SystemClock
from orderloom.config import Settings
from orderloom.connect import Unpaced
from orderloom.errors import ConfigError
from orderloom.jobs.wake import IO, WORK, wake
from orderloom.services.connecting.connections import Gateway
from orderloom.services.files.uploads import Uploads
from orderloom.store.db import Database

log = logging.getLogger(__name__)
BODY_LIMIT = 2 * 1024 * 1024
_PATIENCE = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}
UI = Path(__file__).resolve().parent / "static" / "ui"
_BIGGEST_ID = 2**63 - 1


class IdentConverter(BaseConverter):
    """An id in an address."""

    regex = "[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        if int(value) > _BIGGEST_ID:
            raise ValidationError
        return int(value)


def create_app(
    settings: Settings | None = None,
    database: Database | None = None,
    clock: Clock | None = None,
    gateway: Gateway | None = None,
    ui: Path = UI,
    app: Flask | None = None,
) -> Flask:
    """The application of an installation; what is not given is made from the settings.

    `app`: what `assemble` made.
    """
    settings = settings or config.load()
    app = app or assemble()
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    install(app, _hub(settings, database, clock or SystemClock(), gateway, ui))
    return app


def _hub(
    settings: Settings, database: Database | None, clock: Clock, gateway: Gateway | None, ui: Path
) -> Hub:
    return Hub(
        database=database or Database.open(settings.database_url),
        clock=clock,
        gateway=gateway or Gateway.of(settings, clock, Unpaced()),
        uploads=Uploads(settings.uploads, settings.upload_bytes),
        signer=Signer(*settings.secret_keys()),
        zone=settings.zone,
        ping_broker=lambda: ping_broker(settings),
        wake=Waker(settings),
        metrics_token=settings.metrics_token,
        ui=ui,
    )


_RESOURCES = (
    session,
    flow,
    orders,
    entry,
    labels,
    exceptions,
    imports,
    products,
    links,
    after_sales,
    product_import,
    blueprints,
    vocabulary,
    notifications,
    connections,
    outbound,
    tables,
    records,
)


def assemble() -> Flask:
    """The application with all its routes, of no installation yet."""
    app = Flask("orderloom", static_folder=None, template_folder="api/templates")
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    app.json = OrjsonProvider(app)
    app.url_map.converters["ident"] = IdentConverter
    metrics.install(app)
    headers.install(app)
    access.install(app)
    problems.install(app)
    api = documents.install(app)
    api.register_converter(IdentConverter, lambda _: {"type": "string", "pattern": "^[0-9]{1,19}$"})
    for resource in _RESOURCES:
        api.register_blueprint(resource)
    for blueprint in (documents.documents, health, hooks, pages):
        app.register_blueprint(blueprint)
    return app


class Waker:
    """Tells workers that there is work; when they cannot be told, the sweep finds it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._redis: Redis | None = None

    def __call__(self, kind: str, refs: Sequence[int]) -> None:
        try:
            wake(self._connected(), kind, refs, IO if kind == "fetch" else WORK)
        except (RedisError, ConfigError, OSError) as error:
            self._redis = None  # the next one may be somewhere else
            log.warning("nobody could be woken", extra={"kind": kind, "reason": str(error)})

    def _connected(self) -> Redis:
        if self._redis is None:
            self._redis = Redis.from_url(self._settings.broker_url(), **_PATIENCE)
        return self._redis


def ping_broker(settings: Settings) -> bool:
    """Ask the job queues for a sign of life; the address may have changed since the last time."""
    with Redis.from_url(settings.broker_url(), **_PATIENCE) as redis:
        return bool(redis.ping())
