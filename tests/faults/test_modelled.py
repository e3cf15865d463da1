"""A quick set of the seeded fault runs; `make faults SEEDS=n` runs many more."""

from __future__ import annotations

import pytest

from tests.faults.world import run


@pytest.mark.parametrize("seed", range(40))
async def test_nothing_lost_nothing_twice_nothing_out_of_order(seed):
    """Through kills, freezes, rebalances, refusals and full disks: one end for each, writes at most once, key order."""
    assert await run(seed) == []


async def test_the_same_seed_gives_the_same_run():
    """A failing seed replays exactly."""
    from tests.faults.world import LAST

    notes = []
    for _ in range(2):
        await run(7)
        notes.append(LAST[0].history.log)
    assert notes[0] == notes[1]
