"""The budget of one identity: what may be sent now, what waits, what must stay away. Pure; the caller tells the time.

RingCentral guide (rate limits): one counter per group, user and application over a sliding window; a call too many
closes the group for a penalty, and every call sent inside the penalty starts it anew. So nothing is sent that would
be refused: places are counted here, corrected by the headers of every answer, and freed one window after the *answer*
of the call that took them, which is never earlier than the platform frees its own.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Mapping

from switchhook.api.rate_group import PATIENCE, WINDOW, Priority, RateGroup, State, Ticket

__all__ = [
    "LIMITS",
    "OVERDUE",
    "PATIENCE",
    "UNLIMITED",
    "WINDOW",
    "Budget",
    "Priority",
    "State",
    "Ticket",
]

LIMITS = {"light": 50, "medium": 40, "heavy": 10, "auth": 5}
"""Places per window until the first answer tells better."""
LONG_PATIENCE = 2 * WINDOW
"""Seconds that a call of keeper or backfill waits for its place: they hold nobody up, and no penalty lasts as long."""
OVERDUE = 20.0
"""Seconds that the keeper's calls stand back; after that they go before handlers': no subscription may die of it."""
UNLIMITED = "nothrottling"
_NEVER = float("inf")


class Budget:
    """All groups of one identity."""

    def __init__(self, limits: Mapping[str, int] = LIMITS) -> None:
        self._groups = {name: RateGroup(name, limit) for name, limit in limits.items()}
        self._learnt: dict[str, str] = {}
        self._closed: dict[str, float] = {}
        self._numbers = itertools.count()

    def group_of(self, operation: str, rate_group: str) -> str:
        """The group that answers have named for this operation, else the catalogue's."""
        return self._learnt.get(operation, rate_group.lower())

    def enter(
        self, operation: str, rate_group: str, now: float, *, priority: Priority, deadline: float | None = None
    ) -> tuple[Ticket, list[Ticket]]:
        """Ask for a place. Returns the ticket, and every ticket whose state has changed (this one among them, if so).

        `deadline`: when it must have been sent, if ever. A handler's call waits at most `PATIENCE`.
        """
        patience = PATIENCE if priority <= Priority.HANDLER else LONG_PATIENCE
        give_up_at = min(now + patience, _NEVER if deadline is None else deadline)
        group = self.group_of(operation, rate_group)
        ticket = Ticket(
            priority, _NEVER if deadline is None else deadline, next(self._numbers), group, operation, give_up_at
        )
        if priority is Priority.KEEPER:
            ticket.overdue_at = now + OVERDUE
        ticket.backfill = priority is Priority.BACKFILL
        if group == UNLIMITED:
            ticket.state = State.ADMITTED
            return ticket, [ticket]
        counter = self._group(group)
        counter.rings = counter.rings or priority is Priority.RINGING
        if not counter.waiting and counter.room(priority, now) and operation not in self._closed and now <= give_up_at:
            self._admit(ticket, counter, now)
            return ticket, [ticket]
        heapq.heappush(counter.waiting, ticket)
        return ticket, self.advance(group, now)

    def advance(self, group: str, now: float) -> list[Ticket]:
        """Admit whoever may go now, refuse whoever cannot make it in time. Returns those whose state has changed."""
        counter = self._groups.get(group)
        changed: list[Ticket] = []
        if counter is None or not counter.waiting:
            return changed
        for ticket in counter.waiting:
            if ticket.overdue_at <= now:
                ticket.priority, ticket.deadline = Priority.HANDLER, 0.0
        if counter.backfill_due <= now:
            late = min((each for each in counter.waiting if each.backfill), default=None)
            if late is not None:
                late.priority, late.deadline = Priority.HANDLER, 0.0
        heapq.heapify(counter.waiting)
        kept: list[Ticket] = []
        while counter.waiting:
            ticket = heapq.heappop(counter.waiting)
            opens = max(counter.opens(ticket.priority, now), self._closed.get(ticket.operation, 0.0))
            if opens <= now and counter.room(ticket.priority, now) and now <= ticket.give_up_at:
                self._admit(ticket, counter, now)
                changed.append(ticket)
            elif opens > ticket.give_up_at or now >= ticket.give_up_at:
                ticket.state, ticket.retry_after = State.REFUSED, max(opens - now, 0.5)
                changed.append(ticket)
            else:
                kept.append(ticket)
        counter.waiting = kept
        heapq.heapify(counter.waiting)
        return changed

    def wake(self, group: str, now: float) -> float | None:
        """When `advance` should be called next without an answer having come; None if nobody waits."""
        counter = self._groups.get(group)
        if counter is None or not counter.waiting:
            return None
        moments = []
        for ticket in counter.waiting:
            opens = max(counter.opens(ticket.priority, now), self._closed.get(ticket.operation, 0.0))
            moments.append(min(ticket.give_up_at, opens if opens > now else ticket.give_up_at))
            if ticket.overdue_at > now:
                moments.append(ticket.overdue_at)
            if ticket.backfill and counter.backfill_due > now:
                moments.append(counter.backfill_due)
        return min(moments)

    def leave(
        self,
        ticket: Ticket,
        now: float,
        *,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        penalty: float | None = None,
    ) -> list[Ticket]:
        """The call is over: `status` None if nothing was sent. `headers` in lower case; `penalty` seconds on a 429.
        Returns every ticket whose state has changed.
        """
        headers = headers or {}
        if ticket.group == UNLIMITED:
            return []
        counter = self._group(ticket.group)
        if ticket.state is State.ADMITTED:
            counter.in_flight -= 1
            if status is not None:
                counter.spent.append(now + counter.window)
                counter.answered += 1
        if status is not None:
            self._learn(ticket, counter, headers, now, refused=status == 429)
        if status == 429:
            self._close(ticket, headers, now + (WINDOW if penalty is None else penalty))
        return self.advance(ticket.group, now)

    def withdraw(self, ticket: Ticket) -> None:
        """Its caller has gone away."""
        waiting = self._group(ticket.group).waiting
        if ticket in waiting:
            waiting.remove(ticket)
            heapq.heapify(waiting)

    def remaining(self, group: str, now: float) -> int:
        """Places free now."""
        counter = self._group(group)
        counter.tidy(now)
        return 0 if now < counter.closed_until else max(counter.limit - counter.used(), 0)

    @staticmethod
    def _admit(ticket: Ticket, counter: RateGroup, now: float) -> None:
        ticket.state = State.ADMITTED
        ticket.answered_then, ticket.freed_then = counter.answered, counter.freed
        counter.admitted(ticket, now)

    def _group(self, name: str) -> RateGroup:
        if name not in self._groups:
            self._groups[name] = RateGroup(name, LIMITS["heavy"])
        return self._groups[name]

    def _learn(
        self, ticket: Ticket, counter: RateGroup, headers: Mapping[str, str], now: float, *, refused: bool
    ) -> None:
        """Take over what the answer says: its group, the limit, the window, and how many places are left (inside a
        penalty that is none, whatever was used).
        """
        named = headers.get("x-rate-limit-group", "").strip().lower()
        if named and named != ticket.group:
            self._learnt[ticket.operation] = named
            if counter.spent:
                counter.spent.pop()  # the place was taken in the other group
            counter = self._group(named)
            counter.spent.append(now + counter.window)
            counter.answered += 1
            ticket.answered_then, ticket.freed_then = counter.answered - 1, counter.freed
        limit, remaining, window = (
            _number(headers, f"x-rate-limit-{name}") for name in ("limit", "remaining", "window")
        )
        if limit:
            counter.limit = limit
        if window:
            counter.stretch(float(window))
        if limit and remaining is not None and not refused:
            self._reconcile(ticket, counter, max(limit - remaining, 0), now)

    @staticmethod
    def _reconcile(ticket: Ticket, counter: RateGroup, counted: int, now: float) -> None:
        """`counted`: places that were used, the ticket's own among them, when its call arrived.

        More than we know of, even with the places that got free meanwhile: others use the group. Less than what we
        had used for certain when the ticket was admitted and others are thought to use: they use less.
        """
        counter.tidy(now)
        while counter.used() + counter.freed - ticket.freed_then < counted:
            counter.foreign.append(now + counter.window)
        certain = max(len(counter.spent) - (counter.answered - ticket.answered_then), 0) + 1
        while counter.foreign and len(counter.foreign) + certain > counted:
            counter.foreign.popleft()

    def _close(self, ticket: Ticket, headers: Mapping[str, str], until: float) -> None:
        """Stay away. A 429 without the group's headers comes from elsewhere: it closes the one operation."""
        if "x-rate-limit-group" in headers or "x-rate-limit-limit" in headers:
            counter = self._group(self.group_of(ticket.operation, ticket.group))
            counter.closed_until = max(counter.closed_until, until)
        else:
            self._closed[ticket.operation] = max(self._closed.get(ticket.operation, 0.0), until)


def _number(headers: Mapping[str, str], name: str) -> int | None:
    try:
        return int(headers.get(name, ""))
    except ValueError:
        return None
