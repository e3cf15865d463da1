"""Time limits of runs: one timer for all of them, since a timer per run costs more than most runs.

The timer stands at the earliest limit; when it fires, the tasks of the runs that are over theirs are cancelled. One
that does not end then is told again a few times, and at last given up.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import Generic, TypeVar

from switchhook.clock import Clock, Timer

Owner = TypeVar("Owner")

_AGAIN = 1.0
"""Seconds until a run that was cancelled and went on is told again."""
_TIMES = 3


class Deadline(Generic[Owner]):
    """The time limit of one run. `owner`: whatever its maker wants to find again; `passed`: how often it was told."""

    __slots__ = ("at", "owner", "passed", "paused_at", "task")

    def __init__(self, task: asyncio.Task[None], at: float, owner: Owner) -> None:
        self.task = task
        self.at = at
        self.owner = owner
        self.passed = 0
        self.paused_at: float | None = None


class Deadlines(Generic[Owner]):
    """All limits that run. `given_up` is called for a run that goes on although it was told to end."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.given_up: Callable[[Owner], None] | None = None
        self._running: dict[Deadline[Owner], None] = {}
        self._timer: Timer | None = None
        self._timer_at = math.inf

    def start(self, task: asyncio.Task[None], seconds: float, owner: Owner) -> Deadline[Owner]:
        """Cancel `task` after so many seconds."""
        deadline = Deadline(task, self._clock.monotonic() + seconds, owner)
        self._running[deadline] = None
        if deadline.at < self._timer_at:
            self._set(deadline.at)
        return deadline

    def end(self, deadline: Deadline[Owner]) -> None:
        """The run ended. Takes back what cancelling the task has left in it."""
        self._running.pop(deadline, None)
        if deadline.passed:
            while deadline.task.cancelling():
                deadline.task.uncancel()

    def pause(self, deadline: Deadline[Owner]) -> None:
        """The run waits for something that is not its fault."""
        if deadline.paused_at is None:
            deadline.paused_at = self._clock.monotonic()

    def resume(self, deadline: Deadline[Owner]) -> None:
        """The wait is over."""
        if deadline.paused_at is not None:
            deadline.at += self._clock.monotonic() - deadline.paused_at
            deadline.paused_at = None
            if deadline.at < self._timer_at:
                self._set(deadline.at)

    def _set(self, at: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer_at = at
        self._timer = self._clock.call_later(at - self._clock.monotonic(), self._fire)

    def _fire(self) -> None:
        now = self._clock.monotonic()
        earliest = math.inf
        for deadline in list(self._running):
            if deadline.paused_at is not None:
                continue
            if deadline.at <= now:
                self._pass(deadline, now)
            if deadline in self._running:
                earliest = min(earliest, deadline.at)
        self._timer = None
        self._timer_at = math.inf
        if earliest < math.inf:
            self._set(earliest)

    def _pass(self, deadline: Deadline[Owner], now: float) -> None:
        deadline.passed += 1
        deadline.at = now + _AGAIN
        if deadline.passed > _TIMES:
            del self._running[deadline]
            if self.given_up is not None:
                self.given_up(deadline.owner)
        else:
            deadline.task.cancel()
