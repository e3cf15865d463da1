"""One rate limit group of one identity: what is used of it, and who finds room. Pure; the caller tells the time.

Where calls that ring need a group and more is asked than fits, all others are let in at even steps instead of in
bursts: so places get free at even steps as well, and a call that rings, which goes before everybody who waits, finds
one within moments.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

WINDOW = 60.0
PATIENCE = 2.0
"""Seconds that a handler's call waits for its place; after that its run is parked."""
_KEPT = 0.04
"""The part of a group that is kept for calls that ring, where there are some."""
_PACE = 0.9
"""Length of a step, as a part of the even distribution of the limit over the window."""


class Priority(IntEnum):
    """Who goes first when the budget is short; lower is sooner."""

    RINGING = 0
    HANDLER = 1
    KEEPER = 2
    BACKFILL = 3


# The part of a group that each may use up; what is left stays free for those before them.
_SHARE = {Priority.RINGING: 1.0, Priority.HANDLER: 1.0, Priority.KEEPER: 0.9, Priority.BACKFILL: 0.75}


class State(StrEnum):
    """What became of a ticket."""

    WAITING = "waiting"
    ADMITTED = "admitted"
    REFUSED = "refused"


@dataclass(order=True, slots=True)
class Ticket:
    """One call that wants a place. Sorts by priority, deadline, arrival. Times are monotonic seconds."""

    priority: Priority
    deadline: float
    number: int
    group: str = field(compare=False)
    operation: str = field(compare=False)
    give_up_at: float = field(compare=False)
    overdue_at: float = field(default=float("inf"), compare=False)
    state: State = field(default=State.WAITING, compare=False)
    retry_after: float = field(default=0.0, compare=False)
    answered_then: int = field(default=0, compare=False)
    freed_then: int = field(default=0, compare=False)


@dataclass(slots=True)
class RateGroup:
    """One counter. `spent`: when each place that was used gets free. `foreign`: the same for places used by others
    (another process, or ourselves before a restart), known only from the answers' headers. `answered` and `freed`
    count answers and freed places ever: an answer speaks of a moment after its call was admitted, not of now.
    """

    name: str
    limit: int
    window: float = WINDOW
    in_flight: int = 0
    spent: deque[float] = field(default_factory=deque)
    foreign: deque[float] = field(default_factory=deque)
    closed_until: float = 0.0
    rings: bool = False
    """Whether calls that ring need it."""
    crowded_until: float = 0.0
    """Until when it is short: a window after somebody has found no room."""
    paced_until: float = 0.0
    """When the next step is, while it is short."""
    answered: int = 0
    freed: int = 0
    waiting: list[Ticket] = field(default_factory=list)

    def tidy(self, now: float) -> None:
        """Forget the places that are free again."""
        for places in (self.spent, self.foreign):
            while places and places[0] <= now:
                places.popleft()
                self.freed += 1

    def stretch(self, window: float) -> None:
        """The window is another one than was thought: what was counted under the old one gets free accordingly."""
        if window != self.window:
            for places in (self.spent, self.foreign):
                places.extend([places.popleft() + window - self.window for _ in range(len(places))])
            self.window = window

    def used(self) -> int:
        """Places that are taken."""
        return self.in_flight + len(self.spent) + len(self.foreign)

    def room(self, priority: Priority, now: float) -> bool:
        """Whether a call of this priority may go now."""
        return self._lacking(priority, now) <= 0 and now >= max(self.closed_until, self._step(priority, now))

    def _lacking(self, priority: Priority, now: float) -> int:
        """How many places must get free before one is left for this priority."""
        self.tidy(now)
        share = min(_SHARE[priority], 1.0 if priority is Priority.RINGING or not self.rings else 1.0 - _KEPT)
        lacking = self.used() - max(int(self.limit * share), 1) + 1
        if lacking > 0 and priority <= Priority.HANDLER:
            self.crowded_until = now + self.window
        return lacking

    def admitted(self, priority: Priority, now: float) -> None:
        """A place is taken."""
        self.in_flight += 1
        if priority > Priority.RINGING:
            self.paced_until = now + _PACE * self.window / self.limit

    def _step(self, priority: Priority, now: float) -> float:
        """When those of this priority may go on, be there room or not."""
        step = _PACE * self.window / self.limit
        # With longer steps than that, whoever comes between two would be refused.
        paced = self.rings and priority > Priority.RINGING and now < self.crowded_until and step <= PATIENCE
        return self.paced_until if paced else now

    def opens(self, priority: Priority, now: float) -> float:
        """When a call of this priority may find room, as far as can be told; `now` if only answers can tell."""
        lacking = self._lacking(priority, now)
        opens = max(now, self.closed_until, self._step(priority, now))
        if lacking > 0:
            places = sorted((*self.spent, *self.foreign))
            opens = max(opens, places[min(lacking, len(places)) - 1] if places else now)
        return opens
