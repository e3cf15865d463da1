"""Commits what is complete: every second, or sooner if much is; one commit at a time, never in the loop's way."""

from __future__ import annotations

import asyncio

import structlog

from switchhook.clock import Clock
from switchhook.errors import LogUnavailable
from switchhook.log import Reader
from switchhook.worker.counts import Counts
from switchhook.worker.tracker import Tracker

_log = structlog.get_logger("switchhook.worker")


class Committing:
    """Decides when to commit. `every`: seconds; `much`: completions that make it sooner."""

    def __init__(self, reader: Reader, clock: Clock, counts: Counts, *, every: float, much: int = 1_000) -> None:
        self._reader = reader
        self._clock = clock
        self._counts = counts
        self._every = every
        self._much = much
        self._completed = 0
        self._last = clock.monotonic()
        self._running: asyncio.Task[bool] | None = None

    def completed(self, tracker: Tracker) -> None:
        """A record is complete."""
        self._completed += 1
        if self._completed == self._much:
            self._begin(tracker)

    def maybe(self, tracker: Tracker) -> None:
        """Commit if it is time. What is refused is offered again a second later, not sooner."""
        if self._completed and self._clock.monotonic() - self._last >= self._every:
            self._begin(tracker)

    def _begin(self, tracker: Tracker) -> None:
        if self._running is None:
            self._running = asyncio.get_running_loop().create_task(self._commit(tracker))

    async def finish(self, tracker: Tracker) -> bool:
        """Commit all that is complete, now. Whether the log has it."""
        if self._running is not None:
            await asyncio.wait([self._running])
        return await self._commit(tracker)

    async def _commit(self, tracker: Tracker) -> bool:
        completed, self._completed = self._completed, 0
        self._last = self._clock.monotonic()
        try:
            offsets = tracker.to_commit()
            if not offsets:
                return True
            if await self._reader.commit(tracker.epoch, offsets):
                tracker.committed(offsets)
                self._counts.commits["ok"] += 1
                return True
            self._completed += completed  # these are still to be committed
            self._counts.commits["refused"] += 1
        except LogUnavailable as error:
            self._completed += completed
            self._counts.commits["failed"] += 1
            _log.warning("the log takes no commit; it is tried again", reason=str(error))
        finally:
            self._running = None
        return False
