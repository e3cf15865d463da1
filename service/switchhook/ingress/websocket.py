"""Notifications over a WebSocket, for whoever has no public address: one identity's receiver, on the same log.

It never ends by itself: whatever happens, it connects again, where it was left if the platform still knows. The promise
here is the platform's own: it keeps the last 100 messages for 180 seconds. So the place in the session is kept only
once everything before it is in the log, and what cannot be recovered becomes a gap.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from switchhook.api.client import Client
from switchhook.api.sockets import open_socket
from switchhook.clock import Clock
from switchhook.errors import ApiStatusError, SwitchhookError
from switchhook.ingress.socket_session import Ended, SocketSession
from switchhook.ingress.socket_store import Memory, SocketStore
from switchhook.log import Log
from switchhook.notification import SubscriptionName
from switchhook.telemetry import Metrics

_FIRST_DELAY = 1.0
_LONGEST_DELAY = 60.0
"""Seconds between attempts: each costs one of the application's five Auth calls a minute."""
_GOOD_AFTER = 60.0
"""A connection that lasted this long was a good one: the next attempt comes at once."""


class WebSocketReceiver:
    """Receives for one identity. `wanted` tells the event filters at any moment; call `changed` when they change."""

    def __init__(
        self,
        client: Client,
        account: str,
        log: Log,
        memory: Memory,
        *,
        wanted: Callable[[], frozenset[str]],
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        self._client = client
        name = SubscriptionName(account, client.identity, 1, 1)
        self._store = SocketStore(name, log, memory, clock=clock, metrics=metrics)
        self._wanted = wanted
        self._clock = clock
        self._changed = asyncio.Event()
        self._log = structlog.get_logger("switchhook.websocket").bind(identity=client.identity)
        self.subscribed = asyncio.Event()
        """Set while a connection stands and is subscribed to everything wanted."""

    def changed(self) -> None:
        """The filters wanted are others now."""
        self._changed.set()

    async def run(self) -> None:
        """Receive until cancelled. What is not stored by then, the next one asks for again."""
        storing = asyncio.create_task(self._store.run())
        try:
            await self._connect_for_ever()
        finally:
            self.subscribed.clear()
            storing.cancel()
            await asyncio.wait({storing})

    async def _connect_for_ever(self) -> None:
        failures = 0
        while True:
            await self._until_wanted()
            began, pause = self._clock.monotonic(), 0.0
            try:
                await self._connect()
            except Ended as end:
                self._log.warning("the WebSocket ended", reason=str(end))
            except SwitchhookError as error:
                self._log.warning("no WebSocket", reason=str(error))
                pause = (error.retry_after or 0.0) if isinstance(error, ApiStatusError) else 0.0
            except Exception:  # noqa: BLE001 - an answer nobody foresaw must not end the receiver
                self._log.exception("the WebSocket ended")
            self.subscribed.clear()
            good = self._clock.monotonic() - began >= _GOOD_AFTER
            failures = 0 if good else failures + 1
            delay = 0.0 if good else min(_FIRST_DELAY * 2.0 ** min(failures - 1, 10), _LONGEST_DELAY)
            await self._clock.sleep(max(delay, pause))

    async def _until_wanted(self) -> None:
        while not self._wanted():
            self._changed.clear()
            if not self._wanted():
                await self._changed.wait()

    async def _connect(self) -> None:
        """One connection, to its end. Raises Ended, ApiError, SubscriptionRefused."""
        await self._store.stored()
        place = self._store.place
        async with open_socket(self._client, place.token if place is not None else None) as socket:
            session = SocketSession(socket, self._store, self._clock)
            await session.greet()
            await _first_of(session.run(), self._follow(session))

    async def _follow(self, session: SocketSession) -> None:
        """Subscribe to what is wanted, now and whenever that changes."""
        while True:
            self._changed.clear()
            wanted = tuple(sorted(self._wanted()))
            if wanted != session.filters and wanted:
                self.subscribed.clear()
                await session.subscribe(wanted)
            self.subscribed.set()
            await self._changed.wait()


async def _first_of(*works: Coroutine[Any, Any, None]) -> None:
    """All of them side by side, until one ends; raises what it raised."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        done.pop().result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
