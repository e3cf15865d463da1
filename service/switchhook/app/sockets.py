"""Runs the WebSocket receivers of the identities that want one, while this worker owns them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from switchhook.api.client import Client
from switchhook.clock import Clock
from switchhook.ingress.websocket import WebSocketReceiver
from switchhook.keeper.look import Look
from switchhook.log import Log
from switchhook.state import Put, StateStore, Table
from switchhook.telemetry import Metrics

_LOOK_EVERY = 1.0
"""Seconds between looks at what is owned and wanted."""


class StateMemory:
    """Where a receiver was left, in the state store of its account's partition."""

    def __init__(self, store: StateStore, partition: int, identity: str) -> None:
        self._store = store
        self._partition = partition
        self._key = f"websocket/{identity}"

    def recall(self) -> bytes | None:
        """What was kept last."""
        entry = self._store.get(self._partition, Table.KEEPER, self._key)
        return entry.value if entry is not None else None

    async def keep(self, value: bytes) -> None:
        """Keep it. Raises StateUnavailable."""
        await self._store.apply([Put(self._partition, Table.KEEPER, self._key, value)])


class Sockets:
    """One receiver for each of `identities` (name → its account's partition), while `owns` says that it is ours."""

    def __init__(
        self,
        identities: Mapping[str, int],
        clients: Mapping[str, Client],
        log: Log,
        store: StateStore,
        *,
        looks: Callable[[], Mapping[str, Look]],
        owns: Callable[[str], bool],
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        """`looks` are the keeper's last looks: they say what is wanted, and whose account it is."""
        self._identities = identities
        self._clients = clients
        self._log = log
        self._store = store
        self._looks = looks
        self._owns = owns
        self._clock = clock
        self._metrics = metrics
        self._receivers: dict[str, WebSocketReceiver] = {}

    def connected(self, identity: str) -> bool:
        """Whether an identity's connection stands and is subscribed to everything wanted."""
        receiver = self._receivers.get(identity)
        return receiver is not None and receiver.subscribed.is_set()

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set."""
        stopped = asyncio.create_task(stop.wait())
        serving = [asyncio.create_task(self._serve(identity)) for identity in self._identities]
        try:
            done, _ = await asyncio.wait([stopped, *serving], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in (stopped, *serving):
                task.cancel()
            await asyncio.gather(stopped, *serving, return_exceptions=True)

    async def _serve(self, identity: str) -> None:
        while True:
            look = self._looks().get(identity)
            if look is None or look.owner is None or not self._owns(identity):
                await self._clock.sleep(_LOOK_EVERY)
                continue
            await self._receive(identity, look.owner.account_id)

    async def _receive(self, identity: str, account: str) -> None:
        """While the identity is ours."""
        receiver = WebSocketReceiver(
            self._clients[identity],
            account,
            self._log,
            StateMemory(self._store, self._identities[identity], identity),
            wanted=lambda: self._wanted(identity),
            clock=self._clock,
            metrics=self._metrics,
        )
        self._receivers[identity] = receiver
        running = asyncio.create_task(receiver.run())
        try:
            told = self._wanted(identity)
            while self._owns(identity) and not running.done():
                if told != (wanted := self._wanted(identity)):
                    told = wanted
                    receiver.changed()
                await self._clock.sleep(_LOOK_EVERY)
        finally:
            running.cancel()
            await asyncio.wait({running})
            del self._receivers[identity]

    def _wanted(self, identity: str) -> frozenset[str]:
        look = self._looks().get(identity)
        return frozenset() if look is None else frozenset(look.wanted) - look.refused.keys()
