"""Handlers that fail repeatedly, and records that hold the commit back: somebody is told."""

from __future__ import annotations

import asyncio

from switchhook.errors import Retry
from switchhook.events.types import HandlerFailing, PostAdded
from switchhook.plugin.handler import Handler
from switchhook.telemetry import Metric
from switchhook.worker.failing import Failing
from switchhook.worker.oldest import Oldest
from switchhook.worker.tracker import Tracker
from tests.worker.model import enable, handler_for, post


def test_some_failures_within_the_span_are_told_once_in_it():
    """Fewer are nothing, old ones are forgotten, each handler has its own, and it is told anew a span later."""
    failing = Failing(limit=3, span=10.0)
    assert [failing.failed("slow", now) for now in (0.0, 9.0, 18.0, 27.5)] == [0, 0, 0, 0]
    assert [failing.failed("a", now) for now in (0.0, 1.0)] == [0, 0]
    assert failing.failed("b", 1.5) == 0
    assert [failing.failed("a", now) for now in (2.0, 3.0)] == [3, 0]
    assert [failing.failed("a", now) for now in (11.5, 11.6, 13.5)] == [0, 0, 3]


async def test_a_handler_that_fails_repeatedly_is_told_to_the_handlers_that_ask(service, clock):
    """Dead letters and failed rounds count, over all keys; what goes wrong with the telling is told to nobody."""
    told = []

    async def on_post(event: PostAdded, ctx):
        raise ValueError if int(event.post_id) % 2 else Retry("not yet", after=1_000.0)

    watcher = Handler("watcher")

    @watcher.on(HandlerFailing)
    async def on_failing(event: HandlerFailing, ctx):
        told.append((event.handler, event.failures, event.account_id))
        raise ValueError

    one = service(enable(handler_for(PostAdded, on_post), watcher))
    await one.log.append([post(number, f"c{number}", clock=clock) for number in range(1, 5)])
    one.start()
    await one.idle()
    assert told == []
    await one.log.append([post(5, "c5", clock=clock)])
    await one.wait(lambda: told != [])
    await one.log.append([post(number, f"c{number}", clock=clock) for number in range(6, 20)])
    await one.idle()
    assert told == [("probe", 5, "8001")]
    assert await one.stop() == 0


def test_the_age_of_the_lowest_unfinished_record():
    """Counted from when it was read, not from when it became the lowest."""
    tracker, oldest = Tracker(1, {0}), Oldest()
    assert oldest.look(tracker, 0, 0.0) == 0.0
    for offset in range(3):
        tracker.add(0, offset)
    assert oldest.look(tracker, 0, 10.0) == 0.0
    tracker.add(0, 3)
    assert oldest.look(tracker, 0, 20.0) == 10.0
    assert oldest.look(tracker, 0, 30.0) == 20.0
    for offset in range(3):
        tracker.complete(0, offset)
    assert oldest.look(tracker, 0, 40.0) == 20.0, "offset 3 was read by the second 20"
    tracker.complete(0, 3)
    assert oldest.look(tracker, 0, 50.0) == 0.0


async def test_a_record_that_holds_the_commit_back_is_said(service, clock, capsys):
    """A gauge shows its age, a line in the log names it once, and the others go on."""
    stay = asyncio.Event()

    async def on_post(event: PostAdded, ctx):
        if event.post_id == "1":
            await stay.wait()

    one = service(enable(handler_for(PostAdded, on_post, timeout="1h")))
    await one.log.append([post(number, f"c{number}", clock=clock) for number in (1, 2, 3)])
    one.start()
    await one.wait(lambda: len(one.ends) == 2)
    await one.wait(lambda: one.metrics.value(Metric.OLDEST_UNFINISHED_SECONDS) > 310, advance=400, step=1.0)
    assert capsys.readouterr().out.count("a record holds the commit back") == 1
    stay.set()
    await one.idle()
    await one.wait(lambda: one.metrics.value(Metric.OLDEST_UNFINISHED_SECONDS) == 0, advance=3)
    assert await one.stop() == 0
