"""Keeps the Glip incoming webhooks that the settings declare: created, listed, activated, suspended, healed.

Level-triggered like the subscriptions. The address of a webhook is a secret: it is held in memory, read anew from the
platform after a restart, and neither stored nor shown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
import structlog

from switchhook.api.client import Priority
from switchhook.clock import Clock
from switchhook.errors import ApiUnreachable, NotFound, SwitchhookError
from switchhook.keeper.client import Client
from switchhook.keeper.webhook_plan import Declared, Do, Kept, Listed, Step, plan_webhooks
from switchhook.settings import ChatWebhookSettings
from switchhook.state import Delete, Put, StateStore, Table

_EVERY = 240.0
_FIRST_RETRY = 1.0


@dataclass(frozen=True, slots=True)
class WebhookLook:
    """What one look at an identity's webhooks found. `concerns` are for a person; `failure` ended the look."""

    identity: str
    at: datetime
    declared: tuple[Declared, ...] = ()
    kept: Mapping[str, Kept] = field(default_factory=dict)
    listing: tuple[Listed, ...] = ()
    steps: tuple[Step, ...] = ()
    concerns: tuple[str, ...] = ()
    failure: str = ""

    def describe(self) -> dict[str, Any]:
        """As JSON values, for the admin API and `chat-webhooks list`: without ids, which are secrets as well."""
        here = {each.id: each for each in self.listing}
        steps = {each.name: each for each in self.steps}

        def status(wish: Declared) -> str:
            kept = self.kept.get(wish.name)
            hook = here.get(kept.id) if kept is not None else None
            return hook.status if hook is not None else "Missing"

        return {
            "identity": self.identity,
            "at": self.at.isoformat(),
            "webhooks": [
                {
                    "name": wish.name,
                    "chat": wish.chat_id,
                    "wanted": wish.state,
                    "status": status(wish),
                    "action": steps[wish.name].do.value if wish.name in steps else None,
                    "reason": steps[wish.name].reason if wish.name in steps else None,
                }
                for wish in self.declared
            ],
            "undeclared": len(here.keys() - {each.id for each in self.kept.values()}),
            "concerns": list(self.concerns),
            "failure": self.failure or None,
        }


