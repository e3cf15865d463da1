"""What the worker does once a second: tell its metrics; and every ten minutes: sweep what has expired."""

from __future__ import annotations

import asyncio

import structlog

from switchhook.clock import Clock
from switchhook.errors import StateError
from switchhook.state import StateStore, Table
from switchhook.telemetry import Metric, Metrics
from switchhook.worker.assignment import Assignment
from switchhook.worker.counts import Counts

_EVERY = 1.0
_SWEEP = 600.0
_log = structlog.get_logger("switchhook.worker")


class Upkeep:
    """Reports and sweeps."""

    def __init__(self, store: StateStore, clock: Clock, metrics: Metrics, counts: Counts) -> None:
        self._store = store
        self._clock = clock
        self._metrics = metrics
        self._counts = counts
        self._reported = clock.monotonic()
        self._swept = clock.monotonic()
        self._sweeping: asyncio.Task[None] | None = None

    def is_time(self) -> bool:
        """Whether the second is over."""
        return self._clock.monotonic() - self._reported >= _EVERY

    def report(self, assignment: Assignment | None) -> None:
        """Hand the counts to the metrics, and set the gauges."""
        now = self._clock.monotonic()
        self._reported = now
        self._counts.flush()
        shards = [] if assignment is None else list(assignment.shards.values())
        gauge = self._metrics.gauge
        gauge(Metric.LANES, 0 if assignment is None else assignment.lanes.active)
        gauge(Metric.IN_FLIGHT, sum(shard.assignment.tracker.in_flight(shard.partition) for shard in shards))
        gauge(Metric.PARKED, sum(shard.parked for shard in shards))
        try:
            gauge(Metric.DEAD_LETTERS, sum(self._store.count(shard.partition, Table.DEAD) for shard in shards))
        except StateError as error:
            _log.warning("dead letters cannot be counted", reason=str(error))
        if now - self._swept >= _SWEEP and self._sweeping is None:
            self._swept = now
            self._sweeping = asyncio.get_running_loop().create_task(self._sweep())

    async def _sweep(self) -> None:
        try:
            await self._store.sweep(self._clock.now().timestamp())
        except StateError as error:
            _log.warning("the state store cannot be swept", reason=str(error))
        finally:
            self._sweeping = None
