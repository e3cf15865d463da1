"""The only source of time: wall clock, monotonic clock, timers. Tests pass in one that they move by hand."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


def boot_id() -> str:
    """Which run of the machine this is: within one, the monotonic clocks of all processes agree ("": not known)."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


class Timer(Protocol):
    """A pending call."""

    def cancel(self) -> None:
        """Forget the call, if it has not been made."""


class Clock(Protocol):
    """Wall time for what people and the platform see, monotonic time for every span that we measure."""

    def now(self) -> datetime:
        """The wall clock, aware, UTC. May step in either direction."""

    def monotonic(self) -> float:
        """Seconds since some moment; never goes back."""

    def call_later(self, seconds: float, callback: Callable[[], object]) -> Timer:
        """Call `callback` on the running loop once `seconds` have passed on the monotonic clock."""

    async def sleep(self, seconds: float) -> None:
        """Return once `seconds` have passed on the monotonic clock."""


class SystemClock:
    """Real time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def call_later(self, seconds: float, callback: Callable[[], object]) -> Timer:
        return asyncio.get_running_loop().call_later(seconds, callback)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class _ManualTimer:
    __slots__ = ("callback", "cancelled")

    def __init__(self, callback: Callable[[], object]) -> None:
        self.callback = callback
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class ManualClock:
    """Time that stands still until `advance` moves it, firing every timer on the way in order of its due time."""

    def __init__(self, now: datetime = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)) -> None:
        self._now = now
        self._monotonic = 1_000.0
        self._timers: list[tuple[float, int, _ManualTimer]] = []
        self._order = itertools.count()

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def call_later(self, seconds: float, callback: Callable[[], object]) -> Timer:
        timer = _ManualTimer(callback)
        heapq.heappush(self._timers, (self._monotonic + max(seconds, 0.0), next(self._order), timer))
        return timer

    async def sleep(self, seconds: float) -> None:
        done = asyncio.get_running_loop().create_future()

        def wake() -> None:
            if not done.done():
                done.set_result(None)

        timer = self.call_later(seconds, wake)
        try:
            await done
        finally:
            timer.cancel()

    async def advance(self, seconds: float) -> None:
        """Move both clocks forward; what a fired timer starts may run, and set timers of its own, before the next."""
        until = self._monotonic + seconds
        await self.quiet()
        while self._timers and self._timers[0][0] <= until:
            due, _, timer = heapq.heappop(self._timers)
            if timer.cancelled:
                continue
            self._move(due)
            timer.callback()
            await self.quiet()
        self._move(until)
        await self.quiet()

    async def quiet(self) -> None:
        """Let everything that is ready to run, run, without any time passing."""
        await settle()

    def step(self, seconds: float) -> None:
        """Move the wall clock alone, as an administrator or NTP would."""
        self._now += timedelta(seconds=seconds)

    def _move(self, to: float) -> None:
        self._now += timedelta(seconds=to - self._monotonic)
        self._monotonic = to


async def settle(turns: int = 20) -> None:
    """Let everything that is ready to run, run, without any time passing."""
    for _ in range(turns):
        await asyncio.sleep(0)


@asynccontextmanager
async def time_limit(clock: Clock, seconds: float | None) -> AsyncIterator[asyncio.Timeout]:
    """`asyncio.timeout` on `clock`: raises TimeoutError inside the block once `seconds` have passed (None: never)."""
    async with asyncio.timeout(None) as limit:
        timer = None
        if seconds is not None:
            timer = clock.call_later(seconds, lambda: limit.reschedule(0.0))
        try:
            yield limit
        finally:
            if timer is not None:
                timer.cancel()
