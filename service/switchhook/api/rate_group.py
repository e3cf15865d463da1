"""One rate limit group of one identity: what is used of it, and who finds room. Pure; the caller tells the time.

Where calls that ring need a group and more is asked than fits, all others are let in at even steps instead of in
bursts: so places get free at even steps as well, and a call that rings, which goes before everybody who waits, finds
one within moments. That needs places which get free, and in the first window of an overload none do: so a fifth of the
group is not given away by then, but place by place while that window lasts.
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
_KEPT_AT_FIRST = 0.2
"""The part that is kept for them, should there be any, until it is short; it is given away over the window after."""
_MOVING = 0.05
"""The part that backfill gets in any case: else it would stand still for as long as handlers use everything."""
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
    backfill: bool = field(default=False, compare=False)
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
    crowded_since: float = 0.0
    crowded_until: float = 0.0
    """Since and until when it is short: a window after somebody has found no room."""
    backfill_due: float = 0.0
    """When backfill goes before handlers, once."""
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
        places = max(int(self.limit * _SHARE[priority]), 1)
        if priority is not Priority.RINGING:
            places = max(min(places, self.limit - self._kept() - len(self._kept_until(now))), 1)
        lacking = self.used() - places + 1
        if lacking > 0 and priority <= Priority.HANDLER:
            if now >= self.crowded_until:
                self.crowded_since = now
            self.crowded_until = now + self.window
        return lacking

    def _kept(self) -> int:
        """Places that are kept for calls that ring."""
        return self.limit - int(self.limit * (1.0 - _KEPT)) if self.rings else 0

    def _kept_until(self, now: float) -> list[float]:
        """When each of the places is given away that are kept beside those until it is short."""
        since = self.crowded_since if now < self.crowded_until else now
        more = int(self.limit * _KEPT_AT_FIRST) - self._kept()
        moments = [since + self.window * number / more for number in range(1, more + 1)]
        return [moment for moment in moments if moment > now]

    def admitted(self, ticket: Ticket, now: float) -> None:
        """A place is taken."""
        self.in_flight += 1
        if ticket.priority > Priority.RINGING:
            self.paced_until = now + _PACE * self.window / self.limit
        if ticket.backfill:
            self.backfill_due = now + self.window / (_MOVING * self.limit)

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
            kept = () if priority is Priority.RINGING else self._kept_until(now)
            places = sorted((*self.spent, *self.foreign, *kept))
            opens = max(opens, places[min(lacking, len(places)) - 1] if places else now)
        return opens
