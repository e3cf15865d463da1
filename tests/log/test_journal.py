"""The journal: durable, ordered, bounded, never forgetting what is not handled."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchhook.errors import LogCorrupt, LogUnavailable
from switchhook.log import NewRecord
from switchhook.log.extent import Extent
from switchhook.log.journal import Journal
from switchhook.log.journal_view import JournalView

MEGABYTE = 1_048_576


def record(number: int, *, size: int = 10, received_at: float = 0.0) -> NewRecord:
    """A record that says its number."""
    return NewRecord("400", f"s-{number % 3}", b"%010d" % number + b" " * (size - 10), received_at, {"name": "n"})


def values(path: Path) -> list[int]:
    """The numbers in the journal, in order."""
    view = JournalView(path)
    try:
        return [int(one.value) for one in view.after(0, 100_000)]
    finally:
        view.close()


async def test_what_append_returned_for_can_be_read_by_others(tmp_path: Path) -> None:
    """Every field comes back, None and empty keys apart, and offsets rise by one."""
    journal = Journal(tmp_path / "journal.db", limit=MEGABYTE)
    given = [
        NewRecord("400", None, b"\x00\xff", 1.5, {}),
        NewRecord("400", "", b"", 2.5, {"name": "400-a-1-1", "source": "keeper"}),
    ]
    await journal.append(given)
    await journal.append([])
    view = JournalView(journal.path)
    read = view.after(0, 10)
    assert [one.offset for one in read] == [1, 2]
    assert [NewRecord(o.account, o.key, o.value, o.received_at, o.headers) for o in read] == given
    assert view.recent(1) == [read[1]]
    assert view.fetch(1) == read[0]
    assert view.fetch(3) is None
    view.close()
    await journal.close()


async def test_appends_keep_their_order(tmp_path: Path) -> None:
    """Records accepted one after the other lie one after the other, however they were grouped."""
    journal = Journal(tmp_path / "journal.db", limit=10 * MEGABYTE)
    waiting = []
    for number in range(0, 3_000, 3):
        waiting.append(journal.accept([record(number), record(number + 1), record(number + 2)]))
        if number % 300 == 0:
            await asyncio.sleep(0)
    await asyncio.gather(*waiting)
    assert values(journal.path) == list(range(3_000))
    assert journal.waiting_records == 3_000
    await journal.close()


async def test_an_offset_is_never_given_twice(tmp_path: Path) -> None:
    """Not even when everything was removed and the process began anew: a reader's position stays good."""
    journal = Journal(tmp_path / "journal.db", limit=MEGABYTE)
    await journal.append([record(1), record(2)])
    await journal.relayed(3)
    await journal.close()
    journal = Journal(tmp_path / "journal.db", limit=MEGABYTE)
    await journal.open()
    assert (journal.waiting_bytes, journal.waiting_records) == (0, 2)
    await journal.append([record(3)])
    view = JournalView(journal.path)
    assert [one.offset for one in view.after(0, 10)] == [3]
    view.close()
    await journal.close()


async def test_beyond_the_limit_nothing_is_accepted_and_nothing_is_lost(tmp_path: Path) -> None:
    """The limit is of unhandled bytes; handling makes room again; the message says what to do."""
    journal = Journal(tmp_path / "journal.db", limit=200_000)
    await journal.append([record(n, size=1_000) for n in range(150)])
    with pytest.raises(LogUnavailable, match=r"start the worker or mend the brokers"):
        await journal.append([record(n, size=1_000) for n in range(150, 200)])
    assert values(journal.path) == list(range(150))
    await journal.handled("g", 151)
    await journal.append([record(n, size=1_000) for n in range(150, 200)])
    assert values(journal.path) == list(range(200))
    await journal.close()


async def test_what_waits_in_line_counts_towards_the_limit(tmp_path: Path) -> None:
    """A burst within one turn of the loop cannot pass the limit together."""
    journal = Journal(tmp_path / "journal.db", limit=100_000)
    waiting = [journal.accept([record(n, size=1_000)]) for n in range(200)]
    results = await asyncio.gather(*waiting, return_exceptions=True)
    accepted = [number for number, result in enumerate(results) if isinstance(result, int)]
    assert 80 < len(accepted) < 100
    assert values(journal.path) == accepted
    await journal.close()


