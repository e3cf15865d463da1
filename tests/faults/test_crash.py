"""Crashes from day one: real processes, SIGKILL at seeded moments, and the books are balanced afterwards."""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections import Counter, defaultdict

import aiohttp
import pytest

from switchhook.log.kafka import topics
from switchhook.simulator.platform import Platform
from tests.faults.processes import Processes

pytestmark = pytest.mark.processes

TEXTS_PER_EXTENSION = 60
KILLS = 8
_WORD = re.compile(r"text (\d+)-(\d+)")


class Sender:
    """Delivers texts as the platform would, one after the other per extension, and keeps account of the 200s."""

    def __init__(self, platform: Platform, seed: int) -> None:
        (subscription,) = platform.world.subscriptions.all.values()
        self._address = subscription.address
        self._token = subscription.verification_token or ""
        self._subscription_id = subscription.id
        self._account = platform.account_id
        self._extensions = [each for each in platform.credentials()["extensions"] if each["type"] == "User"]
        self._random = random.Random(seed)
        self.sent = 0
        self.progress = asyncio.Event()
        self.acknowledged: set[tuple[str, int]] = set()

    async def send_all(self) -> None:
        """All texts of all extensions, the extensions side by side."""
        async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
            for extension in self._extensions:
                group.create_task(self._send(session, extension))

    async def _send(self, session: aiohttp.ClientSession, extension: dict) -> None:
        for number in range(TEXTS_PER_EXTENSION):
            while not await self._deliver(session, extension, number):
                await asyncio.sleep(0.02)  # refused: the ingress was killed and starts again
            self.sent += 1
            self.progress.set()
            await asyncio.sleep(self._random.uniform(0, 0.03))

    async def _deliver(self, session: aiohttp.ClientSession, extension: dict, number: int) -> bool:
        """Whether it was sent: with what success, only the platform's side of the wire knows."""
        headers = {"Content-Type": "application/json", "Verification-Token": self._token}
        body = json.dumps(self._notification(extension, number))
        try:
            async with session.post(self._address, data=body, headers=headers) as answer:
                if answer.status == 200:
                    self.acknowledged.add((extension["extensionNumber"], number))
        except aiohttp.ClientConnectorError:
            return False
        except aiohttp.ClientError:
            pass  # broken off before the answer: the platform does not send it again
        return True

    def _notification(self, extension: dict, number: int) -> dict:
        unique = f"{extension['extensionNumber']}{number:06}"
        path = f"/restapi/v1.0/account/{self._account}/extension/{extension['id']}/message-store/instant?type=SMS"
        at = "2026-11-24T10:00:00.000Z"
        return {
            "uuid": f"7{unique}",
            "event": path,
            "timestamp": at,
            "subscriptionId": self._subscription_id,
            "ownerId": extension["id"],
            "body": {
                "id": unique,
                "to": [{"phoneNumber": extension["phoneNumber"], "target": True}],
                "from": {"phoneNumber": "+16505550123"},
                "type": "SMS",
                "creationTime": at,
                "lastModifiedTime": at,
                "direction": "Inbound",
                "subject": f"text {extension['extensionNumber']}-{number}",
                "messageStatus": "Received",
                "eventType": "Create",
            },
        }


async def _kill_now_and_then(processes: Processes, sender: Sender, seed: int) -> None:
    chance = random.Random(f"{seed} kills")
    total = TEXTS_PER_EXTENSION * 3
    for moment in sorted(chance.sample(range(5, total - 5), KILLS)):
        while sender.sent < moment:
            sender.progress.clear()
            await sender.progress.wait()
        name = chance.choice(("ingress", "worker"))
        await processes.kill(name)
        await processes.start(name)


def _posts(platform: Platform) -> list[tuple[str, int]]:
    (chat,) = (each for each in platform.state()["chats"].values() if each.get("name") == "Front desk")
    found = [_WORD.search(post["text"] or "") for post in chat["posts"]]
    return [(match[1], int(match[2])) for match in found if match]


async def _set_aside(processes: Processes) -> set[tuple[str, int]]:
    """Texts whose write may or may not have happened: kept for a person, never repeated."""
    dead = await processes.document("dead")
    assert all(each["outcome"] == "unknown" for each in dead), dead
    matches = [re.search(r"(\d{3})(\d{6})", each["event_id"]) for each in dead]
    return {(match[1], int(match[2])) for match in matches if match}


async def _balance(platform: Platform, processes: Processes, sender: Sender) -> None:
    """Return once every acknowledged text was posted or set aside."""
    until = asyncio.get_running_loop().time() + 40
    while missing := sender.acknowledged - set(_posts(platform)) - await _set_aside(processes):
        if asyncio.get_running_loop().time() > until:
            pytest.fail(f"acknowledged and lost: {sorted(missing)}\n{processes.log('worker')}")
        await asyncio.sleep(0.1)


@pytest.fixture(params=["sqlite", pytest.param("kafka", marks=pytest.mark.kafka)])
async def log(request) -> str:
    """The `[log]` table of the settings, its topics made."""
    if request.param == "sqlite":
        return ""
    settings = request.getfixturevalue("kafka_settings")
    await topics.create(settings, 1_048_576)
    return f"""
[log]
kind = "kafka"
brokers = ["{settings.brokers[0]}"]
prefix = "{settings.prefix}"
partitions = {settings.partitions}
replication = 1
single_broker = true
session_timeout = 2.0
"""


@pytest.mark.parametrize("seed", [1, 2])
async def test_every_acknowledged_notification_is_handled_in_order_and_no_write_is_repeated(tmp_path, log, seed):
    """Ingress and worker are killed while notifications come in: nothing acknowledged is lost, doubled or reordered."""
    platform = Platform(seed=seed)
    limits = platform.world.limits.limits
    limits.light = limits.medium = limits.auth = 100_000  # told in the headers of every answer
    await platform.start()
    (chat,) = (key for key, each in platform.state()["chats"].items() if each.get("name") == "Front desk")
    handlers = f"""
[[handlers]]
use = "post_to_chat"
extensions = ["101", "102", "103"]
settings = {{ chat = "{chat}", events = ["TextReceived"] }}
"""
    processes = Processes(tmp_path, platform.credentials(), handlers + log)
    try:
        await processes.start("ingress", "worker")
        async with asyncio.timeout(20):
            await processes.subscribed()
        sender = Sender(platform, seed)
        async with asyncio.timeout(60):
            await asyncio.gather(sender.send_all(), _kill_now_and_then(processes, sender, seed))
        await _balance(platform, processes, sender)
        assert await processes.stop("worker") == 0, processes.log("worker")
        assert await processes.stop("ingress") == 0, processes.log("ingress")
    finally:
        await processes.end()
        await platform.stop()
    posts = _posts(platform)
    assert [post for post, count in Counter(posts).items() if count > 1] == []
    assert len(sender.acknowledged) > TEXTS_PER_EXTENSION, "too little was acknowledged for the test to mean anything"
    in_order: defaultdict[str, list[int]] = defaultdict(list)
    for extension, number in posts:
        in_order[extension].append(number)
    assert all(numbers == sorted(numbers) for numbers in in_order.values())
