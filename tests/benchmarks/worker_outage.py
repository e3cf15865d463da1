"""How long nothing happens when a worker is killed or rolled, with real processes: embedded, and Kafka with a standby.

Texts come every 20 ms, each is a post at the simulated platform; what counts is the longest time between two posts
while texts come. (A post that was under way when its worker was killed is looked for until 15 s later: so long its own
lane waits, and no other.)
"""

from __future__ import annotations

import asyncio
import itertools
import random
import statistics
import tempfile
import time
from pathlib import Path

from switchhook.log.kafka import topics
from switchhook.settings import LogSettings
from switchhook.simulator.platform import Platform
from tests.benchmarks.brokers import broker
from tests.faults.processes import Processes
from tests.faults.sender import Sender, chat_of

RUNS = 5
SESSION = 2.0
"""Seconds after which Kafka gives a silent worker up: its part of the pause after a kill."""
EACH = 200


class Posts(dict):
    """The chat's posts, telling when each came to be."""

    def __init__(self) -> None:
        self.at: list[float] = []

    def __setitem__(self, key: str, value: object) -> None:
        super().__setitem__(key, value)
        self.at.append(time.perf_counter())


async def run() -> None:
    """Print the longest pause of each: median of the runs and their spread."""
    print(f"  {RUNS} runs; seconds without a post, median (spread); posts made twice")
    with broker() as kafka:
        for name, address in (("embedded", None), ("Kafka, standby", kafka and kafka.address)):
            if name != "embedded" and address is None:
                continue
            for what in ("killed, started at once", "rolled"):
                found = [await _pause(what, address, seed) for seed in range(RUNS)]
                pauses, twice = [pause for pause, _ in found], sum(doubled for _, doubled in found)
                spread = f"{statistics.median(pauses):.2f} ({min(pauses):.2f} to {max(pauses):.2f})"
                session = f", session {SESSION:g} s" if address and what != "rolled" else ""
                print(f"  {name + session:<28}{what:<26}{spread:>24}  {twice}", flush=True)


async def _pause(what: str, address: str | None, seed: int) -> tuple[float, int]:
    platform = Platform(seed=seed)
    limits = platform.world.limits.limits
    limits.light = limits.medium = limits.auth = 100_000
    await platform.start()
    try:
        with tempfile.TemporaryDirectory(prefix="switchhook-bench-") as folder:
            processes = Processes(Path(folder), platform.credentials(), await _settings(platform, address))
            try:
                return await _measure(what, address, platform, processes)
            finally:
                await processes.end()
    finally:
        await platform.stop()


async def _measure(what: str, address: str | None, platform: Platform, processes: Processes) -> tuple[float, int]:
    await processes.start("ingress", "worker")
    await processes.subscribed()
    if address is not None:
        await processes.start("worker-2")
        while await processes.gauge("worker-2", "switchhook_parked") is None:
            await asyncio.sleep(0.1)
        await asyncio.sleep(1.0)  # until it is a member that stands by
    posts = platform.world.chats.all[chat_of(platform)].posts = Posts()
    sender = Sender(platform, 1, EACH, 0.12)
    sending = asyncio.create_task(sender.send_all())
    await sender.until(EACH)
    owner = "worker" if address is None else await _owner(processes)
    begun = time.perf_counter()
    if what == "rolled":
        await processes.stop(owner)
    else:
        await processes.kill(owner)
    if address is None:
        await processes.start(owner)
    await sending
    ended = time.perf_counter()
    while len(posts.at) < len(sender.acknowledged) - 3 and time.perf_counter() - begun < 30:
        await asyncio.sleep(0.05)
    moments = [at for at in posts.at if begun - 0.2 <= at <= ended]
    texts = [post["text"] for post in platform.state()["chats"][chat_of(platform)]["posts"]]
    return max(b - a for a, b in itertools.pairwise(moments)), len(texts) - len(set(texts))


async def _owner(processes: Processes) -> str:
    """Which of the two workers handles the texts."""
    handled = {name: await processes.gauge(name, "switchhook_records_total") or 0.0 for name in ("worker", "worker-2")}
    return max(handled, key=lambda name: handled[name])


async def _settings(platform: Platform, address: str | None) -> str:
    tail = f"""
[[handlers]]
use = "post_to_chat"
extensions = ["101", "102", "103"]
settings = {{ chat = "{chat_of(platform)}", events = ["TextReceived"] }}
"""
    if address is None:
        return tail
    prefix = f"o{random.randrange(10**9)}-"
    log = LogSettings(brokers=(address,), prefix=prefix, partitions=4, replication=1, single_broker=True)
    await topics.create(log, 1_048_576)
    return (
        tail
        + f"""
[log]
kind = "kafka"
brokers = ["{address}"]
prefix = "{prefix}"
group = "{prefix}"
partitions = 4
replication = 1
single_broker = true
session_timeout = {SESSION}
"""
    )
