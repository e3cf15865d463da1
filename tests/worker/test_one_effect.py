"""One thing that happened makes one effect, however often and by whatever way it is told."""

from __future__ import annotations

import json

import pytest

from switchhook.errors import ApiUnreachable, Retry
from switchhook.events.types import CallRinging, PostAdded, TextReceived
from switchhook.log import Header, NewRecord
from switchhook.notification import envelope, key_of
from switchhook.plugin.handler import Handler
from tests.events import streams
from tests.events.notifications import STORE, TEXT, notification, store
from tests.worker.model import enable, handler_for, post


def stored(raw, clock, epoch=1):
    """A notification as the ingress stores it: by the address of a subscription of that epoch."""
    name = {Header.NAME: f"{streams.ACCOUNT}-main-1-{epoch}"}
    return NewRecord(streams.ACCOUNT, key_of(envelope(raw)), raw, clock.now().timestamp(), name)


def answering(event, **options):
    """A handler that writes for each event, and the ids of what it was handed."""
    heard = []

    async def react(happened: event, ctx):
        heard.append(happened.id)
        await ctx.chats.post("c1", happened.id)

    return handler_for(event, react, **options), heard


async def check(one, heard, ids):
    """Everything is complete; the handler was handed these, and wrote as often."""
    await one.idle()
    assert heard == ids
    assert len(one.platform.writes) == len(ids)
    assert await one.stop() == 0


@pytest.mark.parametrize("order", ["instant first", "store first"])
@pytest.mark.parametrize("together", [True, False])
async def test_the_same_text_by_instant_filter_and_by_message_store_one_effect(service, clock, order, together):
    """The instant filter brings the text, the message store its id: in either order, at once or one after the other."""
    handler, heard = answering(TextReceived)
    one = service(enable(handler))
    one.platform.answers["readMessage"] = dict(TEXT)
    ways = [notification(f"{STORE}/instant?type=SMS", TEXT, uuid="1"), store(int(TEXT["id"]), uuid="2")]
    records = [stored(raw, clock) for raw in (ways if order == "instant first" else reversed(ways))]
    one.start()
    for batch in [records] if together else [[record] for record in records]:
        await one.log.append(batch)
        await one.idle()
    assert [operation for operation, _ in one.platform.reads].count("readMessage") == 1
    await check(one, heard, [f"message/{TEXT['id']}/received"])


async def test_two_texts_by_both_ways_two_effects(service, clock):
    """What is seen of one text hides no other that the same notification of the message store brings."""
    handler, heard = answering(TextReceived)
    one = service(enable(handler))
    other = dict(TEXT) | {"id": "7"}

    async def answer(operation, parameters=None, **options):
        return dict(TEXT) if parameters["messageId"] == TEXT["id"] else other

    one.platform.call, call = _reads(one.platform, answer)
    assert call is not None
    instant = notification(f"{STORE}/instant?type=SMS", TEXT, uuid="1")
    await one.log.append([stored(instant, clock), stored(store(int(TEXT["id"]), 7, uuid="2"), clock)])
    one.start()
    await check(one, heard, [f"message/{TEXT['id']}/received", "message/7/received"])


def _reads(platform, answer):
    """Answer the reads of messages like this, the rest as before."""
    before = platform.call

    async def call(operation, parameters=None, **options):
        found = answer if operation == "readMessage" else before
        return await found(operation, parameters, **options)

    return call, before


def by_the_other_subscription(raw):
    """The same notification as a second subscription delivers it: with another uuid, and another subscription's id."""
    return json.dumps(json.loads(raw) | {"uuid": "other-" + json.loads(raw)["uuid"], "subscriptionId": "new"}).encode()


@pytest.mark.parametrize("overlap", ["one by one", "one behind the other"])
async def test_two_subscriptions_alive_during_a_swap_one_effect(service, clock, overlap):
    """While an old and a new subscription are both alive, everything comes twice: a text, a post, a call."""
    handler = Handler("writer")
    heard = []

    @handler.on(TextReceived)
    async def on_text(text: TextReceived, ctx):
        heard.append(text.id)
        await ctx.chats.post("c1", text.id)

    @handler.on(CallRinging)
    async def on_ringing(call: CallRinging, ctx):
        heard.append(call.id)
        await ctx.calls.forward(call, to="102")

    one = service(enable(handler))
    sent = [notification(f"{STORE}/instant?type=SMS", TEXT), *streams.outside_calls_in()]
    old = [stored(raw, clock) for raw in sent]
    new = [stored(by_the_other_subscription(raw), clock, epoch=2) for raw in sent]
    pairs = [record for pair in zip(old, new, strict=True) for record in pair]
    await one.log.append(pairs if overlap == "one by one" else [*old, *new])
    one.start()
    await one.idle()
    assert sorted(kind.split("/")[-1] for kind in heard) == ["received", "ringing"]
    assert len(one.platform.writes) == 2
    assert await one.stop() == 0


async def test_own_post_does_not_trigger_a_reply(service, clock):
    """What we have posted ourselves is not handed back, unless a rule asks for it: no bot talks to itself."""
    shy, heard = answering(PostAdded, name="shy")
    vain, heard_own = answering(PostAdded, name="vain", own=True)
    one = service(enable(shy, vain))
    own = json.loads(post(1, clock=clock).value)
    own["body"]["creatorId"] = own["ownerId"]
    theirs = post(2, clock=clock)
    await one.log.append(
        [NewRecord(theirs.account, "c1", json.dumps(own).encode(), theirs.received_at, theirs.headers), theirs]
    )
    one.start()
    await one.idle()
    assert [len(heard), len(heard_own)] == [1, 2]
    assert await one.stop() == 0


async def test_a_post_of_another_identity_of_ours_does_not_trigger_a_reply(service, clock):
    """Two bots in one chat do not talk to each other for ever: each hears the other's posts as our own."""
    handler, heard = answering(PostAdded)
    one = service(enable(handler))
    await one.log.append([post(1, clock=clock)])
    one.start()
    one.registry.acts_as("other", "77")  # whoever wrote that post, by a subscription of extension 1
    await one.idle()
    assert heard == []
    one.registry.acts_as("other", "78")
    await one.log.append([post(2, clock=clock)])
    await one.idle()
    assert len(heard) == 1
    assert await one.stop() == 0


async def test_nothing_of_what_has_ended_stays_in_memory(service, clock):
    """Neither of what went straight through, nor of a record that was parked, nor of a run that was: a worker lives
    for months.
    """
    handler, heard = answering(TextReceived)
    acts = [Retry("not yet", after=20.0)]

    async def again(event, ctx):
        if acts:
            raise acts.pop()

    one = service(enable(handler, handler_for(TextReceived, again, name="again")))
    one.platform.answers["readMessage"] = ApiUnreachable("away")
    other = dict(TEXT) | {"id": "7"}
    instant = notification(f"{STORE}/instant?type=SMS", other, uuid="1")
    await one.log.append([stored(instant, clock), stored(store(int(TEXT["id"]), uuid="2"), clock)])
    one.start()
    await one.idle(advance=10)
    (shard,) = one.worker._assignment.shards.values()
    assert shard.parked == 2
    one.platform.answers["readMessage"] = dict(TEXT)
    await one.wait(lambda: not shard.parked, advance=200)
    await one.idle(advance=5)
    assert heard == ["message/7/received", f"message/{TEXT['id']}/received"]
    assert (shard.handling, shard.awake, shard.claims, shard.waiting, shard.bytes) == (set(), set(), {}, {}, 0)
    assert (one.worker._assignment.lanes.active, one.worker._assignment.writing) == (0, {})
    assert await one.stop() == 0
