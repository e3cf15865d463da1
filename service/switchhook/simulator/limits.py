"""Rate limits: four groups, a sliding minute, and a penalty that every further attempt starts anew. Pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from switchhook.simulator.clock import Clock
from switchhook.simulator.errors import Refused

LIMITS = {"Light": 50, "Medium": 40, "Heavy": 10, "Auth": 5}
"""Requests per window of one user and application (Auth: of one application)."""

WINDOW = 60
PENALTY = 60
"""Seconds."""


@dataclass(slots=True)
class _Counter:
    taken: deque[datetime] = field(default_factory=deque)
    penalty_until: datetime | None = None


class RateLimits:
    """Counts requests, if it is on."""

    def __init__(self, clock: Clock, *, on: bool) -> None:
        self.on = on
        self.limits = dict(LIMITS)
        self._clock = clock
        self._counters: dict[tuple[str, str], _Counter] = {}

    def take(self, who: str, group: str) -> dict[str, str]:
        """Count one request; returns the headers of its answer. Raises Refused (429 CMN-301) with them."""
        if not self.on or group not in self.limits:
            return {}
        now = self._clock.now()
        limit = self.limits[group]
        counter = self._counters.setdefault((who, group), _Counter())
        while counter.taken and counter.taken[0] <= now - timedelta(seconds=WINDOW):
            counter.taken.popleft()
        penalised = counter.penalty_until is not None and counter.penalty_until > now
        if penalised or len(counter.taken) >= limit:
            counter.penalty_until = now + timedelta(seconds=PENALTY)
            headers = {**_headers(group, limit, 0), "Retry-After": str(PENALTY)}
            raise Refused(429, "CMN-301", "Request rate exceeded", headers=headers)
        counter.taken.append(now)
        return _headers(group, limit, limit - len(counter.taken))


def _headers(group: str, limit: int, remaining: int) -> dict[str, str]:
    return {
        "X-Rate-Limit-Group": group.lower(),
        "X-Rate-Limit-Limit": str(limit),
        "X-Rate-Limit-Remaining": str(remaining),
        "X-Rate-Limit-Window": str(WINDOW),
    }
