"""Completes records: saves what they leave behind, many in one batch, and only then tells the tracker."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

import structlog

from switchhook.clock import Clock
from switchhook.errors import StateUnavailable
from switchhook.state import Delete, Put, StateStore, Table
from switchhook.worker.assignment import Abandoned, Shard
from switchhook.worker.runs import Work
from switchhook.worker.searches import begin

_PAUSE = 1.0
"""Seconds between attempts while the store cannot be written."""
_log = structlog.get_logger("switchhook.worker")


class Completion:
    """One task saves for all records whose runs have ended. `completed` is called for each, once it is durable."""

    def __init__(self, store: StateStore, clock: Clock, keep_seen: float, completed: Callable[[Work], None]) -> None:
        self._store = store
        self._clock = clock
        self._keep_seen = keep_seen
        self._completed = completed
        self._waiting: list[Work] = []
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    def add(self, work: Work) -> None:
        """Every run of this record has ended."""
        self._waiting.append(work)
        if len(self._waiting) == 1:
            self._idle.clear()
            self._wake.set()

    async def run(self) -> None:
        """Save until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            works, self._waiting = self._waiting, []
            while works:
                await self._save(works)
                works, self._waiting = self._waiting, []
            self._idle.set()

    async def settled(self) -> None:
        """Return when nothing waits to be saved."""
        await self._idle.wait()

    async def save(self, shard: Shard, changes: Sequence[Put | Delete]) -> None:
        """Write changes of a shard, however long it takes. Raises Abandoned when the shard is no longer ours."""
        await self.save_made(shard, lambda: changes)

    async def save_made(self, shard: Shard, make: Callable[[], Sequence[Put | Delete]]) -> None:
        """The same for changes that take reading the store, which may fail as writing may: `make` is called again."""
        complained = False
        while True:
            if not shard.alive:
                raise Abandoned
            try:
                await self._store.apply(make())
            except StateUnavailable as error:
                if not complained:
                    complained = True
                    _log.error("the state store cannot be used; records stay incomplete", reason=str(error))
                await self._clock.sleep(_PAUSE)
            else:
                return

    def changes(self, shard: Shard, works: Iterable[Work]) -> list[Put | Delete]:
        """What records leave behind: their identities as seen, the calls they changed, what is to be looked for."""
        partition, now = shard.partition, self._clock.now().timestamp()
        until = now + self._keep_seen
        changes: list[Put | Delete] = []
        for work in works:
            changes += [Put(partition, Table.SEEN, identity, b"", None, until) for identity in work.identities]
            if work.calls:
                changes.extend(shard.calls.changes(work.calls, now))
            if work.follow_ups:
                changes.extend(begin(self._store, partition, work.follow_ups))
        return changes

    async def _save(self, works: Sequence[Work]) -> None:
        shards: defaultdict[Shard, list[Work]] = defaultdict(list)
        for work in works:
            shards[work.shard].append(work)
        await asyncio.gather(*(self._save_shard(shard, of_shard) for shard, of_shard in shards.items()))

    async def _save_shard(self, shard: Shard, works: Sequence[Work]) -> None:
        with suppress(Abandoned):  # the tracker is dead then, and counts the completion as late
            await self.save_made(shard, lambda: self.changes(shard, works))
        for work in works:
            self._completed(work)
