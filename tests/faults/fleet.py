"""One worker process of a modelled fleet, and every way from it to the outside: each can be shut, slow or cut.

A killed worker runs nothing any more; a frozen one does nothing until it thaws, while the world goes on and its
partitions move; one that is cut off works on, and reaches neither the log nor its state.
"""

from __future__ import annotations

import asyncio
from functools import partial

import orjson

from switchhook.errors import LogUnavailable, StateUnavailable
from switchhook.state import Delete, Put, Table
from switchhook.telemetry import Metrics
from switchhook.worker.loop import Worker
from switchhook.worker.recent import Recent
from tests.faults.turns import quiet
from tests.state.memory import MemoryState


class _Timer:
    def __init__(self, clock, callback):
        self.clock = clock
        self.callback = callback

    def fire(self):
        if self.clock.frozen:
            self.clock.held.append(self.fire)
        elif self.callback is not None:
            self.callback()

    def cancel(self):
        self.callback = None


class FrozenClock:
    """The world's clock as one worker sees it: while it is frozen, none of its timers fires."""

    def __init__(self, clock):
        self.clock = clock
        self.frozen = False
        self.held = []

    def now(self):
        return self.clock.now()

    def monotonic(self):
        return self.clock.monotonic()

    def call_later(self, seconds, callback):
        timer = _Timer(self, callback)
        self.clock.call_later(seconds, timer.fire)
        return timer

    async def sleep(self, seconds):
        done = asyncio.get_running_loop().create_future()
        timer = self.call_later(seconds, lambda: done.done() or done.set_result(None))
        try:
            await done
        finally:
            timer.cancel()

    def thaw(self):
        self.frozen = False
        held, self.held = self.held, []
        for fire in held:
            fire()


class FaultyState(MemoryState):
    """Writes may take their time (`slow` seconds), or be made while an error says they were not (`unsure`): what the
    topic has and the cache has not is read by whoever loads the partition next.
    """

    slow = 0.0
    unsure = False

    def __init__(self, world, clock, gate):
        super().__init__(world.disk, clock, gate=gate)
        self.world = world

    async def apply(self, batch):
        if self.slow:
            await self.world.clock.sleep(self.slow)
        if self.unsure and self.world.chance.random() < 0.3 and all(self.owns(change.partition) for change in batch):
            for saved in self._parked(batch):
                self.world.history.over(saved, "skipped")
            for change in batch:
                if change.table is Table.DEAD and isinstance(change, Put):
                    self.world.history.over(orjson.loads(orjson.loads(change.value)["saved"]), "failed")
            self.write(batch)
            raise StateUnavailable("the answer got lost")
        await super().apply(batch)

    def owns(self, partition):
        """Whether what this process writes into a partition counts."""
        return self.partitions.get(partition, -1) == self.disk.owners.get(partition)

    def _parked(self, batch):
        """What is parked and ends with this batch."""
        again = {change.key for change in batch if isinstance(change, Put)}
        places = [
            (change.partition, change.table, change.key)
            for change in batch
            if isinstance(change, Delete) and change.table is Table.PARKED and change.key not in again
        ]
        return [orjson.loads(self.disk.entries[place].value) for place in places if place in self.disk.entries]


class Member:
    """One worker process."""

    def __init__(self, world):
        self.world = world
        self.clock = FrozenClock(world.clock)
        self.thawed = asyncio.Event()
        self.thawed.set()
        self.dead = False
        self.cut = False
        self.store = FaultyState(world, self.clock, self.gate)
        recent = Recent()
        recent.listen(partial(world.history.ended, self))
        self.stop = asyncio.Event()
        self.worker = Worker(
            _Gated(world.log, self),
            self.store,
            world.registry(self),
            clients={"main": _GatedPlatform(world.platform, self)},
            clock=self.clock,
            settings=world.settings,
            metrics=Metrics(),
            recent=recent,
        )
        self.reader = None
        self.task = asyncio.create_task(self.worker.run(self.stop))

    async def gate(self):
        """Every way to the outside: shut while the process is frozen; nobody comes back from it once it is dead."""
        while not self.thawed.is_set():
            await self.thawed.wait()
        if self.dead:
            raise asyncio.CancelledError

    def freeze(self):
        self.clock.frozen = True
        self.thawed.clear()

    def thaw(self):
        self.thawed.set()
        self.clock.thaw()

    async def kill(self):
        self.die()
        await quiet()

    def die(self):
        self.dead = True
        self.store.closed = True
        assignment = self.worker._assignment
        tasks = [self.task, *(assignment.serving if assignment else ()), *(assignment.writing if assignment else ())]
        for task in tasks:
            task.cancel()
        self.thaw()


class _Gated:
    """The log as one process reaches it."""

    def __init__(self, log, member):
        self.log = log
        self.member = member

    def read(self, group):
        return _Reading(self.log.read(group), self.member)


class _Reading:
    def __init__(self, context, member):
        self.context = context
        self.member = member

    async def __aenter__(self):
        reader = await self.context.__aenter__()
        reader.gate = self.member.gate
        reader.next = self._gated(reader.next)
        reader.commit = self._losing(self._gated(reader.commit))
        self.member.reader = reader
        return reader

    def _gated(self, function):
        member, world = self.member, self.member.world

        async def gated(*arguments):
            await member.gate()
            if world.slow:
                await world.clock.sleep(world.slow)
            if member.cut:
                raise LogUnavailable("this worker is cut off")
            answer = await function(*arguments)
            await member.gate()
            return answer

        return gated

    def _losing(self, function):
        """Answers of the brokers get lost."""
        world = self.member.world

        async def losing(*arguments):
            answer = await function(*arguments)
            if world.lossy and world.chance.random() < 0.5:
                raise LogUnavailable("the answer got lost")
            return answer

        return losing

    async def __aexit__(self, *error):
        await self.context.__aexit__(*error)


class _GatedPlatform:
    """The platform as one process reaches it."""

    def __init__(self, platform, member):
        self.platform = platform
        self.member = member

    async def call(self, operation, parameters=None, **options):
        await self.member.gate()
        try:
            return await self.platform.call(operation, parameters, **options)
        finally:
            await self.member.gate()

    def changes_something(self, operation):
        return self.platform.changes_something(operation)
