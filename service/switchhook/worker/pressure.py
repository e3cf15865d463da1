"""Backpressure: reading of a partition pauses while too much of it is in flight. Polling never stops."""

from __future__ import annotations

from switchhook.log import Reader
from switchhook.worker.assignment import Assignment, Shard

_BYTES = 67_108_864
"""Bytes of records in flight, per partition."""
_SPAN = 100
"""How many times the limit of records in flight may lie between the lowest unfinished one and the last read."""


class Pressure:
    """Pauses at a limit and resumes at half of it. `most`: records in flight per partition."""

    def __init__(self, reader: Reader, most: int) -> None:
        self._reader = reader
        self._most = most

    def rises(self, assignment: Assignment) -> None:
        """Records were read."""
        full = {shard for shard in assignment.shards.values() if not shard.paused and self._over(shard, 1.0)}
        if full:
            self._reader.pause(frozenset(shard.partition for shard in full))
            for shard in full:
                shard.paused = True

    def falls(self, shard: Shard) -> None:
        """A record of a paused partition is complete."""
        if not self._over(shard, 0.5):
            shard.paused = False
            self._reader.resume(frozenset({shard.partition}))

    def _over(self, shard: Shard, share: float) -> bool:
        tracker = shard.assignment.tracker
        return (
            tracker.in_flight(shard.partition) >= self._most * share
            or shard.bytes >= _BYTES * share
            or tracker.span(shard.partition) >= self._most * _SPAN * share
        )
