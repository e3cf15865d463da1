"""The worker: a fold over the reader's stream. Everything it joins is in the modules beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any

import structlog

from switchhook.clock import Clock, time_limit
from switchhook.errors import LogUnavailable
from switchhook.log import Assigned, Batch, Log, Reader, Record, Revoking
from switchhook.registry import Registry
from switchhook.settings import AppSettings
from switchhook.state import StateStore
from switchhook.telemetry import Metrics
from switchhook.worker.assembly import assemble
from switchhook.worker.assignment import Assignment, Shard
from switchhook.worker.committing import Committing
from switchhook.worker.held_calls import HeldCalls
from switchhook.worker.loading import Loading
from switchhook.worker.pressure import Pressure
from switchhook.worker.recent import Recent
from switchhook.worker.runs import ApiClient, Ear, Work

_IDLE = 0.2
"""Seconds that one poll waits at the most: how late a stop may be noticed."""
_AT_ONCE = 100
"""Records that are interpreted without looking at anything else: some milliseconds."""
_GRACE = 1.0
"""Seconds that a run which was told to stop has to do so, and that saving and committing may take after that."""
_log = structlog.get_logger("switchhook.worker")


class Worker:
    """Handles the records of the partitions that the log assigns to it.

    `clients`: by name of the identity; the first reads what no identity is named for. `recent`: where ends of runs
    are shown. Attribute `ready`: whether it owns partitions, or stands by to.
    """

    def __init__(
        self,
        log: Log,
        store: StateStore,
        registry: Registry,
        *,
        clients: Mapping[str, ApiClient],
        clock: Clock,
        settings: AppSettings,
        metrics: Metrics,
        recent: Recent,
        owning: Callable[[frozenset[int]], Awaitable[None]] | None = None,
        ear: Ear | None = None,
    ) -> None:
        """`owning` is told which partitions this worker owns from now on, and returns once their records may be
        handled: once it is known whose events each handler is for. It must return when the worker is to stop. `ear` is
        told what is read.
        """
        self.ready = False
        self._owning = owning
        self._log = log
        self._store = store
        self._registry = registry
        self._clock = clock
        self._settings = settings.worker
        self._group = settings.log.group
        self._parts = assemble(
            store,
            registry,
            clients=clients,
            clock=clock,
            settings=settings,
            metrics=metrics,
            recent=recent,
            ear=ear,
            completed=self._completed,
        )
        self._loading: Loading | None = None
        self._assignment: Assignment | None = None
        self._pressure: Pressure | None = None
        self._committing: Committing | None = None

    async def run(self, stop: asyncio.Event) -> int:
        """Work until `stop` is set, then drain. Returns 0 if nothing was left, 1 if runs had to be broken off or what
        they did could not be saved or committed. Raises LogCorrupt, StateCorrupt.
        """
        async with AsyncExitStack() as stack:
            for enabled in self._registry.enabled:
                resource = enabled.handler.resource(enabled.settings)
                self._parts.resources[enabled.name] = await stack.enter_async_context(resource)
            reader = await stack.enter_async_context(self._log.read(self._group))
            self._parts.fence.watch(reader)
            parts = self._parts
            self._loading = Loading(
                self._store,
                parts.parking,
                parts.fence,
                reader,
                clock=self._clock,
                stop=stop,
                guarding=parts.guards.open,
            )
            self._pressure = Pressure(reader, self._settings.in_flight)
            self._committing = Committing(reader, self._clock, self._parts.counts, every=self._settings.commit_every)
            saving = asyncio.create_task(self._parts.completion.run())
            try:
                while not stop.is_set():
                    await self._step(reader)
                    await self._look_after()
                    if saving.done():  # by a mistake of our own: without it nothing would ever be complete
                        saving.result()
                self.ready = False
                drained = await self._release(self._settings.drain)
                self._parts.upkeep.report(None)
                return 0 if drained else 1
            finally:
                self.ready = False
                saving.cancel()
                if self._assignment is not None:
                    self._assignment.end()

    async def _step(self, reader: Reader) -> None:
        """Take the next thing from the stream."""
        try:
            step = await reader.next(_IDLE)
        except LogUnavailable as error:
            _log.warning("the log hands out nothing; it is tried again", reason=str(error))
            await self._clock.sleep(1.0)
            return
        self.ready = True
        assignment = self._assignment
        if isinstance(step, Batch):
            if assignment is not None and step.epoch == assignment.epoch:
                await self._take(assignment, step.records)
        elif isinstance(step, Assigned):
            await self._assign(step, reader)
        elif isinstance(step, Revoking):
            if assignment is not None and step.epoch == assignment.epoch:
                left = step.deadline - self._clock.monotonic() - _GRACE
                await self._release(max(0.0, min(self._settings.drain, left)))
            reader.released(step.epoch)

    async def _take(self, assignment: Assignment, records: Sequence[Record]) -> None:
        """Some at a time: what runs meanwhile is to end when it wants to, not when a whole batch is read."""
        assert self._pressure is not None
        for start in range(0, len(records), _AT_ONCE):
            self._parts.dispatch.take(assignment, records[start : start + _AT_ONCE])
            self._pressure.rises(assignment)
            await asyncio.sleep(0)

    async def _look_after(self) -> None:
        assignment = self._assignment
        if assignment is not None:
            if assignment.failure is not None:
                raise assignment.failure
            assert self._committing is not None
            self._committing.maybe(assignment.tracker)
        if self._parts.upkeep.is_time():
            self._parts.upkeep.report(assignment)
            self._parts.waking.nudge()

    async def _assign(self, assigned: Assigned, reader: Reader) -> None:
        """Make everything anew; what is left of an assignment that ended without notice counts for nothing."""
        if self._assignment is not None:
            await self._end(self._assignment)
        assert self._loading is not None
        assignment = Assignment(assigned.epoch, assigned.partitions, concurrency=self._settings.concurrency)
        for partition in sorted(assigned.partitions):
            shard = Shard(assignment, partition, HeldCalls(self._store, partition))
            if not await self._loading.load(shard):
                _log.warning("the assignment was over before its state was loaded", epoch=assigned.epoch)
                await self._end(assignment)
                return
            assignment.shards[partition] = shard
        if self._owning is not None:
            await self._owning(assigned.partitions)
        self._assignment = assignment
        assignment.spawn(self._parts.waking.run(assignment))
        assignment.spawn(self._parts.reviewing.run(assignment))
        assignment.spawn(self._parts.following.run(assignment))
        _log.info("assigned", epoch=assigned.epoch, partitions=sorted(assigned.partitions))

    async def _release(self, seconds: float) -> bool:
        """Drain, save, commit, let go. Whether nothing was left."""
        assignment = self._assignment
        if assignment is None:
            return True
        assert self._committing is not None
        assignment.revoke()
        assignment.spawn(self._parts.guards.close(assignment))
        self._parts.waking.nudge()
        drained = await self._ended(lambda: (*assignment.serving, *assignment.writing), seconds)
        if not drained:
            _log.warning("work is broken off", tasks=len(assignment.serving), writes=len(assignment.writing))
            assignment.cancel()
            await self._ended(lambda: assignment.serving, _GRACE)
        saved = await self._settled(max(seconds, _GRACE))
        committed = await self._committing.finish(assignment.tracker)
        await self._end(assignment)
        return drained and saved and committed

    async def _end(self, assignment: Assignment) -> None:
        assignment.end()
        self._assignment = None
        if self._owning is not None:
            await self._owning(frozenset())
        for partition in assignment.tracker.partitions:
            await self._store.release(partition)

    async def _ended(self, tasks: Callable[[], Collection[asyncio.Task[Any]]], seconds: float) -> bool:
        """Whether all have ended within that time, or just when it was over."""
        try:
            async with time_limit(self._clock, seconds):
                while pending := [task for task in tasks() if not task.done()]:
                    await asyncio.wait(pending)
        except TimeoutError:
            return all(task.done() for task in tasks())
        return True

    async def _settled(self, seconds: float) -> bool:
        try:
            async with time_limit(self._clock, seconds):
                await self._parts.completion.settled()
        except TimeoutError:
            return False
        return True

    def _completed(self, work: Work) -> None:
        """A record is finished, and what it leaves behind is durable."""
        shard = work.shard
        shard.handling.difference_update(work.identities)
        shard.bytes -= len(work.record.value)
        tracker = shard.assignment.tracker
        if tracker.complete(shard.partition, work.record.offset):
            assert self._committing is not None
            assert self._pressure is not None
            self._committing.completed(tracker)
            if shard.paused:
                self._pressure.falls(shard)
