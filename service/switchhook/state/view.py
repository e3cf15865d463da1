"""A look into a worker's state file from another process, whether the worker runs or not.

With Kafka the file is the worker's cache: it shows the partitions that this worker owned last.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from switchhook.errors import StateUnavailable
from switchhook.sqlite import connect, explain
from switchhook.state import Entry, Table


class StateView:
    """Reads; never writes. Raises StateUnavailable where there is nothing to read."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise StateUnavailable(f"there is no state at {path}: has a worker run with these settings?")
        try:
            self._connection = connect(path, read_only=True)
        except sqlite3.Error as error:
            raise StateUnavailable(explain(error, path)) from error
        self._path = path

    def entries(self, table: Table, start: str = "") -> Iterator[Entry]:
        """All entries of a table whose key begins with `start`, of every partition."""
        sql = (
            "SELECT partition, kind, key, value, version, due, expires FROM entries WHERE kind=? AND substr(key,1,?)=?"
        )
        try:
            rows = self._connection.execute(sql, (table.value, len(start), start)).fetchall()
        except sqlite3.Error as error:
            raise StateUnavailable(explain(error, self._path)) from error
        for partition, kind, *fields in rows:
            yield Entry(partition, Table(kind), *fields)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
