"""The whole service in one process, on a simulated platform and one clock that moves when nothing else does."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pydantic import SecretStr

from switchhook.api.opening import open_clients
from switchhook.clock import ManualClock, settle
from switchhook.ingress.service import ingress
from switchhook.keeper.opening import Keeping
from switchhook.log.offsets import offsets_of
from switchhook.log.sqlite import SqliteLog
from switchhook.notification import Addresses
from switchhook.plugin.handler import Handler
from switchhook.registry import Registry
from switchhook.settings import AppSettings, HandlerSettings, IdentitySettings, IngressSettings, StateSettings
from switchhook.simulator import Platform
from switchhook.state.sqlite import SqliteState
from switchhook.telemetry import Metrics
from switchhook.worker.loop import Worker
from switchhook.worker.recent import Recent
from switchhook.worker.runs import Ended

_MASTER = b"only for tests on this machine"
_CALM = 4
"""Looks in a row at which nothing is under way, before time moves."""
_STUCK = 250
"""Looks in a row at which something is: it waits for time to move."""


class Switchhook:
    """Ingress, keeper and worker in this event loop. `platform` is there from the beginning, the service after `start`.

    `clock` is everybody's: it moves only while nothing is under way (`until`, `pass_by`), so that minutes of waiting
    take milliseconds. `ends`: how every run of a rule ended, parked ones in between too.
    """

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock()
        self.platform = Platform(limits=False, clock=self.clock)
        self.ends: list[Ended] = []
        self._folder = folder
        self._tables: list[HandlerSettings] = []
        self._handlers: dict[str, Handler[Any]] = {}
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self.platform.start()
        self._stack.push_async_callback(self.platform.stop)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    def enable(
        self, handler: Handler[Any] | str, *extensions: str, settings: Mapping[str, Any] | None = None, **table: Any
    ) -> None:
        """Enable a handler (or the one of this name) for these extensions, user 101's own by default.

        `table`: what else its `[[handlers]]` table may say, such as `name` or `quiet_hours`.
        """
        use = handler if isinstance(handler, str) else handler.name
        if not isinstance(handler, str):
            self._handlers[use] = handler
        self._tables.append(HandlerSettings(use=use, extensions=extensions, settings=dict(settings or {}), **table))

    async def start(self, extension: str = "101", **tables: Any) -> None:
        """Start the service, acting as the user with this extension number; returns when its subscriptions stand.

        `tables`: what else the settings say, such as `chat_webhooks`. Raises SettingsError for handlers and settings
        that do not fit.
        """
        stack, platform, clock = self._stack, self.platform, self.clock
        registry = Registry.from_settings(self._tables, identities=["main"], folder=None, known=self._handlers)
        secret = SecretStr(_MASTER.decode())
        settings = AppSettings(
            identities=(
                IdentitySettings(
                    name="main",
                    server=platform.url,
                    client_id=platform.client_id,
                    client_secret=SecretStr(platform.client_secret),
                    jwt=SecretStr(platform.credentials(extension)["jwt"]),
                ),
            ),
            ingress=IngressSettings(
                host="127.0.0.1", port=0, master_secrets=(secret,), journal=self._folder / "journal.db"
            ),
            state=StateSettings(path=self._folder / "state.db"),
            **tables,
        )
        self.settings = settings
        door = await stack.enter_async_context(ingress(settings, Metrics(), clock=clock))
        clients = open_clients(settings.identities, clock)
        for client in clients.values():
            stack.push_async_callback(client.close)
        store = SqliteState(settings.state.path, clock)
        stack.push_async_callback(store.close)
        log = SqliteLog(settings.ingress.journal, offsets_of(settings.state.path), clock=clock)
        stack.push_async_callback(log.close)
        addresses = Addresses(f"http://127.0.0.1:{door.port}", [_MASTER])
        owned: set[int] = set()
        self.keeping = keeping = Keeping(
            clients,
            registry,
            addresses,
            log=log,
            store=store,
            settings=settings,
            clock=clock,
            metrics=Metrics(),
            owns=lambda _identity: bool(owned),
        )

        async def owning(partitions: frozenset[int]) -> None:
            owned.clear()
            owned.update(partitions)
            keeping.wake()

        recent = Recent()
        recent.listen(self.ends.append)
        worker = Worker(
            log,
            store,
            registry,
            clients=clients,
            clock=clock,
            settings=settings,
            metrics=Metrics(),
            recent=recent,
            owning=owning,
            ear=keeping.ear,
        )
        stop = asyncio.Event()
        work = [asyncio.create_task(each.run(stop)) for each in (keeping, worker)]
        for each in work:
            stack.push_async_callback(self._end, stop, each)
        keeper = keeping.keeper  # one that owns nothing yet has nothing to keep: that stands, too
        await self.until(
            lambda: (keeper.looks and keeper.stands.is_set() and worker.ready) or any(each.done() for each in work)
        )

    async def until(self, condition: Callable[[], object], *, within: float = 900.0) -> None:
        """Return when `condition()` holds. Raises AssertionError, telling how the runs ended, if it does not within
        so many seconds of the clock.
        """
        passed, calm, busy = 0.0, 0, 0
        while not condition():
            await asyncio.sleep(0.001)  # real input and output take real time
            await settle()
            calm, busy = (0, busy + 1) if self.platform.busy else (calm + 1, 0)
            if calm < _CALM and busy < _STUCK:
                continue
            if passed >= within:
                told = "\n".join(self.told()) or "no rule ran"
                raise AssertionError(f"it never came true within {within:g} s. How the runs ended:\n{told}")
            step = 0.1 if passed < 5 else 1.0
            passed, calm, busy = passed + step, 0, 0
            await self.clock.advance(step)

    async def pass_by(self, seconds: float) -> None:
        """Let time pass, and everything that happens in it."""
        end = self.clock.monotonic() + seconds
        await self.until(lambda: self.clock.monotonic() >= end, within=seconds + 5)

    def told(self) -> list[str]:
        """How each run ended, as a person reads it."""
        return [f"{end.handler}.{end.rule} {end.event}: {end.outcome} ({end.reason})" for end in self.ends]

    def outcomes(self, handler: str) -> Counter[str]:
        """How the runs of a handler ended: outcome → how often."""
        return Counter(str(end.outcome) for end in self.ends if end.handler == handler)

    def written(self, operation: str) -> list[dict[str, Any]]:
        """The calls of an operation that had their effect at the platform."""
        calls: list[dict[str, Any]] = self.platform.state()["api_calls"]
        return [call for call in calls if call["operation"] == operation and call["effect"]]

    def extension(self, number: str) -> dict[str, Any]:
        """An extension of the platform with its id and devices. Raises LookupError."""
        for extension in self.platform.state()["extensions"]:
            if extension["extensionNumber"] == number:
                found: dict[str, Any] = extension
                return found
        raise LookupError(f"the simulated company has no extension {number}")

    def parties(self, call: Mapping[str, Any], extension: str) -> list[dict[str, Any]]:
        """The parties of an extension in a call, oldest first; `call` as the platform's verbs answer it."""
        state = self.platform.state()
        kept = {**state["sessions"], **state["sessions_over"]}[call["telephonySessionId"]]
        person = self.extension(extension)["id"]
        return [party for party in kept["parties"] if party.get("extensionId") == person]

    def texts(self, extension: str, direction: str = "Outbound") -> list[dict[str, Any]]:
        """The texts that an extension sent, or ("Inbound") got."""
        messages = self.platform.state()["messages"][self.extension(extension)["id"]]
        return [each for each in messages if each["type"] == "SMS" and each["direction"] == direction]

    @property
    def chat(self) -> str:
        """Id of the team chat "Front desk"."""
        chats = self.platform.state()["chats"].values()
        return next(str(chat["id"]) for chat in chats if chat.get("name") == "Front desk")

    def posts(self) -> list[dict[str, Any]]:
        """Everything in the team chat "Front desk"."""
        posts: list[dict[str, Any]] = self.platform.state()["chats"][self.chat]["posts"]
        return posts

    async def _end(self, stop: asyncio.Event, task: asyncio.Task[Any]) -> None:
        stop.set()
        await self.until(task.done)
        await task
