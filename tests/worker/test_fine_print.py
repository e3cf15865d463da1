"""The fine print of the worker's promises: each test fails when one line is broken that no other test would miss."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from switchhook.errors import PlatformError, Retry, WrongUse
from switchhook.events.types import PostAdded, TextReceived
from switchhook.log import Header, NewRecord
from switchhook.notification import envelope, key_of
from switchhook.state import Table
from switchhook.telemetry import Metrics
from switchhook.worker.committing import Committing
from switchhook.worker.counts import Counts
from switchhook.worker.dead_letters import DeadLetters
from switchhook.worker.journal import Line, Said
from switchhook.worker.tracker import Tracker
from tests.events import streams
from tests.events.notifications import STORE, TEXT, notification, store
from tests.worker.model import enable, handler_for, post
from tests.worker.test_effects import hold


def handling(service, function, event=PostAdded, **options):
    """A service whose one handler is this function; `rule` are the options of its rule."""
    rule = options.pop("rule", {})
    return service(enable(handler_for(event, function, **rule)), **options)


async def test_a_thousand_completions_are_committed_at_once(service, clock):
    """Without the second that a commit waits for otherwise: what a crash repeats is bounded by both."""

    async def on_post(event: PostAdded, ctx):
        pass

    one = handling(service, on_post)
    await one.log.append([post(number, f"c{number}", clock=clock) for number in range(1_000)])
    one.start()
    await one.wait(lambda: one.log.committed[0] == 1_000)
    assert await one.stop() == 0


async def test_a_commit_waits_for_the_one_before_it(clock):
    """The last one of a stop, too: two at once could reach the log in the wrong order."""
    under_way, gate = [], asyncio.Event()

    class Reader:
        async def commit(self, epoch, offsets):
            assert not under_way
            under_way.append(offsets)
            await gate.wait()
            under_way.clear()
            return True

    tracker = Tracker(1, {0})
    committing = Committing(Reader(), clock, Counts(Metrics()), every=1.0, much=1)
    tracker.add(0, 0)
    tracker.complete(0, 0)
    committing.completed(tracker)
    await clock.advance(0)
    finishing = asyncio.create_task(committing.finish(tracker))
    await clock.advance(5)
    assert under_way == [{0: 1}]
    gate.set()
    assert await finishing


async def test_a_run_behind_one_that_took_too_long_is_not_cancelled_itself(service, clock):
    """The task that serves a lane bears no trace of the time limit that struck the run before."""
    cancelling = []

    async def on_post(event: PostAdded, ctx):
        if event.post_id == "1":
            await asyncio.Event().wait()
        cancelling.append(asyncio.current_task().cancelling())

    one = handling(service, on_post, run_timeout=5.0)
    await one.log.append([post(1, clock=clock), post(2, clock=clock)])
    one.start()
    await one.wait(lambda: cancelling != [], advance=10)
    assert cancelling == [0]
    assert await one.stop() == 0


async def test_the_time_limit_of_a_run_does_not_count_what_the_platform_takes(service, clock):
    """A write that waits for twice the limit ends as it would without one; what the run takes itself counts on."""

    async def on_post(event: PostAdded, ctx):
        await ctx.chats.post(event.chat_id, "hello")
        await clock.sleep(4.0)
        if event.post_id == "2":
            await clock.sleep(2.0)

    one = handling(service, on_post, run_timeout=5.0)
    one.platform.hold = asyncio.Event()
    await one.log.append([post(1, "a", clock=clock), post(2, "b", clock=clock)])
    one.start()
    await one.wait(lambda: len(one.platform.writes) == 2)
    await clock.advance(10)
    one.platform.hold.set()
    await one.wait(lambda: len(one.ends) == 2, advance=20)
    assert sorted(one.outcomes()) == [("1", "done"), ("2", "failed")]
    assert await one.stop() == 0


async def test_a_replayed_text_is_handled_again(service, clock):
    """Although the text was handled, whichever way it came: that is what a replay is for."""
    heard = []

    async def on_text(text: TextReceived, ctx):
        heard.append(text.id)

    one = handling(service, on_text, TextReceived)
    raw = notification(f"{STORE}/instant?type=SMS", TEXT, uuid="1")
    headers = {Header.NAME: f"{streams.ACCOUNT}-main-1-1"}
    first = NewRecord(streams.ACCOUNT, key_of(envelope(raw)), raw, clock.now().timestamp(), headers)
    await one.log.append([first])
    one.start()
    await one.idle()
    await one.log.append([replace(first, headers={**headers, Header.REPLAY_OF: "0:0"})])
    await one.idle()
    assert len(heard) == 2
    assert await one.stop() == 0


@pytest.mark.parametrize("moment", ["before the intent", "while the intent is written"])
async def test_who_keeps_the_context_of_a_run_that_is_over_can_write_nothing(service, clock, moment):
    """A task that a handler has left behind: whatever it was doing when the run ended."""
    left, go = [], asyncio.Event()

    async def write(ctx):
        if moment == "before the intent":
            await go.wait()
        await ctx.chats.post("c1", "hello")

    async def on_post(event: PostAdded, ctx):
        left.append(asyncio.create_task(write(ctx)))
        await asyncio.sleep(0)

    one = handling(service, on_post)
    one.start()
    await one.idle()
    gate = hold(one.store, {Said.NOTHING})
    await one.log.append([post(1, clock=clock)])
    await one.wait(lambda: one.outcomes() == [("1", "done")])
    go.set()
    gate.set()
    await asyncio.wait(left)
    assert left[0].exception() is not None
    assert one.platform.writes == []
    assert await one.stop() == 0


async def test_a_write_under_way_is_not_cut_short_by_its_run(service, clock):
    """A handler that gives its own call up gets its answer into the journal all the same."""

    async def on_post(event: PostAdded, ctx):
        call = asyncio.create_task(ctx.chats.post(event.chat_id, "hello"))
        while not one.platform.writes:
            await asyncio.sleep(0)
        call.cancel()

    one = handling(service, on_post)
    one.platform.hold = asyncio.Event()
    await one.log.append([post(1, clock=clock)])
    one.start()
    await one.idle()
    one.platform.hold.set()
    await clock.advance(1)
    (line,) = (Line.restore(entry.value) for entry in one.store.scan(0, Table.EFFECTS))
    assert line.said is Said.DONE
    assert await one.stop() == 0


async def test_what_a_verb_refuses_is_told_and_leaves_no_doubt(service, clock):
    """Nothing was sent: no intent stays behind, and the dead letter says what was wrong."""

    async def on_post(event: PostAdded, ctx):
        text = "x" * 20_000 if event.post_id == "2" else "hello"
        await ctx.chats.post(event.chat_id, text)

    one = handling(service, on_post)
    one.platform.before.append(WrongUse("createGlipPost: chatId must not be empty"))
    await one.log.append([post(1, clock=clock), post(2, clock=clock)])
    one.start()
    await one.idle()
    reasons = sorted(letter.reason for letter in DeadLetters(one.store, 0).all())
    assert reasons[0].startswith("a post may have ")
    assert reasons[1] == "createGlipPost: chatId must not be empty"
    assert list(one.store.scan(0, Table.EFFECTS)) == []
    assert await one.stop() == 0


async def test_the_next_of_a_parked_lane_begins_as_soon_as_the_one_before_has_ended(service, clock):
    """At the same moment, not a second later."""
    began = {}

    async def on_post(event: PostAdded, ctx):
        if event.post_id == "1" and "1" not in began:
            began["1"] = 0.0
            raise Retry("wait", after=10.5)
        began[event.post_id] = clock.monotonic()

    one = handling(service, on_post)
    await one.log.append([post(1, clock=clock), post(2, clock=clock)])
    one.start()
    await one.wait(lambda: "2" in began, advance=20, step=0.05)
    assert began["2"] - began["1"] < 0.1
    assert await one.stop() == 0


async def test_a_quick_retry_does_not_begin_in_an_assignment_that_ends(service, clock):
    """A stop during the pause: the record is read again by whoever comes next."""
    heard = []

    async def on_post(event: PostAdded, ctx):
        heard.append(event.post_id)
        raise PlatformError("busy", status=503, retry_after=1.5)

    one = handling(service, on_post)
    await one.log.append([post(1, clock=clock)])
    one.start()
    await one.wait(lambda: heard == ["1"])
    await clock.advance(0.5)
    assert await one.stop() == 0
    assert heard == ["1"]
    assert one.log.committed[0] == 0


async def test_a_run_that_was_given_up_ends_once_and_holds_nothing(service, clock):
    """It goes on although its time is over, and comes to its end much later: its claim is free, its end was told."""
    gate = asyncio.Event()

    async def on_post(event: PostAdded, ctx):
        while event.post_id == "1" and not gate.is_set():
            try:
                await gate.wait()
            except asyncio.CancelledError:
                continue

    one = handling(service, on_post, run_timeout=5.0, rule={"once_per": "creator_id", "every": "1h"})
    await one.log.append([post(1, "a", clock=clock), post(2, "b", clock=clock)])
    one.start()
    await one.wait(lambda: len(one.ends) == 2, advance=20)
    gate.set()
    await clock.advance(5)
    assert one.outcomes() == [("1", "failed"), ("2", "done")]
    assert await one.stop() == 0


async def test_a_quick_retry_of_a_read_does_not_begin_in_an_assignment_that_ends(service, clock):
    """The same for what a record needs before it can be handled."""

    async def on_text(text: TextReceived, ctx):
        pass

    one = handling(service, on_text, TextReceived)
    one.platform.answers["readMessage"] = PlatformError("busy", status=503, retry_after=1.5)
    raw = store(int(TEXT["id"]), uuid="2")
    headers = {Header.NAME: f"{streams.ACCOUNT}-main-1-1"}
    await one.log.append([NewRecord(streams.ACCOUNT, key_of(envelope(raw)), raw, clock.now().timestamp(), headers)])
    one.start()
    await one.wait(lambda: len(one.platform.reads) == 1)
    await clock.advance(0.5)
    assert await one.stop() == 0
    assert len(one.platform.reads) == 1
    assert one.log.committed[0] == 0
