"""A state store in memory: what is durable outlives a store object, as a topic does; what it reads is its own cache."""

from __future__ import annotations

import asyncio

from switchhook.errors import StateUnavailable
from switchhook.state import Entry, Put


class Disk:
    """What survives. `owners`: the confirmed claim of each partition; what is applied under an older one counts for
    nothing.
    """

    def __init__(self):
        self.entries = {}
        self.owners = {}
        self.claims = 0


class MemoryState:
    """`StateStore`, in the order of its calls, without threads; `full` makes it refuse, `unreadable` its reads.

    It reads a cache that was filled when a partition was loaded: whoever has lost one goes on seeing what was.
    """

    def __init__(self, disk, clock, *, gate=None):
        self.gate = gate
        self.disk = disk
        self.clock = clock
        self.partitions = {}
        self.cache = {}
        self.full = False
        self.unreadable = False
        self.closed = False

    async def load(self, partition, member):
        await self._pass()
        self.disk.claims += 1
        claim = self.disk.claims
        await self._pass()
        if not member():
            raise StateUnavailable("no member")
        await self._pass()
        self.disk.owners[partition] = max(self.disk.owners.get(partition, 0), claim)
        await self._pass()
        self.partitions[partition] = claim
        self.cache = {place: entries for place, entries in self.cache.items() if place[0] != partition}
        for entry in self.disk.entries.values():
            if entry.partition == partition:
                self._table(partition, entry.table)[entry.key] = entry

    async def _pass(self):
        if self.gate is not None:
            await self.gate()
        if self.full:
            raise StateUnavailable("the disk is full")

    async def release(self, partition):
        self.partitions.pop(partition, None)

    async def apply(self, batch):
        await asyncio.sleep(0)
        if self.gate is not None:
            await self.gate()
        if self.full or self.closed:
            raise StateUnavailable("the disk is full")
        for change in batch:
            if change.partition not in self.partitions:
                raise StateUnavailable(f"partition {change.partition} is not this worker's (any more)")
        self.write(batch)
        for change in batch:
            self._change(self._table(change.partition, change.table), change.key, change)

    def write(self, batch):
        """Make durable what counts."""
        for change in batch:
            if self.disk.owners[change.partition] <= self.partitions[change.partition]:
                self._change(self.disk.entries, (change.partition, change.table, change.key), change)

    @staticmethod
    def _change(entries, place, change):
        if isinstance(change, Put):
            version = entries[place].version + 1 if place in entries else 1
            fields = change.partition, change.table, change.key, change.value
            entries[place] = Entry(*fields, version, change.due, change.expires)
        else:
            entries.pop(place, None)

    def _table(self, partition, table):
        return self.cache.setdefault((partition, table), {})

    def _read(self, partition, table):
        if self.unreadable:
            raise StateUnavailable("disk I/O error")
        return self._table(partition, table)

    def _live(self, partition, table):
        now = self.clock.now().timestamp()
        return [
            entry for entry in self._read(partition, table).values() if entry.expires is None or entry.expires > now
        ]

    def get(self, partition, table, key):
        entry = self._read(partition, table).get(key)
        now = self.clock.now().timestamp()
        return entry if entry is not None and (entry.expires is None or entry.expires > now) else None

    def present(self, partition, table, keys):
        return {key for key in keys if self.get(partition, table, key) is not None}

    def scan(self, partition, table, prefix=""):
        return iter(
            sorted(
                (entry for entry in self._live(partition, table) if entry.key.startswith(prefix)),
                key=lambda entry: entry.key,
            )
        )

    def count(self, partition, table):
        return len(self._live(partition, table))

    def due(self, partition, table, now, limit=100):
        found = [entry for entry in self._live(partition, table) if entry.due is not None and entry.due <= now]
        return sorted(found, key=lambda entry: (entry.due, entry.key))[:limit]

    def next_due(self, partition, table, after=0.0):
        return min((entry.due for entry in self._live(partition, table) if (entry.due or 0.0) > after), default=None)

    async def sweep(self, now):
        swept = 0
        for partition in self.partitions:
            gone = [one for one in self.disk.entries.values() if one.partition == partition and _over(one, now)]
            for entry in gone:
                del self.disk.entries[partition, entry.table, entry.key]
                self._table(partition, entry.table).pop(entry.key, None)
            swept += len(gone)
        return swept

    async def close(self):
        self.closed = True


def _over(entry, now):
    return entry.expires is not None and entry.expires <= now
