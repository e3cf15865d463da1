"""Loading the state of an assignment."""

from __future__ import annotations

import asyncio

import pytest

from switchhook.clock import settle
from switchhook.errors import StateUnavailable
from switchhook.worker.fence import Fence
from switchhook.worker.loading import Loading


class Slow:
    """A reader whose assignment stands until it is `over`, and a store that loads when it is told to."""

    last_alive = 0.0

    def __init__(self):
        self.over = False
        self.failures = 0
        self.loaded = asyncio.Event()
        self.cancelled = False

    def current(self, epoch):
        return not self.over

    async def load(self, partition, member):
        if self.failures:
            self.failures -= 1
            raise StateUnavailable("the brokers are away")
        try:
            await self.loaded.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise


@pytest.fixture
def slow():
    """Both in one."""
    return Slow()


def begin(slow, clock, stop):
    """Load in a task."""
    loading = Loading(slow, Fence(clock, 10.0), slow, clock, stop)
    return asyncio.create_task(loading.load(0, 1))


async def test_it_is_tried_again_until_it_is_loaded(slow, clock):
    """Brokers that are away for a while make a worker wait, and nothing else."""
    slow.failures = 3
    task = begin(slow, clock, asyncio.Event())
    await clock.advance(3.0)
    slow.loaded.set()
    assert await task


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
