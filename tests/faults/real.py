"""One run of real processes, on SQLite or on a real Apache Kafka, that goes wrong on purpose.

A seed decides what goes wrong and when; how the processes take it is up to them and the machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from aiokafka import AIOKafkaConsumer, TopicPartition

from switchhook.log.kafka import topics
from switchhook.settings import LogSettings
from switchhook.simulator.platform import Platform
from tests.faults.processes import Processes
from tests.faults.sender import EXTENSIONS, Sender, chat_of, posted, text_of
from tests.kafka import Broker

SESSION = 2.0
"""Seconds after which Kafka gives a silent worker up."""
WITHIN = 150.0
"""Seconds after the last misfortune within which everything has its end."""
TROUBLES = ("status_500", "status_500_after", "status_503", "status_503_after", "reset_before", "reset_after")
TROUBLES += ("truncate", "expire")
_FULL = ("No space left", "is full", "check its disk")
"""What a process says that ends, or cannot begin, because its disk is full; SQLite may call it an error of the disk."""


@dataclass
class Report:
    """What came of a run: what went wrong on purpose, what must not have happened, and how texts ended."""

    problems: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)


class Run:
    """One run. With Kafka there are two workers, of which one stands by."""

    def __init__(
        self,
        seed: int,
        folder: Path,
        address: str | None = None,
        victim: Broker | None = None,
        *,
        disk: bool = False,
        each: int = 30,
        misfortunes: int = 4,
    ) -> None:
        """`address`: a Kafka's, if there is one; `victim`: that Kafka, if it is to suffer too; `disk`: whether there is
        a small one to be filled; `each`: texts per extension.
        """
        self.seed = seed
        self.chance = random.Random(f"real {seed}")
        self.folder = folder
        self.address = address
        self.victim = victim
        self.each = each
        self.misfortunes = misfortunes
        self.report = Report()
        self.platform = Platform(seed=seed)
        self.log: LogSettings | None = None
        self.workers = ["worker", "worker-2"] if address is not None else ["worker"]
        kinds = [self.kill, self.kill, self.freeze, self.freeze, self.roll, self.trouble, self.limit]
        kinds += [self.broker_dies, self.broker_freezes] * 2 if victim is not None else []
        self.kinds = kinds + ([self.disk_is_full] if disk else [])

    async def play(self) -> Report:
        """From the start of the processes to their end; what was wrong stands in the report."""
        limits = self.platform.world.limits.limits
        limits.light = limits.medium = limits.auth = 100_000  # told in the headers of every answer
        await self.platform.start()
        try:
            self.processes = Processes(self.folder, self.platform.credentials(), await self._settings())
            try:
                await self._play()
            finally:
                await self.processes.end()
        finally:
            await self.platform.stop()
        return self.report

    async def _play(self) -> None:
        await self.processes.start("ingress", *self.workers)
        async with asyncio.timeout(60):
            await self.processes.subscribed()
        self.sender = Sender(self.platform, self.seed, self.each, 0.04)
        moments = sorted(self.chance.sample(range(3, self.each * len(EXTENSIONS) - 10), self.misfortunes))
        async with asyncio.timeout(WITHIN), asyncio.TaskGroup() as group:
            group.create_task(self.sender.send_all())
            for moment in moments:
                await self.sender.until(moment)
                await self._misfortune()
        await self._rest()
        await self._committed()
        self._judge(await self.processes.document("dead"))
        for name in self.processes.running:
            if not await self._up(name):  # one that has just been started knows nothing of SIGTERM yet
                self._fail(f"{name} does not come up: {self.processes.log(name)[-500:]}")
            elif code := await self.processes.stop(name):
                self._fail(f"{name} ended with exit code {code}: {self.processes.log(name)[-500:]}")

    async def _settings(self) -> str:
        settings = f"""
