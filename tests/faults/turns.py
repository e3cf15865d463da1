"""Model time: an event loop that never waits, and a clock that moves on when nothing is left to do. Nothing can hang.

Nothing comes from outside of a model. So when nothing in it is ready, and no timer of the clock is left, everything
waits for something that never comes; and when too much happens, something goes round in circles. Both are `Hung`, and
so is what does not even come back to the event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import selectors
import signal

from switchhook.clock import ManualClock

MOST_TURNS = 200_000
"""Turns of the event loop in one run; a long run takes a twentieth of that."""
MOST_SECONDS = 15.0
"""Seconds of processor time of one run; a long run takes half a second."""


class Hung(BaseException):
    """The run does not go on."""


class _Nothing(selectors.SelectSelector):
    """Nothing ever comes from outside."""

    turns = 0
    late = False

    def select(self, timeout=None):
        self.turns += 1
        if self.late:
            raise Hung(f"something did not come back to the event loop for {MOST_SECONDS} s")
        if self.turns > MOST_TURNS:
            raise Hung(f"something goes round in circles: {MOST_TURNS} turns of the event loop")
        if timeout is None or timeout > 0:
            raise Hung("everything waits for something that never comes")
        return []


class _Loop(asyncio.SelectorEventLoop):
    """`quiet` returns when nothing but its caller is ready to run."""

    def __init__(self):
        self.nothing = _Nothing()
        super().__init__(self.nothing)

    def is_late(self, number, frame):
        """Have the next turn break off, at a place where nothing is harmed; without a next turn, whatever runs."""
        if self.nothing.late:
            raise Hung
        self.nothing.late = True

    async def quiet(self):
        await asyncio.sleep(0)
        while self._ready:
            await asyncio.sleep(0)


class ModelClock(ManualClock):
    """Between two timers everything that is ready runs until nothing is."""

    async def quiet(self):
        await quiet()


async def quiet():
    """Let everything that is ready run, without any time passing. Only one task of a model may do so."""
    await asyncio.get_running_loop().quiet()


async def _ended(tasks):
    await asyncio.gather(*tasks, return_exceptions=True)


def play(coroutine):
    """Run it to its end in a loop of its own. Raises Hung."""
    loop = _Loop()
    before = signal.signal(signal.SIGVTALRM, loop.is_late)
    signal.setitimer(signal.ITIMER_VIRTUAL, MOST_SECONDS, 1.0)
    try:
        return loop.run_until_complete(coroutine)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0.0)
        signal.signal(signal.SIGVTALRM, before)
        loop.nothing.late, loop.nothing.turns = False, 0
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        with contextlib.suppress(Hung):
            loop.run_until_complete(_ended(tasks))
        for task in tasks:
            task._log_destroy_pending = False  # what hung may hang still
        loop.close()