async def test_a_new_owner_knows_what_waits(tmp_path: Path) -> None:
    """Sizes are taken stock of at the start, with what the group had handled."""
    journal = Journal(tmp_path / "journal.db", limit=10 * MEGABYTE)
    await journal.append([record(n, size=1_000) for n in range(1_000)])
    await journal.handled("g", 501)
    await journal.close()
    journal = Journal(tmp_path / "journal.db", limit=10 * MEGABYTE)
    await journal.open("g")
    assert journal.waiting_records == 500
    assert 500 * 1_096 <= journal.waiting_bytes <= 500 * 1_096 + 65_536
    await journal.close()


async def test_only_what_is_handled_is_ever_trimmed(tmp_path: Path) -> None:
    """Age removes handled records; unhandled ones stay whatever their age."""
    journal = Journal(tmp_path / "journal.db", limit=100 * MEGABYTE)
    for number in range(10):
        await journal.append([record(number, size=60_000, received_at=float(number))])
    await journal.trim(older_than=1_000.0)
    assert values(journal.path) == list(range(10))
    await journal.handled("g", 6)
    await journal.trim(older_than=3.0)
    assert values(journal.path) == list(range(3, 10))
    await journal.trim(older_than=1_000.0)
    assert values(journal.path) == list(range(5, 10))
    await journal.close()


async def test_handled_records_make_room_before_the_disk_holds_more_than_the_limit(tmp_path: Path) -> None:
    """Kept for `events show`, they are the first to go, oldest first, when everything together passes the limit."""
    journal = Journal(tmp_path / "journal.db", limit=5 * 65_000)
    for number in range(10):
        await journal.append([record(number, size=60_000)])
        await journal.handled("g", number + 2)
    await journal.trim(older_than=-1.0)
    assert values(journal.path) == list(range(5, 10))
    await journal.close()


async def test_many_records_are_removed_in_small_steps(tmp_path: Path) -> None:
    """An append never waits for a million deletions: it gets between them."""
    journal = Journal(tmp_path / "journal.db", limit=100 * MEGABYTE)
    await journal.append([record(n) for n in range(20_000)])
    removing = asyncio.ensure_future(journal.relayed(20_001))
    await asyncio.sleep(0)
    await journal.append([record(20_000)])
    assert not removing.done()
    await removing
    assert values(journal.path) == [20_000]
    await journal.close()


async def test_one_process_owns_a_journal(tmp_path: Path) -> None:
    """A second owner is told who the first is."""
    journal = Journal(tmp_path / "journal.db", limit=MEGABYTE)
    with pytest.raises(LogUnavailable, match=r"is in use by process \d+"):
        Journal(tmp_path / "journal.db", limit=MEGABYTE)
    await journal.close()
    await Journal(tmp_path / "journal.db", limit=MEGABYTE).close()


async def test_a_damaged_journal_is_corrupt(tmp_path: Path) -> None:
    """A file that is no database is an error for a person, not for a retry."""
    (tmp_path / "journal.db").write_bytes(b"no database at all, " * 1_000)
    with pytest.raises(LogCorrupt, match=r"damaged or is no SQLite database"):
        Journal(tmp_path / "journal.db", limit=MEGABYTE)


async def test_a_full_disk_is_a_problem_until_a_write_succeeds(tmp_path: Path) -> None:
    """Appends fail with the reason, nothing of them is stored, and readiness comes back with room."""
    journal = Journal(tmp_path / "journal.db", limit=MEGABYTE)
    await journal.append([record(1)])
    await journal._store.submit(_pages(20))
    with pytest.raises(LogUnavailable, match=r"disk .* is full"):
        await journal.append([record(2, size=500_000)])
    assert journal.problem is not None
    assert journal.waiting_records == 1
    await journal._store.submit(_pages(100_000))
    await journal.probe()
    assert journal.problem is None
    await journal.append([record(2, size=500_000)])
    assert values(journal.path) == [1, 2]
    await journal.close()


