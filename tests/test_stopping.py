"""Work that goes on until it is time to stop."""

from __future__ import annotations

import asyncio

import pytest

from switchhook.clock import settle
from switchhook.stopping import unless


class Work:
    """Goes on until it is told to end, and tells how it did."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.told: list[str] = []

    async def run(self) -> None:
        """One go."""
        try:
            await self.go_on.wait()
            self.told.append("done")
        except asyncio.CancelledError:
            await asyncio.sleep(0)  # it tidies up
            self.told.append("given up")
            raise


async def test_what_is_done_in_time_is_done() -> None:
    """Nobody has said stop."""
    work = Work()
    work.go_on.set()
    assert await unless(asyncio.Event(), work.run())
    assert work.told == ["done"]


async def test_what_is_given_up_has_ended() -> None:
    """Whoever stops goes on only when what was under way has tidied up."""
    work, stop = Work(), asyncio.Event()
    task = asyncio.create_task(unless(stop, work.run()))
    await settle()
    stop.set()
    assert not await task
    assert work.told == ["given up"]


async def test_so_has_that_of_a_caller_that_is_cancelled() -> None:
    """Nothing goes on behind the back of who began it."""
    work = Work()
    task = asyncio.create_task(unless(asyncio.Event(), work.run()))
    await settle()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert work.told == ["given up"]


async def test_what_the_work_raises_is_not_lost() -> None:
    """Work that ends by an error must not pass for work that was told to stop."""

    async def fail() -> None:
        raise ValueError("a mistake")

    with pytest.raises(ValueError, match="a mistake"):
        await unless(asyncio.Event(), fail())
