"""A state store that never waits, for tests that move time by hand."""

from __future__ import annotations

from switchhook.state import Entry, Put


class MemoryState:
    """Looks like `state.StateStore`, as far as the keeper uses it."""

    def __init__(self):
        self.entries = {}

    async def apply(self, batch):
        """Write all."""
        for change in batch:
            key = (change.partition, change.table, change.key)
            if isinstance(change, Put):
                version = self.entries[key].version + 1 if key in self.entries else 1
                self.entries[key] = Entry(*key, change.value, version, change.due, change.expires)
            else:
                self.entries.pop(key, None)

    def get(self, partition, table, key):
        """One entry."""
        return self.entries.get((partition, table, key))

    def scan(self, partition, table, prefix=""):
        """Entries in key order."""
        found = [each for each in self.entries.values() if (each.partition, each.table) == (partition, table)]
        return iter(sorted((each for each in found if each.key.startswith(prefix)), key=lambda each: each.key))
