"""API calls per second through everything, beside plain aiohttp and httpx, in one run; memory and import time.

All ways take turns in short slices, and a share is the median of what each round gives: whatever else the machine does
then slows all of them alike. The way with the effect journal makes two promises durable for each call, so beside it
stands the least that keeps the first of them: aiohttp, and one row in SQLite, synced together with those of the other
calls, before each request.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import uvloop
from pydantic import SecretStr

from switchhook.api.auth import Application, Tokens
from switchhook.api.budget import Budget
from switchhook.api.catalogue import operations
from switchhook.api.client import Client
from switchhook.api.gate import Gate
from switchhook.api.transport import Transport
from switchhook.clock import SystemClock
from switchhook.events.types import PostAdded
from switchhook.plugin.handler import Handler
from switchhook.registry import Enabled
from switchhook.sqlite import GroupCommit
from switchhook.state.sqlite import SqliteState
from switchhook.worker.assignment import Assignment, Shard
from switchhook.worker.completion import Completion
from switchhook.worker.effects import Effects, Means
from switchhook.worker.fence import Fence
from switchhook.worker.runs import Run
from tests.plugin.events import made

AT_ONCE = 32
SECONDS = 0.5
ROUNDS = 21
CHAT = "/team-messaging/v1/chats/995723345922/posts"
BODY = {"text": "Hello"}

Call = Callable[[], Awaitable[Any]]


@contextmanager
def server() -> Iterator[str]:
    """The answering server in a process of its own."""
    process = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.answering"], stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@asynccontextmanager
async def plain_aiohttp(url: str) -> AsyncIterator[Call]:
    """A session, a POST of JSON, the parsed answer."""
    async with aiohttp.ClientSession(headers={"Authorization": "Bearer t"}) as session:

        async def call() -> Any:
            async with session.post(url + CHAT, json=BODY) as response:
                return await response.json()

        yield call


@asynccontextmanager
async def plain_and_durable(url: str) -> AsyncIterator[Call]:
    """The same, with a row on disk before each request: the intent, as anybody would write it down."""
    with tempfile.TemporaryDirectory(prefix="switchhook-bench-") as folder:
        commits = GroupCommit(Path(folder) / "intents.db", schema="CREATE TABLE IF NOT EXISTS intents (key, value)")
        numbers = iter(range(10**9))
        async with plain_aiohttp(url) as send:

            async def call() -> Any:
                row = (next(numbers), json.dumps(BODY))
                await commits.submit(lambda connection: connection.execute("INSERT INTO intents VALUES (?, ?)", row))
                return await send()

            yield call
        await commits.close()


@asynccontextmanager
async def plain_httpx(url: str) -> AsyncIterator[Call]:
    """The same with httpx."""
    import httpx

    limits = httpx.Limits(max_connections=100, max_keepalive_connections=100)
    async with httpx.AsyncClient(headers={"Authorization": "Bearer t"}, limits=limits) as session:

        async def call() -> Any:
            return (await session.post(url + CHAT, json=BODY)).json()

        yield call


@asynccontextmanager
async def client(url: str) -> AsyncIterator[Client]:
    """Our client, with a budget that never ends."""
    clock = SystemClock()
    application = Application(Transport(url), "client", SecretStr("secret"), Gate(Budget({"auth": 5}), clock))
    tokens = Tokens(application, SecretStr("jwt"), clock)
    made_client = Client("main", application, tokens, clock, budget=Budget({"medium": 10**9}))
    yield made_client
    await made_client.close()


@asynccontextmanager
async def ours(url: str) -> AsyncIterator[Call]:
    """Catalogue, checks, token, budget, metrics, errors, ids as strings."""
    async with client(url) as made_client:
        yield lambda: made_client.call("createGlipPost", {"chatId": "995723345922", "body": BODY})


class Alive:
    """A member of the group that has just been heard of."""

    @property
    def last_alive(self) -> float:
        """Now."""
        return time.monotonic()

    def current(self, _epoch: int) -> bool:
        """Always."""
        return True


@asynccontextmanager
async def journalled(url: str) -> AsyncIterator[Call]:
    """The same through the effect journal: an intent on disk before, the answer after."""
    clock = SystemClock()
    with tempfile.TemporaryDirectory(prefix="switchhook-bench-") as folder:
        store = SqliteState(Path(folder) / "state.db", clock)
        await store.load(0)
        async with client(url) as made_client:
            completion = Completion(store, clock, 1e6, lambda _: None)
            fence = Fence(clock, 10.0)
            fence.watch(Alive())  # type: ignore[arg-type]
            means = Means(store, clock, completion, None, fence, {"main": made_client}, 1e6)  # type: ignore[arg-type]
            shard = Shard(Assignment(1, [0], concurrency=AT_ONCE), 0, None)  # type: ignore[arg-type]
            handler = Handler("bench")

            @handler.on(PostAdded)
            async def rule(_event: PostAdded, _ctx: Any) -> None: ...

            enabled = Enabled("bench", handler, handler.settings(), "main", ())
            numbers = iter(range(10**9))
            posted = made(PostAdded, post_id="1", chat_id="2")

            async def call() -> Any:
                event = replace(posted, id=str(next(numbers)))
                run = Run(shard, event, enabled, handler.rules[0], 0, "")
                return await Effects(means, run).call("createGlipPost", {"chatId": "995723345922", "body": BODY})

            yield call
        await store.close()


async def rate(call: Call, seconds: float) -> tuple[float, float]:
    """Calls per second with so many at once, and microseconds of this process's processor time per call."""
    ends = time.perf_counter() + seconds
    count = 0

    async def lane() -> None:
        nonlocal count
        while time.perf_counter() < ends:
            await call()
            count += 1

    begun, busy = time.perf_counter(), time.process_time()
    await asyncio.gather(*(lane() for _ in range(AT_ONCE)))
    return count / (time.perf_counter() - begun), (time.process_time() - busy) / count * 1e6


