"""The state store with Kafka: everything is written to a compacted topic first, and kept in a local cache to be read.

Whoever gets a partition writes a *claim* into it, makes sure that it is still a member of the group, and writes that it
*owns* the partition by that claim; then it reads from the beginning up to there. Every change names the claim under
which it was written. It counts if no later claim was confirmed before it: so nothing that a frozen process writes when
it thaws counts, whatever it was doing when it froze. Had it frozen before its claim, the claim is never confirmed; had
it frozen after making sure, its claim is older than that of whoever got the partition since.

The cache remembers how far it follows the topic: up to our last write after which we still were a member, so that
nobody's claim can have been confirmed before it. Who comes back to such a cache reads only what came since, if the
topic still holds the confirmation that was ours: then it is that topic, and nobody has tidied it up since.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Iterator, Sequence

from switchhook.clock import Clock
from switchhook.errors import LogUnavailable, StateUnavailable
from switchhook.log.compacted import CompactedTopic, KeyedRecord
from switchhook.state import Delete, Entry, Put, Table
from switchhook.state.cache import Place, StateCache, name_of, named
from switchhook.state.dead_topic import DeadTopic

_CLAIM = "claim\t"
_OWNS = "owns\t"
_CLAIMS = (_CLAIM, _OWNS)
_KEEP_CLAIMS = 604_800.0
"""Seconds that a claim stays in the topic: longer than any process can be frozen and still come back to write."""
_FILL = 25_000
"""Entries written to the cache in one transaction: their keys are spread over all pages, so each one writes most."""

_Change = Put | Delete


class _Restoring:
    """Reads a partition of the topic from the beginning, or from a place on, and tells what counts. Pure.

    `claim` is the offset of our claim, -1 until it was read; `owned` that of our confirmation, with which it is `over`.
    `old` are claims and confirmations that nobody needs any more; `stale` keys of which something stands in the topic
    that does not count.
    """

    def __init__(self, name: str, now: float, place: Place | None) -> None:
        self._name = name
        self._now = now
        self._owner = -1 if place is None else place.claim
        self.claim = -1
        self.owned = -1
        self.confirmed = False
        self.old: list[str] = []
        self.stale: set[str] = set()

    @property
    def over(self) -> bool:
        """Whether our confirmation was read."""
        return self.owned >= 0

    @property
    def place(self) -> Place:
        """How far was read when it was over."""
        return Place(_OWNS + self._name, self.owned, self._owner, self.owned + 1, self._now)

    def claiming(self) -> KeyedRecord:
        """Our claim."""
        return KeyedRecord(_CLAIM + self._name, b"", -1, expires=self._now + _KEEP_CLAIMS)

    def confirming(self) -> KeyedRecord:
        """Our confirmation."""
        self.confirmed = True
        return KeyedRecord(_OWNS + self._name, b"", self.claim, expires=self._now + _KEEP_CLAIMS)

    def take(self, records: Sequence[KeyedRecord]) -> dict[str, KeyedRecord]:
        """The last record of each key that counts."""
        latest: dict[str, KeyedRecord] = {}
        for record in records:
            name = record.key
            if name.startswith(_CLAIMS):
                self._take_claim(record)
                if self.over:
                    break
            elif record.claim >= self._owner:
                latest[name] = record
                self.stale.discard(name)
            else:
                self.stale.add(name)
        return latest

    def _take_claim(self, record: KeyedRecord) -> None:
        if record.value is None:
            return
        if record.key == _CLAIM + self._name:
            self.claim = record.offset
        elif record.key == _OWNS + self._name:
            self.owned = record.offset
        elif record.expires is not None and record.expires <= self._now:
            self.old.append(record.key)
        if record.key.startswith(_OWNS):
            self._owner = max(self._owner, record.claim)


class _Owned:
    """A partition of ours, and what waits to be written.

    `claim` is that under which we write, `place` how far the cache follows the topic. A write that failed may be stored
    nevertheless, so the place stays where it is from then on: `whole` is unset.
    """

    def __init__(self, claim: int, place: Place, member: Callable[[], bool]) -> None:
        self.claim = claim
        self.place = place
        self.member = member
        self.whole = True
        self.waiting: list[tuple[Sequence[_Change], asyncio.Future[None]]] = []
        self.flushing: asyncio.Task[None] | None = None

    def moved(self, end: int, now: float) -> Place | None:
        """The place after a write that ends at `end`; None while it is not sure that what we write counts."""
        if self.whole and end > self.place.next:
            self.place = self.place._replace(next=end, moment=now)
        return self.place if self.claim >= self.place.claim and self.member() else None


class MirroredState:
    """`StateStore` whose truth is a topic, and whose cache a local file. `dead`: the topic that shows dead letters."""

    def __init__(self, cache: StateCache, topic: CompactedTopic, clock: Clock, dead: DeadTopic | None = None) -> None:
        self._cache = cache
        self._topic = topic
        self.wrote: Callable[[float], None] = lambda _seconds: None
        """Told how many seconds each writing took."""
        self._clock = clock
        self._dead = dead
        self._owned: dict[int, _Owned] = {}

    async def load(self, partition: int, member: Callable[[], bool] = lambda: True) -> None:
        name = str(uuid.uuid4())
        try:
            place = await self._known(partition)
            restoring = _Restoring(name, self._clock.now().timestamp(), place)
            await self._topic.write(partition, [[restoring.claiming()]])
            await self._restore(partition, restoring, 0 if place is None else place.next, member)
            await self._cache.follow(partition, [], restoring.place)
            await self._topic.write(partition, [self._mended(partition, restoring)])
        except LogUnavailable as error:
            raise StateUnavailable(f"the state of partition {partition} cannot be restored: {error}") from error
        if self._dead is not None:
            await self._dead.set_right(partition, self._cache.scan(partition, Table.DEAD))
        self._owned[partition] = _Owned(restoring.claim, restoring.place, member)

    async def _known(self, partition: int) -> Place | None:
        """How far the cache follows the topic; None, and nothing in it, if it does not."""
        place = self._cache.place(partition)
        if place is not None:
            found = await self._topic.at(partition, place.owned)
            if found is not None and found.key == place.owner and found.value is not None:
                return place
        await self._cache.clear(partition)
        return None

    async def _restore(self, partition: int, restoring: _Restoring, offset: int, member: Callable[[], bool]) -> None:
        """Read from `offset` until our confirmation comes, and fill the cache while more is being read."""
        reading = self._topic.read(partition, offset)
        filling: asyncio.Task[None] | None = None
        latest: dict[str, KeyedRecord] = {}
        try:
            async for records in reading:
                latest.update(restoring.take(records))
                if len(latest) >= _FILL or restoring.over:
                    if filling is not None:
                        await filling
                    filling = asyncio.create_task(self._cache.fill(partition, latest))
                    latest = {}
                if restoring.over:
                    break
                if restoring.claim >= 0 and not restoring.confirmed:
                    if not member():
                        raise StateUnavailable(f"partition {partition} may have been given to another worker")
                    await self._topic.write(partition, [[restoring.confirming()]])
            if filling is not None:
                await filling
        finally:
            await reading.aclose()
            if filling is not None and not filling.done():
                await asyncio.wait([filling])

    def _mended(self, partition: int, restoring: _Restoring) -> list[KeyedRecord]:
        """What makes the topic say the same when the claims are gone that say what counts."""
        mended = [KeyedRecord(key, None, restoring.claim) for key in restoring.old]
        for name in sorted(restoring.stale):
            table, key = named(name)
            entry = self._cache.get(partition, Table(table), key)
            if entry is None:
                mended.append(KeyedRecord(name, None, restoring.claim))
            else:
                mended.append(KeyedRecord(name, entry.value, restoring.claim, entry.due, entry.expires))
        return mended

    async def release(self, partition: int) -> None:
        self._owned.pop(partition, None)

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
                began = self._clock.monotonic()
                try:
                    end = await self._topic.write(partition, groups)
                    written = [change for changes, _ in waiting for change in changes]
                    if self._dead is not None:
                        await self._dead.follow(partition, written)
                    await self._cache.follow(partition, written, owned.moved(end, self._clock.now().timestamp()))
                    self.wrote(self._clock.monotonic() - began)
                except LogUnavailable as error:
                    failure = StateUnavailable(f"the state of partition {partition} cannot be written: {error}")
                except StateUnavailable as error:
                    failure = error
                except Exception as error:  # noqa: BLE001 - a client's surprise: nobody may wait for ever
                    failure = StateUnavailable(f"the state of partition {partition} cannot be written: {error!r}")
                owned.whole = owned.whole and failure is None
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
    name = name_of(change.table, change.key)
    if isinstance(change, Put):
        return KeyedRecord(name, change.value, claim, change.due, change.expires)
    return KeyedRecord(name, None, claim)
