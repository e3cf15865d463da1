"""The ingress's side of the embedded log: tell the worker, take its appends, forget what it has handled long ago."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from switchhook.clock import Clock, SystemClock
from switchhook.errors import LogCorrupt, LogUnavailable
from switchhook.log.journal import Journal
from switchhook.log.journal_view import JournalView
from switchhook.log.local import Bell, Door
from switchhook.log.offsets import committed
from switchhook.log.sqlite import bell_of, decode, door_of

_LOOK_EVERY = 2.0
"""Seconds between looks at what the worker has committed."""


class JournalDoor:
    """Serves local processes: the worker's and the command line's appends, and `quarantine release`."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._door = Door(door_of(journal.path), self._answer)

    async def open(self) -> None:
        """Raises OSError."""
        await self._door.open()

    async def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        match request:
            case {"append": [*records]}:
                await self._journal.append([decode(record) for record in records])
                return {}
            case {"release": None}:
                return {"released": await self._journal.release(None)}
            case {"release": [*ids]}:
                return {"released": await self._journal.release([int(one) for one in ids])}
            case _:
                raise LogUnavailable("the request is not understood: are both processes of one version?")

    async def close(self) -> None:
        """Serve no more."""
        await self._door.close()


class Embedded:
    """Makes a journal the event log of one worker: rings its bell, follows its commits, trims by age."""

    def __init__(self, journal: Journal, offsets: Path, group: str, *, keep: float, clock: Clock | None = None) -> None:
        """`offsets` is the worker's file; `keep` is seconds for which handled records stay (events show, replay)."""
        self._journal = journal
        self._offsets = offsets
        self._group = group
        self._keep = keep
        self._clock = clock or SystemClock()
        self._bell = Bell(bell_of(offsets))
        self._identity = ""

    async def run(self) -> None:
        """Work until cancelled. Trouble with a file is waited out: the next look may go well."""
        self._journal.on_append(self._bell.ring)
        try:
            while True:
                with contextlib.suppress(LogUnavailable, LogCorrupt):
                    await self.look()
                await self._clock.sleep(_LOOK_EVERY)
        finally:
            self._bell.close()

    async def look(self) -> None:
        """Take note of what the worker has handled; forget what is old. Raises LogUnavailable, LogCorrupt."""
        if not self._identity:
            view = JournalView(self._journal.path)
            self._identity = view.identity() or ""
            view.close()
        offset = committed(self._offsets, self._identity, self._group)
        if offset is not None:
            await self._journal.handled(self._group, offset)
        await self._journal.trim(older_than=self._clock.now().timestamp() - self._keep)
        if self._journal.problem is not None:
            await self._journal.probe()
