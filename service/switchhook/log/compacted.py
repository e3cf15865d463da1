"""A compacted topic as whoever mirrors state in it sees it: the last value of a key counts; written whole, in order."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol


class KeyedRecord(NamedTuple):
    """One record. `value` None removes the key. `claim`, `due` and `expires` travel beside it; `offset` is known when
    it is read.
    """

    key: str
    value: bytes | None
    claim: int
    due: float | None = None
    expires: float | None = None
    offset: int = -1


class CompactedTopic(Protocol):
    """The topic."""

    async def write(self, partition: int, groups: Sequence[Sequence[KeyedRecord]]) -> int:
        """Append; each group as a whole, all in order. Returns when durable: an offset at or before the one behind the
        last record, 0 if none is known. Raises LogUnavailable: some may be stored then, or may still be stored a
        moment later.
        """

    def read(self, partition: int, offset: int = 0) -> AsyncGenerator[Sequence[KeyedRecord], None]:
        """Everything from `offset` on, and what comes after, until closed. Where the topic has been cut behind
        `offset`, or ends before it, from its beginning. Raises LogUnavailable.
        """

    async def at(self, partition: int, offset: int) -> KeyedRecord | None:
        """The record at `offset`, None if it is gone. The topic must not be empty. Raises LogUnavailable."""

    async def contents(self, partitions: Iterable[int] | None = None) -> Mapping[int, Sequence[KeyedRecord]]:
        """The last record of each key that has a value, by partition (None: all). Raises LogUnavailable."""

    async def close(self) -> None:
        """Disconnect."""
