"""The embedded log beyond the contract: bell, door, one reader, lost files, long paths."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import pytest

from switchhook.clock import ManualClock, settle
from switchhook.errors import LogUnavailable
from switchhook.log import Assigned, Batch, NewRecord, Nothing, Reader
from switchhook.log.journal import Journal
from switchhook.log.local import ask
from switchhook.log.offsets import committed
from switchhook.log.sqlite import SqliteLog, door_of

from .conftest import embedded_log


def record(number: int) -> NewRecord:
    """A record that says its number."""
    return NewRecord("400", "k", b"%d" % number, float(number))


async def begun(reader: Reader) -> None:
    """Take the assignment."""
    assert isinstance(await reader.next(0.0), Assigned)


def _lose(folder: Path, pattern: str) -> None:
    for path in folder.glob(pattern):
        path.unlink()


async def test_the_bell_wakes_the_reader_and_silence_is_survived(tmp_path: Path) -> None:
    """With a clock that stands still only the bell can wake it; without a bell the next look finds the record."""
    clock = ManualClock()
    async with embedded_log(tmp_path) as both:
        log = SqliteLog(both.journal.path, both.offsets, clock=clock)
        async with log.read("group") as reader:
            await begun(reader)
            waiting = asyncio.ensure_future(reader.next(60.0))
            await settle()
            await both.journal.append([record(1)])
            assert isinstance(await waiting, Batch)
            both.journal._listeners.clear()
            waiting = asyncio.ensure_future(reader.next(60.0))
            await both.journal.append([record(2)])
            assert not waiting.done()
            await clock.advance(0.5)
            assert isinstance(await waiting, Batch)
            waiting = asyncio.ensure_future(reader.next(1.0))
            await clock.advance(1.0)
            assert await waiting == Nothing()


async def test_a_reader_may_begin_before_there_is_a_journal(tmp_path: Path) -> None:
    """Whichever process starts first, nothing is missed."""
    log = SqliteLog(tmp_path / "journal.db", tmp_path / "offsets.db")
    assert await log.recent(5) == []
    async with log.read("group") as reader:
        await begun(reader)
        assert await reader.next(0.0) == Nothing()
        assert not await reader.commit(1, {0: 5})
        journal = Journal(tmp_path / "journal.db", limit=1_000_000)
        await journal.append([record(1)])
        assert isinstance(await reader.next(5.0), Batch)
        await journal.close()
    await log.close()


async def test_one_worker_reads(tmp_path: Path) -> None:
    """A second one is told who the first is."""
    async with embedded_log(tmp_path) as both, both.log.read("group"):
        with pytest.raises(LogUnavailable, match=r"offsets.db is in use by process"):
            async with both.log.read("group"):
                pass


async def test_lost_offsets_are_replaced_by_what_the_ingress_knows(tmp_path: Path) -> None:
    """A week of handled records is not handled again because a small file is gone."""
    async with embedded_log(tmp_path) as both:
        now = time.time()
        await both.log.append([replace(record(n), received_at=now) for n in range(10)])
        async with both.log.read("group") as reader:
            await begun(reader)
            await reader.next(5.0)
            await reader.commit(1, {0: 8})
        await both.embedded.look()
        assert len(await both.log.recent(20)) == 10, "handled records are kept for a while"
        _lose(tmp_path, "offsets.db*")
        async with both.log.read("group") as reader:
            await begun(reader)
            batch = await reader.next(5.0)
            assert isinstance(batch, Batch)
            assert [one.offset for one in batch.records] == [8, 9, 10]


async def test_a_journal_begun_anew_is_read_from_its_beginning(tmp_path: Path) -> None:
    """Offsets of the lost one say nothing about it."""
    async with embedded_log(tmp_path) as both:
        await both.log.append([record(n) for n in range(10)])
        async with both.log.read("group") as reader:
            await begun(reader)
            await reader.next(5.0)
            await reader.commit(1, {0: 11})
    _lose(tmp_path, "journal.db*")
    async with embedded_log(tmp_path) as both:
        await both.log.append([record(100)])
        async with both.log.read("group") as reader:
            await begun(reader)
            batch = await reader.next(5.0)
            assert isinstance(batch, Batch)
            assert [one.value for one in batch.records] == [b"100"]


async def test_the_ingress_follows_commits_and_trims(tmp_path: Path) -> None:
    """What the worker committed no longer counts as waiting; what is older than asked goes."""
    async with embedded_log(tmp_path) as both:
        await both.log.append([record(n) for n in range(10)])
        assert both.journal.waiting_records == 10
        async with both.log.read("group") as reader:
            await begun(reader)
            await reader.next(5.0)
            await reader.commit(1, {0: 11})
        assert committed(both.offsets, "other", "group") is None
        await both.embedded.look()
        assert (both.journal.waiting_records, both.journal.waiting_bytes) == (0, 0)
        assert await both.log.recent(5) == []


async def test_without_an_ingress_an_append_says_so(tmp_path: Path) -> None:
    """The worker's keeper tries again later; nothing is written behind the owner's back."""
    log = SqliteLog(tmp_path / "journal.db", tmp_path / "offsets.db")
    with pytest.raises(LogUnavailable, match=r"is it running"):
        await log.append([record(1)])
    await log.close()


async def test_the_door_refuses_what_it_does_not_understand(tmp_path: Path) -> None:
    """Another version, or a stranger with the same user: an error, no crash, and the door stays open."""
    async with embedded_log(tmp_path, limit=5_000) as both:
        door = door_of(both.journal.path)
        for request in ({}, {"append": [1]}, {"append": [["400", 7, "", 0.0, {}]]}, {"release": "all"}):
            with pytest.raises(LogUnavailable, match=r"one version"):
                await ask(door, request)
        reader, writer = await asyncio.open_unix_connection(str(door))
        writer.write(b"\xff\xff\xff\xffnonsense")
        assert await reader.read() == b""
        writer.close()
        with pytest.raises(LogUnavailable, match=r"journal_limit"):
            await both.log.append([record(n) for n in range(100)])
        await both.log.append([record(1)])
        assert await ask(door, {"release": None}) == {"released": 0}


async def test_paths_longer_than_a_socket_allows_work(tmp_path: Path) -> None:
    """A socket's address holds about a hundred bytes; a path may be longer."""
    folder = tmp_path / ("a" * 90) / ("b" * 90)
    async with embedded_log(folder) as both, both.log.read("group") as reader:
        await begun(reader)
        await both.log.append([record(1)])
        assert isinstance(await reader.next(5.0), Batch)
