"""From a notification sent to its API call at the platform, idle: embedded, on Kafka, and storing nothing.

Also from the moment the ingress received it to the moment the worker sent the call, which leaves out both ends.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import tempfile
import time
from pathlib import Path

import aiohttp
from aiohttp import web

from switchhook.log.kafka import topics
from switchhook.settings import LogSettings
from switchhook.simulator.platform import Platform
from tests.benchmarks.brokers import broker
from tests.faults.processes import Processes
from tests.kafka import Broker

EVENTS = 300
RUNS = 3


async def run() -> None:
    """Print p50 and p99 of each, in milliseconds: median of the runs, with the spread."""
    ways = {"storing nothing": _bare, "embedded": _service}
    print(f"  {RUNS} runs of {EVENTS} texts, one at a time; ms, median of the runs and their spread")
    print(f"  {'':18}{'sent to effect: p50':>24}{'p99':>24}{'in to out: p50':>24}{'p99':>24}")
    with broker() as kafka:
        if kafka is not None:
            ways["Apache Kafka"] = lambda platform: _service(platform, kafka)
        for name, way in ways.items():
            columns: list[list[float]] = [[], [], [], []]
            for number in range(RUNS):
                platform = Platform(seed=number)
                limits = platform.world.limits.limits
                limits.light = limits.medium = limits.auth = 100_000
                await platform.start()
                whole, inside = await way(platform)
                await platform.stop()
                for index, spans in enumerate((whole, inside)):
                    columns[2 * index].append(sorted(spans)[len(spans) // 2] * 1_000)
                    columns[2 * index + 1].append(sorted(spans)[int(len(spans) * 0.99)] * 1_000)
            print(f"  {name:18}" + "".join(f"{_spread(values):>24}" for values in columns), flush=True)


class _Posts(dict):
    """The chat's posts, telling when each came to be: the moment the platform did what the call asked for."""

    def __init__(self) -> None:
        self.at: list[float] = []
        self.came = asyncio.Event()

    def __setitem__(self, key: str, value: object) -> None:
        super().__setitem__(key, value)
        self.at.append(time.perf_counter())
        self.came.set()


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f}-{max(values):.2f})"


async def _service(platform: Platform, kafka: Broker | None = None) -> tuple[list[float], list[float]]:
    chat = _chat(platform)
    tail = f'[[handlers]]\nuse = "post_to_chat"\nsettings = {{ chat = "{chat}", events = ["TextReceived"] }}\n'
    with tempfile.TemporaryDirectory(prefix="switchhook-bench-") as folder:
        if kafka is not None:
            settings = LogSettings(
                kind="kafka",
                brokers=(kafka.address,),
                prefix=f"b{time.monotonic_ns()}-",
                partitions=4,
                replication=1,
                single_broker=True,
            )
            await topics.create(settings, 1_048_576)
            tail += (
                f'[log]\nkind = "kafka"\nbrokers = ["{kafka.address}"]\nprefix = "{settings.prefix}"\n'
                "partitions = 4\nreplication = 1\nsingle_broker = true\n"
            )
        processes = Processes(Path(folder), platform.credentials(), tail)
        await processes.start("ingress", "worker")
        try:
            await processes.subscribed()
            (subscription,) = platform.world.subscriptions.all.values()
            whole = await _send(platform, subscription.address, subscription.verification_token or "")
            runs = await processes.document("runs?limit=1000")
            return whole, [each["reaction"] for each in runs if each["reaction"] is not None]
        finally:
            await processes.end()


async def _bare(platform: Platform) -> tuple[list[float], list[float]]:
    """The same call made at once by a server that stores, verifies and records nothing."""
    spans: list[float] = []
    given = platform.credentials()
    async with aiohttp.ClientSession() as session:
        login = {
            "grant_type": "password",
            "username": given["username"],
            "extension": given["extension"],
            "password": given["password"],
        }
        basic = aiohttp.encode_basic_auth(given["client_id"], given["client_secret"])
        url = f"{given['url']}/restapi/oauth/token"
        async with session.post(url, data=login, headers={"Authorization": basic}) as answer:
            token = (await answer.json())["access_token"]
        posts = f"{given['url']}/team-messaging/v1/chats/{_chat(platform)}/posts"

        async def receive(request: web.Request) -> web.Response:
            began = time.perf_counter()
            text = json.loads(await request.read())["body"]["subject"]
            spans.append(time.perf_counter() - began)
            headers = {"Authorization": f"Bearer {token}"}
            async with session.post(posts, json={"text": text}, headers=headers):
                return web.Response()

        app = web.Application()
        app.router.add_post("/", receive)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        whole = await _send(platform, f"http://127.0.0.1:{runner.addresses[0][1]}/", "")
        await runner.cleanup()
    return whole, spans


async def _send(platform: Platform, address: str, token: str) -> list[float]:
    """Texts one at a time, each posted before the next one is sent; seconds from sent to posted."""
    posts = platform.world.chats.all[_chat(platform)].posts = _Posts()
    sent: list[float] = []
    extension = next(each for each in platform.credentials()["extensions"] if each["extensionNumber"] == "101")
    headers = {"Content-Type": "application/json", "Verification-Token": token}
    path = f"/restapi/v1.0/account/{platform.account_id}/extension/{extension['id']}"
    async with aiohttp.ClientSession() as session:
        for number in range(EVENTS):
            at = "2026-11-24T10:00:00.000Z"
            body = {
                "uuid": str(number),
                "event": f"{path}/message-store/instant?type=SMS",
                "timestamp": at,
                "ownerId": extension["id"],
                "body": {
                    "id": str(1_000_000 + number),
                    "to": [{"phoneNumber": extension["phoneNumber"], "target": True}],
                    "from": {"phoneNumber": "+16505550123"},
                    "type": "SMS",
                    "creationTime": at,
                    "lastModifiedTime": at,
                    "direction": "Inbound",
                    "subject": f"text {number}",
                    "eventType": "Create",
                },
            }
            content = json.dumps(body)
            posts.came.clear()
            sent.append(time.perf_counter())
            async with session.post(address, data=content, headers=headers) as answer:
                assert answer.status == 200
            await posts.came.wait()
    return [posted - began for began, posted in zip(sent, posts.at, strict=True)]


def _chat(platform: Platform) -> str:
    return next(key for key, each in platform.state()["chats"].items() if each.get("name") == "Front desk")
