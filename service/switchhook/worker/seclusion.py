"""Lets one run have the worker to itself: nothing new begins beside it, and what runs has ended before it begins."""

from __future__ import annotations

import asyncio
from typing import Any

from switchhook.clock import Clock
from switchhook.stopping import unless
from switchhook.worker.lanes import Lanes

_LOOK = 0.02
"""Seconds between looks at whether it is quiet."""


class Seclusion:
    """One per assignment. `closing`: set when nothing new may begin; whoever waits stops waiting then."""

    def __init__(self, lanes: Lanes[Any], closing: asyncio.Event, apart: str) -> None:
        """`apart`: the handler whose lanes go on all the while, since no handler's code runs in them."""
        self._apart = apart
        self._lanes = lanes
        self._closing = closing
        self._waiting = 0
        self._inside: object | None = None
        self.taken = False
        """Whether others must wait."""
        self._left = asyncio.Event()

    async def pass_by(self) -> None:
        """Return when nobody is to be alone, or nothing new may begin any more."""
        self._waiting += 1
        try:
            while self.taken and await unless(self._closing, self._left.wait()):
                pass
        finally:
            self._waiting -= 1

    async def enter(self, who: object, clock: Clock, patience: float) -> bool:
        """Keep all others out until `leave`, and return when those that were at it have ended. False if they have not
        after `patience` seconds, or nothing new may begin any more; they are let in again then.
        """
        await self.pass_by()
        if self._closing.is_set():
            return False
        self._inside, self.taken = who, True
        self._left.clear()
        until = clock.monotonic() + patience
        try:
            while self._waiting + 1 < self._lanes.busy(but=self._apart):
                if self._closing.is_set() or clock.monotonic() >= until:
                    self.leave(who)
                    return False
                await clock.sleep(_LOOK)
        except BaseException:
            self.leave(who)
            raise
        return True

    def leave(self, who: object) -> None:
        """Let the others in."""
        if self._inside is who:
            self._inside, self.taken = None, False
            self._left.set()
