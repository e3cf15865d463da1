"""The embedded event log: the worker's side of the ingress's journal. One partition, one member.

What is appended here goes through the ingress, the journal's only writer. What was committed stands in a file of the
worker's own; if that is lost, the ingress's own note of it is where reading begins, not the beginning.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from switchhook.clock import Clock, SystemClock
from switchhook.errors import LogUnavailable
from switchhook.log import Assigned, Batch, NewRecord, Nothing, Reader, Record, Revoking
from switchhook.log.journal_view import PARTITION, JournalView
from switchhook.log.local import Doorbell, ask
from switchhook.log.offsets import Offsets, committed

_PARTITIONS = frozenset({PARTITION})
_MOST_RECORDS = 500
_LOOK_EVERY = 0.5
"""Seconds between looks if the bell is silent."""


def door_of(journal: Path) -> Path:
    """Where the ingress takes appends from local processes."""
    return journal.with_name(journal.name + ".door")


def bell_of(offsets: Path) -> Path:
    """Where the worker listens for "there is something new"."""
    return offsets.with_name(offsets.name + ".bell")


class SqliteLog:
    """The log that a journal is."""

    def __init__(self, journal: Path, offsets: Path, *, clock: Clock | None = None) -> None:
        self._view = JournalView(journal)
        self._offsets = offsets
        self._clock = clock or SystemClock()

    async def append(self, records: Sequence[NewRecord]) -> None:
        if records:
            await ask(door_of(self._view.path), {"append": [encode(record) for record in records]})

    @asynccontextmanager
    async def read(self, group: str) -> AsyncIterator[Reader]:
        offsets = Offsets(self._offsets)
        try:
            rung = asyncio.Event()
            bell = Doorbell(bell_of(self._offsets), rung.set)
        except OSError as error:
            await offsets.close()
            raise LogUnavailable(f"no bell can be hung beside {self._offsets}: {error}") from error
        reader = SqliteReader(self._view.path, offsets, group, rung, self._clock)
        try:
            yield reader
        finally:
            bell.close()
            reader.close()
            await offsets.close()

    async def fetch(self, partition: int, offset: int) -> Record | None:
        return self._view.fetch(offset) if partition == PARTITION else None

    async def recent(self, limit: int) -> Sequence[Record]:
        return self._view.recent(limit)

    async def close(self) -> None:
        self._view.close()


class SqliteReader:
    """Reads a journal in order. There is one assignment for as long as it lives: nobody else can read."""

    def __init__(self, journal: Path, offsets: Offsets, group: str, rung: asyncio.Event, clock: Clock) -> None:
        self._view = JournalView(journal)
        self._offsets = offsets
        self._group = group
        self._rung = rung
        self._clock = clock
        self._journal: str | None = None
        self._next = 0
        self._epoch = 0
        self._paused = False
        self._closed = False

    @property
    def last_alive(self) -> float:
        """Now: a lock of the operating system keeps every other worker out, frozen or not."""
        return self._clock.monotonic()

    async def next(self, timeout: float) -> Batch | Assigned | Revoking | Nothing:
        if not self._epoch:
            self._epoch = 1
            return Assigned(self._epoch, _PARTITIONS)
        until = self._clock.monotonic() + timeout
        while True:
            self._rung.clear()
            records = [] if self._paused else self._read()
            if records:
                return Batch(self._epoch, records)
            left = until - self._clock.monotonic()
            if left <= 0:
                return Nothing()
            await self._wait(min(left, _LOOK_EVERY))

    def _read(self) -> list[Record]:
        if self._journal is None and not self._begin():
            return []
        records = self._view.after(self._next, _MOST_RECORDS)
        if records:
            self._next = records[-1].offset + 1
        return records

    def _begin(self) -> bool:
        """Find the place to begin at. Whether the journal is there yet."""
        self._journal = self._view.identity()
        if self._journal is None:
            return False
        mine = committed(self._offsets.path, self._journal, self._group)
        self._next = self._view.handled(self._group) if mine is None else mine
        return True

    async def _wait(self, seconds: float) -> None:
        timer = self._clock.call_later(seconds, self._rung.set)
        try:
            await self._rung.wait()
        finally:
            timer.cancel()

    def current(self, epoch: int) -> bool:
        return epoch == self._epoch

    def released(self, epoch: int) -> None:
        """Nothing is ever revoked."""

    async def commit(self, epoch: int, offsets: Mapping[int, int]) -> bool:
        if self._closed or epoch != self._epoch or self._journal is None:
            return False
        for partition, offset in offsets.items():
            if partition == PARTITION:
                await self._offsets.commit(self._journal, self._group, offset)
        return True

    def pause(self, partitions: frozenset[int]) -> None:
        self._paused = self._paused or PARTITION in partitions

    def resume(self, partitions: frozenset[int]) -> None:
        if PARTITION in partitions:
            self._paused = False
            self._rung.set()

    def close(self) -> None:
        """Read no more."""
        self._closed = True
        self._view.close()


def encode(record: NewRecord) -> list[object]:
    """A record as it goes through the door."""
    value = base64.b64encode(record.value).decode()
    return [record.account, record.key, value, record.received_at, dict(record.headers)]


def decode(fields: object) -> NewRecord:
    """A record from `encode`. Raises LogUnavailable for anything else."""
    with contextlib.suppress(ValueError):
        match fields:
            case [str(account), (str() | None) as key, str(value), (int() | float()) as received_at, dict(headers)]:
                return NewRecord(account, key, base64.b64decode(value), float(received_at), headers)
            case _:
                pass
    raise LogUnavailable("the request to append is not understood: are both processes of one version?")
