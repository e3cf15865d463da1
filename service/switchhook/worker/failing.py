"""When a handler has failed so often within a short span that somebody should look. Pure."""

from __future__ import annotations

from collections import deque

LIMIT = 5
SPAN = 600.0
"""Seconds in which `LIMIT` failures are too many; told once in as many seconds."""


class Failing:
    """Failures by handler. A failure is an attempt that ended as a dead letter, or was parked to be tried again."""

    def __init__(self, limit: int = LIMIT, span: float = SPAN) -> None:
        self._limit = limit
        self._span = span
        self._failures: dict[str, deque[float]] = {}
        self._told: dict[str, float] = {}

    def failed(self, handler: str, now: float) -> int:
        """It failed at `now` (monotonic seconds). How often within the span, if that is to be told now; else 0."""
        failures = self._failures.setdefault(handler, deque())
        failures.append(now)
        while failures[0] <= now - self._span:
            failures.popleft()
        told = self._told.get(handler)
        if len(failures) < self._limit or (told is not None and now - told < self._span):
            return 0
        self._told[handler] = now
        return len(failures)
