"""The effect journal in time: what waits for the disk, and what need not."""

from __future__ import annotations

import asyncio

import pytest

from switchhook.errors import PlatformError, Retry
from switchhook.events.types import PostAdded
from switchhook.state import Put, Table
from switchhook.worker.journal import Line, Said
from tests.worker.model import enable, handler_for, post


def hold(store, said):
    """Lines that say one of these become durable only when the event is set."""
    gate, apply = asyncio.Event(), store.apply

    def held(change):
        return isinstance(change, Put) and change.table is Table.EFFECTS and Line.restore(change.value).said in said

    async def slow(batch):
        if any(held(change) for change in batch):
            await gate.wait()
        await apply(batch)

    store.apply = slow
    return gate


async def test_an_intent_is_durable_before_anything_is_sent(service, clock):
    """While the disk does not say that it has the intent, the platform hears nothing."""
    ran = []

    async def on_post(event: PostAdded, ctx):
        ran.append(event.post_id)
        await ctx.chats.post(event.chat_id, "hello")

    one = service(enable(handler_for(PostAdded, on_post)))
    one.start()
    await one.idle()
    gate = hold(one.store, {Said.NOTHING})
    await one.log.append([post(1, clock=clock)])
    await one.wait(lambda: ran != [])
    await clock.advance(5)
    assert one.platform.writes == []
    gate.set()
    await one.wait(lambda: len(one.platform.writes) == 1)
    await one.idle()
    assert await one.stop() == 0


async def test_a_run_that_is_done_does_not_wait_for_its_answers(service, clock):
    """The next write and the next run go on while an answer is on its way to the disk; giving up the account waits."""

    async def on_post(event: PostAdded, ctx):
        await ctx.chats.post(event.chat_id, "one")
        await ctx.chats.post(event.chat_id, "two")

    one = service(enable(handler_for(PostAdded, on_post)))
    one.start()
    await one.idle()
    gate = hold(one.store, {Said.DONE})
    await one.log.append([post(1, clock=clock), post(2, clock=clock)])
    await one.wait(lambda: one.outcomes() == [("1", "done"), ("2", "done")])
    assert len(one.platform.writes) == 4
    stopping = asyncio.ensure_future(one.stop())
    await clock.advance(1)
    assert not stopping.done()
    gate.set()
    assert await stopping == 0


@pytest.mark.parametrize("error", [PlatformError("busy", status=503), Retry("later", after=0.5)])
async def test_another_attempt_finds_what_the_last_one_was_told(service, clock, error):
    """A run that fails after its write is not tried again before the answer is durable, and then sends nothing."""
    attempts = []

    async def on_post(event: PostAdded, ctx):
        attempts.append(event.post_id)
        await ctx.chats.post(event.chat_id, "once")
        if len(attempts) == 1:
            raise error

    one = service(enable(handler_for(PostAdded, on_post)))
    one.start()
    await one.idle()
    gate = hold(one.store, {Said.DONE})
    await one.log.append([post(1, clock=clock)])
    await one.wait(lambda: len(one.platform.writes) == 1)
    await clock.advance(60)
    assert len(attempts) == 1
    gate.set()
    await one.wait(lambda: len(attempts) == 2, advance=60)
    await one.idle()
    assert len(one.platform.writes) == 1
    assert one.outcomes()[-1] == ("1", "done")
    assert await one.stop() == 0
