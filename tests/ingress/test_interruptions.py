"""What the ingress could not accept reaches the keeper: every span once, with its cause, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from switchhook.clock import ManualClock
from switchhook.ingress.interruptions import Interruptions
from switchhook.log.journal import Journal
from switchhook.log.notes import GAP, WRONG_TOKEN
from switchhook.log.sqlite import SqliteLog
from switchhook.notification import SubscriptionName

from .conftest import NAME, notes, running

MEGABYTE = 1_048_576


class Life:
    """One life of an ingress on a journal, without its port."""

    def __init__(self, folder: Path, clock: ManualClock) -> None:
        self.journal = Journal(folder / "journal.db", limit=MEGABYTE)
        self.clock = clock
        self.interruptions = Interruptions(self.journal, clock)

    async def begin(self, lost: float | None = None) -> None:
        await self.journal.open()
        await self.interruptions.began(["500"], journal_lost_since=lost)

    async def end(self) -> None:
        await self.interruptions.ended()
        await self.journal.close()

    def notes(self) -> list[tuple[str, str, dict[str, object]]]:
        return notes(self.journal.path)


async def test_the_first_life_missed_nothing(tmp_path: Path) -> None:
    """A new journal has no gap before it."""
    life = Life(tmp_path, ManualClock())
    await life.begin()
    await life.end()
    assert life.notes() == []


@pytest.mark.parametrize("killed", [False, True])
async def test_a_time_away_is_a_gap_for_every_account_that_came_here(tmp_path: Path, killed: bool) -> None:
    """From the moment at which it was last known to accept until it accepts again; also after SIGKILL."""
    clock = ManualClock()
    life = Life(tmp_path, clock)
    await life.begin()
    life.interruptions.accepted("400")
    life.interruptions.accepted("401")
    life.interruptions.accepted("400")
    await clock.advance(7.0)
    await life.interruptions.tell()
    last = clock.now().timestamp()
    await clock.advance(3.0)
    if killed:
        await life.journal.close()
    else:
        await life.end()
        last = clock.now().timestamp()
    await clock.advance(100.0)
    life = Life(tmp_path, clock)
    await life.begin()
    span = {"cause": "ingress-down", "since": last, "until": clock.now().timestamp()}
    assert life.notes() == [(GAP, "400", span), (GAP, "401", span)]
    await life.end()
    life = Life(tmp_path, clock)
    await life.begin()
    assert len(life.notes()) == 4
    await life.end()


async def test_refusals_are_a_gap_from_the_first_until_storing_works_again(tmp_path: Path) -> None:
    """However many there were, and however long it cannot be written down."""
    clock = ManualClock()
    life = Life(tmp_path, clock)
    await life.begin()
    life.journal._store._connection.execute("PRAGMA query_only=1")
    await clock.advance(10.0)
    first = clock.now().timestamp()
    life.interruptions.refused("400")
    await clock.advance(10.0)
    life.interruptions.refused("400")
    life.interruptions.refused("401")
    await life.interruptions.tell()
    assert life.notes() == []
    life.journal._store._connection.execute("PRAGMA query_only=0")
    await clock.advance(10.0)
    await life.interruptions.tell()
    until = clock.now().timestamp()
    assert life.notes() == [
        (GAP, "400", {"cause": "ingress-refused", "since": first, "until": until}),
        (GAP, "401", {"cause": "ingress-refused", "since": first + 10, "until": until}),
    ]
    await life.interruptions.tell()
    assert len(life.notes()) == 2
    await life.end()


async def test_a_lost_journal_is_a_gap_since_the_worker_last_read(tmp_path: Path) -> None:
    """For the accounts that the settings name: the journal that knew the others is gone."""
    clock = ManualClock()
    life = Life(tmp_path, clock)
    await life.begin(lost=17.0)
    assert life.notes() == [(GAP, "500", {"cause": "journal-lost", "since": 17.0, "until": clock.now().timestamp()})]
    await life.end()


async def test_a_wrong_token_is_told_once_a_minute_and_subscription(tmp_path: Path) -> None:
    """The keeper makes that subscription anew; a flood of wrong tokens makes no flood of notes."""
    clock, other = ManualClock(), SubscriptionName("400", "main", 2, 1)
    life = Life(tmp_path, clock)
    await life.begin()
    for _ in range(3):
        for _ in range(5):
            life.interruptions.quarantined(NAME)
        await life.interruptions.tell()
        await clock.advance(10.0)
    life.interruptions.quarantined(other)
    await life.interruptions.tell()
    assert life.notes() == [(WRONG_TOKEN, "400", {"name": str(NAME)}), (WRONG_TOKEN, "400", {"name": str(other)})]
    await clock.advance(31.0)
    life.interruptions.quarantined(NAME)
    await life.interruptions.tell()
    assert len(life.notes()) == 3
    await life.end()


async def test_store_full_at_accept_is_a_gap(tmp_path: Path) -> None:
    """End to end: refused while the journal was full, told once there is room."""
    async with running(tmp_path, journal_limit=MEGABYTE, body_limit=2 * MEGABYTE) as door:
        assert (await door.post(b"x" * 1_048_000)).status == 200
        assert (await door.post(b"x" * 1_000)).status == 503
        log = SqliteLog(door.settings.ingress.journal, tmp_path / "offsets.db")
        async with log.read(door.settings.log.group) as reader:
            await reader.next(1.0)
            await reader.next(1.0)
            assert await reader.commit(1, {0: 2})
            async with asyncio.timeout(60):
                while not (told := notes(door.settings.ingress.journal)):
                    await reader.next(0.1)
        await log.close()
    ((path, account, body),) = told
    assert (path, account, body["cause"]) == (GAP, "400", "ingress-refused")


async def test_the_lost_journal_is_noticed_by_the_worker_s_offsets(tmp_path: Path) -> None:
    """End to end: the worker's file remembers another journal."""
    async with running(tmp_path) as door:
        assert (await door.post()).status == 200
        log = SqliteLog(door.settings.ingress.journal, tmp_path / "offsets.db")
        async with log.read(door.settings.log.group) as reader:
            await reader.next(1.0)
            await reader.next(1.0)
            assert await reader.commit(1, {0: 2})
        await log.close()
    assert notes(door.settings.ingress.journal) == []
    _lose(tmp_path)
    async with running(tmp_path) as door:
        ((path, account, body),) = notes(door.settings.ingress.journal)
    assert (path, account, body["cause"]) == (GAP, "", "journal-lost")
    assert body["until"] >= body["since"] > 1_700_000_000


def _lose(folder: Path) -> None:
    for path in folder.glob("journal.db*"):
        path.unlink()
