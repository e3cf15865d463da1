"""The worker's state store: effects, identities seen, calls, parked work, handler memory, dead letters, keeper, tokens.

One writer (the worker that owns the partition). Entries are bytes under (partition, table, key), versioned, with an
optional due time and an optional end of life.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol


class Table(StrEnum):
    """What an entry is."""

    EFFECTS = "effects"
    SEEN = "seen"
    CALLS = "calls"
    FOLLOW = "follow"
    PARKED = "parked"
    MEMORY = "memory"
    DEAD = "dead"
    ONCE = "once"
    KEEPER = "keeper"
    TOKENS = "tokens"
    GUARD = "guard"


@dataclass(frozen=True, slots=True)
class Entry:
    """A stored value. `due` and `expires` are seconds since 1970, None for never; `version` counts from 1."""

    partition: int
    table: Table
    key: str
    value: bytes
    version: int
    due: float | None = None
    expires: float | None = None


class Put(NamedTuple):
    """Store a value (replacing an older one)."""

    partition: int
    table: Table
    key: str
    value: bytes
    due: float | None = None
    expires: float | None = None


class Delete(NamedTuple):
    """Remove a value, if there."""

    partition: int
    table: Table
    key: str


class StateStore(Protocol):
    """Read from memory or local disk at once; write durably."""

    async def load(self, partition: int, member: Callable[[], bool] = lambda: True) -> None:
        """Make the partition's entries readable: returns when everything written before is seen.

        `member`: whether this process can be sure at this moment to be a member of the group, so that nobody else owns
        the partition. Raises StateUnavailable (also if it is not), StateCorrupt.
        """

    async def release(self, partition: int) -> None:
        """The partition is no longer ours; later `apply` calls for it raise StateUnavailable."""

    async def apply(self, batch: Sequence[Put | Delete]) -> None:
        """Write all or nothing; returns when durable. Concurrent calls share one fsync and keep their order.
        Raises StateUnavailable.
        """

    def get(self, partition: int, table: Table, key: str) -> Entry | None:
        """The live entry; an expired one is None."""

    def present(self, partition: int, table: Table, keys: Sequence[str]) -> set[str]:
        """Those of the keys that have a live entry."""

    def scan(self, partition: int, table: Table, prefix: str = "") -> Iterator[Entry]:
        """Live entries whose key starts with `prefix`, in key order."""

    def count(self, partition: int, table: Table) -> int:
        """How many entries there are, expired ones that were not swept yet included."""

    def due(self, partition: int, table: Table, now: float, limit: int = 100) -> Sequence[Entry]:
        """Entries whose due time has come, earliest first."""

    def next_due(self, partition: int, table: Table, after: float = 0.0) -> float | None:
        """The earliest due time later than `after`, None if there is none."""

    async def sweep(self, now: float) -> int:
        """Remove what has expired; returns how many entries."""

    async def close(self) -> None:
        """Flush and close."""
