"""An event loop whose time jumps to the next timer as soon as nothing is ready: days pass in seconds."""

from __future__ import annotations

import asyncio
import selectors
from datetime import UTC, datetime, timedelta

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class _Selector(selectors.SelectSelector):
    """Never waits: what it should wait, it adds to the time."""

    def __init__(self):
        super().__init__()
        self.now = 0.0

    def select(self, timeout=None):
        if timeout is None:
            raise RuntimeError("nothing is ready and no timer is set: a test waits for what never comes")
        self.now += max(timeout, 0.0)
        return []


class WarpLoop(asyncio.SelectorEventLoop):
    """For code that waits for timers alone, not for sockets or threads."""

    def __init__(self):
        self._warped = _Selector()
        super().__init__(self._warped)

    def time(self):
        return self._warped.now


class WarpClock:
    """`clock.Clock` on the time of a WarpLoop."""

    def __init__(self, loop):
        self._loop = loop
        self._now = 0.0, START

    def now(self):
        seconds = self._loop.time()
        if seconds != self._now[0]:
            self._now = seconds, START + timedelta(seconds=seconds)
        return self._now[1]

    def monotonic(self):
        return self._loop.time()

    def call_later(self, seconds, callback):
        return self._loop.call_later(seconds, callback)

    async def sleep(self, seconds):
        await asyncio.sleep(seconds)


def run(main):
    """Run `main(clock)`, a coroutine function, to its end."""
    loop = WarpLoop()
    try:
        return loop.run_until_complete(main(WarpClock(loop)))
    finally:
        loop.close()
