"""A quick set of the seeded fault runs; `make faults SEEDS=n` runs many more."""

from __future__ import annotations

import asyncio

import pytest

from tests.faults.__main__ import found
from tests.faults.breaks import BREAKS
from tests.faults.turns import Hung, ModelClock, play
from tests.faults.world import run


@pytest.mark.parametrize("seed", range(30))
def test_nothing_lost_nothing_twice_nothing_out_of_order(seed):
    """Through kills, freezes, rebalances, refusals and full disks: one end for each, writes at most once, key order."""
    assert run(seed).problems == []


def test_the_same_seed_gives_the_same_run():
    """A failing seed replays exactly."""
    assert run(7).log == run(7).log


RARE = {
    "a frozen owner may write",
    "a record completes before it is saved",
    "a run that ends its process begins again for ever",
    "a span goes by the wall clock",
    "a write goes before its intent is durable",
    "an owner that was given up may write",
    "an unknown write is sent again",
    "parked work is due at once",
    "the next of a lane is woken at once",
    "what was parked stays",
}
"""What takes many seeds, or a hang, to be found: `make faults ARGS=--broken` finds it, and `tests/worker` has a test
of each.
"""


@pytest.mark.parametrize("what", sorted(BREAKS.keys() - RARE))
def test_every_broken_line_is_found(what):
    """A checker that finds nothing when the worker is broken on purpose would prove nothing."""
    _, seed, problems = found(what, range(100))
    assert seed is not None
    assert problems


async def _wait_for_ever():
    await asyncio.Event().wait()


async def _wait_for_a_lock_that_nobody_gives_back():
    clock, lock = ModelClock(), asyncio.Lock()
    async with lock:
        clock.call_later(1.0, lambda: None)
        waiting = asyncio.create_task(lock.acquire())
        await clock.advance(5.0)
        await waiting


async def _go_round_in_circles():
    while True:
        await asyncio.sleep(0)


@pytest.mark.parametrize("hanging", [_wait_for_ever, _wait_for_a_lock_that_nobody_gives_back, _go_round_in_circles])
def test_what_hangs_is_told(hanging):
    """A run always comes to an end: what does not go on is a violation with its seed, not a silence."""
    with pytest.raises(Hung):
        play(hanging())
