"""A modelled event log with groups and rebalances, a modelled platform, and a worker around them: all in one process,
on a clock that the test moves.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import asynccontextmanager

import orjson

from switchhook.clock import settle
from switchhook.errors import LogUnavailable
from switchhook.log import Assigned, Batch, Header, NewRecord, Nothing, Record, Revoking, partition_of
from switchhook.plugin.handler import Handler
from switchhook.registry import Enabled, Registry
from switchhook.settings import AppSettings, RetentionSettings, WorkerSettings
from switchhook.telemetry import Metrics
from switchhook.worker.loop import Worker
from switchhook.worker.recent import Recent
from tests.state.memory import Disk, MemoryState

ACCOUNT = "8001"


class ModelLog:
    """Partitions in memory, one group. Members get everything anew at every rebalance, as with eager assignment.

    `patience`: how many times as long as asked for a reader waits for news.
    """

    def __init__(self, clock, partitions=1, *, most=500):
        self.clock = clock
        self.partitions = [[] for _ in range(partitions)]
        self.committed = dict.fromkeys(range(partitions), 0)
        self.commits = []
        self.members = []
        self.most = most
        self.epoch = 0
        self.refuse_commits = False
        self.unavailable = False
        self.readers = []
        self.patience = 1.0
        self.on_commit = lambda offsets: None

    async def append(self, records):
        if self.unavailable:
            raise LogUnavailable("the model is away")
        for record in records:
            number = partition_of(record.account, len(self.partitions))
            place = self.partitions[number]
            place.append(
                Record(number, len(place), record.account, record.key, record.value, record.received_at, record.headers)
            )
        self.wake()

    def wake(self):
        for reader in self.readers:
            reader.news.set()

    @asynccontextmanager
    async def read(self, group):
        reader = ModelReader(self)
        self.readers.append(reader)
        self.members.append(reader)
        self.rebalance()
        try:
            yield reader
        finally:
            self.leave(reader)

    def leave(self, reader):
        """The member is gone, whatever it was doing."""
        reader.gone = True
        if reader in self.readers:
            self.readers.remove(reader)
        if reader in self.members:
            self.members.remove(reader)
            self.rebalance()

    def rebalance(self):
        """Take everything back from everybody; when all have let go, hand it out anew."""
        for member in self.members:
            member.revoke()
        self.hand_out()

    def hand_out(self):
        """Assign, if nobody holds anything any more."""
        if any(member.epoch for member in self.members) or not self.members:
            return
        share = -(-len(self.partitions) // len(self.members))
        for number, member in enumerate(self.members):
            mine = range(number * share, min((number + 1) * share, len(self.partitions)))
            self.epoch += 1
            member.assign(self.epoch, frozenset(mine))

    async def fetch(self, partition, offset):
        place = self.partitions[partition]
        return place[offset] if 0 <= offset < len(place) else None

    async def recent(self, limit):
        return [record for place in self.partitions for record in reversed(place)][:limit]

    async def close(self):
        pass


class ModelReader:
    """One member."""

    def __init__(self, log):
        self.log = log
        self.control = deque()
        self.epoch = 0
        self.revoking = False
        self.mine = frozenset()
        self.positions = {}
        self.paused = set()
        self.polls = 0
        self.gone = False
        self.news = asyncio.Event()
        self.gate = None
        self.expelled = False
        self.proved = log.clock.monotonic()

    @property
    def last_alive(self):
        """Heartbeats go on beside polling, unless the process is frozen or given up, or no broker is there."""
        if not self.expelled and not self.log.unavailable:
            self.proved = self.log.clock.monotonic()
        return self.proved

    def assign(self, epoch, partitions):
        self.epoch, self.mine, self.revoking, self.expelled = epoch, partitions, False, False
        self.positions = {partition: self.log.committed[partition] for partition in partitions}
        self.paused = set()
        self.control.append(Assigned(epoch, partitions))
        self.log.wake()

    def revoke(self):
        if self.epoch and not self.revoking:
            self.revoking = True
            self.control.append(Revoking(self.epoch, self.log.clock.monotonic() + 30.0))
            epoch = self.epoch
            self.log.clock.call_later(30.0, lambda: self.released(epoch))
            self.log.wake()

    def lose(self):
        """The group has given this member up, which does not know."""
        self.expelled = True
        self.log.members.remove(self)
        self.log.rebalance()

    def rejoin(self):
        """It finds out, and joins anew: the group hears of it before its worker hears of that."""
        if self.epoch:
            self.control.append(Revoking(self.epoch, self.log.clock.monotonic()))
        self.epoch, self.revoking, self.mine, self.expelled = 0, False, frozenset(), False
        self.log.members.append(self)
        self.log.rebalance()

    async def next(self, timeout):
        until = self.log.clock.monotonic() + timeout * self.log.patience
        while True:
            if self.gate is not None:
                await self.gate()
            self.polls += 1
            if self.log.unavailable:
                raise LogUnavailable("the model is away")
            if self.control:
                return self.control.popleft()
            if records := self._records():
                return Batch(self.epoch, records)
            left = until - self.log.clock.monotonic()
            if left <= 1e-6:
                return Nothing()
            self.news.clear()
            timer = self.log.clock.call_later(left, self.news.set)
            await self.news.wait()
            timer.cancel()

    def _records(self):
        if self.revoking:
            return []
        for partition in sorted(self.mine - self.paused):
            place = self.log.partitions[partition]
            start = self.positions[partition]
            if start < len(place):
                records = place[start : start + self.log.most]
                self.positions[partition] = start + len(records)
                return records
        return []

    def current(self, epoch):
        return epoch == self.epoch

    def released(self, epoch):
        if epoch == self.epoch and self.revoking:
            self.epoch, self.revoking, self.mine = 0, False, frozenset()
            self.log.hand_out()

    async def commit(self, epoch, offsets):
        await asyncio.sleep(0)
        if self.log.unavailable:
            raise LogUnavailable("the model is away")
        if (
            self.log.refuse_commits
            or self not in self.log.members
            or epoch != self.epoch
            or not set(offsets) <= self.mine
        ):
            return False
        for partition, offset in offsets.items():
            assert offset >= self.log.committed[partition], "a commit never goes back"
            assert offset <= len(self.log.partitions[partition])
        self.log.committed.update(offsets)
        self.log.commits.append(dict(offsets))
        self.log.on_commit(offsets)
        return True

    def pause(self, partitions):
        self.paused |= partitions

    def resume(self, partitions):
        self.paused -= partitions
        self.log.wake()


class ModelPlatform:
    """A client of the API. `failures` are raised by the next writes, before or after they had their effect."""

    def __init__(self, clock):
        self.clock = clock
        self.writes = []
        self.reads = []
        self.before = deque()
        self.after = deque()
        self.answers = {}
        self.hold = None
        self.shows_posts = True

    async def call(self, operation, parameters=None, **options):
        from switchhook.api.catalogue import operation as catalogued

        if not catalogued(operation).changes_something:
            self.reads.append((operation, parameters))
            answer = self.answers.get(operation, self.posts(parameters) if operation == "readGlipPosts" else {})
            if isinstance(answer, Exception):
                raise answer
            return answer
        if self.before and (error := self.before.popleft()) is not None:
            raise error
        self.writes.append((operation, parameters))
        if self.hold is not None:
            await self.hold.wait()
        if self.after and (error := self.after.popleft()) is not None:
            raise error
        return {"id": str(len(self.writes))}

    def posts(self, parameters):
        """The posts of a chat, as far as they are to be seen."""
        stamp = self.clock.now().isoformat()
        made = enumerate(self.writes if self.shows_posts else (), 1)
        return {
            "records": [
                {"id": str(number), "text": written["body"]["text"], "creationTime": stamp}
                for number, (operation, written) in made
                if operation == "createGlipPost" and written["chatId"] == parameters["chatId"]
            ]
        }

    async def download(self, operation, parameters, to, **options):
        return to.write(await self.call(operation, parameters))

    def changes_something(self, operation):
        from switchhook.api.catalogue import operation as catalogued

        return catalogued(operation).changes_something


def post(number, chat="c1", *, account=ACCOUNT, at=None, clock=None, text="hello", headers=None, key=...):
    """The record of a post, number `number`, in a chat."""
    moment = at if at is not None else clock.now()
    stamp = moment.isoformat().replace("+00:00", "Z")
    body = {
        "id": str(number),
        "groupId": chat,
        "type": "TextMessage",
        "text": text,
        "creatorId": "77",
        "creationTime": stamp,
        "lastModifiedTime": stamp,
        "eventType": "PostAdded",
    }
    value = {
        "uuid": f"u{number}",
        "event": "/team-messaging/v1/posts",
        "timestamp": stamp,
        "subscriptionId": "sub",
        "ownerId": "1",
        "body": body,
    }
    name = {Header.NAME: f"{account}-main-1-1"}
    return NewRecord(
        account, chat if key is ... else key, orjson.dumps(value), moment.timestamp(), {**name, **(headers or {})}
    )


def enable(*handlers, settings=None):
    """A registry of these handlers."""
    return Registry(
        [Enabled(handler.name, handler, settings or handler.settings(), "main", ()) for handler in handlers]
    )


def handler_for(event, function, name="probe", **options):
    """A handler with one rule."""
    handler = Handler(name)
    handler.on(event, **options)(function)
    return handler


class Service:
    """A worker and everything around it; `start` and `stop` as often as wanted, state and log outlive it."""

    def __init__(self, clock, registry, *, log=None, **settings):
        self.clock = clock
        self.log = log or ModelLog(clock)
        self.platform = ModelPlatform(clock)
        self.registry = registry
        self.disk = Disk()
        self.settings = AppSettings(worker=WorkerSettings(**settings), retention=RetentionSettings())
        self.recent = None
        self.metrics = None
        self.ends = []
        self.owning = None

    def start(self):
        """Start a worker."""
        self.store = self.open_store()
        self.metrics = Metrics()
        self.recent = Recent()
        self.recent.listen(self.ends.append)
        self.stopping = asyncio.Event()
        self.worker = Worker(
            self.log,
            self.store,
            self.registry,
            clients={"main": self.platform},
            clock=self.clock,
            settings=self.settings,
            metrics=self.metrics,
            recent=self.recent,
            owning=self.owning,
        )
        self.task = asyncio.create_task(self.worker.run(self.stopping))

    def open_store(self):
        """The state store of the next worker."""
        return MemoryState(self.disk, self.clock)

    async def stop(self, advance=30.0):
        """Ask it to stop; returns its exit code."""
        self.stopping.set()
        await self.wait(self.task.done, advance=advance)
        await self.store.close()
        return self.task.result()

    async def kill(self):
        """End it as a kill -9 would: nothing of it runs on, nothing is saved any more."""
        assignment = self.worker._assignment
        self.task.cancel()
        tasks = [self.task, *(assignment.serving if assignment else ()), *(assignment.writing if assignment else ())]
        if assignment is not None:
            assignment.end()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.store.close()

    async def wait(self, condition, *, advance=0.0, step=0.1):
        """Let everything run until `condition` holds, moving the clock by up to `advance` seconds."""
        moved = 0.0
        for _ in range(20_000):
            if condition():
                return
            await settle()
            if not condition() and moved < advance:
                moved += step
                await self.clock.advance(step)
        raise AssertionError("it never came true")

    def is_idle(self):
        """Whether everything in the log is complete, and nothing runs."""
        assignment = self.worker._assignment
        if assignment is None or assignment.lanes.active or not self.log.members:
            return False
        positions = self.log.members[0].positions
        return all(
            not assignment.tracker.span(number) and positions.get(number) == len(self.log.partitions[number])
            for number in assignment.shards
        )

    async def idle(self, advance=0.0):
        """Everything read is complete, and nothing runs."""
        await self.wait(self.is_idle, advance=advance)

    def outcomes(self):
        """(post id, outcome) of every end so far."""
        return [(end.event_id.split("/")[1], end.outcome.value) for end in self.ends]
