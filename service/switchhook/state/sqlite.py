"""The state store in one SQLite file: written by the worker alone, read at once, written with few fsyncs."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain, groupby
from pathlib import Path
from typing import Any

from switchhook.clock import Clock
from switchhook.errors import StateCorrupt, StateError, StateUnavailable
from switchhook.sqlite import GroupCommit, OwnerLock, connect, explain, is_corrupt
from switchhook.state import Delete, Entry, Put, Table

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
  partition INTEGER NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,
  value BLOB NOT NULL, version INTEGER NOT NULL, due REAL, expires REAL,
  PRIMARY KEY (partition, kind, key)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entries_due ON entries (partition, kind, due) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS entries_expires ON entries (expires) WHERE expires IS NOT NULL;
"""
_TUNING = "PRAGMA cache_size=-32768; PRAGMA wal_autocheckpoint=4000;"
"""32 MiB of pages, and a checkpoint every 16 MiB: identities come in random order and touch pages all over."""
_COLUMNS = "partition, kind, key, value, version, due, expires"
_LIVE = "partition=? AND kind=? AND (expires IS NULL OR expires > ?)"
_CHUNKS = (4_096, 512, 256, 128, 64, 32, 16, 8, 4, 2, 1)
"""Rows per statement. Many rows in one statement: each statement costs a hand-over of Python's global lock."""
_SCANNED_FIRST = 4  # most callers want the first one only
_SCANNED_AT_ONCE = 500
_SWEPT_AT_ONCE = 5_000
_PUT = (
    "INSERT INTO entries (partition, kind, key, value, version, due, expires) VALUES {rows} ON CONFLICT DO UPDATE SET "
    "value=excluded.value, version=version+1, due=excluded.due, expires=excluded.expires"
)
_DELETE = "DELETE FROM entries WHERE (partition, kind, key) IN (VALUES {rows})"

_Change = Put | Delete


class SqliteState:
    """`StateStore` on one file. Belongs to the event loop in which it is opened.

    What `apply` was given while a transaction was being synced is written together by the next one.
    """

    def __init__(self, path: Path, clock: Clock, *, more: str = "") -> None:
        """Open the file, making it if it is missing; `more` is run beside the schema. Raises StateUnavailable (another
        process holds it, a folder or disk that cannot be used), StateCorrupt.
        """
        self.path = path
        self.wrote: Callable[[float], None] = lambda _seconds: None
        """Told how many seconds each writing took."""
        self._clock = clock
        self._lock = OwnerLock(path)
        try:
            self._lock.acquire()
            self._commits = GroupCommit(path, schema=_TUNING + _SCHEMA + more)
            self._reading = connect(path, read_only=True)
        except BlockingIOError as error:
            raise StateUnavailable(str(error)) from None
        except (sqlite3.Error, OSError) as error:
            self._lock.release()
            raise _failure(error, path) from error
        self._partitions: set[int] = set()
        self._waiting: list[tuple[Sequence[_Change], asyncio.Future[None]]] = []
        self._flushing: asyncio.Task[None] | None = None

    async def load(self, partition: int, member: Callable[[], bool] = lambda: True) -> None:
        del member  # the lock on the file keeps everybody else out
        self._partitions.add(partition)

    async def release(self, partition: int) -> None:
        self._partitions.discard(partition)

    async def apply(self, batch: Sequence[_Change]) -> None:
        if not batch:
            return
        for change in batch:
            if change.partition not in self._partitions:
                raise StateUnavailable(f"partition {change.partition} is not this worker's (any more)")
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((batch, done))
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())
        await done

    def get(self, partition: int, table: Table, key: str) -> Entry | None:
        rows = self._live(partition, table, "AND key=?", key)
        return _entry(rows[0]) if rows else None

    def present(self, partition: int, table: Table, keys: Sequence[str]) -> set[str]:
        found: set[str] = set()
        for some in _chunks(keys):
            marks = ",".join("?" * len(some))
            found.update(row[0] for row in self._live(partition, table, f"AND key IN ({marks})", *some, columns="key"))
        return found

    def scan(self, partition: int, table: Table, prefix: str = "") -> Iterator[Entry]:
        comparison, after, at_once = ">=", prefix, _SCANNED_FIRST
        while True:
            rows = self._live(partition, table, f"AND key {comparison} ? ORDER BY key LIMIT ?", after, at_once)
            for row in rows:
                if not row[2].startswith(prefix):
                    return
                yield _entry(row)
            if len(rows) < at_once:
                return
            comparison, after, at_once = ">", rows[-1][2], _SCANNED_AT_ONCE

    def count(self, partition: int, table: Table) -> int:
        return int(self._live(partition, table, "", columns="count(*)")[0][0])

    def due(self, partition: int, table: Table, now: float, limit: int = 100) -> Sequence[Entry]:
        rows = self._live(partition, table, "AND due IS NOT NULL AND due<=? ORDER BY due, key LIMIT ?", now, limit)
        return [_entry(row) for row in rows]

    def next_due(self, partition: int, table: Table, after: float = 0.0) -> float | None:
        rows = self._live(partition, table, "AND due > ? ORDER BY due LIMIT 1", after, columns="due")
        return float(rows[0][0]) if rows else None

    async def sweep(self, now: float) -> int:
        swept = 0
        while True:
            count = await self._write(partial(_sweep, now))
            swept += count
            if count < _SWEPT_AT_ONCE:
                return swept

    async def close(self) -> None:
        while self._flushing is not None:
            await asyncio.wait([self._flushing])
        await self._commits.close()
        self._reading.close()
        self._lock.release()

    async def _flush(self) -> None:
        try:
            while self._waiting:
                waiting, self._waiting = self._waiting, []
                failure: StateError | None = None
                began = self._clock.monotonic()
                try:
                    await self._write(partial(apply_changes, [change for batch, _ in waiting for change in batch]))
                    self.wrote(self._clock.monotonic() - began)
                except StateError as error:
                    failure = error
                for _, done in waiting:
                    if done.done():
                        continue
                    if failure is None:
                        done.set_result(None)
                    else:
                        done.set_exception(failure)
        finally:
            self._flushing = None

    async def _write(self, job: Callable[[sqlite3.Connection], int]) -> int:
        try:
            return await self._commits.submit(job)
        except sqlite3.Error as error:
            raise _failure(error, self.path) from error

    def _live(
        self, partition: int, table: Table, condition: str, *values: object, columns: str = _COLUMNS
    ) -> list[Any]:
        """Rows that have not expired."""
        sql = f"SELECT {columns} FROM entries WHERE {_LIVE} {condition}"  # noqa: S608 - made of constants of this file
        return self._read(sql, (partition, table.value, self._clock.now().timestamp(), *values))

    def _read(self, sql: str, values: Sequence[object]) -> list[Any]:
        try:
            return self._reading.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise _failure(error, self.path) from error


