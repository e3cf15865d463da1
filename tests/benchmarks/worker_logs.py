"""Records per second from a real log through the worker, beside a plain aiokafka loop and FastStream on the same Kafka.

Everything on: journal or Kafka, state store (with Kafka: its topic), interpretation, identities, lanes, commits. 1,000
keys of one account. The others do nothing but parse the record and wait for as long as the handler does: half to one
and a half times the length of work, at random, so that broken order shows. What is measured is a flow: the log holds
more than is counted, or the slowest of the keys, served alone at the end, would hide a seventh of it.
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from faststream.kafka import KafkaBroker

from switchhook.app.collector import quiet_collector
from switchhook.clock import SystemClock
from switchhook.events.types import PostAdded
from switchhook.log.journal import Journal
from switchhook.log.kafka import KafkaLog, topics
from switchhook.log.opening import open_log
from switchhook.settings import AppSettings, IngressSettings, LogSettings, StateSettings
from switchhook.state.opening import open_state
from switchhook.telemetry import Metrics, configure_logs
from switchhook.worker.loop import Worker
from switchhook.worker.recent import Recent
from tests.benchmarks.brokers import broker
from tests.worker.model import enable, handler_for, post

KEYS = 1_000
WORK = (0.100, 0.050, 0.035, 0.010)
SECONDS = 3.0
MOST = 100_000
RUNS = 3
_RESERVE = 1.3
"""Times as many records stand in the log as are counted: no key runs out of them before that."""
_FILLED_AT_ONCE = 5_000


class Meter:
    """Counts handled records and broken orders, until there are `count`, or for twice `SECONDS` at the most."""

    def __init__(self, work: float, count: int) -> None:
        self.work, self.count = work, count
        self.handled, self.broken = 0, 0
        self.begun, self.seconds = 0.0, 0.0
        self.over = asyncio.Event()
        self._chance = random.Random(0)
        self._last: dict[str, int] = {}

    async def handle(self, number: int, chat: str) -> None:
        """The work."""
        if not self.begun:
            self.begun = time.perf_counter()
        self.broken += self._last.get(chat, -1) > number
        self._last[chat] = number
        await asyncio.sleep(self.work * self._chance.uniform(0.5, 1.5))
        if self.over.is_set():
            return
        self.handled += 1
        if self.handled == self.count or time.perf_counter() - self.begun > 2 * SECONDS:
            self.seconds = time.perf_counter() - self.begun
            self.over.set()

    async def rate(self) -> tuple[float, int]:
        """Records per second, and broken orders."""
        await self.over.wait()
        return self.handled / self.seconds, self.broken


def records(count: int):
    """Posts in turns to each of the chats."""
    clock = SystemClock()
    return [post(number, f"chat{number % KEYS}", clock=clock) for number in range(count)]


async def through_the_worker(settings: AppSettings, meter: Meter) -> tuple[float, int]:
    """The worker on what stands in the log of these settings."""

    async def on_post(event: PostAdded, ctx) -> None:
        await meter.handle(int(event.post_id), event.chat_id)

    clock = SystemClock()
    async with AsyncExitStack() as stack:
        log = await stack.enter_async_context(open_log(settings))
        store = open_state(settings, clock)
        stack.push_async_callback(store.close)
        worker = Worker(
            log,
            store,
            enable(handler_for(PostAdded, on_post)),
            clients={},
            clock=clock,
            settings=settings,
            metrics=Metrics(),
            recent=Recent(),
        )
        stop = asyncio.Event()
        task = asyncio.create_task(worker.run(stop))
        rate = await meter.rate()
        stop.set()
        assert await task == 0
    return rate


async def on_sqlite(work: float, made) -> tuple[float, int]:
    """Embedded: the journal is the log."""
    with tempfile.TemporaryDirectory(prefix="switchhook-bench-") as folder:
        settings = AppSettings(
            ingress=IngressSettings(journal=Path(folder) / "journal.db"),
            state=StateSettings(path=Path(folder) / "state.db"),
        )
        journal = Journal(settings.ingress.journal, limit=2**32)
        await journal.open()
        for start in range(0, len(made), _FILLED_AT_ONCE):
            await journal.append(made[start : start + _FILLED_AT_ONCE])
        await journal.close()
        return await through_the_worker(settings, Meter(work, int(len(made) / _RESERVE)))


async def on_kafka(address: str, work: float, made) -> tuple[float, int]:
    """Log and state are topics."""
    log = LogSettings(
        kind="kafka",
        brokers=(address,),
        prefix=f"w{time.monotonic_ns()}-",
        group=f"w{time.monotonic_ns()}",
        partitions=8,
        replication=1,
        single_broker=True,
    )
    await topics.create(log, 1_048_576)
    writer = KafkaLog(log)
    for start in range(0, len(made), _FILLED_AT_ONCE):
        await writer.append(made[start : start + _FILLED_AT_ONCE])
    await writer.close()
    with tempfile.TemporaryDirectory(prefix="switchhook-bench-") as folder:
        settings = AppSettings(log=log, state=StateSettings(path=Path(folder) / "state.db"))
        return await through_the_worker(settings, Meter(work, int(len(made) / _RESERVE)))


async def plain_loop(address: str, topic: str, meter: Meter) -> tuple[float, int]:
    """What the documentation of aiokafka shows: one record after the other."""
    options = {"auto_offset_reset": "earliest", "enable_auto_commit": True}
    group = f"p{time.monotonic_ns()}"

    async def consume() -> None:
        async with AIOKafkaConsumer(topic, bootstrap_servers=address, group_id=group, **options) as consumer:
            async for record in consumer:
                body = json.loads(record.value)["body"]
                await meter.handle(int(body["id"]), body["groupId"])

    return await _while(consume, meter)


async def faststream(address: str, topic: str, meter: Meter) -> tuple[float, int]:
    """As many workers as there are keys: its only way to have more than one record at work."""
    broker = KafkaBroker(address, logger=None)

    @broker.subscriber(topic, group_id=f"f{time.monotonic_ns()}", auto_offset_reset="earliest", max_workers=KEYS)
    async def handle(message: dict) -> None:
        body = message["body"]
        await meter.handle(int(body["id"]), body["groupId"])

    async def consume() -> None:
        try:
            await broker.start()
            await asyncio.Event().wait()
        finally:
            await broker.stop()

    return await _while(consume, meter)


async def _while(consume: Callable[[], Awaitable[None]], meter: Meter) -> tuple[float, int]:
    task = asyncio.ensure_future(consume())
    rate = await meter.rate()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return rate


async def fill(address: str, topic: str, made) -> None:
    """The same records for the others, spread over the partitions by key."""
    settings = LogSettings(brokers=(address,), partitions=8, replication=1, single_broker=True, prefix=topic + "-")
    await topics.create(settings, 1_048_576)
    async with AIOKafkaProducer(bootstrap_servers=address, max_batch_size=524_288, linger_ms=5) as producer:
        for record in made:
            await producer.send(topic + "-notifications", record.value, key=record.key.encode())


def _row(name: str, work: float, results: list[tuple[float, int]]) -> None:
    rates = [rate for rate, _ in results]
    broken = sum(wrong for _, wrong in results)
    rate = statistics.median(rates)
    share = f"{rate * work / KEYS:.0%}; {min(rates):,.0f} to {max(rates):,.0f}"
    print(f"  {work * 1000:3.0f} ms  {name:<22}{rate:>9,.0f} ({share})  order broken {broken}", flush=True)


def run() -> None:
    """Print a row for each way and length of work: median of the runs and their spread."""
    configure_logs("json", level="critical")
    quiet_collector()
    print(f"  {KEYS} keys, {RUNS} runs each; records per second (share of keys / work; spread)")
    with broker() as kafka:
        for work in WORK:
            made = records(int(_RESERVE * min(KEYS / work * SECONDS, MOST)))
            _row("ours on SQLite", work, [uvloop.run(on_sqlite(work, made)) for _ in range(RUNS)])
            if kafka is None:
                continue
            address, topic = kafka.address, f"t{time.monotonic_ns()}"
            _row("ours on Kafka", work, [uvloop.run(on_kafka(address, work, made)) for _ in range(RUNS)])
            uvloop.run(fill(address, topic, made))
            for name, way in (("FastStream", faststream), ("plain aiokafka loop", plain_loop)):
                results = [
                    uvloop.run(_rival(way, address, topic + "-notifications", work, int(len(made) / _RESERVE)))
                    for _ in range(RUNS)
                ]
                _row(name, work, results)


async def _rival(way, address: str, topic: str, work: float, count: int) -> tuple[float, int]:
    return await way(address, topic, Meter(work, count))
