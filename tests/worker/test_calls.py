"""Telephony through the worker: folded, adopted, reviewed, each transition once."""

from __future__ import annotations

import random

import pytest

from switchhook.errors import NotFound, PlatformError
from switchhook.events.types import CallAnswered, CallEnded, CallRinging
from switchhook.log import Header, NewRecord
from switchhook.notification import envelope, key_of
from switchhook.plugin.handler import Handler
from tests.events import streams
from tests.worker.model import enable


class Calls:
    """A handler that notes what it is told of calls."""

    def __init__(self):
        self.heard = []
        self.handler = Handler("calls")
        for kind in (CallRinging, CallAnswered, CallEnded):
            self._on(kind)

    def _on(self, kind):
        async def note(event, ctx):
            self.heard.append((type(event).__name__, event.party_id[-1]))

        note.__name__ = kind.__name__.lower()
        self.handler.on(kind)(note)


def records(sent, clock):
    """The notifications of a call as records of its account."""
    return [
        NewRecord(streams.ACCOUNT, key_of(envelope(raw)), raw, clock.now().timestamp(), {Header.NAME: "1-main-1-1"})
        for raw in sent
    ]


@pytest.mark.parametrize("seed", range(10))
async def test_an_inbound_call_in_any_order_and_doubled_tells_each_fact_once(service, clock, seed):
    """The real sequence of a call through the IVR, shuffled and doubled, rings, is answered and ends once."""
    calls = Calls()
    one = service(enable(calls.handler))
    one.platform.answers["readCallSessionStatus"] = NotFound("over", status=404)
    sent = records(streams.outside_calls_in(), clock) * 2
    random.Random(seed).shuffle(sent)
    await one.log.append(sent)
    one.start()
    await one.idle()
    await one.wait(lambda: len(calls.heard) >= 3, advance=10)
    await clock.advance(10)
    assert sorted(kind for kind, _ in calls.heard) == ["CallAnswered", "CallEnded", "CallRinging"]
    assert await one.stop() == 0


async def test_a_call_survives_a_crash_between_its_notifications(service, clock):
    """Folded state is saved with the records that made it, so that a killed worker goes on where it was."""
    calls = Calls()
    one = service(enable(calls.handler))
    sent = records(streams.outside_calls_in(), clock)
    for number, record in enumerate(sent):
        await one.log.append([record])
        one.start()
        await one.wait(one.is_idle, advance=3.0 if number % 2 else 0.0)
        await one.kill()
    one.start()
    await one.idle()
    assert [kind for kind, _ in calls.heard] == ["CallRinging", "CallAnswered", "CallEnded"]
    assert await one.stop() == 0


async def test_first_seen_mid_call_is_adopted_by_one_read(service, clock):
    """A call of which the beginning was missed is read once; a busy platform is asked again, the call goes on."""
    calls = Calls()
    one = service(enable(calls.handler))
    sent = records(streams.outside_calls_in(), clock)[6:]
    one.platform.answers["readCallSessionStatus"] = PlatformError("busy", status=503)
    await one.log.append(sent)
    one.start()
    await one.wait(lambda: len(one.platform.reads) == 2, advance=1.0)
    one.platform.answers["readCallSessionStatus"] = NotFound("over", status=404)
    await one.idle(advance=3.0)
    await one.wait(lambda: ("CallEnded", "3") in calls.heard or ("CallEnded", "1") in calls.heard, advance=10.0)
    assert len([kind for kind, _ in calls.heard if kind == "CallEnded"]) == 1
    assert await one.stop() == 0


async def test_a_call_whose_end_was_lost_ends_by_a_review(service, clock):
    """When nothing more comes of a call, it is looked at, and its end is told, also after a restart."""
    calls = Calls()
    one = service(enable(calls.handler))
    await one.log.append(records(streams.outside_calls_in(), clock)[:-2])
    one.start()
    await one.idle()
    assert [kind for kind, _ in calls.heard] == ["CallRinging", "CallAnswered"]
    assert await one.stop() == 0
    one.platform.answers["readCallSessionStatus"] = NotFound("over", status=404)
    one.start()
    await one.wait(lambda: len(calls.heard) == 3, advance=3_700.0, step=60.0)
    assert calls.heard[2][0] == "CallEnded"
    await clock.advance(10)
    assert len(calls.heard) == 3
    assert await one.stop() == 0
