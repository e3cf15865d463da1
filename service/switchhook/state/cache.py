"""The file in which state is read that lives in a topic: filled quickly, and good for the next start as well.

Beside what the topic said stands how far it was followed (a `Place`), written in the same transaction: whoever starts
on the file reads the topic from there on. Nothing waits for an fsync: what a power cut takes was read once more.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from switchhook.clock import Clock
from switchhook.errors import StateCorrupt
from switchhook.log.compacted import KeyedRecord
from switchhook.state import Delete, Put, Table
from switchhook.state.sqlite import SqliteState, apply_changes, delete_rows, put_rows

_SCHEMA = """
PRAGMA synchronous=NORMAL;
CREATE TABLE IF NOT EXISTS places (
  partition INTEGER PRIMARY KEY, owner TEXT NOT NULL, owned INTEGER NOT NULL, claim INTEGER NOT NULL,
  next INTEGER NOT NULL, moment REAL NOT NULL);
"""
_TIDY = """
DELETE FROM places WHERE abs({now} - moment) >= {fresh};
DELETE FROM entries WHERE partition NOT IN (SELECT partition FROM places);
"""
_SEPARATOR = "\t"
_SWEPT_AT_ONCE = 5_000
_FRESH = 43_200.0
"""Seconds for which a place can be gone on from: half the time that a topic keeps the news of a removal."""


class Place(NamedTuple):
    """How far a partition of the topic was followed: everything before `next`, at `moment` (seconds since 1970).

    `owner` is the key of the confirmation by which it was ours then, `owned` its offset; `claim` the offset of the
    newest claim confirmed before `next`.
    """

    owner: str
    owned: int
    claim: int
    next: int
    moment: float


class StateCache(SqliteState):
    """Belongs to one process at a time; its truth is elsewhere."""

    def __init__(self, path: Path, clock: Clock) -> None:
        """Open the file, or begin anew if there is none, or one that is damaged. Raises StateUnavailable.

        What nobody can go on from any more is removed (`place` says the same of it): partitions that have gone to other
        workers would stay for ever, past the time for which anything is kept.
        """
        tidy = _TIDY.format(now=repr(clock.now().timestamp()), fresh=_FRESH)
        try:
            super().__init__(path, clock, more=_SCHEMA + tidy)
        except StateCorrupt:
            for suffix in ("", "-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            super().__init__(path, clock, more=_SCHEMA)

    def place(self, partition: int) -> Place | None:
        """How far the partition was followed; None if that is unknown, or too long ago to go on from."""
        for row in self._read("SELECT owner, owned, claim, next, moment FROM places WHERE partition=?", (partition,)):
            found = Place(*row)
            if abs(self._clock.now().timestamp() - found.moment) < _FRESH:
                return found
        return None

    async def clear(self, partition: int) -> None:
        """Remove everything of a partition."""
        await self._write(partial(_clear, partition))

    async def fill(self, partition: int, latest: Mapping[str, KeyedRecord]) -> None:
        """Take what the topic says: records of the partition by their keys there (see `named`)."""
        await self._write(partial(_fill, partition, latest))

    async def follow(self, partition: int, changes: Sequence[Put | Delete], place: Place | None) -> None:
        """Make changes that stand in the topic, which is followed as far as `place` now; None: nobody knows how far."""
        await self._write(partial(_follow, partition, changes, place))

    def expired(self, partition: int, now: float) -> Sequence[Delete]:
        """The changes that remove some of what has expired in a partition; none when nothing has (any more)."""
        rows = self._read(
            "SELECT kind, key FROM entries WHERE partition=? AND expires<=? LIMIT ?", (partition, now, _SWEPT_AT_ONCE)
        )
        return [Delete(partition, Table(kind), key) for kind, key in rows]


def name_of(table: Table, key: str) -> str:
    """The key that an entry has in the topic."""
    return f"{table.value}{_SEPARATOR}{key}"


def named(name: str) -> tuple[str, str]:
    """The table and key of an entry from its key in the topic."""
    table, _, key = name.partition(_SEPARATOR)
    return table, key


def _clear(partition: int, connection: sqlite3.Connection) -> int:
    connection.execute("DELETE FROM places WHERE partition=?", (partition,))
    return connection.execute("DELETE FROM entries WHERE partition=?", (partition,)).rowcount


def _fill(partition: int, latest: Mapping[str, KeyedRecord], connection: sqlite3.Connection) -> int:
    """In the order of the keys, in which SQLite is quickest."""
    puts, gone = [], []
    for name in sorted(latest):
        _, value, _, due, expires, _ = latest[name]
        if value is None:
            gone.append((partition, *named(name)))
        else:
            puts.append((partition, *named(name), value, due, expires))
    put_rows(puts, connection)
    delete_rows(gone, connection)
    return len(latest)


def _follow(
    partition: int, changes: Sequence[Put | Delete], place: Place | None, connection: sqlite3.Connection
) -> int:
    if place is None:
        connection.execute("DELETE FROM places WHERE partition=?", (partition,))
    else:
        connection.execute("INSERT OR REPLACE INTO places VALUES (?,?,?,?,?,?)", (partition, *place))
    return apply_changes(changes, connection)
