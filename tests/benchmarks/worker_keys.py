"""What one key that fails does to all others: the delay of their events, beside the same with nothing wrong.

Everything on, as in `worker`. Records come evenly, and how long each waits for its handler to begin is measured. The
bad key has failed for an hour already: its records wait, parked, and more of them come. Turns alternate, with the
order of the cases changing, so that what else the machine does falls on all of them.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import uvloop

from switchhook.app.collector import quiet_collector
from switchhook.clock import SystemClock
from switchhook.errors import PlatformError
from switchhook.events.types import PostAdded
from switchhook.log import Batch, Nothing, Record
from switchhook.settings import AppSettings, WorkerSettings
from switchhook.state import Table
from switchhook.state.sqlite import SqliteState
from switchhook.telemetry import Metrics, configure_logs
from switchhook.worker.loop import Worker
from switchhook.worker.recent import Recent
from tests.benchmarks.worker import Feed
from tests.worker.model import enable, handler_for, post

KEYS = 200
PER_SECOND = 600
SECONDS = 4.0
WORK = 0.005
BAD_SHARE = 20
"""One record in so many is of the bad key."""
WAITING = 1_000
"""Records of the bad key that wait since before."""
ROUNDS = 7
CASES = ("nothing wrong", "one key fails", "one key hangs to its limit")


class Drip(Feed):
    """Hands records out when they are due: the first `at_once` at once, the others evenly from `begin` on."""

    def __init__(self, clock, records, at_once):
        super().__init__(clock, records)
        self.at_once = self.due = at_once

    async def begin(self):
        """Let the others come."""
        started, tick = time.perf_counter(), 0.002
        came = {}
        while self.due < len(self.records):
            await asyncio.sleep(tick)
            now = time.perf_counter()
            due = min(self.at_once + int((now - started) * PER_SECOND), len(self.records))
            for number in range(self.due, due):
                came[number] = started + (number - self.at_once) / PER_SECOND
            self.due = due
            self.changed.set()
        return came

    async def next(self, timeout):
        """What is due."""
        if not self.begun:
            return await super().next(timeout)
        if self.paused or self.position >= self.due:
            self.changed.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.changed.wait(), timeout)
            return Nothing()
        batch = self.records[self.position : min(self.due, self.position + 500)]
        self.position += len(batch)
        return Batch(1, batch)


def records(clock, case):
    """Those that wait since before, then all keys in turns with the bad one among them. The same number in any case."""
    keys = ["bad"] * WAITING
    keys += ["bad" if number % BAD_SHARE == 0 else f"k{number % KEYS}" for number in range(int(PER_SECOND * SECONDS))]
    made = (post(number, key, clock=clock, text=case) for number, key in enumerate(keys))
    return [
        Record(0, number, one.account, one.key, one.value, one.received_at, one.headers)
        for number, one in enumerate(made)
    ]


@contextmanager
def _state(clock):
    with tempfile.TemporaryDirectory(prefix="switchhook-bench-") as folder:
        yield SqliteState(Path(folder) / "state.db", clock)


async def turn(case):
    """The 99th percentile of the delays of the other keys, in seconds, and how many records were committed."""
    clock, begun, bad = SystemClock(), {}, case != CASES[0]

    async def on_post(event: PostAdded, ctx):
        begun[int(event.post_id)] = time.perf_counter()
        if event.chat_id == "bad" and bad:
            if case == CASES[1]:
                raise PlatformError("busy", status=503)
            await asyncio.Event().wait()
        await asyncio.sleep(0 if event.chat_id == "bad" else WORK)

    feed = Drip(clock, records(clock, case), WAITING)
    with _state(clock) as store:
        worker = Worker(
            feed,
            store,
            enable(handler_for(PostAdded, on_post)),
            clients={},
            clock=clock,
            settings=AppSettings(worker=WorkerSettings(run_timeout=1.0, drain=0.5)),
            metrics=Metrics(),
            recent=Recent(),
        )
        stop = asyncio.Event()
        task = asyncio.create_task(worker.run(stop))
        async with asyncio.timeout(60):
            while feed.position < WAITING:
                await asyncio.sleep(0.05)
            while case == CASES[1] and store.count(0, Table.PARKED) < WAITING - 1:
                await asyncio.sleep(0.05)
            await asyncio.sleep(1.0)
        came = await feed.begin()
        await asyncio.sleep(0.5)
        stop.set()
        await task
        await store.close()
    waits = sorted(begun[number] - at for number, at in came.items() if number % BAD_SHARE != WAITING % BAD_SHARE)
    return waits[int(len(waits) * 0.99)], waits[len(waits) // 2], feed.committed


def run():
    """Print the delays of each case: medians of the turns, and their share of those with nothing wrong."""
    configure_logs("json", level="critical")
    quiet_collector()
    found = {case: [] for case in CASES}
    for number in range(ROUNDS):
        for case in CASES[number % len(CASES) :] + CASES[: number % len(CASES)]:
            found[case].append(uvloop.run(turn(case)))
    print(f"  {PER_SECOND} records per second, {KEYS} keys, {ROUNDS} turns each; delay until the handler begins")
    usual = statistics.median(each[0] for each in found[CASES[0]])
    for case, turns in found.items():
        tails = [each[0] * 1e3 for each in turns]
        tail, middle = statistics.median(tails), statistics.median(each[1] for each in turns) * 1e3
        print(
            f"  {case:27} p50 {middle:5.2f} ms, p99 {tail:5.2f} ms ({min(tails):.2f} to {max(tails):.2f}), "
            f"{tail / usual / 1e3:.2f} of the usual; committed {min(each[2] for each in turns):,}",
            flush=True,
        )