def _pages(most: int):
    return lambda connection: connection.execute(f"PRAGMA max_page_count={most}").fetchone()


async def test_quarantine_keeps_apart_and_releases_in_order(tmp_path: Path) -> None:
    """What had a wrong token is no record until somebody lets it out."""
    journal = Journal(tmp_path / "journal.db", limit=MEGABYTE)
    await journal.quarantine("400-a-1-1", record(1))
    await journal.quarantine("400-a-1-1", record(2))
    await journal.quarantine("400-a-1-2", record(3))
    assert values(journal.path) == []
    view = JournalView(journal.path)
    assert [(one.id, one.name, one.size) for one in view.quarantined()] == [
        (1, "400-a-1-1", 10),
        (2, "400-a-1-1", 10),
        (3, "400-a-1-2", 10),
    ]
    rung = asyncio.Event()
    journal.on_append(rung.set)
    assert await journal.release([2, 99]) == 1
    assert rung.is_set()
    assert values(journal.path) == [2]
    assert await journal.release(None) == 2
    assert await journal.release(None) == 0
    assert values(journal.path) == [2, 1, 3]
    assert view.quarantined() == []
    assert journal.waiting_records == 3
    view.close()
    await journal.close()


async def test_quarantine_is_bounded(tmp_path: Path) -> None:
    """Wrong tokens can fill an eighth of the limit and no more; the real notifications keep their room."""
    journal = Journal(tmp_path / "journal.db", limit=80_000)
    for number in range(9):
        await journal.quarantine("400-a-1-1", record(number, size=1_000))
    with pytest.raises(LogUnavailable, match=r"quarantine list"):
        await journal.quarantine("400-a-1-1", record(9, size=1_000))
    await journal.append([record(10)])
    assert await journal.release(None) == 9
    await journal.quarantine("400-a-1-1", record(9, size=1_000))
    await journal.close()


async def test_a_killed_owner_leaves_everything_it_acknowledged(tmp_path: Path) -> None:
    """The files as they are at any moment after an append hold what was appended (a copy stands for the power cut)."""
    journal = Journal(tmp_path / "journal.db", limit=MEGABYTE)
    await journal.append([record(n) for n in range(100)])
    copies = tmp_path / "copies"
    copies.mkdir()
    for name in ("journal.db", "journal.db-wal"):
        (copies / name).write_bytes((tmp_path / name).read_bytes())
    connection = sqlite3.connect(copies / "journal.db")
    assert connection.execute("SELECT count(*) FROM records").fetchone() == (100,)
    connection.close()
    await journal.close()


@given(
    st.lists(st.tuples(st.integers(1, 9).map(lambda n: n * 7_000), st.integers(0, 3)), max_size=30),
    st.integers(0, 300_000),
    st.integers(0, 12),
    st.data(),
)
def test_sizes_are_never_too_small_and_less_than_a_chunk_too_large(
    sizes: list[tuple[int, int]], surplus: int, age: int, data: st.DataObject
) -> None:
    """The estimate can delay trimming, never allow more than the limit, and is exact when nothing is left."""
    dropped = data.draw(st.integers(0, len(sizes) + 1))
    extent, received, moment = Extent(), [], 0
    for offset, (size, later) in enumerate(sizes, start=1):
        moment += later
        received.append((offset, size, moment))
        extent.add(offset, size, float(moment))
    extent.drop_before(dropped)
    true = sum(size for offset, size, _ in received if offset >= dropped)
    assert true <= extent.size < true + 65_536
    extent.drop_before(len(sizes) + 1 if dropped > len(sizes) else dropped)
    end = extent.end_of(older_than=float(age), surplus=surplus)
    taken = [(offset, size, at) for offset, size, at in received if dropped <= offset < end]
    if taken:
        *before, (_, _, newest) = taken
        assert newest < age or sum(size for _, size, _ in before) - 65_536 < surplus
    if dropped > len(sizes):
        assert extent.size == 0