def apply_changes(changes: Sequence[_Change], connection: sqlite3.Connection) -> int:
    """Write changes in order: runs of one kind share statements."""
    for kind, group in groupby(changes, type):
        if kind is Put:
            # `_value_`: that of an enum is a property, and slow.
            put_rows([(place, table._value_, *rest) for place, table, *rest in group], connection)
        else:
            delete_rows([(place, table._value_, key) for place, table, key, *_ in group], connection)
    return len(changes)


def put_rows(rows: Sequence[tuple[Any, ...]], connection: sqlite3.Connection) -> None:
    """Store entries: partition, table, key, value, due, expires."""
    for some in _chunks(rows):
        marks = ",".join(["(?,?,?,?,1,?,?)"] * len(some))
        connection.execute(_PUT.format(rows=marks), list(chain.from_iterable(some)))


def delete_rows(rows: Sequence[tuple[Any, ...]], connection: sqlite3.Connection) -> None:
    """Remove entries: partition, table, key."""
    for some in _chunks(rows):
        marks = ",".join(["(?,?,?)"] * len(some))
        connection.execute(_DELETE.format(rows=marks), list(chain.from_iterable(some)))


def _sweep(now: float, connection: sqlite3.Connection) -> int:
    return connection.execute(
        "DELETE FROM entries WHERE (partition, kind, key) IN "
        "(SELECT partition, kind, key FROM entries WHERE expires <= ? LIMIT ?)",
        (now, _SWEPT_AT_ONCE),
    ).rowcount


def _chunks(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Cut into the few sizes of which SQLite keeps the statements."""
    start = 0
    for size in _CHUNKS:
        while len(rows) - start >= size:
            yield rows[start : start + size]
            start += size


def _entry(row: tuple[Any, ...]) -> Entry:
    partition, kind, key, value, version, due, expires = row
    return Entry(partition, Table(kind), key, value, version, due, expires)


def _failure(error: sqlite3.Error | OSError, path: Path) -> StateError:
    if isinstance(error, sqlite3.Error) and is_corrupt(error):
        return StateCorrupt(explain(error, path))
    return StateUnavailable(explain(error, path))
