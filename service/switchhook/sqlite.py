"""SQLite the way the journal and the state store both need it: durable, one writer thread, group commit."""

from __future__ import annotations

import asyncio
import fcntl
import os
import sqlite3
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

_Job = Callable[[sqlite3.Connection], Any]
_CORRUPT = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT})


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open a file with WAL, `synchronous=FULL`, a busy timeout and foreign keys; autocommit.

    The folder is made if it is missing. The connection may be used from any one thread at a time.
    Raises sqlite3.Error (or OSError from making the folder); `explain` says it in words, the caller says which part
    of Switchhook is affected.
    """
    if read_only:
        address = f"{path.absolute().as_uri()}?mode=ro"
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        address = f"{path.absolute().as_uri()}?mode=rwc"
    connection = sqlite3.connect(address, uri=True, timeout=5.0, isolation_level=None, check_same_thread=False)
    try:
        if not read_only:
            connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA fullfsync=ON")  # macOS alone has it: there a plain fsync stops at the drive's cache
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA temp_store=MEMORY")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _create(path: Path, schema: str) -> None:
    for stale in ("-wal", "-shm"):  # of a file somebody removed: SQLite would apply it to the new one
        path.with_name(path.name + stale).unlink(missing_ok=True)
    made = path.with_name(path.name + ".new")
    made.parent.mkdir(parents=True, exist_ok=True)
    made.unlink(missing_ok=True)
    made.touch(mode=0o600)  # it holds what people write to each other; SQLite gives the files beside it the same mode
    connection = connect(made)
    try:
        connection.executescript(schema)
    finally:
        connection.close()
    made.rename(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(folder)  # the name outlives a power cut as the content does
    finally:
        os.close(folder)


def is_corrupt(error: sqlite3.Error) -> bool:
    """Whether the file itself is damaged or is no database, so that trying again is useless."""
    return (getattr(error, "sqlite_errorcode", 0) & 0xFF) in _CORRUPT


def explain(error: sqlite3.Error | OSError, path: Path) -> str:
    """What is wrong with the file, and what to do, in one sentence without its content."""
    if isinstance(error, OSError):
        return f"{path} cannot be used: {error.strerror or error}"
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_FULL:
            return f"the disk that holds {path} is full: free some space or move the file"
        case sqlite3.SQLITE_READONLY:
            return f"{path} is read-only: check its permissions and how its file system is mounted"
        case sqlite3.SQLITE_CANTOPEN:
            return f"{path} cannot be opened: check that its folder exists and that this user may write there"
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return f"{path} is held by another process: find and stop whatever else has it open"
        case sqlite3.SQLITE_IOERR:
            return f"reading or writing {path} failed in the operating system: check its disk ({error})"
        case code if code in _CORRUPT:
            return f"{path} is damaged or is no SQLite database: restore it or move it away ({error})"
        case _:
            return f"{path}: {error}"


class OwnerLock:
    """An advisory lock beside a database file: one process writes it. `owner` names the holder in the error.

    The operating system lets go of it when the process ends, however it ends.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.with_name(path.name + ".lock")
        self._descriptor: int | None = None

    @property
    def owner(self) -> str:
        """Who wrote into the lock file last: "process 4711 (switchhook)", or "" if nobody did."""
        try:
            return self.path.read_text(encoding="utf-8").strip()
        except OSError:
            return ""

    def acquire(self) -> None:
        """Raises BlockingIOError naming the process that holds it, and OSError if the file cannot be made."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            held = f"{self.path.with_suffix('')} is in use by {self.owner or 'another process'}: stop that one first"
            raise BlockingIOError(error.errno, held) from None
        except BaseException:
            os.close(descriptor)
            raise
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"process {os.getpid()} ({Path(sys.argv[0]).name or 'python'})\n".encode())
        self._descriptor = descriptor

    def release(self) -> None:
        """Let go; the file stays (removing it would let two processes lock two files of one name)."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class GroupCommit:
    """One writer thread: jobs submitted while a transaction is being synced share the next one, in order.

    A job runs inside the transaction; its return value becomes the result of `submit` once the commit is durable.
    A job that raises is rolled back alone and fails alone; a commit that fails, fails every job in it. Isolation costs
    nothing until it is needed: a transaction runs without savepoints, and if a job raises it is rolled back and run
    again with one savepoint per job. So a job must touch nothing but its connection, and may run twice.

    Belongs to the event loop in which `submit` is first awaited. Never shared between processes (see `OwnerLock`).
    """

    def __init__(self, path: Path, *, schema: str, most: int = 1_000) -> None:
        """Open the file and run `schema` (statements that may run again). `most` jobs share one transaction.

        A file that is not there yet appears with its schema: who reads it meanwhile sees none or a whole one. The
        caller holds the file's `OwnerLock`. Raises sqlite3.Error, OSError.
        """
        self.path = path
        self._most = most
        if not path.exists():
            _create(path, schema)
        self._connection: sqlite3.Connection | None = connect(path)
        try:
            self._connection.executescript(schema)
        except BaseException:
            self._connection.close()
            raise
        self._wake = threading.Condition()
        self._waiting: list[tuple[_Job, asyncio.Future[Any]]] = []
        self._closing = False
        self._thread = threading.Thread(target=self._run, name=f"writer of {path.name}", daemon=True)
        self._thread.start()

    def submit(self, job: Callable[[sqlite3.Connection], T]) -> asyncio.Future[T]:
        """Run `job` in the next transaction; await the result, there when it is durable.

        The future raises sqlite3.Error, or what the job raised; sqlite3.ProgrammingError after `close`. A caller that
        stops waiting does not stop the job.
        """
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        with self._wake:
            if self._closing:
                done.set_exception(sqlite3.ProgrammingError(f"{self.path} is closed"))
                return done
            self._waiting.append((job, done))
            self._wake.notify()
        return done

    async def close(self) -> None:
        """Finish what was submitted, then close. May be called again."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        try:
            while batch := self._take():
                self._tell(batch, self._write([job for job, _ in batch]))
        finally:
            if self._connection is not None:
                self._connection.close()

    def _take(self) -> list[tuple[_Job, asyncio.Future[Any]]]:
        with self._wake:
            while not self._waiting and not self._closing:
                self._wake.wait()
            batch = self._waiting[: self._most]
            del self._waiting[: self._most]
            return batch

    def _write(self, jobs: Sequence[_Job]) -> list[Any]:
        """Run the jobs in one transaction. Returns a result for each, or an exception in `_Failed`."""
        try:
            if self._connection is None:
                self._connection = connect(self.path)
            connection = self._connection
            connection.execute("BEGIN IMMEDIATE")
            try:
                results = [job(connection) for job in jobs]
            except Exception:
                if len(jobs) == 1:
                    raise
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                connection.execute("BEGIN IMMEDIATE")
                results = [_isolated(connection, job) for job in jobs]
            connection.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - handed to those who wait
            self._roll_back()
            return [_Failed(error)] * len(jobs)
        return results

    def _roll_back(self) -> None:
        connection = self._connection
        if connection is None:
            return
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite3.Error:  # in no known state: the next transaction opens a new connection to what is committed
            self._connection = None
            connection.close()

    def _tell(self, batch: Sequence[tuple[_Job, asyncio.Future[Any]]], results: Sequence[Any]) -> None:
        loop = batch[0][1].get_loop()
        try:
            loop.call_soon_threadsafe(_settle, [done for _, done in batch], results)
        except RuntimeError:
            if not loop.is_closed():
                raise


def _isolated(connection: sqlite3.Connection, job: _Job) -> Any:
    connection.execute("SAVEPOINT job")
    try:
        result = job(connection)
    except Exception as error:
        if not connection.in_transaction:  # SQLite gave up the whole transaction (disk full, I/O): so do we
            raise
        connection.execute("ROLLBACK TO job")
        result = _Failed(error)
    connection.execute("RELEASE job")
    return result


class _Failed:
    """The exception that stands in a result's place."""

    __slots__ = ("error",)

    def __init__(self, error: Exception) -> None:
        self.error = error


def _settle(waiting: Sequence[asyncio.Future[Any]], results: Sequence[Any]) -> None:
    for done, result in zip(waiting, results, strict=True):
        if done.done():
            continue
        if isinstance(result, _Failed):
            done.set_exception(result.error)
        else:
            done.set_result(result)
