"""What a person may ask of the keeper: to look and act now, to prove that notifications arrive, to post a test."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from switchhook.api.client import Client, Priority
from switchhook.keeper.opening import Keeping

_MOST = 100
"""Things to do in one go; whatever goes on for longer is somebody undoing what we do."""
_TEST = {"activity": "Switchhook", "text": "A test: this webhook works."}


class Asked:
    """Asks a keeper, whether its loops run or not."""

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping

    def actions(self) -> Mapping[str, Callable[[Mapping[str, str]], Awaitable[Any]]]:
        """By path, for the admin API."""

        async def test(query: Mapping[str, str]) -> Any:
            return await self.test_webhook(query.get("name", ""))

        return {
            "subscriptions/sync": lambda _query: self.sync(),
            "subscriptions/probe": lambda _query: self.probe(),
            "chat-webhooks/sync": lambda _query: self.sync_webhooks(),
            "chat-webhooks/test": test,
        }

    async def sync(self) -> list[dict[str, Any]]:
        """Look at each identity that is ours and act, until nothing is left to do or a look fails; the last look at
        each, with `done`, what was done.
        """
        found = []
        for name, keeper in self._keeping.keeper.identities.items():
            if not self._keeping.owns(name):
                continue
            keeper.forget_refusals()
            done: list[Any] = []
            look = await self._keeping.keeper.look_now(name)
            while look.plan.actions and not look.failure and len(done) < _MOST:
                done += look.describe()["actions"]
                look = await self._keeping.keeper.look_now(name)
            found.append(self._keeping.describe(look) | {"done": done})
        return found

    async def probe(self) -> list[dict[str, Any]]:
        """Provoke a notification for each identity that is ours, and see whether it comes through to the worker. Takes
        up to two minutes.
        """
        found = []
        for name, look in self._keeping.keeper.looks.items():
            if not self._keeping.owns(name) or not look.wanted:
                continue
            if look.by_socket:
                stands = self._keeping.connected(name)
                failure = "" if stands else "the WebSocket is not connected"
                found.append({"identity": name, "arrived": stands, "seconds": None, "failure": failure})
                continue
            probed = await self._keeping.listeners[name].probe(look)
            found.append(
                {"identity": name, "arrived": probed.arrived, "seconds": probed.seconds, "failure": probed.failure}
            )
        return found

    async def see_webhooks(self) -> list[dict[str, Any]]:
        """Look at the chat webhooks of all identities, and change nothing."""
        return [(await each.sync(act=False)).describe() for each in self._keeping.webhooks]

    async def sync_webhooks(self) -> list[dict[str, Any]]:
        """Look at the chat webhooks of each identity that is ours and act, until nothing is left to do."""
        found = []
        for each in self._keeping.webhooks:
            done: list[Any] = []
            look = await each.sync()
            while look.steps and not look.failure and len(done) < _MOST:
                done += [{"webhook": step.name, "action": step.do.value, "reason": step.reason} for step in look.steps]
                look = await each.sync()
            found.append(look.describe() | {"done": done})
        return found

    async def test_webhook(self, name: str) -> dict[str, Any]:
        """Post a test through a chat webhook. Raises ValueError for a name that nobody declared, ApiError."""
        for each in self._keeping.webhooks:
            if each.look is None:
                await each.sync(act=False)
        client: Client = next(iter(self._keeping.clients.values()))
        parameters = {"webhook": name, "body": dict(_TEST)}
        await client.call("postToChatWebhook", parameters, priority=Priority.HANDLER)
        return {"webhook": name, "posted": True}
