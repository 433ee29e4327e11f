"""Figures for Prometheus: request times of this process, everything else from the database."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from flask import Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from orderloom.api.hub import Hub
from orderloom.services.hub import status
from orderloom.texts import say

_NAME = "orderloom_metrics"
_SECONDS = 2.0
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_BY_STATE = ("orders", "inbox", "outbox")


def install(app: Flask) -> None:
    """Measure every request of the application."""
    registry = CollectorRegistry()
    seconds = Histogram(
        "orderloom_request_seconds",
        _help("request_seconds"),
        ("method", "route", "status"),
        buckets=_BUCKETS,
        registry=registry,
    )
    app.extensions[_NAME] = registry

    def begin() -> None:
        g.began = time.perf_counter()

    def end(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "-"
        labels = (request.method, route, str(response.status_code))
        seconds.labels(*labels).observe(time.perf_counter() - g.get("began", time.perf_counter()))
        return response

    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    app.after_request(end)


def exposition(hub: Hub) -> tuple[bytes, str]:
    """(text, content type) of all figures."""
    registry: CollectorRegistry = current_app.extensions[_NAME]
    stored = CollectorRegistry()
    stored.register(_FromDatabase(_gauges(hub)))
    return generate_latest(registry) + generate_latest(stored), CONTENT_TYPE_LATEST


def _gauges(hub: Hub) -> dict[str, Any]:
    def count() -> dict[str, Any]:
        with hub.database.read() as tx:
            return status.gauges(tx, hub.clock.now())

    return hub.cache.get("gauges", _SECONDS, count)


class _FromDatabase(Collector):
    """What survives processes, as it is now."""

    def __init__(self, gauges: dict[str, Any]) -> None:
        self._gauges = gauges

    def collect(self) -> Iterator[Metric]:
        for name in _BY_STATE:
            family = GaugeMetricFamily(f"orderloom_{name}", _help(name), labels=["state"])
            for value, count in sorted(self._gauges[name].items()):
                family.add_metric([value], count)
            yield family
        workers = self._gauges["workers"]
        yield GaugeMetricFamily("orderloom_workers", _help("workers"), value=workers)


def _help(name: str) -> str:
    return say(f"metrics.{name}", "en")[0]
