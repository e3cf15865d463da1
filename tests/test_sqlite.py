"""SQLite for the journal and the state store: group commit, isolation of jobs, locks, errors in words."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from switchhook.sqlite import GroupCommit, OwnerLock, connect, explain, is_corrupt

SCHEMA = "CREATE TABLE IF NOT EXISTS kept (value INTEGER PRIMARY KEY)"


def _insert(value: int):
    def job(connection: sqlite3.Connection) -> int:
        connection.execute("INSERT INTO kept VALUES (?)", (value,))
        return value

    return job


def _open_to_others(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode & 0o077 for path in folder.iterdir()}


def _values(path: Path) -> list[int]:
    connection = connect(path, read_only=True)
    try:
        return [value for (value,) in connection.execute("SELECT value FROM kept ORDER BY value")]
    finally:
        connection.close()


async def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    """Neither the file nor what SQLite puts beside it."""
    group = GroupCommit(tmp_path / "file.db", schema=SCHEMA)
    await group.submit(_insert(1))
    assert _open_to_others(tmp_path) == {"file.db": 0, "file.db-wal": 0, "file.db-shm": 0}
    await group.close()


async def test_what_submit_returned_for_is_committed(tmp_path: Path) -> None:
    """Another connection sees it at once, in order, and the job's value comes back."""
    group = GroupCommit(tmp_path / "a" / "file.db", schema=SCHEMA)
    assert await group.submit(_insert(1)) == 1
    assert _values(group.path) == [1]
    assert await asyncio.gather(*(group.submit(_insert(n)) for n in range(2, 500))) == list(range(2, 500))
    assert _values(group.path) == list(range(1, 500))
    await group.close()


async def test_a_new_file_appears_with_its_schema(tmp_path: Path) -> None:
    """Who looks while it is made sees no file or all tables: a schema that fails half way leaves nothing to read."""
    path = tmp_path / "file.db"
    with pytest.raises(sqlite3.OperationalError):
        GroupCommit(path, schema=SCHEMA + "; CREATE TABLE kept (other TEXT)")
    assert not path.exists()
    group = GroupCommit(path, schema=SCHEMA)
    assert _values(path) == []
    await group.close()


async def test_jobs_that_wait_share_one_transaction(tmp_path: Path) -> None:
    """A thousand jobs cost a handful of commits, not a thousand; `most` bounds one transaction."""
    group = GroupCommit(tmp_path / "file.db", schema=SCHEMA, most=100)
    seen: list[int] = []

    def job(connection: sqlite3.Connection) -> None:
        if not connection.total_changes or not seen:
            seen.append(0)
        seen[-1] += 1
        connection.execute("INSERT INTO kept VALUES (?)", (len(seen) * 1_000 + seen[-1],))

    def begins(connection: sqlite3.Connection) -> None:
        connection.set_trace_callback(lambda text: seen.append(0) if text.startswith("BEGIN") else None)

    await group.submit(begins)
    await asyncio.gather(*(group.submit(job) for _ in range(1_000)))
    await group.close()
    assert sum(seen) == 1_000
    assert max(seen) == 100
    assert len(seen) <= 12


