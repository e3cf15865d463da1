"""How long the record has been read that holds the commit back, without a note of the time for every record. Pure."""

from __future__ import annotations

from collections import deque

from switchhook.worker.tracker import Tracker


class Oldest:
    """One partition in one assignment, looked at now and then."""

    def __init__(self) -> None:
        self._marks: deque[tuple[int, float]] = deque()
        """The last offset read at a look, and when that was."""

    def look(self, tracker: Tracker, partition: int, now: float) -> float:
        """Seconds since the lowest unfinished record was read, 0 if none is; too low by less than the time between
        two looks. `now`: monotonic seconds.
        """
        last, oldest = tracker.last(partition), tracker.oldest(partition)
        if not self._marks or last > self._marks[-1][0]:
            self._marks.append((last, now))
        if oldest is None:
            self._marks.clear()
            return 0.0
        while self._marks[0][0] < oldest:
            self._marks.popleft()
        return now - self._marks[0][1]
