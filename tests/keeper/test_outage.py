"""An outage of one hour in the whole service: what happened in it comes afterwards, each once, marked late."""

import asyncio
from collections import Counter

import pytest

from switchhook import (
    CallEnded,
    CallMissed,
    CallRinging,
    Context,
    Event,
    FaxReceived,
    GapFound,
    Handler,
    MessageStatusChanged,
    PostAdded,
    PostChanged,
    PresenceChanged,
    Settings,
    SubscriptionHealed,
    TextReceived,
    VoicemailReceived,
)
from switchhook.simulator.webhook import Answer
from switchhook.telemetry import Metric

WANTED = (
    CallEnded, CallMissed, CallRinging, FaxReceived, GapFound, MessageStatusChanged, PostAdded, PostChanged,
    PresenceChanged, SubscriptionHealed, TextReceived, VoicemailReceived,
)  # fmt: skip


@pytest.fixture
def diary():
    """A handler that writes down every event it gets."""
    events = []
    handler = Handler("diary", Settings)

    @handler.on(Event)
    async def note(event: Event, _ctx: Context[Settings]) -> None:
        if isinstance(event, WANTED):
            events.append(event)

    return handler, events


class Cable:
    """The platform's way to our ingress, which can be cut."""

    def __init__(self, platform):
        self._hooks = platform.webhooks
        self._whole = self._hooks._post

    def cut(self):
        """From now on nothing gets through."""

        async def nothing(*_args, **_named):
            await asyncio.sleep(0)
            return Answer(None, "I/O operation is failed. Details: [Connection refused]", {})

        self._hooks._post = nothing

    def mend(self):
        """It works again."""
        self._hooks._post = self._whole


async def hurry(switchhook, seconds):
    """Let time pass in leaps, with a moment for what real input and output has begun after each."""
    for _ in range(seconds // 100):
        await switchhook.clock.advance(98)
        await switchhook.pass_by(2)


async def an_hour(switchhook):
    """People write, call, fax and post, and a call is taken."""
    platform = switchhook.platform
    for number in range(3):
        await platform.text("101", "+16505550100", f"text {number}")
        await platform.post("Front desk", f"post {number}")
        await hurry(switchhook, 300)
    await platform.voicemail("101", "+16505550100")
    await platform.fax("101", "+16505550100")
    missed = await platform.ring("101", "+16505550111")
    await switchhook.pass_by(20)
    await platform.hang_up(missed["telephonySessionId"])
    taken = await platform.ring("101", "+16505550122")
    await platform.answer(taken["telephonySessionId"])
    await switchhook.pass_by(60)
    await platform.hang_up(taken["telephonySessionId"])
    await hurry(switchhook, 2_600)
    return missed, taken


def counts(events, *, backfilled):
    """How many of each type."""
    return Counter(type(event).__name__ for event in events if event.backfilled is backfilled)


async def test_an_hour_without_the_ingress(switchhook, diary):
    """Messages, voicemail, fax, posts and results of calls, each once and late; rings cannot be had back, and the gap
    says so.
    """
    handler, events = diary
    switchhook.enable(handler, "101")
    await switchhook.start()
    await switchhook.platform.text("101", "+16505550100", "before")
    await hurry(switchhook, 600)
    assert counts(events, backfilled=False)["TextReceived"] == 1
    cable = Cable(switchhook.platform)
    cable.cut()
    missed, taken = await an_hour(switchhook)
    assert counts(events, backfilled=False)["TextReceived"] == 1
    cable.mend()
    await switchhook.until(lambda: switchhook.keeping.gaps()[-1]["stage"] == "fetched", within=1_500)
    await switchhook.pass_by(30)
    late = counts(events, backfilled=True)
    assert (late["TextReceived"], late["VoicemailReceived"], late["FaxReceived"]) == (3, 1, 1)
    assert (late["PostAdded"], late["PostChanged"]) == (3, 0)
    assert (late["CallEnded"], late["CallMissed"], late["CallRinging"]) == (2, 1, 0)
    ended = {each.session_id: each for each in events if isinstance(each, CallEnded)}
    assert not ended[missed["telephonySessionId"]].answered
    assert ended[taken["telephonySessionId"]].answered
    assert Counter(each.id for each in events).most_common(1)[0][1] == 1
    own = counts(events, backfilled=False)
    assert (own["GapFound"], own["SubscriptionHealed"]) == (1, 1)
    (gap,) = switchhook.keeping.gaps()
    assert gap["cause"] == "blacklisted"
    assert gap["fetched"]["messages"] >= 5
    counted = switchhook.keeping.keeper._gauges._metrics
    assert counted.value(Metric.BACKFILLED, kind="messages") == gap["fetched"]["messages"]
    assert any("rings" in each for each in gap["lost"])
    assert gap["failures"] == []


async def test_after_the_gap_all_is_live_again(switchhook, diary):
    """What comes after it is not late, and nothing of it is fetched."""
    handler, events = diary
    switchhook.enable(handler, "101")
    await switchhook.start()
    subscriptions = switchhook.platform.world.subscriptions
    subscriptions.blacklist(next(iter(subscriptions.all.values())), "Read timed out")
    await switchhook.pass_by(300)
    await switchhook.platform.text("101", "+16505550100", "after")
    await switchhook.until(lambda: switchhook.keeping.gaps()[-1]["stage"] == "fetched", within=600)
    await switchhook.pass_by(30)
    texts = [each for each in events if isinstance(each, TextReceived)]
    assert [(each.text, each.backfilled) for each in texts] == [("after", False)]


async def test_what_the_platform_refuses_is_named(switchhook, diary):
    """A source that is forbidden does not keep the others from being fetched; the gap says which."""
    handler, events = diary
    switchhook.enable(handler, "101")
    await switchhook.start()
    subscriptions = switchhook.platform.world.subscriptions
    subscriptions.blacklist(next(iter(subscriptions.all.values())), "Read timed out")
    await switchhook.platform.text("101", "+16505550100", "in between")
    switchhook.platform.fault("status_404", operation="listGlipChats")
    await switchhook.until(
        lambda: switchhook.keeping.gaps()[-1:] and switchhook.keeping.gaps()[-1]["stage"] == "partly"
    )
    (gap,) = switchhook.keeping.gaps()
    assert [each.partition(":")[0] for each in gap["failures"]] == ["posts"]
    assert counts(events, backfilled=True)["TextReceived"] == 1


async def test_an_api_that_is_away_delays_the_backfill(switchhook, diary):
    """Nothing is given up for what passes by itself, and nothing comes twice."""
    handler, events = diary
    switchhook.enable(handler, "101")
    await switchhook.start()
    subscriptions = switchhook.platform.world.subscriptions
    subscriptions.blacklist(next(iter(subscriptions.all.values())), "Read timed out")
    await switchhook.platform.text("101", "+16505550100", "in between")
    switchhook.platform.fault("status_503", operation="listGlipChats", times=2)
    await switchhook.until(
        lambda: switchhook.keeping.gaps()[-1:] and switchhook.keeping.gaps()[-1]["stage"] == "fetched", within=3_000
    )
    await switchhook.pass_by(5)
    assert counts(events, backfilled=True)["TextReceived"] == 1
