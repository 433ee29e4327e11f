"""Rounds put together: medians, the ratio, and whether everything came out right."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from bench.data import ORDERS
from bench.w1 import Run


def summary(runs: Sequence[Run]) -> dict[str, Any]:
    """All figures as JSON; rates in orders per second, CPU in seconds per 1,000 orders."""
    sides = {side: _side([r for r in runs if r.side == side]) for side in ("hub", "script")}
    pairs = zip(_of(runs, "hub"), _of(runs, "script"), strict=True)
    ratios = sorted(hub.rate / script.rate for hub, script in pairs)
    return {
        "workload": "W1",
        "orders": ORDERS,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "ratio": round(median(ratios), 3),
        "ratios": [round(ratio, 3) for ratio in ratios],
        "sides": sides,
        "right": all(run.result.right for run in runs),
        "runs": [asdict(run) for run in runs],
    }


def _of(runs: Sequence[Run], side: str) -> list[Run]:
    return [run for run in runs if run.side == side]


def _side(runs: Sequence[Run]) -> dict[str, float]:
    return {
        "orders_per_second": round(median(run.rate for run in runs)),
        "cpu": round(median(run.cpu for run in runs), 3),
        "postgres_cpu": round(median(run.postgres_cpu for run in runs), 3),
        "peak_mb": round(max(run.peak_mb for run in runs)),
    }


def machine() -> str:
    """Processors and system, as far as they matter for the figures."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in _lines(Path("/proc/cpuinfo"))
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    cores = sum(line.startswith("processor") for line in _lines(Path("/proc/cpuinfo")))
    return f"{cores} x {model}, Python {platform.python_version()}"


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines() if path.exists() else []


def table(found: dict[str, Any]) -> str:
    """The summary for people."""
    rows = [("", "orders/s", "CPU s/1k", "+ PostgreSQL", "= total", "peak MB")]
    for name, side in found["sides"].items():
        cpu, postgres = side["cpu"], side["postgres_cpu"]
        figures = (f"{cpu:.2f}", f"{postgres:.2f}", f"{cpu + postgres:.2f}")
        rate, peak = f"{side['orders_per_second']:.0f}", f"{side['peak_mb']:.0f}"
        rows.append((name, rate, *figures, peak))
    lines = ["  ".join(f"{cell:>12}" for cell in row) for row in rows]
    verdict = "right" if found["right"] else "WRONG: see the runs in the JSON"
    spread = f"{found['ratios'][0]:.2f} to {found['ratios'][-1]:.2f}"
    return "\n".join(
        [*lines, "", f"hub / script: {found['ratio']:.2f} ({spread}), results {verdict}"]
    )