class ChatWebhooks:
    """The webhooks of one identity. `partition_of`: where an account's entries of the state store are."""

    def __init__(
        self,
        client: Client,
        declared: Sequence[ChatWebhookSettings],
        store: StateStore,
        partition_of: Callable[[str], int],
        *,
        clock: Clock,
        owns: Callable[[], bool] = lambda: True,
    ) -> None:
        self.identity = client.identity
        self.look: WebhookLook | None = None
        """The last one."""
        self._client = client
        self._wishes = declared
        self._store = store
        self._partition_of = partition_of
        self._clock = clock
        self._owns = owns
        self._uris: dict[str, str] = {}
        self._chats: dict[str, str] = {}
        self._wake = asyncio.Event()
        self._at_work = asyncio.Lock()
        self._log = structlog.get_logger("switchhook.keeper").bind(identity=self.identity)

    @property
    def names(self) -> frozenset[str]:
        """Of the webhooks that are declared and not absent."""
        return frozenset(each.name for each in self._wishes if each.state != "absent")

    def address(self, name: str) -> str:
        """Where to post. Raises ValueError for a name that nobody declared, ApiUnreachable while it is not there."""
        if name not in self.names:
            raise ValueError(f"no webhook is called {name!r}; there is {', '.join(sorted(self.names)) or 'none'}")
        uri = self._uris.get(name)
        if uri is None:
            self._wake.set()
            raise ApiUnreachable(
                f"the webhook {name!r} is not there yet; nothing was sent", operation="postToChatWebhook"
            )
        return uri

    def wake(self) -> None:
        """Look now: a post met a webhook that is gone."""
        self._wake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Keep until `stop` is set."""
        task = asyncio.create_task(self._keep(), name=f"chat webhooks {self.identity}")
        try:
            await stop.wait()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def sync(self, *, act: bool = True) -> WebhookLook:
        """Look once, and act if `act` and the identity is ours. A failure is told in the look."""
        async with self._at_work:
            return await self._sync(act)

    async def _sync(self, act: bool) -> WebhookLook:
        look = WebhookLook(self.identity, self._clock.now())
        if act and not self._owns():
            self.look = None
            return look
        try:
            me = await self._client.whoami()
            account, own_id = str(me["account"]["id"]), str(me["id"])
            look = await self._look(account, own_id)
            if act:
                for step in look.steps:
                    await self._carry_out(step, account, look)
        except SwitchhookError as error:
            look = _failed(look, str(error))
        except Exception as error:  # noqa: BLE001 - an answer nobody foresaw must not end the keeper
            self._log.exception("looking at chat webhooks failed")
            look = _failed(look, f"{type(error).__name__}: {error}")
        self.look = look
        return look

    async def _keep(self) -> None:
        failures = 0
        while self._wishes:
            self._wake.clear()
            look = await self.sync()
            failures = failures + 1 if look.failure else 0
            if look.failure:
                self._log.warning("looking at chat webhooks failed", failure=look.failure)
            quick = bool(look.failure or look.steps)
            delay = min(_FIRST_RETRY * 2.0 ** min(failures, 8), _EVERY) if quick else _EVERY
            timer = self._clock.call_later(delay, self._wake.set)
            try:
                await self._wake.wait()
            finally:
                timer.cancel()

    async def _look(self, account: str, own_id: str) -> WebhookLook:
        declared: list[Declared] = []
        concerns: list[str] = []
        for wish in self._wishes:
            chat_id, concern = await self._chat(wish.chat)
            if concern:
                concerns.append(f"webhook {wish.name!r}: {concern}")
            if chat_id:
                declared.append(Declared(wish.name, chat_id, wish.state))
        answer = await self._client.call("listGlipWebhooks", priority=Priority.KEEPER)
        listing = tuple(Listed.read(each) for each in (answer or {}).get("records") or ())
        kept = self._kept(account)
        here = {each.id: each for each in listing}
        self._uris = {name: here[each.id].uri for name, each in kept.items() if each.id in here}
        steps = plan_webhooks(declared, kept, listing, own_id)
        at = self._clock.now()
        return WebhookLook(self.identity, at, tuple(declared), kept, listing, steps, tuple(concerns))

    async def _chat(self, word: str) -> tuple[str, str]:
        """The id of a chat, given that or its name; what is wrong if there is none, or more than one."""
        if word.isdecimal():
            return word, ""
        if word not in self._chats:
            named = [
                str(each["id"])
                async for each in self._client.pages("listGlipChats", {"recordCount": 250}, priority=Priority.KEEPER)
                if each.get("name") == word
            ]
            if len(named) != 1:
                many = f"{len(named)} chats are called {word!r}: say the id of one" if named else f"no chat {word!r}"
                return "", many
            self._chats[word] = named[0]
        return self._chats[word], ""

    async def _carry_out(self, step: Step, account: str, look: WebhookLook) -> None:
        if step.do is Do.CREATE:
            before = tuple(each.id for each in look.listing)
            await self._save(account, Kept(step.name, "", step.chat_id, before, step.id))
            answer = await self._client.call(
                "createGlipGroupWebhook", {"groupId": step.chat_id}, priority=Priority.KEEPER
            )
            made = Listed.read(answer)
            await self._save(account, Kept(step.name, made.id, step.chat_id, former=step.id))
            self._uris[step.name] = made.uri
        elif step.do is Do.ADOPT:
            former = look.kept[step.name].former
            await self._save(account, Kept(step.name, step.id, step.chat_id, former=former))
            self._uris[step.name] = next(each.uri for each in look.listing if each.id == step.id)
        elif step.do is Do.FORGET:
            await self._forget(account, step.name)
        else:
            try:
                await self._client.call(_OPERATIONS[step.do], {"webhookId": step.id}, priority=Priority.KEEPER)
            except NotFound:
                self._wake.set()
            if step.do is Do.DELETE and look.kept[step.name].id == step.id:
                await self._forget(account, step.name)
        self._log.info("chat webhook", name=step.name, did=step.do.value, reason=step.reason)

    def _kept(self, account: str) -> dict[str, Kept]:
        found = {}
        for entry in self._store.scan(self._partition_of(account), Table.KEEPER, self._key(account, "")):
            values = orjson.loads(entry.value)
            found[values["name"]] = Kept(**values | {"before": tuple(values["before"])})
        return found

    async def _save(self, account: str, kept: Kept) -> None:
        value = orjson.dumps(kept)
        partition = self._partition_of(account)
        await self._store.apply([Put(partition, Table.KEEPER, self._key(account, kept.name), value)])

    async def _forget(self, account: str, name: str) -> None:
        self._uris.pop(name, None)
        await self._store.apply([Delete(self._partition_of(account), Table.KEEPER, self._key(account, name))])

    def _key(self, account: str, name: str) -> str:
        return f"webhook/{account}/{self.identity}/{name}"


_OPERATIONS = {Do.ACTIVATE: "activateGlipWebhook", Do.SUSPEND: "suspendGlipWebhook", Do.DELETE: "deleteGlipWebhook"}


def _failed(look: WebhookLook, failure: str) -> WebhookLook:
    return WebhookLook(
        look.identity, look.at, look.declared, look.kept, look.listing, look.steps, look.concerns, failure
    )
