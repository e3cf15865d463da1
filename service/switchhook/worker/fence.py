"""The fence: a worker that was frozen may have lost its partitions without knowing it yet."""

from __future__ import annotations

from switchhook.clock import Clock
from switchhook.log import Reader


class Fence:
    """Passable while the log has heard of us within the time after which it would give our partitions away."""

    def __init__(self, clock: Clock, session_timeout: float) -> None:
        self._clock = clock
        self._session_timeout = session_timeout
        self._reader: Reader | None = None

    def watch(self, reader: Reader) -> None:
        """Go by this member of the group."""
        self._reader = reader

    def passable(self) -> bool:
        """Whether a write may be sent now."""
        if self._reader is None:
            return False
        return self._clock.monotonic() - self._reader.last_alive <= self._session_timeout
