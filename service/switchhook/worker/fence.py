"""The fence: a worker that was frozen or cut off may have lost its partitions without knowing it yet."""

from __future__ import annotations

from switchhook.clock import Clock
from switchhook.log import Reader


class Fence:
    """Passable while the log has heard of us within the time after which it would give our partitions away.

    That alone is not enough: whoever was given up joins anew, and is heard of again before the worker has taken notice
    of it. So the assignment in question must stand as well.
    """

    def __init__(self, clock: Clock, session_timeout: float) -> None:
        self._clock = clock
        self._session_timeout = session_timeout
        self._reader: Reader | None = None

    def watch(self, reader: Reader) -> None:
        """Go by this member of the group."""
        self._reader = reader

    def passable(self, epoch: int) -> bool:
        """Whether a write may be sent now for this assignment."""
        reader = self._reader
        if reader is None or not reader.current(epoch):
            return False
        return self._clock.monotonic() - reader.last_alive <= self._session_timeout
