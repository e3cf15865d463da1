"""The state store with Kafka: everything is written to a compacted topic first, and kept in a local cache to be read.

Whoever gets a partition writes a *claim* into it, makes sure that it is still a member of the group, and writes that it
*owns* the partition by that claim; then it reads from the beginning up to there. Every change names the claim under
which it was written. It counts if no later claim was confirmed before it: so nothing that a frozen process writes when
it thaws counts, whatever it was doing when it froze. Had it frozen before its claim, the claim is never confirmed; had
it frozen after making sure, its claim is older than that of whoever got the partition since.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Iterator, Sequence

from switchhook.clock import Clock
from switchhook.errors import LogUnavailable, StateUnavailable
from switchhook.log.compacted import CompactedTopic, KeyedRecord
from switchhook.state import Delete, Entry, Put, Table
from switchhook.state.dead_topic import DeadTopic
from switchhook.state.sqlite import SqliteState

_SEPARATOR = "\t"
_CLAIM = "claim" + _SEPARATOR
_OWNS = "owns" + _SEPARATOR
_KEEP_CLAIMS = 604_800.0
"""Seconds that a claim stays in the topic: longer than any process can be frozen and still come back to write."""

_Change = Put | Delete


class _Restoring:
    """Reads a partition of the topic from the beginning, and tells what counts. Pure.

    `claim` is the offset of our claim, -1 until it was read; `over` is set once our confirmation was read. `old` are
    claims and confirmations that nobody needs any more; `stale` keys of which something stands in the topic that does
    not count.
    """

    def __init__(self, partition: int, name: str, now: float) -> None:
        self._partition = partition
        self._name = name
        self._now = now
        self._owner = -1
        self.claim = -1
        self.confirmed = False
        self.over = False
        self.old: list[str] = []
        self.stale: set[str] = set()

    def claiming(self) -> KeyedRecord:
        """Our claim."""
        return KeyedRecord(_CLAIM + self._name, b"", -1, expires=self._now + _KEEP_CLAIMS)

    def confirming(self) -> KeyedRecord:
        """Our confirmation."""
        self.confirmed = True
        return KeyedRecord(_OWNS + self._name, b"", self.claim, expires=self._now + _KEEP_CLAIMS)

    def take(self, records: Sequence[KeyedRecord]) -> list[_Change]:
        """The changes that count, in order."""
        changes: list[_Change] = []
        for record in records:
            if record.key.startswith((_CLAIM, _OWNS)):
                self._take_claim(record)
                if self.over:
                    break
            elif record.claim >= self._owner:
                self.stale.discard(record.key)
                changes.append(_change(self._partition, record))
            else:
                self.stale.add(record.key)
        return changes

    def _take_claim(self, record: KeyedRecord) -> None:
        if record.value is None:
            return
        if record.key == _CLAIM + self._name:
            self.claim = record.offset
        elif record.key == _OWNS + self._name:
            self.over = True
        elif record.expires is not None and record.expires <= self._now:
            self.old.append(record.key)
        if record.key.startswith(_OWNS):
            self._owner = max(self._owner, record.claim)


class _Owned:
    """A partition of ours: our claim, and what waits to be written."""

    def __init__(self, claim: int) -> None:
        self.claim = claim
        self.waiting: list[tuple[Sequence[_Change], asyncio.Future[None]]] = []
        self.flushing: asyncio.Task[None] | None = None


class MirroredState:
    """`StateStore` whose truth is a topic, and whose cache a local file. `dead`: the topic that shows dead letters."""

    def __init__(self, cache: SqliteState, topic: CompactedTopic, clock: Clock, dead: DeadTopic | None = None) -> None:
        self._cache = cache
        self._topic = topic
        self._clock = clock
        self._dead = dead
        self._owned: dict[int, _Owned] = {}

    async def load(self, partition: int, member: Callable[[], bool] = lambda: True) -> None:
        await self._cache.load(partition, member)
        await self._cache.clear(partition)
        restoring = _Restoring(partition, str(uuid.uuid4()), self._clock.now().timestamp())
        try:
            await self._topic.write(partition, [[restoring.claiming()]])
            reading = self._topic.read(partition)
            try:
                async for records in reading:
                    await self._cache.apply(restoring.take(records))
                    if restoring.over:
                        break
                    if restoring.claim >= 0 and not restoring.confirmed:
                        if not member():
                            raise StateUnavailable(f"partition {partition} may have been given to another worker")
                        await self._topic.write(partition, [[restoring.confirming()]])
            finally:
                await reading.aclose()
            await self._topic.write(partition, [self._mended(partition, restoring)])
        except LogUnavailable as error:
            raise StateUnavailable(f"the state of partition {partition} cannot be restored: {error}") from error
        if self._dead is not None:
            await self._dead.set_right(partition, self._cache.scan(partition, Table.DEAD))
        self._owned[partition] = _Owned(restoring.claim)

    def _mended(self, partition: int, restoring: _Restoring) -> list[KeyedRecord]:
        """What makes the topic say the same when the claims are gone that say what counts."""
        mended = [KeyedRecord(key, None, restoring.claim) for key in restoring.old]
        for key in sorted(restoring.stale):
            table, _, name = key.partition(_SEPARATOR)
            entry = self._cache.get(partition, Table(table), name)
            if entry is None:
                mended.append(KeyedRecord(key, None, restoring.claim))
            else:
                mended.append(KeyedRecord(key, entry.value, restoring.claim, entry.due, entry.expires))
        return mended

    async def release(self, partition: int) -> None:
        self._owned.pop(partition, None)
        await self._cache.release(partition)

    async def apply(self, batch: Sequence[_Change]) -> None:
        if not batch:
            return
        parts: dict[int, list[_Change]] = {}
        for change in batch:
            parts.setdefault(change.partition, []).append(change)
        if missing := parts.keys() - self._owned.keys():
            raise StateUnavailable(f"partition {min(missing)} is not this worker's (any more)")
        await asyncio.gather(*(self._queue(partition, changes) for partition, changes in parts.items()))

    def _queue(self, partition: int, changes: Sequence[_Change]) -> asyncio.Future[None]:
        owned = self._owned[partition]
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        owned.waiting.append((changes, done))
        if owned.flushing is None:
            owned.flushing = asyncio.create_task(self._flush(partition, owned))
        return done

    async def _flush(self, partition: int, owned: _Owned) -> None:
        """Topic first, then cache; what comes meanwhile is written together."""
        try:
            while owned.waiting:
                waiting, owned.waiting = owned.waiting, []
                failure: StateUnavailable | None = None
                groups = [[_record(change, owned.claim) for change in changes] for changes, _ in waiting]
                try:
                    await self._topic.write(partition, groups)
                    written = [change for changes, _ in waiting for change in changes]
                    if self._dead is not None:
                        await self._dead.follow(partition, written)
                    await self._cache.apply(written)
                except LogUnavailable as error:
                    failure = StateUnavailable(f"the state of partition {partition} cannot be written: {error}")
                except StateUnavailable as error:
                    failure = error
                for _, done in waiting:
                    if done.done():
                        continue
                    if failure is None:
                        done.set_result(None)
                    else:
                        done.set_exception(failure)
        finally:
            owned.flushing = None

    def get(self, partition: int, table: Table, key: str) -> Entry | None:
        return self._cache.get(partition, table, key)

    def present(self, partition: int, table: Table, keys: Sequence[str]) -> set[str]:
        return self._cache.present(partition, table, keys)

    def scan(self, partition: int, table: Table, prefix: str = "") -> Iterator[Entry]:
        return self._cache.scan(partition, table, prefix)

    def count(self, partition: int, table: Table) -> int:
        return self._cache.count(partition, table)

    def due(self, partition: int, table: Table, now: float, limit: int = 100) -> Sequence[Entry]:
        return self._cache.due(partition, table, now, limit)

    def next_due(self, partition: int, table: Table, after: float = 0.0) -> float | None:
        return self._cache.next_due(partition, table, after)

    async def sweep(self, now: float) -> int:
        """Expired entries leave the topic too, or it would grow for ever."""
        swept = 0
        for partition in tuple(self._owned):
            while gone := self._cache.expired(partition, now):
                await self.apply(gone)
                swept += len(gone)
        return swept

    async def close(self) -> None:
        for owned in self._owned.values():
            if owned.flushing is not None:
                await asyncio.wait([owned.flushing], timeout=5.0)
        await self._topic.close()
        if self._dead is not None:
            await self._dead.close()
        await self._cache.close()


def _record(change: _Change, claim: int) -> KeyedRecord:
    key = f"{change.table.value}{_SEPARATOR}{change.key}"
    if isinstance(change, Put):
        return KeyedRecord(key, change.value, claim, change.due, change.expires)
    return KeyedRecord(key, None, claim)


def _change(partition: int, record: KeyedRecord) -> _Change:
    table, _, key = record.key.partition(_SEPARATOR)
    if record.value is None:
        return Delete(partition, Table(table), key)
    return Put(partition, Table(table), key, record.value, record.due, record.expires)
