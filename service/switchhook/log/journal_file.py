"""The journal's file: its tables, and what is done to them inside a transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import orjson

SCHEMA = """
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
INSERT OR IGNORE INTO about VALUES ('identity', lower(hex(randomblob(16))));
CREATE TABLE IF NOT EXISTS records (
    "offset" INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice, also when everything was removed
    account TEXT NOT NULL, key TEXT, value BLOB NOT NULL, received_at REAL NOT NULL, headers BLOB);
CREATE TABLE IF NOT EXISTS quarantine (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL,
    account TEXT NOT NULL, key TEXT, value BLOB NOT NULL, received_at REAL NOT NULL, headers BLOB);
CREATE TABLE IF NOT EXISTS handled (member TEXT PRIMARY KEY, next INTEGER NOT NULL) WITHOUT ROWID;
"""
ROW_BYTES = 96
"""What a record takes beside its value, roughly: account, key, headers, offset, and SQLite's own."""
_INSERT_AT_ONCE = 64
_DELETE_AT_ONCE = 2_000

Row = tuple[str, str | None, bytes, float, bytes | None]
"""account, key, value, received_at, headers (JSON)."""


def insert(rows: Sequence[Row], connection: sqlite3.Connection) -> int:
    """One statement for many rows: each statement costs the thread a fight for the interpreter lock."""
    last = 0
    for start in range(0, len(rows), _INSERT_AT_ONCE):
        some = rows[start : start + _INSERT_AT_ONCE]
        values = [value for row in some for value in row]
        statement = _INSERT + ",(?,?,?,?,?)" * (len(some) - 1)
        last = connection.execute(statement, values).lastrowid or 0
    return last


_INSERT = "INSERT INTO records (account, key, value, received_at, headers) VALUES (?,?,?,?,?)"


def quarantine(row: tuple[object, ...], connection: sqlite3.Connection) -> None:
    """Keep one: name and the fields of a Row."""
    connection.execute(
        "INSERT INTO quarantine (name, account, key, value, received_at, headers) VALUES (?,?,?,?,?,?)", row
    )


def mark(group: str, offset: int, connection: sqlite3.Connection) -> None:
    """Note that a group has handled everything before an offset."""
    connection.execute("INSERT OR REPLACE INTO handled VALUES (?, ?)", (group, offset))


def remove(before: int, connection: sqlite3.Connection) -> bool:
    """Some of them, so that nobody's append waits for a million. Whether none is left."""
    first = connection.execute('SELECT min("offset") FROM records').fetchone()[0]
    if first is None or first >= before:
        return True
    end = min(first + _DELETE_AT_ONCE, before)
    connection.execute('DELETE FROM records WHERE "offset" < ?', (end,))
    return bool(end == before)


ACCOUNT = "account:"


def remember(name: str, value: float, connection: sqlite3.Connection) -> None:
    """Keep a fact about the owner."""
    connection.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (name, value))


def remembered(connection: sqlite3.Connection) -> tuple[float | None, frozenset[str]]:
    """When an owner was last alive, and the accounts of which it took notifications."""
    alive = connection.execute("SELECT value FROM about WHERE name = 'alive'").fetchone()
    names = connection.execute("SELECT name FROM about WHERE name GLOB 'account:*'").fetchall()
    return alive[0] if alive else None, frozenset(name.removeprefix(ACCOUNT) for (name,) in names)


def probe(connection: sqlite3.Connection) -> None:
    """Write something that nobody reads."""
    connection.execute("INSERT OR REPLACE INTO about VALUES ('probe', randomblob(8))")


_SIZES = 'SELECT max("offset"), sum(length(value) + ?), max(received_at) FROM records GROUP BY "offset" / 32'


def take_stock(group: str, connection: sqlite3.Connection) -> tuple[int, list[tuple[int, int, float]], int, int]:
    """What the group has handled; last offset, bytes and newest receipt of every 32 records; bytes in quarantine; the
    last offset ever given.
    """
    handled = connection.execute("SELECT next FROM handled WHERE member = ?", (group,)).fetchone()
    rows = connection.execute(
        'SELECT max("offset"), sum(length(value) + ?), max(received_at) FROM records GROUP BY "offset" / 32',
        (ROW_BYTES,),
    ).fetchall()
    quarantined = connection.execute("SELECT sum(length(value) + ?) FROM quarantine", (ROW_BYTES,)).fetchone()
    last = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'records'").fetchone()
    return handled[0] if handled else 0, rows, quarantined[0] or 0, last[0] if last else 0


_COUNT = """SELECT count(*), coalesce(sum(length(value) + ?2), 0) FROM quarantine
    WHERE ?1 IS NULL OR id IN (SELECT value FROM json_each(?1))"""
_MOVE = """INSERT INTO records (account, key, value, received_at, headers)
    SELECT account, key, value, received_at, headers FROM quarantine
    WHERE ?1 IS NULL OR id IN (SELECT value FROM json_each(?1)) ORDER BY id"""
_FORGET = "DELETE FROM quarantine WHERE ?1 IS NULL OR id IN (SELECT value FROM json_each(?1))"


def release(ids: Sequence[int] | None, connection: sqlite3.Connection) -> tuple[int, int, int]:
    """Move quarantined rows (None: all) to the records. How many, how many bytes, and the last offset."""
    chosen = None if ids is None else orjson.dumps(list(ids)).decode()
    count, size = connection.execute(_COUNT, (chosen, ROW_BYTES)).fetchone()
    last = connection.execute(_MOVE, (chosen,)).lastrowid
    connection.execute(_FORGET, (chosen,))
    return count, size, last or 0
