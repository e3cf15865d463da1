"""One key that fails, or hangs to its limit, for an hour: no other key is delayed by it, and commits go on."""

from __future__ import annotations

import asyncio

import pytest

from switchhook.errors import PlatformError
from switchhook.events.types import PostAdded
from tests.worker.model import enable, handler_for, post


@pytest.mark.parametrize("how", ["fails", "hangs"])
async def test_one_key_failing_for_an_hour_delays_no_other(service, clock, how):
    """Every post of the others begins at the moment it comes in, and is committed within two seconds."""
    delays = []

    async def on_post(event: PostAdded, ctx):
        if event.chat_id != "bad":
            delays.append((clock.now() - event.received_at).total_seconds())
        elif how == "fails":
            raise PlatformError("busy", status=503)
        else:
            await asyncio.Event().wait()

    one = service(enable(handler_for(PostAdded, on_post)), run_timeout=30.0, in_flight=200, retry_attempts=100)
    one.start()
    await one.idle()
    number = 0
    for _ in range(120):
        number += 1
        await one.log.append([post(number, "bad", clock=clock)])
        for chat in "abc":
            number += 1
            await one.log.append([post(number, chat, clock=clock)])
        await clock.advance(30.0)
    assert len(delays) == 360
    assert max(delays) == 0.0
    if how == "fails":
        assert one.log.committed[0] >= number - 4
    assert {chat for chat, outcome in one.outcomes() if outcome == "done"} >= {"2", "3", str(number)}
    assert await one.stop() in {0, 1}


async def test_a_key_that_hangs_holds_back_no_more_than_its_own_limit(service, clock):
    """While it hangs the commit waits for it, and others are handled; when its time is over all of it is committed."""

    async def on_post(event: PostAdded, ctx):
        if event.chat_id == "bad":
            await asyncio.Event().wait()

    one = service(enable(handler_for(PostAdded, on_post)), run_timeout=30.0)
    one.start()
    await one.log.append([post(1, "bad", clock=clock)])
    await one.log.append([post(number, f"c{number}", clock=clock) for number in range(2, 50)])
    await one.wait(lambda: len(one.ends) == 48, advance=1.0)
    assert one.log.committed[0] == 0
    await clock.advance(32.0)
    assert one.log.committed[0] == 49
    assert await one.stop() == 0
