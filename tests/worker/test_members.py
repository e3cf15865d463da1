"""Several workers on one log, and one worker whose partitions go and come back."""

from __future__ import annotations

import asyncio

from switchhook.errors import PlatformError
from switchhook.events.types import PostAdded
from switchhook.log import Batch, Record, partition_of
from tests.worker.model import ModelLog, Service, enable, handler_for, post

ACCOUNTS = {partition_of(str(account), 4): str(account) for account in range(100)}
"""An account in each of four partitions."""


def noting(name="probe", **options):
    """A handler that notes what it is handed."""
    heard = []

    async def on_post(event: PostAdded, ctx):
        heard.append(event.post_id)

    return handler_for(PostAdded, on_post, name=name, **options), heard


async def test_several_accounts_spread_over_several_workers(clock):
    """Each account is with one worker; another one that comes takes its share, and one that goes leaves it."""
    log = ModelLog(clock, 4)
    workers, heard = [], []
    for _ in range(2):
        handler, notes = noting()
        workers.append(Service(clock, enable(handler), log=log))
        heard.append(notes)
        workers[-1].start()
    first, second = workers
    await first.wait(lambda: first.worker._assignment and second.worker._assignment, advance=40)
    for partition, account in ACCOUNTS.items():
        await log.append([post(f"{partition}{number}", account=account, clock=clock) for number in range(3)])
    await first.wait(lambda: len(heard[0]) + len(heard[1]) == 12)
    assert all(len(notes) == 6 for notes in heard)
    assert {post_id[0] for post_id in heard[0]}.isdisjoint({post_id[0] for post_id in heard[1]})
    for notes in heard:
        assert sorted(notes) == sorted(notes, key=lambda post_id: (post_id[0], notes.index(post_id)))
    assert await first.stop() == 0
    await log.append([post(f"{partition}9", account=account, clock=clock) for partition, account in ACCOUNTS.items()])
    await second.wait(lambda: len(heard[1]) == 10, advance=40)
    assert await second.stop() == 0
    assert log.committed == dict.fromkeys(range(4), 4)


async def test_standby_worker_takes_over_after_10_min_idle(clock):
    """A worker without a partition goes on polling for as long as it takes, ready all the time, and takes over."""
    log = ModelLog(clock, 1)
    handler, heard = noting()
    active = Service(clock, enable(handler), log=log)
    active.start()
    await active.idle()
    spare, taken_over = noting()
    standby = Service(clock, enable(spare), log=log)
    standby.start()
    await standby.wait(lambda: standby.worker._assignment is not None, advance=40)
    assert standby.worker._assignment.tracker.partitions == frozenset()
    polls = log.members[1].polls
    for _ in range(60):
        await clock.advance(10)
        assert standby.worker.ready
    assert log.members[1].polls - polls > 1_000
    await log.append([post(1, clock=clock)])
    await active.wait(lambda: heard == ["1"])
    await clock.advance(2)
    await active.kill()
    await log.append([post(2, clock=clock)])
    await standby.wait(lambda: taken_over == ["2"], advance=40)
    assert await standby.stop() == 0


async def test_prefetched_record_of_the_old_generation_never_handled(service, clock):
    """A batch that was fetched before a rebalance, and comes out after it, is dropped: its records are read again."""
    handler, heard = noting()
    one = service(enable(handler))
    one.start()
    await one.idle()
    reader = one.log.members[0]
    old = one.worker._assignment.epoch
    new = post(1, clock=clock)
    stale = Record(0, 7, new.account, new.key, new.value, new.received_at, new.headers)
    one.log.rebalance()
    await one.wait(lambda: one.worker._assignment and one.worker._assignment.epoch > old, advance=40)
    reader.control.append(Batch(old, [stale]))
    one.log.wake()
    await clock.advance(2)
    assert heard == []
    assert one.worker._assignment.tracker.last(0) == -1
    await one.log.append([new])
    await one.wait(lambda: heard == ["1"])
    assert await one.stop() == 0


async def test_re_polled_record_not_dropped(service, clock):
    """A record that was read, not finished, and is read again after the partition came back is handled anew."""
    stay = asyncio.Event()
    begun = []

    async def on_post(event: PostAdded, ctx):
        begun.append(event.post_id)
        if len(begun) == 1:
            await stay.wait()

    one = service(enable(handler_for(PostAdded, on_post)), drain=1.0)
    one.start()
    await one.log.append([post(1, clock=clock)])
    await one.wait(lambda: begun == ["1"])
    one.log.rebalance()
    await one.wait(lambda: begun == ["1", "1"], advance=40)
    await one.idle(advance=2)
    await one.wait(lambda: one.log.committed[0] == 1, advance=5)
    assert await one.stop() == 0


