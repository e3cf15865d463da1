"""The relay: in order, once, patient, and no record leaves the journal before the log has it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from switchhook.clock import ManualClock, settle
from switchhook.errors import LogUnavailable
from switchhook.ingress.relay import Relay
from switchhook.log import NewRecord
from switchhook.log.journal import Journal
from switchhook.log.journal_view import JournalView


class ModelLog:
    """A log in memory that answers when the test lets it."""

    def __init__(self) -> None:
        self.stored: list[int] = []
        self.open = asyncio.Event()
        self.open.set()
        self.refusals = 0
        self.asked = asyncio.Event()

    async def append(self, records: Sequence[NewRecord]) -> None:
        self.asked.set()
        await self.open.wait()
        if self.refusals:
            self.refusals -= 1
            raise LogUnavailable("not now")
        self.stored += [int(one.value) for one in records]


def record(number: int) -> NewRecord:
    """A record that says its number."""
    return NewRecord("400", "k", b"%d" % number, float(number), {"name": "n"})


class Bench:
    """A journal, a log and the relay between them."""

    def __init__(self, journal: Journal, log: ModelLog, clock: ManualClock) -> None:
        self.journal = journal
        self.log = log
        self.clock = clock
        self.relay = Relay(journal, log, clock=clock)

    def left(self) -> list[int]:
        """What is still in the journal."""
        view = JournalView(self.journal.path)
        try:
            return [int(one.value) for one in view.after(0, 10_000)]
        finally:
            view.close()

    async def until(self, true) -> None:
        """Return when `true()`; time goes on meanwhile. Each look waits for the disk, which may be busy."""
        async with asyncio.timeout(60):
            while not true():
                await self.journal.probe()
                await self.clock.advance(0.1)


@asynccontextmanager
async def bench(folder: Path, log: ModelLog | None = None) -> AsyncIterator[Bench]:
    """Everything running."""
    journal = Journal(folder / "journal.db", limit=10_000_000)
    await journal.open()
    made = Bench(journal, log or ModelLog(), ManualClock())
    running = asyncio.ensure_future(made.relay.run())
    try:
        yield made
    finally:
        running.cancel()
        await asyncio.wait({running})
        await journal.close()


async def test_everything_is_relayed_in_order_and_leaves_the_journal(tmp_path: Path) -> None:
    """What was there before, and what comes while it works."""
    journal = Journal(tmp_path / "journal.db", limit=10_000_000)
    await journal.append([record(n) for n in range(1_200)])
    await journal.close()
    async with bench(tmp_path) as at:
        await at.journal.append([record(n) for n in range(1_200, 1_300)])
        await at.until(lambda: len(at.log.stored) == 1_300)
        assert at.log.stored == list(range(1_300))
        await at.until(lambda: (at.journal.waiting_records, at.journal.waiting_bytes) == (0, 0))
        assert at.left() == []


async def test_nothing_leaves_the_journal_before_the_log_has_it(tmp_path: Path) -> None:
    """While the log does not answer, everything waits; afterwards it goes on, in order, nothing twice."""
    async with bench(tmp_path) as at:
        at.log.open.clear()
        await at.journal.append([record(0)])
        await at.log.asked.wait()
        await at.journal.append([record(n) for n in range(1, 10)])
        assert at.left() == list(range(10))
        assert at.journal.waiting_records == 10
        at.log.open.set()
        await at.until(lambda: at.log.stored == list(range(10)))
        await at.until(lambda: not at.left())


async def test_a_refusal_is_tried_again(tmp_path: Path) -> None:
    """Once a second, until it works; what was refused comes before what came later."""
    async with bench(tmp_path) as at:
        at.log.refusals = 3
        await at.journal.append([record(0)])
        await at.log.asked.wait()
        await at.journal.append([record(1)])
        assert at.log.stored == []
        for _ in range(3):
            await settle()
            await at.clock.advance(1.0)
        await at.until(lambda: at.log.stored == [0, 1])


async def test_a_relay_begun_anew_goes_on_where_the_log_acknowledged(tmp_path: Path) -> None:
    """After a restart only what was not removed yet is relayed."""
    log = ModelLog()
    async with bench(tmp_path, log) as at:
        await at.journal.append([record(0), record(1)])
        await at.until(lambda: not at.left())
    async with bench(tmp_path, log) as at:
        await at.journal.append([record(2)])
        await at.until(lambda: log.stored == [0, 1, 2])


async def test_a_request_is_held_until_the_log_has_its_record_or_a_quarter_of_a_second(tmp_path: Path) -> None:
    """`acknowledge = "log"`: the platform waits for Kafka, but never long enough to give up."""
    async with bench(tmp_path) as at:
        offset = await at.journal.accept([record(0)])
        await at.relay.relayed(offset)
        assert at.log.stored == [0]
        await at.relay.relayed(offset)
        at.log.open.clear()
        offset = await at.journal.accept([record(1)])
        held = asyncio.ensure_future(at.relay.relayed(offset))
        await at.clock.advance(0.24)
        assert not held.done()
        await at.clock.advance(0.02)
        await held
        assert at.log.stored == [0]
        assert at.relay._held == {}
        at.log.open.set()
        await at.until(lambda: at.log.stored == [0, 1])


async def test_a_held_request_that_goes_away_leaves_nothing_behind(tmp_path: Path) -> None:
    """Cancelled while it is held."""
    async with bench(tmp_path) as at:
        at.log.open.clear()
        offset = await at.journal.accept([record(0)])
        held = asyncio.ensure_future(at.relay.relayed(offset))
        await settle()
        held.cancel()
        with pytest.raises(asyncio.CancelledError):
            await held
        assert at.relay._held == {}
