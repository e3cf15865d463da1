"""The worker: a fold over the reader's stream. Everything it joins is in the modules beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import AsyncExitStack
from typing import Any

import structlog

from switchhook.clock import Clock, boot_id, time_limit
from switchhook.errors import LogUnavailable
from switchhook.log import Assigned, Batch, Log, Reader, Revoking
from switchhook.registry import Registry
from switchhook.settings import AppSettings
from switchhook.state import StateStore
from switchhook.telemetry import Metrics
from switchhook.worker.assignment import Assignment, Shard
from switchhook.worker.commands import Commands
from switchhook.worker.committing import Committing
from switchhook.worker.completion import Completion
from switchhook.worker.counts import Counts
from switchhook.worker.deadlines import Deadlines
from switchhook.worker.dispatch import Dispatch
from switchhook.worker.effects import Means
from switchhook.worker.endings import Endings
from switchhook.worker.execution import Execution
from switchhook.worker.fence import Fence
from switchhook.worker.following import Following
from switchhook.worker.held_calls import HeldCalls
from switchhook.worker.intake import Intake
from switchhook.worker.lanes import Lane
from switchhook.worker.loading import Loading
from switchhook.worker.once import Once
from switchhook.worker.parking import Parking
from switchhook.worker.pressure import Pressure
from switchhook.worker.recent import Recent
from switchhook.worker.retry import Limits
from switchhook.worker.reviewing import Reviewing
from switchhook.worker.runs import ApiClient, Arrival, Ear, Run, Work
from switchhook.worker.telling import Telling
from switchhook.worker.upkeep import Upkeep
from switchhook.worker.waking import Waking

_IDLE = 0.2
"""Seconds that one poll waits at the most: how late a stop may be noticed."""
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
        self._counts = counts = Counts(metrics)
        self._fence = Fence(clock, settings.log.session_timeout)
        self._resources: dict[str, Any] = {}
        keep = settings.retention
        limits = Limits(settings.worker.retry_in_lane, settings.worker.retry_attempts, settings.worker.retry_age)
        self._completion = Completion(store, clock, keep.seen, self._completed)
        self._parking = Parking(store, clock, self._completion, boot_id())
        once = Once(store, clock, keep.effects)
        endings = Endings(
            clock,
            completion=self._completion,
            parking=self._parking,
            once=once,
            registry=registry,
            counts=counts,
            recent=recent,
            keep_dead=keep.dead_letters,
            woken=self._woken,
        )
        self._dispatch = Dispatch(
            store,
            registry,
            self._parking,
            counts,
            start=self._start,
            complete=endings.complete,
            skip=self._completed,
            ear=ear,
        )
        means = Means(
            store, clock, self._completion, Deadlines(clock), self._fence, clients, keep.effects, self._settings.dry_run
        )
        self._execution = Execution(
            means,
            self._parking,
            endings,
            Intake(
                clock,
                clients,
                dispatch=self._dispatch,
                parking=self._parking,
                endings=endings,
                counts=counts,
                limits=limits,
                commands=Commands(store, self._parking, self._completion),
                woken=self._woken,
                ear=ear,
            ),
            once,
            limits=limits,
            run_timeout=self._settings.run_timeout,
            resources=self._resources,
        )
        self._waking = Waking(clock, parking=self._parking, dispatch=self._dispatch, registry=registry, endings=endings)
        telling = Telling(
            store, registry, parking=self._parking, completion=self._completion, counts=counts, woken=self._woken
        )
        self._reviewing = Reviewing(store, clock, clients, telling)
        self._following = Following(store, clock, clients, telling, counts)
        self._upkeep = Upkeep(store, clock, metrics, counts)
        self._assignment: Assignment | None = None
        self._loading: Loading | None = None
        self._pressure: Pressure | None = None
        self._committing: Committing | None = None

    async def run(self, stop: asyncio.Event) -> int:
        """Work until `stop` is set, then drain. Returns 0 if nothing was left, 1 if runs had to be broken off or what
        they did could not be saved or committed. Raises LogCorrupt, StateCorrupt.
        """
        async with AsyncExitStack() as stack:
            for enabled in self._registry.enabled:
                resource = enabled.handler.resource(enabled.settings)
                self._resources[enabled.name] = await stack.enter_async_context(resource)
            reader = await stack.enter_async_context(self._log.read(self._group))
            self._fence.watch(reader)
            self._loading = Loading(self._store, self._fence, reader, self._clock, stop)
            self._pressure = Pressure(reader, self._settings.in_flight)
            self._committing = Committing(reader, self._clock, self._counts, every=self._settings.commit_every)
            saving = asyncio.create_task(self._completion.run())
            try:
                while not stop.is_set():
                    await self._step(reader)
                    await self._look_after()
                self.ready = False
                drained = await self._release(self._settings.drain)
                self._upkeep.report(None)
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
                self._dispatch.take(assignment, step.records)
                assert self._pressure is not None
                self._pressure.rises(assignment)
        elif isinstance(step, Assigned):
            await self._assign(step)
        elif isinstance(step, Revoking):
            if assignment is not None and step.epoch == assignment.epoch:
                left = step.deadline - self._clock.monotonic() - _GRACE
                await self._release(max(0.0, min(self._settings.drain, left)))
            reader.released(step.epoch)

    async def _look_after(self) -> None:
        assignment = self._assignment
        if assignment is not None:
            if assignment.failure is not None:
                raise assignment.failure
            assert self._committing is not None
            self._committing.maybe(assignment.tracker)
        if self._upkeep.is_time():
            self._upkeep.report(assignment)
            self._waking.nudge()

    async def _assign(self, assigned: Assigned) -> None:
        """Make everything anew; what is left of an assignment that ended without notice counts for nothing."""
        if self._assignment is not None:
            await self._end(self._assignment)
        assert self._loading is not None
        assignment = Assignment(assigned.epoch, assigned.partitions, concurrency=self._settings.concurrency)
        for partition in sorted(assigned.partitions):
            if not await self._loading.load(partition, assigned.epoch):
                _log.warning("the assignment was over before its state was loaded", epoch=assigned.epoch)
                await self._end(assignment)
                return
            shard = Shard(assignment, partition, HeldCalls(self._store, partition))
            self._parking.load(shard)
            assignment.shards[partition] = shard
        if self._owning is not None:
            await self._owning(assigned.partitions)
        self._assignment = assignment
        assignment.spawn(self._waking.run(assignment))
        assignment.spawn(self._reviewing.run(assignment))
        assignment.spawn(self._following.run(assignment))
        _log.info("assigned", epoch=assigned.epoch, partitions=sorted(assigned.partitions))

    async def _release(self, seconds: float) -> bool:
        """Drain, save, commit, let go. Whether nothing was left."""
        assignment = self._assignment
        if assignment is None:
            return True
        assert self._committing is not None
        assignment.revoke()
        self._waking.nudge()
        drained = await self._ended(lambda: (*assignment.serving, *assignment.writing), seconds)
        if not drained:
            _log.warning("runs are broken off", tasks=len(assignment.serving), writes=len(assignment.writing))
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
        try:
            async with time_limit(self._clock, seconds):
                while pending := [task for task in tasks() if not task.done()]:
                    await asyncio.wait(pending)
        except TimeoutError:
            return False
        return True

    async def _settled(self, seconds: float) -> bool:
        try:
            async with time_limit(self._clock, seconds):
                await self._completion.settled()
        except TimeoutError:
            return False
        return True

    def _start(self, assignment: Assignment, lane: Lane[Run | Arrival]) -> None:
        self._execution.start(assignment, lane)

    def _woken(self) -> None:
        self._waking.nudge()

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