async def test_a_job_that_raises_fails_alone(tmp_path: Path) -> None:
    """Its neighbours in the transaction are stored, its own traces are not."""
    group = GroupCommit(tmp_path / "file.db", schema=SCHEMA)

    def bad(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO kept VALUES (99)")
        raise LookupError("no")

    waiting = [group.submit(_insert(1)), group.submit(bad), group.submit(_insert(1)), group.submit(_insert(2))]
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert results[0] == 1
    assert isinstance(results[1], LookupError)
    assert isinstance(results[2], sqlite3.IntegrityError)
    assert results[3] == 2
    assert _values(group.path) == [1, 2]
    await group.close()


async def test_a_commit_that_fails_fails_every_job_in_it(tmp_path: Path) -> None:
    """Deferred constraints fail at the commit: nobody is told that anything was stored."""
    schema = """CREATE TABLE IF NOT EXISTS kept (value INTEGER PRIMARY KEY);
        CREATE TABLE IF NOT EXISTS child (value INTEGER REFERENCES kept DEFERRABLE INITIALLY DEFERRED);"""
    group = GroupCommit(tmp_path / "file.db", schema=schema)

    def orphan(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO child VALUES (7)")

    waiting = [group.submit(_insert(1)), group.submit(orphan)]
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(result) for result in results] == [sqlite3.IntegrityError] * 2
    assert _values(group.path) == []
    assert await group.submit(_insert(3)) == 3
    await group.close()


async def test_close_finishes_what_was_submitted(tmp_path: Path) -> None:
    """Nothing accepted is dropped; afterwards nothing is accepted."""
    group = GroupCommit(tmp_path / "file.db", schema=SCHEMA)
    waiting = [group.submit(_insert(n)) for n in range(50)]
    await group.close()
    await group.close()
    assert await asyncio.gather(*waiting) == list(range(50))
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        await group.submit(_insert(51))


async def test_a_caller_that_stops_waiting_stops_nobody(tmp_path: Path) -> None:
    """A cancelled wait leaves its job and its neighbours alone."""
    group = GroupCommit(tmp_path / "file.db", schema=SCHEMA)
    gone, stays = group.submit(_insert(1)), group.submit(_insert(2))
    gone.cancel()
    assert await stays == 2
    assert _values(group.path) == [1, 2]
    await group.close()


async def test_a_full_disk_fails_the_write_and_nothing_after_it(tmp_path: Path) -> None:
    """The error is SQLite's, says what to do, and once there is room the same object writes again."""
    group = GroupCommit(tmp_path / "file.db", schema="CREATE TABLE IF NOT EXISTS kept (value INTEGER, data BLOB)")
    await group.submit(lambda connection: connection.execute("PRAGMA max_page_count=10").fetchone())

    def large(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO kept VALUES (1, zeroblob(100000))")

    waiting = [group.submit(large), group.submit(large)]
    for error in await asyncio.gather(*waiting, return_exceptions=True):
        assert isinstance(error, sqlite3.OperationalError)
        assert "is full: free some space" in explain(error, group.path)
        assert not is_corrupt(error)
    await group.submit(lambda connection: connection.execute("PRAGMA max_page_count=1000").fetchone())
    await group.submit(large)
    assert _values(group.path) == [1]
    await group.close()


def test_a_file_that_is_no_database_says_so(tmp_path: Path) -> None:
    """The message names the file and the remedy, and the caller can tell that trying again is useless."""
    path = tmp_path / "file.db"
    path.write_bytes(b"this is not a database, " * 100)
    with pytest.raises(sqlite3.DatabaseError) as caught:
        GroupCommit(path, schema=SCHEMA)
    assert is_corrupt(caught.value)
    assert "is damaged or is no SQLite database" in explain(caught.value, path)


def test_a_read_only_connection_cannot_write(tmp_path: Path) -> None:
    """The worker reads the journal and can never harm it."""
    path = tmp_path / "file.db"
    with pytest.raises(sqlite3.OperationalError) as missing:
        connect(path, read_only=True)
    assert "cannot be opened" in explain(missing.value, path)
    owner = connect(path)
    owner.execute(SCHEMA)
    reader = connect(path, read_only=True)
    with pytest.raises(sqlite3.OperationalError) as caught:
        reader.execute("INSERT INTO kept VALUES (1)")
    assert "is read-only" in explain(caught.value, path)
    reader.close()
    owner.close()


def test_connections_are_as_durable_as_promised(tmp_path: Path) -> None:
    """WAL and synchronous=FULL: a commit is one fsync, and it is made."""
    connection = connect(tmp_path / "file.db")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    connection.close()


def test_an_owner_lock_is_held_by_one_process_and_names_it(tmp_path: Path) -> None:
    """Another process gets an error that says who; when the holder is gone, the lock is free."""
    lock = OwnerLock(tmp_path / "file.db")
    lock.acquire()
    code = (
        "import sys\nfrom pathlib import Path\nfrom switchhook.sqlite import OwnerLock\n"
        "try: OwnerLock(Path(sys.argv[1])).acquire()\n"
        "except BlockingIOError as error: print(error); sys.exit(3)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "file.db")]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert refused.returncode == 3
    assert f"{tmp_path / 'file.db'} is in use by {lock.owner}" in refused.stdout
    assert lock.owner.startswith("process ")
    with pytest.raises(BlockingIOError):
        OwnerLock(tmp_path / "file.db").acquire()
    lock.release()
    lock.release()
    assert subprocess.run(command, check=False).returncode == 0
    lock.acquire()
    lock.release()
