"""One run of a small fleet in a modelled world that goes wrong on purpose. The same seed gives the same run.

Modelled: the log with its group and the relay before it, the state store with its claims, the platform, the clock.
Real: the worker.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from datetime import timedelta

from switchhook.errors import (
    ApiUnreachable,
    Conflict,
    Later,
    LogUnavailable,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Retry,
    Skip,
)
from switchhook.events.types import PostAdded
from switchhook.log import NewRecord
from switchhook.settings import AppSettings, LogSettings, WorkerSettings
from tests.faults import misfortunes
from tests.faults.fleet import Member
from tests.faults.history import History
from tests.faults.turns import Hung, ModelClock, play, quiet
from tests.state.memory import Disk
from tests.worker.model import ModelLog, ModelPlatform, enable, handler_for, post

DEADLY = 0.02
"""How many of its runs the moody handler ends its process in."""
ACCOUNTS = ("8001", "8002", "8003")


class MoodyPlatform(ModelPlatform):
    """Fails at random, before or after a write had its effect, and takes its time. `worse`: times as often."""

    def __init__(self, clock, chance):
        super().__init__(clock)
        self.chance = chance
        self.calm = False
        self.worse = 1.0

    async def call(self, operation, parameters=None, **options):
        await self.clock.sleep(self.chance.choice((0.0, 0.0, 0.05, 0.3)))
        mood = 1.0 if self.calm else self.chance.random() / self.worse
        if not self.changes_something(operation):
            if mood < 0.1:
                raise ApiUnreachable("refused")
            return await super().call(operation, parameters, **options)
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
        if mood < 0.11:
            raise OutcomeUnknown("500, and nothing happened", path=path)
        self.writes.append((operation, parameters))
        await self.clock.sleep(self.chance.choice((0.0, 0.02, 0.2)))
        if mood < 0.14:
            raise OutcomeUnknown("connection reset", path=path)
        return {"id": str(len(self.writes))}


class World:
    """Everything of one run. `slow`: seconds that an answer of the brokers takes; `lossy`: some get lost."""

    def __init__(self, seed, *, members=2, partitions=3):
        self.chance = random.Random(seed)
        self.clock = ModelClock()
        self.log = ModelLog(self.clock, partitions)
        self.disk = Disk()
        self.history = History(self)
        self.log.on_commit = self.history.committed
        self.platform = MoodyPlatform(self.clock, self.chance)
        self.settings = AppSettings(
            log=LogSettings(session_timeout=misfortunes.SESSION),
            worker=WorkerSettings(drain=3.0, run_timeout=5.0, in_flight=20, concurrency=10, retry_attempts=4),
        )
        self.size = members
        self.members = []
        self.attempts = Counter()
        self.posted = 0
        self.sent = []
        self.journal = []
        self.slow = 0.0
        self.lossy = False
        self.troubles = 0

    def registry(self, member):
        """The handlers of one worker."""
        options = {"watcher": {"within": "1h"}, "greeter": {"once_per": lambda event: event.chat_id, "every": "1d"}}
        names = self.history.handlers
        handlers = [
            handler_for(PostAdded, self.acting(name, member), name=name, **options.get(name, {})) for name in names
        ]
        return enable(*handlers)

    def acting(self, name, member):
        """What a handler does with a post is written in the post; how often it fails, the world remembers."""

        async def act(event, ctx):
            self.history.began(name, event, member)
            attempt = self.attempts[name, event.post_id] = self.attempts[name, event.post_id] + 1
            plan = random.Random(f"{event.text}/{name}")
            if name == "watcher":
                await member.clock.sleep(plan.choice((0.0, 0.0, 0.01, 0.5)))
                return
            if name == "greeter":
                await member.clock.sleep(plan.choice((0.0, 0.3)))
                await ctx.chats.post(event.chat_id, f"welcome to {event.chat_id}")
                return
            mood = plan.random()
            if name == "moody" and plan.random() < DEADLY:
                await self._die(event, member)
            if name == "moody":
                await self._moody(mood, plan, attempt, event, member)
            await member.clock.sleep(plan.choice((0.0, 0.0, 0.02, 1.0, 4.0)))
            for number in range(1, plan.randint(1, 2) + 1):
                await ctx.chats.post(event.chat_id, f"{name} {event.post_id} {number}")
            if mood > 0.9 and attempt <= 2:
                raise PlatformError("busy", status=503)

        return act

    async def _die(self, event, member):
        """The handler ends its process, every time; somebody starts the next one soon."""
        self.history.died("moody", event, member)

        def die():
            member.die()
            if member in self.members:
                self.members.remove(member)
            self.clock.call_later(self.chance.choice((0.0, misfortunes.SESSION)), lambda: self.log.leave(member.reader))
            self.clock.call_later(self.chance.choice((0.5, 3.0)), self.replace)

        asyncio.get_running_loop().call_soon(die)
        await asyncio.Event().wait()

    def replace(self):
        """Start a worker where one is missing."""
        if len(self.members) < self.size:
            self.members.append(Member(self))

    async def _moody(self, mood, plan, attempt, event, member):
        """One of the ways in which a run may end early."""
        if mood < 0.1:
            raise Skip("no")
        if mood < 0.2:
            raise ValueError
        if mood < 0.25:
            await asyncio.Event().wait()
        if mood < 0.35 and attempt <= plan.randint(1, 3):
            after = plan.choice((0.5, 5.0, 40.0))
            self.history.asked("moody", event, member, steady=self.clock.monotonic() + after)
            raise Retry("not yet", after=after)
        if mood < 0.4 and attempt <= 2:
            at = event.at + timedelta(seconds=plan.choice((1, 20, 60)))
            self.history.asked("moody", event, member, wall=at)
            raise Later(at=at)

    async def start(self):
        """Start workers up to the fleet's size."""
        while len(self.members) < self.size:
            self.members.append(Member(self))
            await quiet()

    async def accept(self, count):
        """Notifications come in, some of them twice, some unreadable."""
        for _ in range(count):
            self.posted += 1
            account = self.chance.choice(ACCOUNTS)
            chat = f"{account}-{self.chance.randint(1, 3)}"
            key = None if self.chance.random() < 0.1 else chat
            record = post(self.posted, chat, account=account, clock=self.clock, text=f"t{self.posted}", key=key)
            if self.chance.random() < 0.03:
                record = NewRecord(account, key, b"odd", record.received_at)
            else:
                self.history.accepted(self.posted, chat, key)
                self.sent.append(record)
            self.journal.append(record)
            if self.sent and self.chance.random() < 0.15:
                self.journal.append(self.chance.choice(self.sent[-10:]))
        await self.relay()

    async def relay(self):
        """Move the journal into the log; killed before it has removed what it moved, it moves that once more."""
        try:
            await self.log.append(self.journal)
        except LogUnavailable:
            return
        again = [record for record in self.journal if record.value != b"odd"]
        self.journal = again if self.chance.random() < 0.05 else []

    async def misfortune(self):
        """Something goes wrong; now and then while something else does."""
        kind, seconds = self.chance.choice(misfortunes.ALL), self.chance.choice((0.0, 0.5, 3.0, 15.0))
        self.history.note(f"{kind.__name__} {seconds} s")
        able = [member for member in self.members if not member.clock.frozen and not member.cut]
        if able:
            self.troubles += 1
            await kind(self, self.chance.choice(able), seconds)
            self.troubles -= 1
            self.history.note(f"end of {kind.__name__}")
        await self.start()

    async def meanwhile(self, seconds):
        """Time passes in the midst of a misfortune; what comes in comes in."""
        if self.chance.random() < 0.3:
            await self.advance(seconds / 2)
            await self.accept(self.chance.randint(1, 4))
            if self.troubles < 2 and self.chance.random() < 0.3:
                await self.misfortune()
            await self.advance(seconds / 2)
        else:
            await self.advance(seconds)

    async def advance(self, seconds):
        await self.clock.advance(seconds)
        self.history.alive(self.members)

    async def heal(self):
        """Everything is well again, and stays so until everything has ended."""
        self.platform.calm = True
        self.log.patience = 5.0
        await self.start()
        for _ in range(200):
            await self.relay()
            if not self.journal and self.history.at_rest():
                return
            await self.advance(self.chance.choice((0.5, 5.0, 10.0)))
        self.history.fail("it never comes to rest")

    async def end(self):
        self.size = 0  # whoever has just ended its process is not replaced any more
        for member in self.members:
            member.stop.set()
        for _ in range(200):
            if all(member.task.done() for member in self.members):
                break
            await self.clock.advance(0.5)
        for member in self.members:
            self.history.stopped(member.task)

    async def play(self):
        """From the first notification to the last worker's end."""
        await self.start()
        for _ in range(self.chance.randint(2, 7)):
            await self.accept(self.chance.randint(1, 12))
            await self.advance(self.chance.choice((0.0, 0.1, 1.0, 4.0)))
            await self.misfortune()
            await self.advance(self.chance.choice((0.0, 0.05, 1.0, 6.0)))
        await self.heal()
        await self.end()


def run(seed):
    """One run; returns its history, whose `problems` are the violations. It always comes to an end."""
    made = []

    async def living():
        made.append(World(seed))
        await made[0].play()
        made[0].history.judge()

    try:
        play(living())
    except Hung as error:
        made[0].history.fail(f"hung: {error}")
    return made[0].history
