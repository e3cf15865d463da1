"""A state store that never waits, for tests that move time by hand."""

from __future__ import annotations

from bisect import bisect_left, insort

from switchhook.state import Entry, Put


class MemoryState:
    """Looks like `state.StateStore`, as far as the keeper uses it."""

    def __init__(self):
        self.entries = {}
        self._keys = {}

    async def apply(self, batch):
        """Write all."""
        for change in batch:
            key = (change.partition, change.table, change.key)
            if isinstance(change, Put):
                known = self.entries.get(key)
                if known is None:
                    insort(self._keys.setdefault(key[:2], []), change.key)
                version = known.version + 1 if known is not None else 1
                self.entries[key] = Entry(*key, change.value, version, change.due, change.expires)
            elif self.entries.pop(key, None) is not None:
                self._keys[key[:2]].remove(change.key)

    def get(self, partition, table, key):
        """One entry."""
        return self.entries.get((partition, table, key))

    def scan(self, partition, table, prefix=""):
        """Entries in key order."""
        keys = self._keys.get((partition, table), [])
        found = []
        for place in range(bisect_left(keys, prefix), len(keys)):
            if not keys[place].startswith(prefix):
                break
            found.append(self.entries[partition, table, keys[place]])
        return iter(found)
