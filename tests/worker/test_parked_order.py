"""The order of what is parked in one lane, and that none of it goes early or twice: one case each."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from switchhook.clock import settle
from switchhook.log import Record
from switchhook.state import Table
from switchhook.worker.assignment import Assignment, Shard
from switchhook.worker.completion import Completion
from switchhook.worker.held_calls import HeldCalls
from switchhook.worker.parking import Parking, lane_name, place
from switchhook.worker.retry import Park
from switchhook.worker.saved import SavedRecord
from tests.state.memory import Disk, MemoryState

LANE = lane_name("chat")
AT_ONCE = Park("read again", failed=False)


class Lot:
    """A lane of records, parked by their offsets."""

    def __init__(self, clock):
        self.clock = clock
        self.store = MemoryState(Disk(), clock)
        self.completion = Completion(self.store, clock, 60.0, lambda work: None)
        self.parking = Parking(self.store, clock, self.completion, "boot")
        self.shard = Shard(Assignment(1, {0}, concurrency=1), 0, HeldCalls(self.store, 0))

    async def park(self, offset, decision, lane=LANE):
        record = Record(0, offset, "8001", "chat", b"", 0.0)
        await self.parking.park(self.shard, lane, place(offset, 0), SavedRecord(record), decision)

    def due(self):
        """Keys of what is due by the wall clock."""
        return [entry.key for entry in self.store.due(0, Table.PARKED, self.clock.now().timestamp())]

    async def woken(self):
        """Offsets of what may go on now."""
        return {woken.saved.offset: woken.key async for woken in self.parking.wake(self.shard)}

    async def leave(self, key):
        await self.completion.save(self.shard, self.parking.leave(self.shard, key))
        self.parking.left(self.shard, key)


@pytest.fixture
async def lot(clock):
    """An empty one."""
    made = Lot(clock)
    await made.store.load(0, lambda: True)
    return made


async def test_who_goes_before_a_parked_one_does_not_make_it_early(lot, clock):
    """A record that was read again is parked before one that waits until a moment: that one waits until then."""
    await lot.park(2, Park("later", until=clock.now() + timedelta(seconds=60), failed=False))
    await lot.park(1, AT_ONCE)
    (key,) = (await lot.woken()).values()
    await lot.leave(key)
    await clock.advance(59.0)
    assert await lot.woken() == {}
    await clock.advance(1.0)
    assert list(await lot.woken()) == [2]


async def test_who_is_parked_again_keeps_its_place_before_one_whose_moment_has_come(lot, clock):
    """However long the first of a lane is parked, the others wait behind it."""
    await lot.park(2, Park("later", until=clock.now() + timedelta(seconds=60), failed=False))
    await lot.park(1, AT_ONCE)
    await lot.woken()
    await lot.park(1, Park("retry", after=3_600.0))
    await clock.advance(61.0)
    assert await lot.woken() == {}
    await clock.advance(3_540.0)
    assert list(await lot.woken()) == [1]


async def test_one_that_ends_while_the_clock_is_set_does_not_come_back(lot, clock):
    """A step of the wall clock moves what waits, and nothing that runs: it may be gone before that is written."""
    await lot.park(1, Park("retry", after=10.0))
    await clock.advance(10.0)
    (key,) = (await lot.woken()).values()
    clock.step(-60)
    changes = lot.parking.leave(lot.shard, key)
    await lot.parking.stepped(lot.shard)
    await lot.completion.save(lot.shard, changes)
    assert lot.store.disk.entries == {}


async def test_one_that_leaves_while_another_is_written_is_not_woken_once_more(lot, clock):
    """What was due when the others were looked through may have run by the time its turn comes."""
    await lot.park(1, Park("retry", after=30.0))
    moment = clock.now() + timedelta(seconds=40)
    await lot.park(2, Park("later", until=moment, failed=False), lane=lane_name("elsewhere"))
    clock.step(60)
    (key,) = (one for one in lot.due() if "elsewhere" in one)
    lot.shard.awake.add(key)
    lot.store.full = True
    looking = asyncio.create_task(lot.woken())
    await settle()
    lot.store.full = False
    await lot.leave(key)
    await clock.advance(1.0)
    assert await looking == {}
    assert lot.shard.parked == 1
