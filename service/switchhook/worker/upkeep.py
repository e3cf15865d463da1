"""What the worker does once a second: tell its metrics; and every ten minutes: sweep what has expired."""

from __future__ import annotations

import asyncio

import structlog

from switchhook.clock import Clock
from switchhook.errors import StateError
from switchhook.state import StateStore, Table
from switchhook.telemetry import Metric, Metrics
from switchhook.worker.assignment import Assignment, Shard
from switchhook.worker.counts import Counts
from switchhook.worker.oldest import Oldest

_EVERY = 1.0
_SWEEP = 600.0
_LONG = 300.0
"""Seconds for which a record may be unfinished before it is said. Nothing is done about it: the others go on."""
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
        self._oldest: dict[Shard, Oldest] = {}
        self._said: tuple[int, int] | None = None
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
        gauge(Metric.SUSPECTS, sum(len(shard.guard.suspects) for shard in shards if shard.guard is not None))
        gauge(Metric.PARKED, sum(shard.parked for shard in shards))
        gauge(Metric.OLDEST_UNFINISHED_SECONDS, max((self._age(shard, now) for shard in shards), default=0.0))
        self._oldest = {shard: self._oldest[shard] for shard in shards}
        try:
            gauge(Metric.DEAD_LETTERS, sum(self._store.count(shard.partition, Table.DEAD) for shard in shards))
        except StateError as error:
            _log.warning("dead letters cannot be counted", reason=str(error))
        if now - self._swept >= _SWEEP and self._sweeping is None:
            self._swept = now
            self._sweeping = asyncio.get_running_loop().create_task(self._sweep())

    def _age(self, shard: Shard, now: float) -> float:
        """How long the record was read that holds the shard's commit back; if that is long, it is said."""
        tracker = shard.assignment.tracker
        age = self._oldest.setdefault(shard, Oldest()).look(tracker, shard.partition, now)
        place = (shard.partition, tracker.oldest(shard.partition) or 0)
        if age >= _LONG and place != self._said:
            self._said = place
            _log.warning("a record holds the commit back", place=f"{place[0]}:{place[1]}", seconds=round(age))
        return age

    async def _sweep(self) -> None:
        try:
            await self._store.sweep(self._clock.now().timestamp())
        except StateError as error:
            _log.warning("the state store cannot be swept", reason=str(error))
        finally:
            self._sweeping = None
