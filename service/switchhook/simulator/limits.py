"""Rate limits: four groups, a sliding minute, and a penalty that every further attempt starts anew. Pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from switchhook.simulator.clock import Clock
from switchhook.simulator.errors import Refused


@dataclass(slots=True)
class Limits:
    """Requests per window of one user and application (`auth`: of one application), and seconds; each a knob."""

    on: bool = True
    light: int = 50
    medium: int = 40
    heavy: int = 10
    auth: int = 5
    sms: int = 40
    """Texts of one user and application, apart from the limit of their group (MSG-305) ..."""
    mms: int = 50
    """... and texts with files."""
    hooks: int = 40
    """Posts to one incoming webhook: published nowhere; this is that of the group Medium."""
    window: int = 60
    penalty: int = 60


@dataclass(slots=True)
class _Counter:
    taken: deque[datetime] = field(default_factory=deque)
    penalty_until: datetime | None = None


class RateLimits:
    """Counts requests, if it is on."""

    def __init__(self, clock: Clock, *, on: bool) -> None:
        self.limits = Limits(on=on)
        self._clock = clock
        self._counters: dict[tuple[str, str], _Counter] = {}

    def send(self, who: str, kind: str) -> None:
        """Count one text. Raises Refused (429 MSG-305), without the headers that a group has."""
        try:
            self.take(who, kind)
        except Refused as refusal:
            waits = {"Retry-After": refusal.headers["Retry-After"]}
            raise Refused(429, "MSG-305", "SMS request rate exceeded", headers=waits) from None

    def take(self, who: str, group: str) -> dict[str, str]:
        """Count one request; returns the headers of its answer. Raises Refused (429 CMN-301) with them."""
        limits = self.limits
        if not limits.on or group == "NoThrottling":
            return {}
        now = self._clock.now()
        limit: int = getattr(limits, group.lower())
        counter = self._counters.setdefault((who, group), _Counter())
        while counter.taken and counter.taken[0] <= now - timedelta(seconds=limits.window):
            counter.taken.popleft()
        penalised = counter.penalty_until is not None and counter.penalty_until > now
        if penalised or len(counter.taken) >= limit:
            counter.penalty_until = now + timedelta(seconds=limits.penalty)
            headers = {**self._headers(group, limit, 0), "Retry-After": str(limits.penalty)}
            raise Refused(429, "CMN-301", "Request rate exceeded", headers=headers)
        counter.taken.append(now)
        return self._headers(group, limit, limit - len(counter.taken))

    def _headers(self, group: str, limit: int, remaining: int) -> dict[str, str]:
        return {
            "X-Rate-Limit-Group": group.lower(),
            "X-Rate-Limit-Limit": str(limit),
            "X-Rate-Limit-Remaining": str(remaining),
            "X-Rate-Limit-Window": str(self.limits.window),
        }
