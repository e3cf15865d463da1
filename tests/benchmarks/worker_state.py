"""The worker's state: seconds to restore 100,000 entries from Kafka, and what keys and parked work cost.

Throughput at 10 ms of handler work and the most memory it took (above what it takes to begin), with 10 to 100,000 keys
in turns, and with 100,000 parked records that are not due. Each in a process of its own; the log is a list in memory.
"""

from __future__ import annotations

import asyncio
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import uvloop

from switchhook.app.collector import quiet_collector
from switchhook.clock import SystemClock
from switchhook.log import Record
from switchhook.log.kafka import topics
from switchhook.settings import AppSettings, LogSettings, StateSettings
from switchhook.state import Put, Table
from switchhook.state.opening import open_state
from switchhook.state.sqlite import SqliteState
from switchhook.telemetry import configure_logs
from switchhook.worker.parking import lane_name, lane_prefix, place
from switchhook.worker.saved import SavedRecord
from tests.benchmarks import worker
from tests.benchmarks.brokers import broker
from tests.worker.model import post

ENTRIES = 100_000
RUNS = 3
RESTORES = 7
CASES = ((10, 0), (100, 0), (1_000, 0), (10_000, 0), (100_000, 0), (1_000, 100_000))
"""Keys, and parked records."""
RECORDS = 40_000
WORK = 0.010


def run() -> None:
    """Print a row for each."""
    _restores()
    print(f"  {'keys':>9}{'parked':>9}{'per second':>12}{'of keys / work':>16}{'MB more':>9}")
    for keys, parked in CASES:
        made = [_case(keys, parked) for _ in range(RUNS)]
        rates, memory = [rate for rate, _ in made], statistics.median(more for _, more in made)
        rate = statistics.median(rates)
        spread = f"({min(rates):,.0f} to {max(rates):,.0f})"
        print(f"  {keys:>9,}{parked:>9,}{rate:>12,.0f}{rate * WORK / keys:>16.0%}{memory:>9.0f}  {spread}", flush=True)


def _restores() -> None:
    with broker() as kafka:
        if kafka is None:
            return
        quiet_collector()  # as the worker's process does
        times = [uvloop.run(_restore(kafka.address)) for _ in range(RESTORES)]
    for name, took in zip(("without a cache", "by who comes back to its cache"), zip(*times, strict=True), strict=True):
        spread = f"{statistics.median(took):.2f} s ({min(took):.2f} to {max(took):.2f})"
        print(f"  {ENTRIES:,} entries of 200 bytes restored from Kafka {name}: {spread}", flush=True)


async def _restore(address: str) -> tuple[float, float]:
    prefix = f"r{time.monotonic_ns()}-"
    log = LogSettings(kind="kafka", brokers=(address,), prefix=prefix, partitions=1, replication=1, single_broker=True)
    await topics.create(log, 1_048_576)
    clock = SystemClock()
    with tempfile.TemporaryDirectory(prefix="switchhook-bench-") as folder:
        settings = AppSettings(log=log, state=StateSettings(path=Path(folder) / "state.db"))
        store = open_state(settings, clock)
        await store.load(0, lambda: True)
        for start in range(0, ENTRIES, 1_000):
            entries = range(start, start + 1_000)
            await store.apply([Put(0, Table.SEEN, f"identity/{one}", bytes(200), None, 4e9) for one in entries])
        await store.close()
        elsewhere = AppSettings(log=log, state=StateSettings(path=Path(folder) / "another.db"))
        return await _load(elsewhere, clock), await _load(settings, clock)


async def _load(settings: AppSettings, clock: SystemClock) -> float:
    store = open_state(settings, clock)
    begun = time.perf_counter()
    await store.load(0, lambda: True)
    took = time.perf_counter() - begun
    assert store.count(0, Table.SEEN) == ENTRIES
    await store.close()
    return took


def _case(keys: int, parked: int) -> tuple[float, float]:
    command = [sys.executable, "-m", "tests.benchmarks.worker_state", str(keys), str(parked)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    rate, more = done.stdout.split()
    return float(rate), float(more)


async def _park(path: Path, clock: SystemClock, count: int) -> None:
    store = SqliteState(path, clock)
    await store.load(0)
    due = clock.now().timestamp() + 36_000
    for start in range(0, count, 5_000):
        changes = []
        for number in range(start, start + 5_000):
            one = post(number, f"parked{number}", clock=clock)
            saved = SavedRecord(Record(0, number, one.account, one.key, one.value, one.received_at, one.headers))
            key = lane_prefix("", lane_name(one.key)) + place(number, 0)
            changes.append(Put(0, Table.PARKED, key, saved.dump(), due))
        await store.apply(changes)
    await store.close()


def _measure(keys: int, parked: int) -> None:
    """In a process of its own: prints the rate, and the megabytes."""
    configure_logs("json", level="critical")
    quiet_collector()
    clock = SystemClock()
    worker.KEYS = keys
    made = worker.records(min(RECORDS, max(int(keys / WORK * 3), 1_000)), clock)
    with tempfile.TemporaryDirectory(prefix="switchhook-bench-") as folder:
        path = Path(folder) / "state.db"
        if parked:
            uvloop.run(_park(path, clock, parked))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        rate, broken, _ = uvloop.run(worker.through_the_worker(WORK, worker.Feed(clock, made), path))
    assert not broken
    print(rate, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)


if __name__ == "__main__":
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    _measure(int(sys.argv[1]), int(sys.argv[2]))
