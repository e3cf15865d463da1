"""From the journal to the event log, in order, nothing left out; what the log has acknowledged leaves the journal."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

import structlog

from switchhook.clock import Clock, SystemClock
from switchhook.errors import LogCorrupt, LogUnavailable
from switchhook.log import Log, NewRecord, Record
from switchhook.log.journal import Journal
from switchhook.log.journal_view import JournalView

_log = structlog.get_logger(__name__)
_MOST_RECORDS = 500
_AGAIN = 1.0
"""Seconds between attempts while the log or the disk refuses."""
_COMPLAIN_EVERY = 10.0
_FORGET_EVERY = 0.1
"""Seconds between removals from the journal: each costs an fsync. A process killed meanwhile relays that much again."""
_PATIENCE = 0.25
"""Seconds a request is held for the log's own acknowledgement, where that is wanted."""


class Relay:
    """Reads the journal and appends to the log. The log's appends should wait for as long as its brokers are away: then
    nothing is stored twice but what was under way when this process was killed.
    """

    def __init__(self, journal: Journal, log: Log, *, clock: Clock | None = None) -> None:
        self._journal = journal
        self._log = log
        self._clock = clock or SystemClock()
        self._news = asyncio.Event()
        self._stored = asyncio.Event()
        self._acknowledged = 0
        """The offset before which the log has everything."""
        self._held: dict[asyncio.Future[None], int] = {}
        journal.on_append(self._news.set)

    async def run(self) -> None:
        """Work until cancelled."""
        view = JournalView(self._journal.path)
        try:
            await asyncio.gather(self._forward(view), self._forget())
        finally:
            view.close()

    async def _forward(self, view: JournalView) -> None:
        position = 0
        while True:
            self._news.clear()
            records = await self._read(view, position)
            if not records:
                await self._news.wait()
                continue
            await self._append(records)
            position = self._acknowledged = records[-1].offset + 1
            self._stored.set()
            self._let_go(position)

    def _let_go(self, position: int) -> None:
        """Requests were held in the order of their offsets."""
        while self._held:
            done = next(iter(self._held))
            if self._held[done] >= position:
                return
            del self._held[done]
            _finish(done)

    async def _read(self, view: JournalView, position: int) -> Sequence[Record]:
        while True:
            try:
                return view.after(position, _MOST_RECORDS)
            except (LogUnavailable, LogCorrupt) as error:
                _log.error("the journal cannot be read; notifications wait in it", reason=str(error))
                await self._clock.sleep(_AGAIN)

    async def _append(self, records: Sequence[Record]) -> None:
        new = [NewRecord(one.account, one.key, one.value, one.received_at, one.headers) for one in records]
        while not await self._try(new):
            await self._clock.sleep(_AGAIN)

    async def _try(self, records: Sequence[NewRecord]) -> bool:
        appending = asyncio.ensure_future(self._log.append(records))
        try:
            while not (await asyncio.wait({appending}, timeout=_COMPLAIN_EVERY))[0]:
                _log.warning("the log has not acknowledged yet; notifications wait", **self._waiting())
            appending.result()
        except LogUnavailable as error:
            _log.error("the log refuses; notifications wait in the journal", reason=str(error), **self._waiting())
            return False
        finally:
            appending.cancel()
        return True

    def _waiting(self) -> dict[str, int]:
        return {"waiting_records": self._journal.waiting_records, "waiting_bytes": self._journal.waiting_bytes}

    async def _forget(self) -> None:
        """Remove what is acknowledged, now and then."""
        while True:
            await self._stored.wait()
            self._stored.clear()
            try:
                await self._journal.relayed(self._acknowledged)
                await self._clock.sleep(_FORGET_EVERY)
            except (LogUnavailable, LogCorrupt) as error:
                _log.error("what was relayed cannot be removed from the journal yet", reason=str(error))
                await self._clock.sleep(_AGAIN)
                self._stored.set()

    async def relayed(self, offset: int) -> None:
        """Return when the log has the record at `offset`, or after a quarter of a second."""
        if offset < self._acknowledged:
            return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._held[done] = offset
        timer = self._clock.call_later(_PATIENCE, partial(_finish, done))
        try:
            await done
        finally:
            timer.cancel()
            self._held.pop(done, None)


def _finish(done: asyncio.Future[None]) -> None:
    if not done.done():
        done.set_result(None)
