"""The simulator's time: real, or standing still until a test moves it."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class Timer(Protocol):
    """A pending call."""

    def cancel(self) -> None:
        """Forget the call."""


class Clock(Protocol):
    """What the platform reads the time from and sets its timers on."""

    def now(self) -> datetime:
        """The platform's wall clock, aware, UTC."""

    def call_later(self, seconds: float, callback: Callable[[], object]) -> Timer:
        """Call `callback` once `seconds` have passed."""

    async def sleep(self, seconds: float) -> None:
        """Return once `seconds` have passed."""


class RealClock:
    """Time as it passes."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def call_later(self, seconds: float, callback: Callable[[], object]) -> Timer:
        return asyncio.get_running_loop().call_later(seconds, callback)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@dataclass(slots=True)
class ClockError:
    """By how many seconds the platform's clock is wrong: a knob."""

    skew: float = 0.0


class PlatformClock:
    """The platform's own view of a clock: it may be wrong, and all its timers can be forgotten."""

    def __init__(self, clock: Clock) -> None:
        self.error = ClockError()
        self._clock = clock
        self._timers: set[_PlatformTimer] = set()

    def now(self) -> datetime:
        return self._clock.now() + timedelta(seconds=self.error.skew)

    def call_later(self, seconds: float, callback: Callable[[], object]) -> Timer:
        timer = _PlatformTimer(self._timers, callback)
        self._timers.add(timer)
        timer.inner = self._clock.call_later(seconds, timer.fire)
        return timer

    async def sleep(self, seconds: float) -> None:
        await self._clock.sleep(seconds)

    def forget(self) -> None:
        """Cancel every timer: a platform that was stopped leaves nothing behind."""
        for timer in list(self._timers):
            timer.cancel()


class _PlatformTimer:
    """A timer that is known to its clock until it fires or is cancelled."""

    def __init__(self, known: set[_PlatformTimer], callback: Callable[[], object]) -> None:
        self._known = known
        self._callback = callback
        self.inner: Timer | None = None

    def fire(self) -> None:
        self._known.discard(self)
        self._callback()

    def cancel(self) -> None:
        self._known.discard(self)
        if self.inner is not None:
            self.inner.cancel()


class _ManualTimer:
    def __init__(self, callback: Callable[[], object]) -> None:
        self.callback = callback
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class ManualClock:
    """Time that stands still until `advance` moves it, firing what falls due on the way, in order."""

    def __init__(self, start: datetime = START) -> None:
        self.settle: Callable[[], Awaitable[None]] = _turns
        """Awaited before time moves on: lets what is under way come to its end without time passing."""
        self._now = start
        self._timers: list[tuple[datetime, int, _ManualTimer]] = []
        self._order = itertools.count()

    def now(self) -> datetime:
        return self._now

    def call_later(self, seconds: float, callback: Callable[[], object]) -> Timer:
        timer = _ManualTimer(callback)
        due = self._now + timedelta(seconds=max(seconds, 0.0))
        heapq.heappush(self._timers, (due, next(self._order), timer))
        return timer

    async def sleep(self, seconds: float) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        timer = self.call_later(seconds, lambda: None if done.done() else done.set_result(None))
        try:
            await done
        finally:
            timer.cancel()

    async def advance(self, seconds: float) -> None:
        """Move time forward; what a fired timer starts gets its turn before the next one."""
        await self.settle()
        until = self._now + timedelta(seconds=seconds)
        while self._timers and self._timers[0][0] <= until:
            self._now, _, timer = heapq.heappop(self._timers)
            if not timer.cancelled:
                timer.callback()
                await self.settle()
        self._now = until
        await self.settle()


async def _turns(count: int = 5) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


def stamp(moment: datetime) -> str:
    """A moment as the platform writes it: milliseconds and `Z`."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
