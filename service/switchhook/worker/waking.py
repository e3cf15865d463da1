"""Wakes what is parked when its time has come, and notices when the wall clock was set."""

from __future__ import annotations

import asyncio
import math

import structlog

from switchhook.clock import Clock, time_limit
from switchhook.errors import StateUnavailable
from switchhook.registry import Registry
from switchhook.worker.assignment import Abandoned, Assignment, Shard
from switchhook.worker.dispatch import Dispatch
from switchhook.worker.endings import Endings
from switchhook.worker.parking import Parking, Woken
from switchhook.worker.runs import INTAKE, Arrival, Run, Work
from switchhook.worker.saved import SavedRecord

_SHORTEST = 0.001
"""Seconds of a pause at the least: a wall clock's microseconds and a monotonic clock's fractions never quite meet."""
_STEP = 0.5
"""Seconds by which the wall clock must part from the monotonic one to count as set."""
_log = structlog.get_logger("switchhook.worker")


class Waking:
    """One task for all shards of an assignment."""

    def __init__(
        self,
        clock: Clock,
        *,
        parking: Parking,
        dispatch: Dispatch,
        registry: Registry,
        endings: Endings,
    ) -> None:
        self._clock = clock
        self._parking = parking
        self._dispatch = dispatch
        self._endings = endings
        self._rules = {
            (enabled.name, rule.name): (enabled, rule) for enabled in registry.enabled for rule in enabled.rules
        }
        self._nudged = asyncio.Event()

    def nudge(self) -> None:
        """Something may go on, or be due sooner than was known; or the clock should be looked at."""
        self._nudged.set()

    async def run(self, assignment: Assignment) -> None:
        """Wake until the assignment takes nothing new."""
        apart = self._apart()
        while assignment.open:
            self._nudged.clear()
            try:
                if abs(self._apart() - apart) > _STEP:
                    apart = self._apart()
                    _log.warning("the wall clock was set")
                    for shard in assignment.shards.values():
                        await self._parking.stepped(shard)
                for shard in assignment.shards.values():
                    async for woken in self._parking.wake(shard):
                        await self._wake(shard, woken)
                pause = min((self._parking.until_next(shard) for shard in assignment.shards.values()), default=math.inf)
                pause = max(pause, _SHORTEST)
            except StateUnavailable as error:
                _log.warning("parked work cannot be read; it is tried again", reason=str(error))
                pause = 1.0
            except Abandoned:
                return
            try:
                async with time_limit(self._clock, None if pause == math.inf else pause):
                    await self._nudged.wait()
            except TimeoutError:
                continue

    async def _wake(self, shard: Shard, woken: Woken) -> None:
        saved = woken.saved
        if isinstance(saved, SavedRecord):
            work = Work(shard, saved.record, parked=woken.key)
            self._dispatch.queue(shard, INTAKE, saved.record.key, Arrival(work, saved.rounds))
            return
        found = self._rules.get((saved.handler, saved.rule))
        if found is None:
            await self._endings.orphan(shard, woken)
            return
        run = Run(
            shard, saved.event, *found, saved.offset, woken.place, None, saved.rounds, woken.key, until=saved.until
        )
        self._dispatch.queue(shard, saved.handler, saved.event.key, run)

    def _apart(self) -> float:
        return self._clock.now().timestamp() - self._clock.monotonic()
