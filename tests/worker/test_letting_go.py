"""How a worker lets go of an assignment: at a rebalance, when it is to stop, and when nobody has told it before."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
import structlog

from switchhook.clock import time_limit
from switchhook.events.types import PostAdded
from switchhook.log import Assigned
from switchhook.state import Table
from switchhook.worker.journal import Line, Said
from tests.worker.model import enable, handler_for, post


class Handler:
    """Takes for ever over post 1, and when it is broken off `tidies` for so many seconds."""

    def __init__(self, clock, *, tidies=0.0, **options):
        self.clock = clock
        self.tidies = tidies
        self.notes = []
        self.registry = enable(handler_for(PostAdded, self.on_post, **options))

    async def on_post(self, event, ctx):
        self.notes.append(f"begins {event.post_id}")
        try:
            if event.post_id == "1":
                await asyncio.Event().wait()
        finally:
            if self.tidies:
                await self.clock.sleep(self.tidies)
            self.notes.append(f"ends {event.post_id}")


async def test_who_is_broken_off_tidies_up_before_the_account_is_given_away(service, clock):
    """It is told at the end of the time to drain, and has a moment then."""
    handler = Handler(clock, tidies=0.5, timeout="1h")

    async def owning(partitions):
        handler.notes.append("owns" if partitions else "lets go")

    one = service(handler.registry, drain=3.0)
    one.owning = owning
    await one.log.append([post(1, clock=clock)])
    one.start()
    await one.wait(lambda: "begins 1" in handler.notes)
    assert await one.stop() == 1
    assert handler.notes == ["owns", "begins 1", "ends 1", "lets go"]


async def test_a_rebalance_is_over_before_its_deadline(service, clock):
    """However long the settings let runs drain: behind it, another worker owns the partition."""
    handler = Handler(clock, tidies=0.5, timeout="1h")
    one = service(handler.registry, drain=120.0)
    await one.log.append([post(1, clock=clock)])
    one.start()
    await one.wait(lambda: handler.notes)
    (reader,) = one.log.members
    released, release = [], reader.released

    def note(epoch):
        released.append(clock.monotonic())
        release(epoch)

    reader.released = note
    deadline = clock.monotonic() + 30.0
    one.log.rebalance()
    await one.wait(lambda: released, advance=200)
    await one.stop(advance=150.0)
    assert deadline - 1.0 <= released[0] < deadline


async def test_what_is_left_of_an_assignment_that_ended_without_notice_is_broken_off(service, clock):
    """Its run must not go on beside the one of the new assignment."""
    handler = Handler(clock, timeout="1h")
    one = service(handler.registry, drain=0.01)
    await one.log.append([post(1, clock=clock)])
    one.start()
    await one.wait(lambda: handler.notes == ["begins 1"])
    (reader,) = one.log.members
    one.log.epoch += 1
    reader.assign(one.log.epoch, frozenset({0}))
    assert isinstance(reader.control[-1], Assigned)
    await one.wait(lambda: handler.notes.count("begins 1") == 2, advance=5)
    assert handler.notes == ["begins 1", "ends 1", "begins 1"]
    await one.stop()


async def test_a_write_under_way_is_waited_for_although_its_run_has_ended(service, clock):
    """Its answer is noted: else the next owner would have to find out whether it happened."""

    async def impatient(event: PostAdded, ctx):
        with suppress(TimeoutError):
            async with time_limit(clock, 1.0):
                await ctx.chats.post(event.chat_id, "hello")

    one = service(enable(handler_for(PostAdded, impatient)), drain=30.0)
    one.platform.hold = asyncio.Event()
    await one.log.append([post(1, clock=clock)])
    one.start()
    await one.wait(lambda: one.ends, advance=5)
    one.stopping.set()
    await clock.advance(5.0)
    one.platform.hold.set()
    assert await one.stop() == 0
    (line,) = [Line.restore(entry.value) for entry in one.disk.entries.values() if entry.table is Table.EFFECTS]
    assert line.said is Said.DONE


@pytest.mark.parametrize("trouble", ["the log takes no commit", "the state cannot be written", ""])
async def test_the_exit_code_says_whether_something_was_left(service, clock, trouble):
    """All runs have ended; but what they did could not be saved, or not be committed."""
    handler = Handler(clock)
    one = service(handler.registry, drain=2.0)
    one.start()
    await one.idle()
    one.log.refuse_commits = trouble == "the log takes no commit"
    one.store.full = trouble == "the state cannot be written"
    await one.log.append([post(2, clock=clock)])
    await one.wait(lambda: "ends 2" in handler.notes)
    assert await one.stop() == (1 if trouble else 0)
    assert one.log.committed[0] == (0 if trouble else 1)


async def test_what_was_done_is_saved_although_there_was_no_time_to_drain(service, clock):
    """A disk that takes its time gets a moment in any case."""
    handler = Handler(clock)
    one = service(handler.registry, drain=0.01, commit_every=60.0)
    one.start()
    await one.idle()
    apply = one.store.apply

    async def slow(batch):
        await clock.sleep(0.5)
        await apply(batch)

    one.store.apply = slow
    await one.log.append([post(2, clock=clock)])
    await one.wait(lambda: "ends 2" in handler.notes)
    await one.stop()
    assert one.log.committed[0] == 1


@pytest.mark.parametrize("runs", [True, False])
async def test_that_work_is_broken_off_is_said_only_if_it_is(service, clock, runs):
    """Not when no time was left and nothing was left to do either."""
    handler = Handler(clock, timeout="1h")
    one = service(handler.registry, drain=0.01)
    one.start()
    await one.idle()
    if runs:
        await one.log.append([post(1, clock=clock)])
        await one.wait(lambda: handler.notes)
    with structlog.testing.capture_logs() as said:
        code = await one.stop()
    assert [each["event"] for each in said].count("work is broken off") == runs
    assert code == runs
