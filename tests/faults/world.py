"""One run of a small fleet in a modelled world that goes wrong on purpose. The same seed gives the same run.

Modelled: the log with its group, the state store with its claims, the platform, the clock. Real: the worker. A killed
worker runs nothing any more; a frozen one does nothing until it thaws, while the world goes on and its partitions move.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from datetime import timedelta

from switchhook.clock import ManualClock, settle
from switchhook.errors import (
    ApiUnreachable,
    Conflict,
    Later,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Retry,
    Skip,
)
from switchhook.events.types import PostAdded
from switchhook.log import NewRecord
from switchhook.settings import AppSettings, LogSettings, WorkerSettings
from switchhook.telemetry import Metrics
from switchhook.worker.loop import Worker
from switchhook.worker.recent import Recent
from tests.faults.history import History
from tests.state.memory import Disk, MemoryState
from tests.worker.model import ModelLog, ModelPlatform, enable, handler_for, post

SESSION = 10.0
"""Seconds after which the group gives a silent member up."""
ACCOUNTS = ("8001", "8002", "8003")


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


class Member:
    """One worker process."""

    def __init__(self, world, name):
        self.world = world
        self.name = name
        self.clock = FrozenClock(world.clock)
        self.thawed = asyncio.Event()
        self.thawed.set()
        self.dead = False
        self.store = MemoryState(world.disk, self.clock, gate=self.gate)
        recent = Recent()
        recent.listen(world.history.ended)
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
        self.dead = True
        self.store.closed = True
        assignment = self.worker._assignment
        tasks = [self.task, *(assignment.serving if assignment else ()), *(assignment.writing if assignment else ())]
        for task in tasks:
            task.cancel()
        self.thaw()
        await settle()


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
        for name in ("next", "commit"):
            setattr(reader, name, self._gated(getattr(reader, name)))
        self.member.reader = reader
        return reader

    def _gated(self, function):
        async def gated(*arguments):
            await self.member.gate()
            answer = await function(*arguments)
            await self.member.gate()
            return answer

        return gated

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


class MoodyPlatform(ModelPlatform):
    """Fails at random, before or after a write had its effect, and takes its time."""

    def __init__(self, clock, chance):
        super().__init__(clock)
        self.chance = chance
        self.calm = False

    async def call(self, operation, parameters=None, **options):
        await self.clock.sleep(self.chance.choice((0.0, 0.0, 0.05, 0.3)))
        if not self.changes_something(operation):
            return await super().call(operation, parameters, **options)
        mood = 1.0 if self.calm else self.chance.random()
        path = f"/team-messaging/v1/chats/{parameters['chatId']}/posts"
        if mood < 0.08:
            raise self.chance.choice(
                (
                    PlatformError("busy", status=503, retry_after=1.0),
                    RateLimited("slow", status=429, retry_after=self.chance.choice((1.0, 30.0))),
                    ApiUnreachable("refused"),
                )
            )
        if mood < 0.10:
            raise Conflict("moved on", status=409, path=path)
        self.writes.append((operation, parameters))
        await self.clock.sleep(self.chance.choice((0.0, 0.02, 0.2)))
        if mood < 0.13:
            raise OutcomeUnknown("connection reset", path=path)
        return {"id": str(len(self.writes))}


class World:
    """Everything of one run."""

    def __init__(self, seed, *, members=2, partitions=3):
        self.chance = random.Random(seed)
        self.clock = ManualClock()
        self.log = ModelLog(self.clock, partitions)
        self.disk = Disk()
        self.history = History(self)
        self.log.on_commit = self.history.committed
        self.platform = MoodyPlatform(self.clock, self.chance)
        self.settings = AppSettings(
            log=LogSettings(session_timeout=SESSION),
            worker=WorkerSettings(drain=3.0, run_timeout=5.0, in_flight=20, concurrency=10, retry_attempts=4),
        )
        self.size = members
        self.members = []
        self.attempts = Counter()
        self.posted = 0
        self.sent = []

    def registry(self, member):
        """The handlers of one worker."""
        handlers = [
            handler_for(PostAdded, self.acting(name, member), name=name, **options)
            for name, options in (("writer", {}), ("watcher", {"within": "1h"}), ("moody", {}))
        ]
        return enable(*handlers)

    def acting(self, name, member):
        """What a handler does with a post is written in the post; how often it fails, the world remembers."""

        async def act(event, ctx):
            self.history.began(name, event)
            attempt = self.attempts[name, event.post_id] = self.attempts[name, event.post_id] + 1
            plan = random.Random(f"{event.text}/{name}")
            if name == "watcher":
                await member.clock.sleep(plan.choice((0.0, 0.0, 0.01, 0.5)))
                return
            mood = plan.random()
            if name == "moody":
                await moody(mood, plan, attempt, event)
            await member.clock.sleep(plan.choice((0.0, 0.0, 0.02, 1.0)))
            for step in range(1, plan.randint(1, 2) + 1):
                await ctx.chats.post(event.chat_id, f"{name} {event.post_id} {step}")
            if mood > 0.9 and attempt <= 2:
                raise PlatformError("busy", status=503)

        return act

    async def start(self):
        """Start workers up to the fleet's size."""
        while len(self.members) < self.size:
            self.members.append(Member(self, len(self.members)))
            await settle(3)

    async def accept(self, count):
        """Notifications come in, some of them twice, some unreadable."""
        records = []
        for _ in range(count):
            self.posted += 1
            account = self.chance.choice(ACCOUNTS)
            chat = f"{account}-{self.chance.randint(1, 3)}"
            key = None if self.chance.random() < 0.1 else chat
            record = post(self.posted, chat, account=account, clock=self.clock, text=f"t{self.posted}", key=key)
            if self.chance.random() < 0.03:
                record = NewRecord(account, key, b"odd", record.received_at)
            else:
                self.history.accepted(self.posted, chat, key, account)
                self.sent.append(record)
            records.append(record)
            if self.sent and self.chance.random() < 0.15:
                records.append(self.chance.choice(self.sent[-10:]))
        await self.log.append(records)

    async def misfortune(self):
        """Something goes wrong."""
        kinds = (self.kill, self.freeze, self.rebalance, self.storm, self.refuse, self.away, self.full, self.step)
        kind = self.chance.choice((*kinds, self.kill, self.freeze, self.grow, self.end_one))
        self.history.note(kind.__name__)
        if self.members:
            await kind(self.chance.choice(self.members), self.chance.choice((0.0, 0.5, 3.0, 15.0)))
        await self.start()

    async def kill(self, member, seconds):
        """SIGKILL; the group notices at once or after the session timeout."""
        self.members.remove(member)
        await member.kill()
        if member.reader is not None:
            await self.advance(self.chance.choice((0.0, SESSION)))
            self.log.leave(member.reader)

    async def freeze(self, member, seconds):
        """SIGSTOP and SIGCONT; if that takes too long, the group has given its partitions away meanwhile."""
        reader = member.reader
        member.freeze()
        if reader is not None:  # its heartbeats stop
            reader.proved = self.clock.monotonic()
            reader.expelled = True
        await self.advance(seconds)
        if seconds > SESSION and reader in self.log.members:
            reader.lose()
            self.log.members.remove(reader)
            self.log.rebalance()
            await self.advance(self.chance.choice((0.0, 1.0, 10.0)))
            member.thaw()
            await settle()
            self.log.members.append(reader)
            self.log.rebalance()
            return
        member.thaw()
        if reader is not None:
            reader.expelled = False

    async def rebalance(self, member, seconds):
        """A member came or left."""
        self.log.rebalance()

    async def storm(self, member, seconds):
        """Rebalances follow one another."""
        for _ in range(self.chance.randint(2, 8)):
            self.log.rebalance()
            await self.advance(self.chance.choice((0.0, 0.01, 0.3, 2.0)))

    async def refuse(self, member, seconds):
        """Commits are refused."""
        self.log.refuse_commits = True
        await self.advance(seconds)
        self.log.refuse_commits = False

    async def away(self, member, seconds):
        """The brokers are away."""
        self.log.unavailable = True
        await self.advance(seconds)
        self.log.unavailable = False

    async def full(self, member, seconds):
        """The state cannot be written."""
        for one in self.members:
            one.store.full = True
        await self.advance(seconds)
        for one in self.members:
            one.store.full = False

    async def step(self, member, seconds):
        """The wall clock is set."""
        self.clock.step(self.chance.choice((-60, -5, 5, 60)))

    async def grow(self, member, seconds):
        """Another size of the fleet."""
        self.size = self.chance.randint(1, 3)

    async def end_one(self, member, seconds):
        """SIGTERM."""
        self.members.remove(member)
        member.stop.set()
        for _ in range(200):
            if member.task.done():
                break
            await self.advance(0.5)
        self.history.stopped(member.task)

    async def advance(self, seconds):
        await self.clock.advance(seconds)
        self.history.alive(self.members)

    async def heal(self):
        """Everything is well again, and stays so until everything has ended."""
        self.platform.calm = True
        self.log.unavailable = self.log.refuse_commits = False
        await self.start()
        for _ in range(200):
            if self.history.at_rest():
                return
            await self.advance(self.chance.choice((0.5, 5.0, 10.0)))
        self.history.fail("it never comes to rest")

    async def end(self):
        for member in self.members:
            member.stop.set()
        for _ in range(200):
            if all(member.task.done() for member in self.members):
                break
            await self.clock.advance(0.5)
        for member in self.members:
            self.history.stopped(member.task)


async def moody(mood, plan, attempt, event):
    """One of the ways in which a run may end early."""
    if mood < 0.1:
        raise Skip("no")
    if mood < 0.2:
        raise ValueError
    if mood < 0.25:
        await asyncio.Event().wait()
    if mood < 0.35 and attempt <= plan.randint(1, 3):
        raise Retry("not yet", after=plan.choice((0.5, 5.0, 40.0)))
    if mood < 0.4 and attempt <= 2:
        raise Later(at=event.at + timedelta(seconds=plan.choice((1, 20, 60))))


LAST = []
"""The world of the last run, for whoever looks into a failing seed."""


async def run(seed):
    """One run; returns the violations."""
    world = World(seed)
    LAST[:] = [world]
    await world.start()
    for _ in range(world.chance.randint(2, 7)):
        await world.accept(world.chance.randint(1, 12))
        await world.advance(world.chance.choice((0.0, 0.1, 1.0, 4.0)))
        await world.misfortune()
        await world.advance(world.chance.choice((0.0, 0.05, 1.0, 6.0)))
    await world.heal()
    await world.end()
    return world.history.judge()
