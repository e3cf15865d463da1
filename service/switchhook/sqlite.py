"""SQLite the way the journal and the state store both need it: durable, one writer thread, group commit."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open a file with WAL, `synchronous=FULL`, a busy timeout and foreign keys; autocommit.

    Raises sqlite3.Error; the caller says which part of Switchhook is affected.
    """
    raise NotImplementedError


class OwnerLock:
    """An advisory lock beside a database file: one process writes it. `owner` names the holder in the error."""

    def __init__(self, path: Path) -> None:
        raise NotImplementedError

    def acquire(self) -> None:
        """Raises BlockingIOError naming the process that holds it."""
        raise NotImplementedError

    def release(self) -> None:
        """Let go."""
        raise NotImplementedError


class GroupCommit:
    """One writer thread: jobs submitted while a transaction is being synced share the next one, in order.

    A job runs inside the transaction; its return value becomes the result of `submit` once the commit is durable.
    A job that raises is rolled back alone (savepoint) and fails alone; a commit that fails, fails every job in it.
    """

    def __init__(self, path: Path, *, schema: str, most: int = 1_000) -> None:
        raise NotImplementedError

    async def submit(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run `job` in the next transaction; return when it is durable. Raises sqlite3.Error, or what it raised."""
        raise NotImplementedError

    async def close(self) -> None:
        """Finish what was submitted, then close."""
        raise NotImplementedError
