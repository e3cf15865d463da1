"""Where calls wait for their place in the budget: the clock and the futures around the pure Budget."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

from switchhook.api.budget import Budget, Priority, State, Ticket
from switchhook.clock import Clock, Timer


class BudgetSpent(Exception):
    """No place within the time that the call may wait. `retry_after`: seconds until one may be free."""

    def __init__(self, ticket: Ticket) -> None:
        self.group = ticket.group
        self.retry_after = ticket.retry_after
        super().__init__(f"the budget of the group {ticket.group} is used up for {ticket.retry_after:.1f} s")


class Gate:
    """Lets callers of one identity through as its budget allows."""

    def __init__(self, budget: Budget, clock: Clock) -> None:
        self.budget = budget
        self._clock = clock
        self._futures: dict[int, asyncio.Future[None]] = {}
        self._timers: dict[str, Timer] = {}

    async def enter(
        self, operation: str, rate_group: str, *, priority: Priority, deadline: float | None = None
    ) -> Ticket:
        """Return once the call may be sent. Raises BudgetSpent. Whoever is let in must `leave`."""
        ticket, changed = self.budget.enter(
            operation, rate_group, self._clock.monotonic(), priority=priority, deadline=deadline
        )
        self._settle(changed)
        if ticket.state is State.WAITING:
            future = asyncio.get_running_loop().create_future()
            self._futures[ticket.number] = future
            self._wind(ticket.group)
            try:
                await future
            except asyncio.CancelledError:
                self._abandon(ticket)
                raise
            finally:
                self._futures.pop(ticket.number, None)
        if ticket.state is State.REFUSED:
            raise BudgetSpent(ticket)
        return ticket

    def leave(
        self,
        ticket: Ticket,
        *,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        penalty: float | None = None,
    ) -> None:
        """The call is over. `status`: None if nothing was sent, 0 if no answer came; `penalty`: seconds, on a 429."""
        now = self._clock.monotonic()
        changed = self.budget.leave(ticket, now, status=status, headers=headers, penalty=penalty)
        if self._futures:  # somebody waits
            self._settle(changed)
            self._wind(ticket.group)

    def _abandon(self, ticket: Ticket) -> None:
        if ticket.state is State.ADMITTED:
            self.leave(ticket)
        else:
            self.budget.withdraw(ticket)

    def _settle(self, changed: Iterable[Ticket]) -> None:
        for ticket in changed:
            future = self._futures.get(ticket.number)
            if future is not None and not future.done():
                future.set_result(None)

    def _wind(self, group: str) -> None:
        """Set the timer for the next moment at which something may change by itself."""
        timer = self._timers.pop(group, None)
        if timer is not None:
            timer.cancel()
        now = self._clock.monotonic()
        moment = self.budget.wake(group, now)
        if moment is not None:
            self._timers[group] = self._clock.call_later(max(moment - now, 0.0), lambda: self._ring(group))

    def _ring(self, group: str) -> None:
        self._timers.pop(group, None)
        self._settle(self.budget.advance(group, self._clock.monotonic()))
        self._wind(group)
