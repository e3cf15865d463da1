"""What of one assignment epoch has been read, is unfinished, and may be committed. Pure.

A new assignment always makes a new Tracker, and a record refers to the one it was read under. So a completion that
comes late can move nothing but the tracker it belongs to, and that one is DEAD: state that outlives an assignment is
what loses records or freezes commits.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from enum import Enum


class Phase(Enum):
    """The life of an assignment."""

    OPEN = "open"
    REVOKING = "revoking"
    """Nothing new is taken; what runs may finish and be committed."""
    DEAD = "dead"
    """Nothing counts any more."""


class _Frontier:
    """One partition: offsets in the order they were read, and which of them are done ahead of an unfinished one."""

    __slots__ = ("committed", "done", "last", "reading")

    def __init__(self) -> None:
        self.reading: deque[int] = deque()
        self.done: set[int] = set()
        self.last = -1
        self.committed = -1

    def next_offset(self) -> int:
        """The lowest offset that is not finished: what a commit says."""
        return self.reading[0] if self.reading else self.last + 1


class Tracker:
    """The offsets of one epoch. `late` counts completions that came when the epoch was over, or twice."""

    def __init__(self, epoch: int, partitions: Iterable[int]) -> None:
        self.epoch = epoch
        self.phase = Phase.OPEN
        self.late = 0
        self._frontiers = {partition: _Frontier() for partition in partitions}

    @property
    def partitions(self) -> frozenset[int]:
        """The partitions of the assignment."""
        return frozenset(self._frontiers)

    def add(self, partition: int, offset: int) -> bool:
        """A record was read. False (and it must not be handled) if the epoch takes nothing new, the partition is not
        part of it, or the offset was read before in this epoch.
        """
        frontier = self._frontiers.get(partition)
        if self.phase is not Phase.OPEN or frontier is None or offset <= frontier.last:
            return False
        frontier.reading.append(offset)
        frontier.last = offset
        return True

    def complete(self, partition: int, offset: int) -> bool:
        """A record is finished, and what it saved is durable. False, counted, if that says nothing new."""
        frontier = self._frontiers[partition]
        reading, done = frontier.reading, frontier.done
        if self.phase is Phase.DEAD or not reading or not reading[0] <= offset <= frontier.last or offset in done:
            self.late += 1
            return False
        done.add(offset)
        while reading and reading[0] in done:
            done.discard(reading.popleft())
        return True

    def in_flight(self, partition: int) -> int:
        """Records read and not finished; 0 in a dead epoch."""
        if self.phase is Phase.DEAD:
            return 0
        frontier = self._frontiers[partition]
        return len(frontier.reading) - len(frontier.done)

    def span(self, partition: int) -> int:
        """How many records were read from the lowest unfinished one on."""
        return len(self._frontiers[partition].reading)

    def oldest(self, partition: int) -> int | None:
        """The lowest unfinished offset."""
        reading = self._frontiers[partition].reading
        return reading[0] if reading else None

    def last(self, partition: int) -> int:
        """The highest offset that was read, -1 if none."""
        return self._frontiers[partition].last

    def to_commit(self) -> dict[int, int]:
        """Per partition the next offset to read, where that is above what was committed. Empty once DEAD."""
        if self.phase is Phase.DEAD:
            return {}
        return {
            partition: frontier.next_offset()
            for partition, frontier in self._frontiers.items()
            if frontier.last >= 0 and frontier.next_offset() > frontier.committed
        }

    def committed(self, offsets: Mapping[int, int]) -> None:
        """A commit of these succeeded."""
        for partition, offset in offsets.items():
            frontier = self._frontiers[partition]
            frontier.committed = max(frontier.committed, offset)

    def revoke(self) -> None:
        """Take nothing new."""
        if self.phase is Phase.OPEN:
            self.phase = Phase.REVOKING

    def kill(self) -> None:
        """The epoch is over."""
        self.phase = Phase.DEAD