WAYS = {
    "aiohttp": plain_aiohttp,
    "httpx": plain_httpx,
    "switchhook": ours,
    "aiohttp, a row before": plain_and_durable,
    "switchhook, journal on": journalled,
}


async def measure(url: str) -> dict[str, list[tuple[float, float]]]:
    """Every way in turn, again and again."""
    ways = dict(WAYS)
    if importlib.util.find_spec("httpx") is None:
        print("  without httpx: it is not installed (dependency group `bench`)")
        del ways["httpx"]
    results: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    async with AsyncExitStack() as stack:
        calls = {name: await stack.enter_async_context(way(url)) for name, way in ways.items()}
        for call in calls.values():
            await rate(call, 0.3)
        for turn in range(ROUNDS):
            print(f"\r  round {turn + 1} of {ROUNDS}", end="", flush=True)
            for name, call in calls.items():
                results[name].append(await rate(call, SECONDS))
    print("\r" + " " * 60 + "\r", end="")
    return results


def run() -> None:
    """Print calls per second and their share of plain aiohttp's, then memory and import time."""
    with server() as url:
        results = uvloop.run(measure(url))
    bare = results["aiohttp"]
    print(f"  POST of JSON, {AT_ONCE} at once, medians of {ROUNDS} rounds of {SECONDS} s; shares of plain aiohttp's")
    print(f"  {'':<24}{'calls/s':>9}{'spread':>16}{'share':>8}{'CPU us':>9}{'share':>8}")
    for name, runs in results.items():
        middle, busy = (statistics.median(one[at] for one in runs) for at in (0, 1))
        spread = f"{min(one[0] for one in runs):,.0f}-{max(one[0] for one in runs):,.0f}"
        quick = statistics.median(one[0] / other[0] for one, other in zip(runs, bare, strict=True))
        light = statistics.median(other[1] / one[1] for one, other in zip(runs, bare, strict=True))
        print(f"  {name:<24}{middle:>9,.0f}{spread:>16}{quick:>8.2f}{busy:>9.0f}{light:>8.2f}")
    _imports()


def _imports() -> None:
    """In fresh processes: what an import costs, and what the catalogue adds once it is used."""
    bare = fresh("pass")
    for what, code in {
        "import switchhook": "import switchhook",
        "… and the client": "import switchhook, switchhook.api.client",
        "… and the catalogue": "import switchhook, switchhook.api.client as c; c.catalogue.operations()",
    }.items():
        seconds, busy, memory = fresh(code)
        size = (memory - bare[2]) / 1_024
        print(f"  {what:<24}{seconds * 1_000:>6.0f} ms, {busy * 1_000:>4.0f} of them busy{size:>8.1f} MB")
    print(f"  ({len(operations())} operations; this process at most {_peak() / 1_024:.0f} MB)")


def fresh(code: str) -> tuple[float, float, float]:
    """Medians for some code in new interpreters: seconds, seconds of processor time, memory in KiB."""
    timed = (
        f"import time\nbegun, busy = time.perf_counter(), time.process_time()\n{code}\n"
        "print(time.perf_counter() - begun, time.process_time() - busy,"
        " next(line for line in open('/proc/self/status') if line.startswith('VmRSS')).split()[1])"
    )
    found = []
    for _ in range(7):
        ran = subprocess.run([sys.executable, "-c", timed], capture_output=True, text=True, check=True)
        seconds, busy, memory = map(float, ran.stdout.split())
        found.append((seconds, busy, memory))
    first, second, third = (statistics.median(column) for column in zip(*found, strict=True))
    return first, second, third


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
