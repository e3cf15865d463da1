"""Loading the state of an assignment."""

from __future__ import annotations

import asyncio

import pytest

from switchhook.clock import settle
from switchhook.errors import StateUnavailable
from switchhook.worker.assignment import Assignment, Shard
from switchhook.worker.fence import Fence
from switchhook.worker.loading import Loading
from switchhook.worker.parking import Parking


class Slow:
    """A reader whose assignment stands until it is `over`, and a store that loads when it is told to, and then cannot
    be read for `unreadable` times.
    """

    last_alive = 0.0

    def __init__(self):
        self.over = False
        self.failures = self.refusals = self.unreadable = 0
        self.loaded = asyncio.Event()
        self.cancelled = False

    def current(self, epoch):
        return not self.over

    async def guarding(self, shard):
        if self.refusals:
            self.refusals -= 1
            raise StateUnavailable("the disk is full")

    async def load(self, partition, member):
        if self.failures:
            self.failures -= 1
            raise StateUnavailable("the brokers are away")
        try:
            await self.loaded.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        return True

    def count(self, partition, table):
        if self.unreadable:
            self.unreadable -= 1
            raise StateUnavailable("disk I/O error")
        return 7


@pytest.fixture
def slow():
    """Both in one."""
    return Slow()


def begin(slow, clock, stop):
    """Load in a task."""
    parking = Parking(slow, clock, None, "boot")
    loading = Loading(slow, parking, Fence(clock, 10.0), slow, clock=clock, stop=stop, guarding=slow.guarding)
    slow.shard = Shard(Assignment(1, [0], concurrency=1), 0, None)
    return asyncio.create_task(loading.load(slow.shard))


async def test_it_is_tried_again_until_it_is_loaded(slow, clock):
    """Brokers that are away for a while make a worker wait, and nothing else."""
    slow.failures, slow.refusals = 2, 1
    slow.loaded.set()
    task = begin(slow, clock, asyncio.Event())
    await clock.advance(2.0)
    assert not task.done()
    await clock.advance(1.0)
    assert await task


async def test_what_is_loaded_and_cannot_be_read_is_tried_again(slow, clock):
    """A full disk may show so: it ends no worker."""
    slow.unreadable = 2
    slow.loaded.set()
    task = begin(slow, clock, asyncio.Event())
    await clock.advance(3.0)
    assert await task
    assert slow.shard.parked == 7


async def test_a_worker_that_is_to_stop_waits_for_no_state(slow, clock):
    """SIGTERM while the brokers are away: the process ends, and is not killed a minute later."""
    stop = asyncio.Event()
    task = begin(slow, clock, stop)
    await settle()
    stop.set()
    assert not await task
    assert slow.cancelled


async def test_who_has_lost_the_assignment_stops_loading(slow, clock):
    """The group has given the partition to somebody else, who loads it now."""
    slow.failures = 100
    task = begin(slow, clock, asyncio.Event())
    await clock.advance(2.0)
    slow.over = True
    await clock.advance(1.0)
    assert not await task