async def test_partition_away_and_back_twice(service, clock):
    """Runs of earlier assignments that end at last, after the third has begun, complete and commit nothing of it."""
    gates, assignments = [], []

    async def on_post(event: PostAdded, ctx):
        gates.append(asyncio.Event())
        mine = gates[-1]
        while not mine.is_set():
            try:
                await mine.wait()
            except asyncio.CancelledError:
                continue

    one = service(enable(handler_for(PostAdded, on_post)), drain=1.0, run_timeout=600.0)
    one.start()
    await one.log.append([post(1, clock=clock), post(2, clock=clock)])
    for times in (1, 2, 3):
        await one.wait(lambda times=times: len(gates) == times, advance=40)
        assignments.append(one.worker._assignment)
        if times < 3:
            one.log.rebalance()
    first, second, third = assignments
    assert first.epoch < second.epoch < third.epoch
    for number, old in enumerate((first, second)):
        gates[number].set()
        await one.wait(lambda old=old: old.tracker.late == 1, advance=5)
    await clock.advance(5)
    assert len(gates) == 3, "the second post waits behind the first"
    assert (third.tracker.span(0), third.tracker.oldest(0)) == (2, 0)
    assert one.log.committed[0] == 0
    gates[2].set()
    await one.wait(lambda: len(gates) == 4, advance=5)
    gates[3].set()
    await one.wait(lambda: one.log.committed[0] == 2, advance=5)
    assert third.tracker.late == 0
    assert await one.stop() == 0


async def test_failed_record_not_skipped_by_a_later_commit(service, clock):
    """While one record is tried again, those behind it are done, and the commit waits for it."""
    broken = [True]

    async def on_post(event: PostAdded, ctx):
        if event.post_id == "1" and broken[0]:
            raise PlatformError("busy", status=503)

    one = service(enable(handler_for(PostAdded, on_post)), retry_in_lane=60.0)
    await one.log.append([post(number, f"c{number}", clock=clock) for number in (1, 2, 3)])
    one.start()
    await one.wait(lambda: len(one.ends) == 2)
    await clock.advance(5)
    assert one.log.committed[0] == 0
    broken[0] = False
    await one.wait(lambda: one.log.committed[0] == 3, advance=20)
    assert await one.stop() == 0


async def test_a_rebalance_waits_for_what_runs_and_commits_it(service, clock):
    """What has begun ends before the partition goes, and is not handled twice."""
    gate = asyncio.Event()
    begun = []

    async def on_post(event: PostAdded, ctx):
        begun.append(event.post_id)
        await gate.wait()

    one = service(enable(handler_for(PostAdded, on_post)))
    await one.log.append([post(number, clock=clock) for number in (1, 2)])
    one.start()
    await one.wait(lambda: begun == ["1"])
    one.log.rebalance()
    await clock.advance(2)
    assert begun == ["1"]
    gate.set()
    await one.wait(lambda: begun == ["1", "2"], advance=5)
    await one.idle()
    assert one.log.commits[0] == {0: 1}
    assert await one.stop() == 0


async def test_nothing_is_handled_before_it_is_known_whose_it_is(service, clock):
    """The records of an assignment wait until the worker was told so; at the end it is told that nothing is its own."""
    told, known = [], asyncio.Event()
    begun = []

    async def on_post(event: PostAdded, ctx):
        begun.append(event.post_id)

    async def owning(partitions):
        told.append(partitions)
        if partitions:
            await known.wait()

    one = service(enable(handler_for(PostAdded, on_post)))
    one.owning = owning
    await one.log.append([post(1, clock=clock)])
    one.start()
    await clock.advance(60)
    assert (told, begun) == ([{0}], [])
    known.set()
    await one.idle(advance=1)
    assert begun == ["1"]
    assert await one.stop() == 0
    assert told == [{0}, frozenset()]


async def test_frozen_ex_owner_writes_nothing(service, clock):
    """A worker that was out of touch for longer than the session timeout may own nothing any more: it sends nothing
    until the group has heard of it again; then it goes on.
    """
    frozen = asyncio.Event()
    begun = []

    async def on_post(event: PostAdded, ctx):
        begun.append(event.post_id)
        await frozen.wait()
        await ctx.chats.post(event.chat_id, "hello")

    one = service(enable(handler_for(PostAdded, on_post, timeout="1h")))
    await one.log.append([post(1, clock=clock)])
    one.start()
    await one.wait(lambda: begun == ["1"])
    (reader,) = one.log.members
    reader.proved, reader.expelled = clock.monotonic(), True
    await clock.advance(one.settings.log.session_timeout + 0.1)
    frozen.set()
    await clock.advance(1.0)
    assert len(begun) > 1, "it was tried again in its lane"
    assert one.platform.writes == []
    reader.expelled = False
    await one.wait(lambda: len(one.platform.writes) == 1, advance=30)
    await one.idle(advance=5)
    assert await one.stop() == 0


async def test_a_worker_that_polls_within_the_session_timeout_is_no_ex_owner(service, clock):
    """Just before the timeout nobody else can own the partition yet."""

    async def on_post(event: PostAdded, ctx):
        await ctx.chats.post(event.chat_id, "hello")

    one = service(enable(handler_for(PostAdded, on_post)))
    one.start()
    await one.idle()
    (reader,) = one.log.members
    reader.proved, reader.expelled = clock.monotonic(), True
    await clock.advance(one.settings.log.session_timeout - 0.5)
    await one.log.append([post(1, clock=clock)])
    await one.wait(lambda: len(one.platform.writes) == 1)
    assert await one.stop() == 0
