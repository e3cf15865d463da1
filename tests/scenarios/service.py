"""The whole service in one process, on a simulated platform and one clock that moves when nothing else does."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from switchhook.api.opening import open_clients
from switchhook.clock import ManualClock, settle
from switchhook.ingress.service import ingress
from switchhook.keeper.loop import Cadence, Keeper
from switchhook.log.offsets import offsets_of
from switchhook.log.sqlite import SqliteLog
from switchhook.notification import Addresses
from switchhook.registry import Registry
from switchhook.settings import AppSettings, HandlerSettings, IdentitySettings, IngressSettings, StateSettings
from switchhook.simulator.platform import Platform
from switchhook.state.sqlite import SqliteState
from switchhook.telemetry import Metrics
from switchhook.worker.loop import Worker
from switchhook.worker.recent import Recent
from switchhook.worker.runs import Ended

SECRET = "0123456789abcdef"
UNKIND = {"duplicate": 0.4, "reorder": 0.3, "delay": 0.2, "status_503": 0.05, "status_401": 0.05}
"""What the platform does wrong in the scenarios: nothing after which somebody must look."""


class _Counting:
    """A client that knows how many calls are under way."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.under_way = 0

    async def call(self, *arguments: Any, **options: Any) -> Any:
        self.under_way += 1
        try:
            return await self._client.call(*arguments, **options)
        finally:
            self.under_way -= 1

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)


class Service:
    """Ingress, keeper and worker with the given handlers. An async context manager."""

    def __init__(self, folder: Path, *handlers: HandlerSettings, seed: int = 0, caller: str = "101") -> None:
        self.clock = ManualClock()
        self.platform = Platform(seed=seed, limits=False, clock=self.clock)
        self.ends: list[Ended] = []
        self._folder = folder
        self._handlers = handlers
        self._caller = caller
        self._stack = AsyncExitStack()
        self._clients: dict[str, _Counting] = {}

    async def __aenter__(self) -> Service:
        stack, platform, clock = self._stack, self.platform, self.clock
        await platform.start()
        stack.push_async_callback(platform.stop)
        identity = IdentitySettings(
            name="main",
            server=platform.url,
            client_id=platform.client_id,
            client_secret=SecretStr(platform.client_secret),
            jwt=SecretStr(platform.credentials(self._caller)["jwt"]),
        )
        settings = AppSettings(
            identities=(identity,),
            ingress=IngressSettings(
                host="127.0.0.1", port=0, master_secrets=(SecretStr(SECRET),), journal=self._folder / "journal.db"
            ),
            state=StateSettings(path=self._folder / "state.db"),
            handlers=self._handlers,
        )
        door = await stack.enter_async_context(ingress(settings, Metrics(), clock=clock))
        made = open_clients(settings.identities, clock)
        self._clients = {name: _Counting(client) for name, client in made.items()}
        for client in made.values():
            stack.push_async_callback(client.close)
        for handler in self._handlers:
            if handler.settings.get("chat") == "CHAT":
                handler.settings["chat"] = self.chat
        registry = Registry.from_settings(self._handlers, identities=["main"], folder=None)
        addresses = Addresses(f"http://127.0.0.1:{door.port}", [SECRET.encode()])
        keeper = Keeper(
            self._clients, registry, addresses, clock=clock, metrics=Metrics(), cadence=Cadence(after_acting=0.01)
        )
        store = SqliteState(settings.state.path, clock)
        stack.push_async_callback(store.close)
        log = SqliteLog(settings.ingress.journal, offsets_of(settings.state.path), clock=clock)
        stack.push_async_callback(log.close)
        recent = Recent()
        recent.listen(self.ends.append)
        worker = Worker(
            log,
            store,
            registry,
            clients=self._clients,
            clock=clock,
            settings=settings,
            metrics=Metrics(),
            recent=recent,
        )
        stop = asyncio.Event()
        keeping = asyncio.create_task(keeper.run(stop))
        await self.until(keeper.stands.is_set)
        working = asyncio.create_task(worker.run(stop))
        await self.until(lambda: worker.ready)

        async def end() -> None:
            stop.set()
            await self.until(lambda: keeping.done() and working.done())
            await asyncio.gather(keeping, working)

        stack.push_async_callback(end)
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._stack.aclose()

    def unkind(self) -> None:
        """From now on the platform doubles, delays, reorders and fails."""
        for name, rate in UNKIND.items():
            self.platform.fault(name, rate=rate)

    async def until(self, condition: Any, *, within: float = 900.0) -> None:
        """Return when `condition()` holds; the clock moves only while nothing is under way."""
        passed, calm = 0.0, 0
        while not condition():
            await asyncio.sleep(0.001)  # real input and output take real time
            await settle()
            calm = calm + 1 if self._calm() else 0
            if calm < 4:
                continue
            assert passed < within, f"it never came true; the runs: {self.told()}"
            step = 0.1 if passed < 5 else 1.0
            passed += step
            await self.clock.advance(step)
            calm = 0

    async def pass_by(self, seconds: float) -> None:
        """Let time pass, and everything that happens in it."""
        until = self.clock.monotonic() + seconds
        await self.until(lambda: self.clock.monotonic() >= until, within=seconds + 5)

    def told(self) -> list[str]:
        """Every end of a run, as a person reads it."""
        return [f"{end.handler}.{end.rule} {end.event}: {end.outcome} ({end.reason})" for end in self.ends]

    def outcomes(self, handler: str) -> Counter[str]:
        """How the runs of a handler ended."""
        return Counter(str(end.outcome) for end in self.ends if end.handler == handler)

    def written(self, operation: str) -> list[dict[str, Any]]:
        """The calls of an operation that had their effect at the platform."""
        calls: list[dict[str, Any]] = self.platform.state()["api_calls"]
        return [call for call in calls if call["operation"] == operation and call["effect"]]

    def extension(self, number: str) -> dict[str, Any]:
        """An extension with its devices."""
        extensions: list[dict[str, Any]] = self.platform.state()["extensions"]
        return next(each for each in extensions if each["extensionNumber"] == number)

    def posts(self) -> list[dict[str, Any]]:
        """Everything in the chat of all."""
        posts: list[dict[str, Any]] = self.platform.state()["chats"][self.chat]["posts"]
        return posts

    @property
    def chat(self) -> str:
        """Its id."""
        chats = self.platform.state()["chats"].values()
        return next(str(chat["id"]) for chat in chats if chat.get("name") == "Front desk")

    def texts(self, extension: str, direction: str) -> list[dict[str, Any]]:
        """The texts of an extension that came or went."""
        messages = self.platform.state()["messages"][self.extension(extension)["id"]]
        return [each for each in messages if each["type"] == "SMS" and each["direction"] == direction]

    def _calm(self) -> bool:
        busy = any(client.under_way for client in self._clients.values())
        return not busy and not self.platform.webhooks._under_way
