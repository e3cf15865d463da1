"""Loads the state of a partition, however long that takes: until the assignment is over or the worker is to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from switchhook.clock import Clock
from switchhook.errors import StateUnavailable
from switchhook.log import Reader
from switchhook.state import StateStore
from switchhook.stopping import unless
from switchhook.worker.assignment import Shard
from switchhook.worker.fence import Fence
from switchhook.worker.parking import Parking

_PAUSE = 1.0
_log = structlog.get_logger("switchhook.worker")


class Loading:
    """Loads for one reader."""

    def __init__(
        self,
        store: StateStore,
        parking: Parking,
        fence: Fence,
        reader: Reader,
        *,
        clock: Clock,
        stop: asyncio.Event,
        guarding: Callable[[Shard], Awaitable[None]],
    ) -> None:
        """`guarding` opens the guard of a partition that is loaded, as a part of loading it."""
        self._guarding = guarding
        self._store = store
        self._parking = parking
        self._fence = fence
        self._reader = reader
        self._clock = clock
        self._stop = stop

    async def load(self, shard: Shard) -> bool:
        """Whether it is loaded. Raises StateCorrupt."""
        while self._reader.current(shard.assignment.epoch) and not self._stop.is_set():
            try:
                # While the brokers are away a load waits for them; nobody who stops waits for it.
                if await unless(self._stop, self._take_over(shard)):
                    self._parking.load(shard)
                    return True
            except StateUnavailable as error:
                _log.warning("the state store cannot be loaded; it is tried again", reason=str(error))
                await self._clock.sleep(_PAUSE)
        return False

    async def _take_over(self, shard: Shard) -> None:
        await self._store.load(shard.partition, lambda: self._fence.passable(shard.assignment.epoch))
        await self._guarding(shard)
