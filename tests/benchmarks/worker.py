"""Records per second through the worker, everything on, at several lengths of handler work, beside bare asyncio lanes.

Everything on: interpretation, identities, state store with its fsyncs, lanes, time limits, commits, metrics. The log is
a list in memory, so that the worker is measured and not what feeds it. Bare lanes do nothing but keep order per key.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections import deque
from contextlib import asynccontextmanager
from pathlib import Path

import uvloop

from switchhook.app.collector import quiet_collector
from switchhook.clock import SystemClock
from switchhook.events.types import PostAdded
from switchhook.log import Assigned, Batch, Nothing, Record
from switchhook.settings import AppSettings
from switchhook.state.sqlite import SqliteState
from switchhook.telemetry import Metrics, configure_logs
from switchhook.worker.loop import Worker
from switchhook.worker.recent import Recent
from tests.worker.model import enable, handler_for, post

KEYS = 1_000
WORK = (0.100, 0.050, 0.035, 0.010)
SECONDS = 4.0
MOST = 120_000
RUNS = 3


class Feed:
    """A log that hands out records as fast as they are taken."""

    def __init__(self, clock, records):
        self.clock, self.records = clock, records
        self.position, self.committed, self.begun, self.paused = 0, 0, False, False
        self.changed = asyncio.Event()

    @asynccontextmanager
    async def read(self, group):
        """The feed is its own reader."""
        yield self

    @property
    def last_alive(self):
        """Always."""
        return self.clock.monotonic()

    async def next(self, timeout):
        """The next 500."""
        if not self.begun:
            self.begun = True
            return Assigned(1, frozenset({0}))
        if self.paused or self.position >= len(self.records):
            self.changed.clear()
            try:
                await asyncio.wait_for(self.changed.wait(), timeout)
            except TimeoutError:
                return Nothing()
            return Nothing()
        await asyncio.sleep(0)
        batch = self.records[self.position : self.position + 500]
        self.position += len(batch)
        return Batch(1, batch)

    def current(self, epoch):
        """Always."""
        return True

    def released(self, epoch):
        """Nothing is revoked."""

    async def commit(self, epoch, offsets):
        """Noted."""
        self.committed = offsets[0]
        return True

    def pause(self, partitions):
        """Wait."""
        self.paused = True

    def resume(self, partitions):
        """Go on."""
        self.paused = False
        self.changed.set()


def records(count, clock):
    """Posts in turns to each of the chats."""
    made = (post(number, f"chat{number % KEYS}", clock=clock) for number in range(count))
    return [
        Record(0, number, one.account, one.key, one.value, one.received_at, one.headers)
        for number, one in enumerate(made)
    ]


async def through_the_worker(work, feed, path=None):
    """Records per second, how often the order of a key was broken, and processor time per record. `path`: a state."""
    last, broken, left, handled = {}, 0, len(feed.records), asyncio.Event()

    async def on_post(event: PostAdded, ctx):
        nonlocal broken, left
        number = int(event.post_id)
        broken += last.get(event.chat_id, -1) > number
        last[event.chat_id] = number
        await asyncio.sleep(work)
        left -= 1
        if not left:
            handled.set()

    with tempfile.TemporaryDirectory(prefix="switchhook-bench-") as folder:
        store = SqliteState(path or Path(folder) / "state.db", feed.clock)
        worker = Worker(
            feed,
            store,
            enable(handler_for(PostAdded, on_post)),
            clients={},
            clock=feed.clock,
            settings=AppSettings(),
            metrics=Metrics(),
            recent=Recent(),
        )
        stop = asyncio.Event()
        started, spent = time.perf_counter(), time.process_time()
        task = asyncio.create_task(worker.run(stop))
        await handled.wait()  # what is committed follows once a second: that is no work
        seconds, spent = time.perf_counter() - started, time.process_time() - spent
        stop.set()
        assert await task == 0
        assert feed.committed == len(feed.records)
        await store.close()
    return len(feed.records) / seconds, broken, spent / len(feed.records) * 1e6


async def bare_lanes(work, feed):
    """The same order and the same sleep, and nothing else."""
    lanes, left, done = {}, len(feed.records), asyncio.Event()

    async def serve(key, lane):
        nonlocal left
        while lane:
            await asyncio.sleep(work)
            lane.popleft()
            left -= 1
        del lanes[key]
        if not left:
            done.set()

    started = time.perf_counter()
    tasks = set()
    for record in feed.records:
        lane = lanes.get(record.key)
        if lane is None:
            lane = lanes[record.key] = deque([record])
            task = asyncio.create_task(serve(record.key, lane))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        else:
            lane.append(record)
    await done.wait()
    return len(feed.records) / (time.perf_counter() - started)


def run():
    """Print a row for each length of work: median of the runs and their spread."""
    configure_logs("json", level="critical")
    quiet_collector()
    clock = SystemClock()
    print(f"  {KEYS} keys, {RUNS} runs each; records per second (share of keys / work), processor time per record")
    for work in WORK:
        made = records(min(int(KEYS / work * SECONDS), MOST), clock)
        rates, costs, bare, broken = [], [], [], 0
        for _ in range(RUNS):
            bare.append(uvloop.run(bare_lanes(work, Feed(clock, made))))
            rate, wrong, cost = uvloop.run(through_the_worker(work, Feed(clock, made)))
            rates.append(rate)
            costs.append(cost)
            broken += wrong
        rate, most, lanes = statistics.median(rates), KEYS / work, statistics.median(bare)
        spread = f"{min(rates):,.0f} to {max(rates):,.0f}"
        print(
            f"  {work * 1000:3.0f} ms: worker {rate:8,.0f} ({rate / most:.0%}; {spread}), "
            f"{statistics.median(costs):.0f} µs, order broken {broken}; bare lanes {lanes:8,.0f} ({lanes / most:.0%})",
            flush=True,
        )
