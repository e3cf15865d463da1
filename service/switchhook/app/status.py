"""How a process is, as a document for the operator's page: cheap enough to be asked for every few seconds."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any

from switchhook.admin.app import Document, Ready
from switchhook.telemetry import Metric, Metrics


def status_of(process: str, ready: Ready, more: Callable[[], Mapping[str, Any]]) -> Document:
    """`process`: "worker" or "ingress"; `more`: what only this one can tell. Times are seconds since 1970."""
    began = time.time()

    def status(_query: Mapping[str, str]) -> Any:
        reason = ready()
        known = {"process": process, "version": version("switchhook"), "started": began, "now": time.time()}
        return {**known, "ready": reason is None, "reason": reason, **more()}

    return status


def working(metrics: Metrics, owned: frozenset[int]) -> dict[str, Any]:
    """What a worker is doing; counts since its start, up to a second old."""

    def counts(metric: Metric, label: str) -> dict[str, int]:
        return {labels[label]: int(count) for labels, count in metrics.each(metric) if count}

    return {
        "partitions": sorted(owned),
        "lanes": int(metrics.value(Metric.LANES)),
        "in_flight": int(metrics.value(Metric.IN_FLIGHT)),
        "oldest_unfinished_seconds": metrics.value(Metric.OLDEST_UNFINISHED_SECONDS),
        "parked": int(metrics.value(Metric.PARKED)),
        "suspects": int(metrics.value(Metric.SUSPECTS)),
        "dead_letters": int(metrics.value(Metric.DEAD_LETTERS)),
        "records": counts(Metric.RECORDS, "result"),
        "events": counts(Metric.EVENTS, "event"),
        "runs": [labels | {"count": int(count)} for labels, count in metrics.each(Metric.RUNS)],
        "budget": [labels | {"remaining": int(left)} for labels, left in metrics.each(Metric.BUDGET_REMAINING)],
    }
