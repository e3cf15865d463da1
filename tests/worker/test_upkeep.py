"""Sweeping: every ten minutes, one at a time, whatever became of the last."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from switchhook.clock import ManualClock
from switchhook.errors import StateUnavailable
from switchhook.telemetry import Metrics
from switchhook.worker.counts import Counts
from switchhook.worker.upkeep import _SWEEP, Upkeep


class Store:
    """Notes when it is swept; `go`: when a sweep may end, `failure`: how."""

    def __init__(self, failure: Exception | None) -> None:
        self.sweeps = 0
        self.go = asyncio.Event()
        self._failure = failure

    async def sweep(self, now: float) -> int:
        """Takes as long as it takes."""
        del now
        self.sweeps += 1
        await self.go.wait()
        if self._failure is not None:
            raise self._failure
        return 0


@pytest.mark.parametrize("failure", [None, StateUnavailable("full")])
async def test_sweeps_come_one_after_the_other(failure):
    """A slow one is not joined by a second, and one that failed is not the last."""
    clock, store = ManualClock(), Store(failure)
    upkeep = Upkeep(store, clock, Metrics(), Counts(Metrics()))

    async def a_while():
        await clock.advance(_SWEEP)
        upkeep.report(None)
        await asyncio.sleep(0)

    with capture_logs() as said:
        await a_while()
        await a_while()
        assert store.sweeps == 1
        store.go.set()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await a_while()
        await asyncio.sleep(0)
    assert store.sweeps == 2
    await asyncio.sleep(0)
    upkeep.report(None)
    await asyncio.sleep(0)
    assert store.sweeps == 2, "not before its time"
    assert [each["reason"] for each in said] == (["full"] * 2 if failure else [])
