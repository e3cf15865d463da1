"""A journal as others see it: read-only, whether its owner runs or not."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

from switchhook.errors import LogCorrupt, LogUnavailable
from switchhook.log import Record
from switchhook.sqlite import connect, explain, is_corrupt

PARTITION = 0
"""The only one the embedded log has."""

_SELECT = 'SELECT "offset", account, key, value, received_at, headers FROM records '
_MOST_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A request that came to an address of ours with another token."""

    id: int
    name: str
    received_at: float
    size: int
    key: str | None


@contextmanager
def as_log_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite raises inside the block into LogCorrupt or LogUnavailable, in words."""
    try:
        yield
    except sqlite3.Error as error:
        raise log_error(error, path) from error
    except OSError as error:
        raise LogUnavailable(explain(error, path)) from error


def log_error(error: sqlite3.Error, path: Path) -> LogCorrupt | LogUnavailable:
    """The error of the log for an error of SQLite."""
    return (LogCorrupt if is_corrupt(error) else LogUnavailable)(explain(error, path))


class JournalView:
    """Reads a journal; one that nobody made yet is empty. Every method raises LogUnavailable, LogCorrupt."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: sqlite3.Connection | None = None

    def _rows(self, statement: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        with as_log_errors(self.path):
            if self._connection is None:
                if not self.path.exists():
                    return
                self._connection = connect(self.path, read_only=True)
            cursor = self._connection.execute(statement, values)
            try:
                yield from cursor
            finally:
                cursor.close()

    def identity(self) -> str | None:
        """What tells this journal from one that was begun anew in its place; None before it is made."""
        rows = self._rows("SELECT value FROM about WHERE name = 'identity'")
        return next((str(value) for (value,) in rows), None)

    def handled(self, group: str) -> int:
        """The offset before which everything is known to be handled by `group`."""
        rows = self._rows("SELECT next FROM handled WHERE member = ?", (group,))
        return next((int(value) for (value,) in rows), 0)

    def after(self, offset: int, limit: int) -> list[Record]:
        """Records from `offset` on: at most `limit`, and at most a few MB."""
        records, size = [], 0
        for row in self._rows(_SELECT + 'WHERE "offset" >= ? ORDER BY "offset" LIMIT ?', (offset, limit)):
            record = _record(row)
            records.append(record)
            size += len(record.value)
            if size >= _MOST_BYTES:
                break
        return records

    def fetch(self, offset: int) -> Record | None:
        """One record."""
        return next(map(_record, self._rows(_SELECT + 'WHERE "offset" = ?', (offset,))), None)

    def recent(self, limit: int) -> list[Record]:
        """The newest records, newest first."""
        return list(map(_record, self._rows(_SELECT + 'ORDER BY "offset" DESC LIMIT ?', (limit,))))

    def quarantined(self) -> list[Quarantined]:
        """What is in quarantine, oldest first."""
        rows = self._rows("SELECT id, name, received_at, length(value), key FROM quarantine ORDER BY id")
        return [Quarantined(*row) for row in rows]

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _record(row: tuple[Any, ...]) -> Record:
    offset, account, key, value, received_at, headers = row
    return Record(PARTITION, offset, account, key, value, received_at, _headers(headers or "{}"))


@lru_cache(maxsize=100)
def _headers(text: bytes | str) -> Mapping[str, str]:
    """Nearly all records of a subscription have the same ones."""
    headers: Mapping[str, str] = orjson.loads(text)
    return headers
