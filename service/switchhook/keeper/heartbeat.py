"""Signs of life: when each subscription last delivered anything, and when its silence means that it is deaf.

Active is not delivered. In the second half of its lifetime every subscription sends renewal reminders (see
`filters.reminder`), so that silence then has only one meaning; before that, silence may just be a quiet day.
"""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime

from switchhook.keeper.filters import reminder_times
from switchhook.keeper.standing import Standing

_MISSED = 3
"""Reminders in a row that may go missing or be late."""
_SLACK = 120.0
"""Seconds for the platform's job, our log and our worker."""


class Heartbeats:
    """When each subscription was last heard, in seconds since 1970. `since` is when we began to listen."""

    def __init__(self, since: float) -> None:
        self._since = since
        self._heard: dict[str, float] = {}
        self.latest: float | None = None
        """When any was last heard."""

    def heard(self, subscription_id: str, at: float) -> None:
        """A notification of this subscription came in."""
        if at > self._heard.get(subscription_id, 0.0):
            self._heard[subscription_id] = at
        if self.latest is None or at > self.latest:
            self.latest = at

    def last(self, subscription_id: str) -> float | None:
        """When it was last heard; None if not since we began to listen."""
        return self._heard.get(subscription_id)

    def forget(self, before: float, keep: Set[str]) -> None:
        """Forget what was last heard before that time, but for these."""
        if not self._heard.keys() <= keep:
            self._heard = {each: at for each, at in self._heard.items() if at >= before or each in keep}

    def deaf(self, standing: Standing, now: datetime) -> bool:
        """Whether reminders should have come, and none did."""
        times = reminder_times(standing.reminder or "")
        if times is None or standing.expires is None or not standing.active(now):
            return False
        threshold, interval = times
        begun = max(standing.expires.timestamp() - threshold, self._since, self._heard.get(standing.id, 0.0))
        return now.timestamp() - begun > _MISSED * interval + _SLACK