[[handlers]]
use = "post_to_chat"
extensions = {list(EXTENSIONS)}
settings = {{ chat = "{chat_of(self.platform)}", events = ["TextReceived"] }}
"""
        if self.address is None:
            return settings.replace("'", '"')
        unique = f"f{self.seed}-{time.monotonic_ns()}-"
        log = LogSettings(
            kind="kafka",
            brokers=(self.address,),
            prefix=unique,
            group=unique,
            partitions=4,
            replication=1,
            single_broker=True,
        )
        await topics.create(log, 1_048_576)
        self.log = log
        settings += f"""
[log]
kind = "kafka"
brokers = ["{self.address}"]
prefix = "{log.prefix}"
group = "{log.group}"
partitions = {log.partitions}
replication = 1
single_broker = true
session_timeout = {SESSION}
"""
        return settings.replace("'", '"')

    async def _misfortune(self) -> None:
        kind = self.chance.choice(self.kinds)
        await self._revive()
        self.report.faults[await kind()] += 1

    async def kill(self) -> str:
        """SIGKILL, and a start at once or later."""
        name = self.chance.choice(["ingress", *self.workers])
        await self.processes.kill(name)
        await asyncio.sleep(self.chance.choice((0.0, 0.0, 1.0, SESSION + 1.0)))
        await self.processes.start(name)
        return f"SIGKILL of {name.partition('-')[0]}"

    async def freeze(self) -> str:
        """SIGSTOP and SIGCONT: with Kafka its partition may have moved meanwhile."""
        name = self.chance.choice(["ingress", *self.workers])
        self.processes.freeze(name)
        await asyncio.sleep(self.chance.choice((0.2, 1.0, SESSION + 1.5)))
        self.processes.thaw(name)
        return f"SIGSTOP of {name.partition('-')[0]}"

    async def roll(self) -> str:
        """SIGTERM and a start: an upgrade."""
        name = self.chance.choice(["ingress", *self.workers])
        code = await self.processes.stop(name)
        if code not in {0, 1, -signal.SIGTERM}:  # runs were broken off (brokers away), or it was still starting
            self._fail(f"{name} ended with exit code {code}")
        await self.processes.start(name)
        return f"SIGTERM of {name.partition('-')[0]}"

    async def trouble(self) -> str:
        """The platform fails, before or after it did what was asked."""
        name = self.chance.choice(TROUBLES)
        times = 1 if name == "expire" else None  # a fresh token that is refused as well is refused for good
        self.platform.fault(name, rate=0.5, times=times, operation="createGlipPost")
        await asyncio.sleep(self.chance.choice((0.3, 1.0)))
        self.platform.fault(name, rate=0.0)
        return name

    async def limit(self) -> str:
        """The platform's rate limit is tight: 429 with two seconds of penalty."""
        limits = self.platform.world.limits.limits
        limits.medium, limits.window, limits.penalty = 2, 2, 2
        await asyncio.sleep(3.0)
        limits.medium, limits.window, limits.penalty = 100_000, 60, 60
        return "429"

    async def broker_dies(self) -> str:
        """SIGKILL of the broker, and a start at once or later."""
        assert self.victim is not None
        await asyncio.to_thread(self.victim.kill)
        await asyncio.sleep(self.chance.choice((0.0, 1.0, SESSION + 1.0)))
        await asyncio.to_thread(self.victim.start)
        return "SIGKILL of broker"

    async def broker_freezes(self) -> str:
        """SIGSTOP and SIGCONT of the broker."""
        assert self.victim is not None
        self.victim.freeze()
        await asyncio.sleep(self.chance.choice((0.5, SESSION + 1.5)))
        self.victim.thaw()
        return "SIGSTOP of broker"

    async def disk_is_full(self) -> str:
        """The disk that journal and state are on has no room for a while."""
        ballast = self.folder / "switchhook-data" / "ballast"
        with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):  # a buffer writes again at its end
            while True:
                file.write(bytes(65_536))
        await asyncio.sleep(self.chance.choice((0.5, 2.0)))
        ballast.unlink()
        return "disk full"

    async def _revive(self) -> None:
        """Start what ended by itself, as a supervisor does: with a full disk a process says so, and cannot begin."""
        for name in self.processes.ended():
            if not any(said in self.processes.log(name) for said in _FULL):
                self._fail(f"{name} ended by itself: {self.processes.log(name)}")
            await self.processes.start(name)

    def _fail(self, problem: str) -> None:
        self.report.problems.append(problem)

    async def _rest(self) -> None:
        """Return once every acknowledged text has its end, and nothing is parked or in flight."""
        until = asyncio.get_running_loop().time() + WITHIN
        while True:
            await self._revive()
            missing = self.sender.acknowledged - set(posted(self.platform)) - await self._set_aside()
            if not missing and not await self._busy():
                return
            if asyncio.get_running_loop().time() > until:
                self._fail(f"acknowledged, and without an end: {sorted(missing)} {await self._busy()}")
                return
            await asyncio.sleep(0.1)

    async def _committed(self) -> None:
        """Return once Kafka has it that everything is done. Brokers that have just come back let a group gather first;
        who is told to stop before that cannot commit, and says so by its exit code.
        """
        if self.log is None:
            return
        places = [TopicPartition(f"{self.log.prefix}notifications", number) for number in range(self.log.partitions)]
        until = asyncio.get_running_loop().time() + WITHIN
        options = {"group_id": self.log.group, "enable_auto_commit": False}
        async with AIOKafkaConsumer(bootstrap_servers=self.log.brokers[0], **options) as consumer:
            consumer.assign(places)
            while True:
                ends = await consumer.end_offsets(places)
                done = {place: await consumer.committed(place) or 0 for place in places}
                if ends == done:
                    return
                if asyncio.get_running_loop().time() > until:
                    self._fail(f"everything is done, and not committed: {done} of {ends}")
                    return
                await asyncio.sleep(0.1)

    async def _up(self, name: str) -> bool:
        until = asyncio.get_running_loop().time() + WITHIN
        while not await self.processes.up(name):
            if asyncio.get_running_loop().time() > until:
                return False
            await asyncio.sleep(0.05)
        return True

    async def _set_aside(self) -> set[tuple[str, int] | None]:
        return {text_of(each["event_id"] or "") for each in await self.processes.document("dead")}

    async def _busy(self) -> str:
        for worker in self.workers:
            for gauge in ("switchhook_parked", "switchhook_records_in_flight"):
                number = await self.processes.gauge(worker, gauge)
                if number is None or number:
                    return f"{worker} {gauge} {number}"
        return ""

    def _judge(self, dead: list[dict]) -> None:
        posts = posted(self.platform)
        letters = Counter(text_of(each["event_id"] or "") for each in dead)
        twice = [("posts", Counter(posts)), ("dead letters", letters)]
        for what, counted in twice:
            for text, times in counted.items():
                if times > 1:
                    self._fail(f"{text} has {times} {what}")
        for letter in dead:
            if letter["outcome"] != "unknown":
                self._fail(f"{text_of(letter['event_id'] or '')} is a dead letter: {letter['reason']}")
        if lost := self.sender.acknowledged - set(posts) - letters.keys():
            self._fail(f"acknowledged and lost: {sorted(lost)}")
        self._judge_order(posts)
        self.report.ends["accepted"] += len(self.sender.acknowledged)
        self.report.ends["posted"] += len(posts)
        self.report.ends["set aside as unknown"] += len(letters)
        self.report.ends["set aside although posted"] += len(letters.keys() & set(posts))

    def _judge_order(self, posts: list[tuple[str, int]]) -> None:
        in_order: defaultdict[str, list[int]] = defaultdict(list)
        for extension, number in posts:
            in_order[extension].append(number)
        for extension, numbers in in_order.items():
            if numbers != sorted(numbers):
                self._fail(f"out of order on {extension}: {numbers}")
