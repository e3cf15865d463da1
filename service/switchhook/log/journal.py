"""The journal: what the ingress accepted, durable before it answers. One process owns it and alone writes to it.

Embedded it *is* the event log. With Kafka the relay reads it in order and removes what the brokers have acknowledged.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import orjson

from switchhook.errors import LogCorrupt, LogUnavailable
from switchhook.log import NewRecord
from switchhook.log import journal_file as file
from switchhook.log.extent import Extent
from switchhook.log.journal_view import as_log_errors, log_error
from switchhook.sqlite import GroupCommit, OwnerLock

_QUARANTINE_SHARE = 8

_Result = TypeVar("_Result")


class Journal:
    """The owner's side: append, remove, and know how much waits. Made inside the event loop that uses it."""

    def __init__(self, path: Path, *, limit: int) -> None:
        """Take the file (made if it is missing). `limit` bounds the bytes of records not yet handled.

        Raises LogUnavailable (also if another process owns it), LogCorrupt.
        """
        self.path = path
        self.limit = limit
        self.problem: str | None = None
        """Why the last write failed; None while writing works."""
        self._lock = OwnerLock(path)
        with as_log_errors(path):
            self._lock.acquire()
            try:
                self._store = GroupCommit(path, schema=file.SCHEMA)
            except BaseException:
                self._lock.release()
                raise
        self._stored = Extent()
        self._waiting = Extent()
        self._quarantined = 0
        self._unwritten = 0
        self._handled = 0
        self._last = 0
        self._rows: list[file.Row] = []
        self._callers: list[tuple[asyncio.Future[int], int]] = []
        self._listeners: list[Callable[[], None]] = []
        self._loop = asyncio.get_running_loop()

    async def open(self, group: str = "") -> None:
        """Take stock of what is there; `group` is whose handling counts (none with Kafka: what is there waits)."""
        handled, rows, quarantined, last = await self._guarded(self._store.submit(partial(file.take_stock, group)))
        self._handled, self._last, self._quarantined = handled, last, quarantined
        for offset, size, received_at in rows:
            self._stored.add(offset, size, received_at)
            if offset >= handled:
                self._waiting.add(offset, size, received_at)

    @property
    def waiting_bytes(self) -> int:
        """Bytes of the records that are not handled (with Kafka: not relayed), within 64 KiB, never too few."""
        return self._waiting.size

    @property
    def waiting_records(self) -> int:
        """How many records are not handled."""
        return max(self._last + 1 - max(self._handled, 1), 0)

    def on_append(self, listener: Callable[[], None]) -> None:
        """Call `listener` on the loop after each group of records became durable."""
        self._listeners.append(listener)

    async def append(self, records: Sequence[NewRecord]) -> None:
        """Return once all are durable, in order. Raises LogUnavailable (limit reached, disk full); nothing is stored
        then.
        """
        if records:
            await self.accept(records)

    def accept(self, records: Sequence[NewRecord]) -> asyncio.Future[int]:
        """`append` without a coroutine, for the hot route: the records are in line when this returns. The result is an
        offset at or behind theirs.
        """
        done: asyncio.Future[int] = self._loop.create_future()
        size = sum([len(record.value) + file.ROW_BYTES for record in records])
        if self._waiting.size + self._unwritten + size > self.limit:
            done.set_exception(LogUnavailable(self._full()))
            return done
        if not self._rows:
            self._loop.call_soon(self._flush)
        self._unwritten += size
        for record in records:
            headers = orjson.dumps(record.headers) if record.headers else None
            self._rows.append((record.account, record.key, record.value, record.received_at, headers))
        self._callers.append((done, size))
        return done

    def _full(self) -> str:
        return (
            f"the journal {self.path} holds {self._waiting.size} bytes of unhandled records and may hold {self.limit}: "
            "start the worker or mend the brokers, or raise ingress.journal_limit"
        )

    def _flush(self) -> None:
        """Everything that came in this turn of the loop is one job: one statement, not one per record."""
        rows, self._rows = self._rows, []
        callers, self._callers = self._callers, []
        write = self._store.submit(partial(file.insert, rows))
        write.add_done_callback(partial(self._written, callers, rows[-1][3]))

    def _written(
        self, callers: Sequence[tuple[asyncio.Future[int], int]], received_at: float, write: asyncio.Future[int]
    ) -> None:
        size = sum([size for _, size in callers])
        self._unwritten -= size
        error = self._noted(write)
        if error is None:
            self._last = write.result()
            self._stored.add(self._last, size, received_at)
            self._waiting.add(self._last, size, received_at)
        for done, _ in callers:
            if not done.done():
                if error is None:
                    done.set_result(self._last)
                else:
                    done.set_exception(error)
        if error is None:
            self._ring()

    def _ring(self) -> None:
        for listener in self._listeners:
            listener()

    def _noted(self, write: asyncio.Future[int]) -> Exception | None:
        """What went wrong with a write, as an error of the log; remembered in `problem`."""
        error = write.exception()
        if error is None:
            self.problem = None
            return None
        known = log_error(error, self.path) if isinstance(error, sqlite3.Error) else LogUnavailable(str(error))
        self.problem = str(known)
        return known

    async def _guarded(self, write: asyncio.Future[_Result]) -> _Result:
        try:
            result = await write
        except sqlite3.Error as error:
            self.problem = str(known := log_error(error, self.path))
            raise known from error
        self.problem = None
        return result

    async def quarantine(self, name: str, record: NewRecord) -> None:
        """Keep a request whose token was wrong. Raises LogUnavailable, also when an eighth of the limit is used up."""
        size = len(record.value) + file.ROW_BYTES
        if self._quarantined + size > self.limit // _QUARANTINE_SHARE:
            raise LogUnavailable(f"the quarantine of {self.path} is full: look at it with `switchhook quarantine list`")
        self._quarantined += size
        headers = orjson.dumps(record.headers) if record.headers else None
        row = (name, record.account, record.key, record.value, record.received_at, headers)
        try:
            await self._guarded(self._store.submit(partial(file.quarantine, row)))
        except (LogUnavailable, LogCorrupt):
            self._quarantined -= size
            raise

    async def release(self, ids: Sequence[int] | None) -> int:
        """Let these out of quarantine (None: all), into the log. Returns how many there were."""
        count, size, last = await self._guarded(self._store.submit(partial(file.release, ids)))
        if count:
            now = time.time()
            self._quarantined = max(self._quarantined - size, 0)
            self._last = max(self._last, last)
            self._stored.add(last, size, now)
            self._waiting.add(last, size, now)
            self._ring()
        return count

    async def handled(self, group: str, offset: int) -> None:
        """`group` has handled everything before `offset` (for an offset store that is lost: see SqliteLog)."""
        if offset > self._handled:
            await self._guarded(self._store.submit(partial(file.mark, group, offset)))
            self._handled = offset
            self._waiting.drop_before(offset)

    async def remove(self, before: int) -> None:
        """Remove the records before `before`, which must be handled or relayed."""
        while not await self._guarded(self._store.submit(partial(file.remove, before))):
            pass
        self._stored.drop_before(before)

    async def relayed(self, offset: int) -> None:
        """Everything before `offset` is in Kafka: it is handled as far as the journal is concerned, and removed."""
        await self.remove(offset)
        self._handled = max(self._handled, offset)
        self._waiting.drop_before(offset)

    async def trim(self, *, older_than: float) -> None:
        """Remove handled records received before `older_than` (seconds since 1970), and older ones than that as far as
        everything stored exceeds the limit. What is not handled stays, whatever its age.
        """
        end = self._stored.end_of(older_than=older_than, surplus=self._stored.size - self.limit)
        end = min(end, self._handled)
        if end:
            await self.remove(end)

    async def remembered(self) -> tuple[float | None, frozenset[str]]:
        """When an owner was last known to accept (seconds since 1970, None if never), and whose notifications it took.
        Raises LogUnavailable, LogCorrupt.
        """
        return await self._guarded(self._store.submit(file.remembered))

    async def remember_alive(self, now: float) -> None:
        """An owner accepts at this moment. Raises LogUnavailable, LogCorrupt."""
        await self._guarded(self._store.submit(partial(file.remember, "alive", now)))

    def remember_account(self, account: str) -> None:
        """Notifications of that account come here. Does not wait: it is written with the next records, or soon."""
        write = self._store.submit(partial(file.remember, file.ACCOUNT + account, 1))
        write.add_done_callback(self._noted_or_not)

    def _noted_or_not(self, write: asyncio.Future[None]) -> None:
        write.exception()  # a failure shows in the records' own writes

    async def probe(self) -> None:
        """Write something small, so that `problem` is true. Raises LogUnavailable, LogCorrupt."""
        await self._guarded(self._store.submit(file.probe))

    async def close(self) -> None:
        """Finish what was accepted, then close and let go of the file."""
        if self._rows:
            self._flush()
        await self._store.close()
        self._lock.release()
