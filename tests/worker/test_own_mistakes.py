"""A mistake of our own in the worker ends it, with the error: its supervisor starts another, and nothing is lost.

Otherwise a record would never be complete, and nobody would hear of it.
"""

from __future__ import annotations

import asyncio

import pytest

from switchhook.events.types import PostAdded
from switchhook.worker.completion import Completion
from switchhook.worker.endings import Endings
from switchhook.worker.parking import Parking
from tests.worker.model import enable, handler_for, post


def registry(act=None):
    """One handler."""

    async def on_post(event: PostAdded, ctx):
        if act is not None:
            await act()

    return enable(handler_for(PostAdded, on_post))


async def failed(one):
    """The error that the worker ends with."""
    await one.wait(one.task.done, advance=30)
    with pytest.raises(ZeroDivisionError) as told:
        one.task.result()
    await one.store.close()
    return str(told.value)


async def test_in_a_lane(service, clock, monkeypatch):
    """What serves lanes makes it: how a run ended cannot be noted."""
    one = service(registry())
    await one.log.append([post(1, clock=clock)])

    async def mistaken(*_):
        raise ZeroDivisionError("in a lane")

    monkeypatch.setattr(Endings, "settle", mistaken)
    one.start()
    assert await failed(one) == "in a lane"
    assert one.log.committed[0] == 0
    monkeypatch.undo()
    one.start()
    await one.idle()
    assert one.outcomes()[-1] == ("1", "done")
    assert await one.stop() == 0


async def test_in_what_wakes_parked_work(service, clock, monkeypatch):
    """Without it nothing that is parked would ever go on."""
    one = service(registry())

    def mistaken(*_):
        raise ZeroDivisionError("waking")

    monkeypatch.setattr(Parking, "until_next", mistaken)
    one.start()
    assert await failed(one) == "waking"


async def test_in_what_completes_records(service, clock, monkeypatch):
    """Without it no record would ever be complete."""
    one = service(registry())
    await one.log.append([post(1, clock=clock)])

    def mistaken(*_):
        raise ZeroDivisionError("completing")

    monkeypatch.setattr(Completion, "changes", mistaken)
    one.start()
    assert await failed(one) == "completing"
    assert one.log.committed[0] == 0
    monkeypatch.undo()
    one.start()
    await one.idle()
    assert await one.stop() == 0
    assert one.log.committed[0] == 1


async def test_who_is_to_stop_is_not_ready_any_more(service, clock):
    """Whoever looks whether it is ready, to send it away or wait for it, sees that while it still drains."""
    begun, go = asyncio.Event(), asyncio.Event()

    async def act():
        begun.set()
        await go.wait()

    one = service(registry(act))
    await one.log.append([post(1, clock=clock)])
    one.start()
    await one.wait(begun.is_set)
    assert one.worker.ready
    one.stopping.set()
    await one.wait(lambda: not one.worker.ready, advance=5)
    assert not one.task.done()
    go.set()
    assert await one.stop() == 0
