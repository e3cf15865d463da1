"""The platform's side of the wire: texts delivered one after the other per extension, and an account of the 200s."""

from __future__ import annotations

import asyncio
import json
import random
import re

import aiohttp

from switchhook.simulator.platform import Platform

EXTENSIONS = ("101", "102", "103")
_PATIENCE = aiohttp.ClientTimeout(total=3.0)
"""The platform waits no longer for an answer."""
_TEXT = re.compile(r"text (\d+)-(\d+)")
_EVENT = re.compile(r"(\d{3})(\d{6})")


class Sender:
    """`acknowledged`: (extension, number) of each text that was answered 200; `sent`: how many were sent."""

    def __init__(self, platform: Platform, seed: int, each: int, pause: float) -> None:
        """`each`: texts per extension; `pause`: seconds between two, at the most."""
        (subscription,) = platform.world.subscriptions.all.values()
        self._address = subscription.address
        self._token = subscription.verification_token or ""
        self._subscription_id = subscription.id
        self._account = platform.account_id
        self._extensions = [one for one in platform.credentials()["extensions"] if one["extensionNumber"] in EXTENSIONS]
        self._random = random.Random(seed)
        self._each = each
        self._pause = pause
        self.sent = 0
        self.progress = asyncio.Event()
        self.acknowledged: set[tuple[str, int]] = set()

    async def send_all(self) -> None:
        """All texts of all extensions, the extensions side by side."""
        async with aiohttp.ClientSession(timeout=_PATIENCE) as session, asyncio.TaskGroup() as group:
            for extension in self._extensions:
                group.create_task(self._send(session, extension))

    async def until(self, sent: int) -> None:
        """Return once so many were sent."""
        while self.sent < sent:
            self.progress.clear()
            await self.progress.wait()

    async def _send(self, session: aiohttp.ClientSession, extension: dict) -> None:
        for number in range(self._each):
            while not await self._deliver(session, extension, number):
                await asyncio.sleep(0.02)  # nobody listens: the ingress was killed and starts again
            self.sent += 1
            self.progress.set()
            await asyncio.sleep(self._random.uniform(0, self._pause))

    async def _deliver(self, session: aiohttp.ClientSession, extension: dict, number: int) -> bool:
        """Whether it was sent: with what success, only the platform's side of the wire knows."""
        headers = {"Content-Type": "application/json", "Verification-Token": self._token}
        body = json.dumps(self._notification(extension, number))
        try:
            async with session.post(self._address, data=body, headers=headers) as answer:
                if answer.status == 200:
                    self.acknowledged.add((extension["extensionNumber"], number))
                else:
                    await asyncio.sleep(0.3)  # or all texts are spent while a disk is full
        except aiohttp.ClientConnectorError:
            return False
        except (aiohttp.ClientError, TimeoutError):
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


def chat_of(platform: Platform) -> str:
    """The id of the chat that the handler posts to."""
    return next(key for key, each in platform.state()["chats"].items() if each.get("name") == "Front desk")


def posted(platform: Platform) -> list[tuple[str, int]]:
    """(extension, number) of each post that a text led to, in order."""
    found = [_TEXT.search(post["text"] or "") for post in platform.state()["chats"][chat_of(platform)]["posts"]]
    return [(match[1], int(match[2])) for match in found if match]


def text_of(event_id: str) -> tuple[str, int] | None:
    """The text that an event is about."""
    match = _EVENT.search(event_id)
    return (match[1], int(match[2])) if match else None
