"""How far a group has come in a journal: the worker's own small file, which the ingress reads."""

from __future__ import annotations

import sqlite3
from functools import partial
from pathlib import Path

from switchhook.log.journal_view import as_log_errors, log_error
from switchhook.sqlite import GroupCommit, OwnerLock, connect

_SCHEMA = """
CREATE TABLE IF NOT EXISTS offsets (
    journal TEXT, member TEXT, next INTEGER NOT NULL, PRIMARY KEY (journal, member)) WITHOUT ROWID;
"""


def offsets_of(state: Path) -> Path:
    """Where a worker keeps its offsets: beside its state, so that one volume holds both."""
    return state.with_name("offsets.db")


class Offsets:
    """The one writer: held by the worker as long as it reads."""

    def __init__(self, path: Path) -> None:
        """Raises LogUnavailable if another worker holds it, LogCorrupt."""
        self.path = path
        self._lock = OwnerLock(path)
        with as_log_errors(path):
            self._lock.acquire()
            try:
                self._store = GroupCommit(path, schema=_SCHEMA)
            except BaseException:
                self._lock.release()
                raise

    async def commit(self, journal: str, group: str, offset: int) -> None:
        """Remember the next offset to read. Raises LogUnavailable, LogCorrupt."""
        try:
            await self._store.submit(partial(_put, journal, group, offset))
        except sqlite3.Error as error:
            raise log_error(error, self.path) from error

    async def close(self) -> None:
        """Finish, then let go."""
        await self._store.close()
        self._lock.release()


def _put(journal: str, group: str, offset: int, connection: sqlite3.Connection) -> None:
    connection.execute("INSERT OR REPLACE INTO offsets VALUES (?, ?, ?)", (journal, group, offset))


def committed(path: Path, journal: str, group: str) -> int | None:
    """What `group` last committed for the journal of that identity; None if nothing. Raises LogUnavailable, LogCorrupt.

    A journal that was lost and begun anew has another identity: offsets of the old one say nothing about it.
    """
    if not path.exists():
        return None
    with as_log_errors(path):
        connection = connect(path, read_only=True)
        try:
            row = connection.execute("SELECT next FROM offsets WHERE journal = ? AND member = ?", (journal, group))
            found = row.fetchone()
        finally:
            connection.close()
    return int(found[0]) if found else None


def other_journal(path: Path, journal: str, group: str) -> float | None:
    """If `group` never read this journal but read another: when it last committed (seconds since 1970), else None.

    Then the other one was lost. Raises LogUnavailable, LogCorrupt.
    """
    if not path.exists():
        return None
    with as_log_errors(path):
        connection = connect(path, read_only=True)
        try:
            journals = {
                name for (name,) in connection.execute("SELECT journal FROM offsets WHERE member = ?", (group,))
            }
        finally:
            connection.close()
        if not journals or journal in journals:
            return None
        written = path.with_name(path.name + "-wal")
        return max(one.stat().st_mtime for one in (path, written) if one.exists())
