"""Delivery of notifications: headers, envelope, limits, the blacklist, and what goes wrong on purpose."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest

from switchhook.simulator.platform import Platform
from tests.simulator.conftest import Client, Receiver


async def test_headers_and_envelope_are_those_of_the_platform(client: Client, receiver: Receiver) -> None:
    """Lower case, an agent, the verification token; the envelope has its six fields."""
    created = await client.subscribe(
        "A/telephony/sessions", address=receiver.url, delivery={"verificationToken": "s3cret"}
    )
    receiver.clear()
    await client.platform.ring()
    await client.platform.delivered()
    headers, content = receiver.requests[0]
    assert headers["content-type"] == "application/json; charset=UTF-8"
    assert headers["accept-encoding"] == "UTF-8"
    assert headers["user-agent"].startswith("RingCentral-Webhook/")
    assert headers["verification-token"] == "s3cret"
    envelope = orjson.loads(content)
    assert set(envelope) == {"uuid", "event", "timestamp", "subscriptionId", "ownerId", "body"}
    assert envelope["subscriptionId"] == created.body["id"]
    assert envelope["ownerId"] == client.platform.world.account.extension("101").id
    assert len(envelope["uuid"]) == 19
    assert len({each["uuid"] for each in receiver.notifications}) == len(receiver.notifications)


async def test_they_are_sent_in_order(client: Client, receiver: Receiver) -> None:
    """Without a fault the sequence on the wire is that of the call."""
    await client.subscribe("A/telephony/sessions", address=receiver.url)
    await client.platform.ring()
    await client.platform.delivered()
    sequences = [each["body"]["sequence"] for each in receiver.notifications]
    assert sequences == sorted(sequences)


async def test_a_receiver_may_call_the_api_before_it_answers(client: Client, receiver: Receiver) -> None:
    """The delivery holds nothing that the call would need."""
    seen: list[int] = []

    async def handle(_headers: Any, content: bytes) -> None:
        if content:
            seen.append((await client.call("GET", "/extension/~")).status)

    receiver.handle = handle
    await client.subscribe("E/message-store/instant?type=SMS", address=receiver.url)
    await client.platform.text()
    await client.platform.delivered()
    assert seen == [200]


async def test_a_slow_answer_is_a_failure_after_three_seconds(
    client: Client, receiver: Receiver, platform: Platform
) -> None:
    """The platform gives up and says so in its own words."""
    await client.subscribe("E/message-store/instant?type=SMS", address=receiver.url)
    reached, never = asyncio.Event(), asyncio.Event()

    async def handle(_headers: Any, _content: bytes) -> None:
        reached.set()
        await never.wait()

    receiver.handle = handle
    await platform.text()
    await reached.wait()
    await platform.advance(3.1)
    await platform.delivered()
    never.set()
    assert platform.state()["deliveries"][-1]["error"] == "I/O operation is failed. Details: [Read timed out]"


async def test_ten_minutes_of_failures_blacklist(client: Client, receiver: Receiver, platform: Platform) -> None:
    """The status says so, with the reason; what happens from then on is lost; delete and create heals."""
    created = (await client.subscribe("E/message-store/instant?type=SMS", address=receiver.url)).body
    receiver.status = 404
    for _ in range(3):
        await platform.text()
        await platform.delivered()
        await platform.advance(301)
    shown = (await client.call("GET", f"/restapi/v1.0/subscription/{created['id']}")).body
    assert shown["status"] == "Blacklisted"
    assert shown["blacklistedData"]["reason"] == "Webhook responses with code: [404], reason: [Not Found]"
    before = len(receiver.requests)
    await platform.text()
    await platform.delivered()
    assert len(receiver.requests) == before


async def test_one_success_starts_the_count_anew(client: Client, receiver: Receiver, platform: Platform) -> None:
    """Only consecutive failures count."""
    created = (await client.subscribe("E/message-store/instant?type=SMS", address=receiver.url)).body
    for status in (500, 500, 200, 500, 500):
        receiver.status = status
        await platform.text()
        await platform.delivered()
        await platform.advance(200)
    assert (await client.call("GET", f"/restapi/v1.0/subscription/{created['id']}")).body["status"] == "Active"


async def test_deliveries_misbehave_as_told(client: Client, receiver: Receiver, platform: Platform) -> None:
    """Doubled with the same uuid, dropped, late, overtaken."""
    await client.subscribe("E/message-store/instant?type=SMS", address=receiver.url)
    receiver.clear()
    platform.fault("duplicate", times=1)
    await platform.text(text="one")
    await platform.delivered()
    assert len({each["uuid"] for each in receiver.notifications}) == 1
    assert len(receiver.notifications) == 2
    receiver.clear()
    platform.fault("drop", times=1)
    await platform.text(text="two")
    platform.fault("reorder", times=1)
    await platform.text(text="three")
    await platform.text(text="four")
    await platform.advance(1)
    await platform.delivered()
    assert [each["body"]["subject"] for each in receiver.notifications] == ["four", "three"]
    receiver.clear()
    platform.fault("delay", times=1)
    await platform.text(text="five")
    await platform.text(text="six")
    await platform.advance(5)
    await platform.delivered()
    assert [each["body"]["subject"] for each in receiver.notifications] == ["six", "five"]


async def test_a_blacklisted_webhook_may_be_served_again(
    client: Client, receiver: Receiver, platform: Platform
) -> None:
    """If the platform tries again, as it is said to; off unless wanted."""
    platform.world.delivery.policy.recover_every = 900
    created = (await client.subscribe("E/message-store/instant?type=SMS", address=receiver.url)).body
    receiver.status = 500
    for _ in range(3):
        await platform.text()
        await platform.delivered()
        await platform.advance(301)
    url = f"/restapi/v1.0/subscription/{created['id']}"
    await platform.advance(900)
    assert (await client.call("GET", url)).body["status"] == "Blacklisted"
    receiver.status = 200
    await platform.advance(900)
    await platform.delivered()
    assert (await client.call("GET", url)).body["status"] == "Active"


async def test_redeliveries_have_the_same_uuid(client: Client, receiver: Receiver, platform: Platform) -> None:
    """If there are any: nobody documents them."""
    platform.world.delivery.policy.redeliveries = 2
    await client.subscribe("E/message-store/instant?type=SMS", address=receiver.url)
    receiver.clear()
    receiver.status = 500
    await platform.text()
    await platform.delivered()
    assert len(receiver.notifications) == 3
    assert len({each["uuid"] for each in receiver.notifications}) == 1


async def test_latency_and_jitter_are_knobs(client: Client, receiver: Receiver, platform: Platform) -> None:
    """A notification leaves so much later."""
    platform.world.delivery.policy.latency = 2.0
    platform.world.delivery.policy.jitter = 1.0
    await client.subscribe("E/message-store/instant?type=SMS", address=receiver.url)
    receiver.clear()
    await platform.text()
    await platform.advance(1.9)
    assert receiver.notifications == []
    await platform.advance(1.2)
    await platform.delivered()
    assert len(receiver.notifications) == 1


@pytest.mark.parametrize(
    ("answer", "part"),
    [
        ({"status": 201}, "code: [201]"),
        ({"status": 204}, "code: [204]"),
        ({"status": 302, "headers": {"Location": "/elsewhere", "Content-Type": "text/plain"}}, "code: [302]"),
        ({"body": b"x" * 1_000}, "response is invalid"),
    ],
)
async def test_only_a_short_200_counts(
    client: Client, receiver: Receiver, platform: Platform, answer: dict[str, Any], part: str
) -> None:
    """Other statuses, redirects (which are not followed) and long answers are failures, with the reason."""
    await client.subscribe("E/message-store/instant?type=SMS", address=receiver.url)
    receiver.clear()
    for name, value in answer.items():
        setattr(receiver, name, value)
    await platform.text()
    await platform.delivered()
    assert part in platform.state()["deliveries"][-1]["error"]
    assert len(receiver.requests) == 1


async def test_notifications_are_posted_in_parallel(client: Client, receiver: Receiver, platform: Platform) -> None:
    """Up to eight at once: the ninth waits until one is answered."""
    await client.subscribe("E/message-store/instant?type=SMS", address=receiver.url)
    reached, go = asyncio.Semaphore(0), asyncio.Event()

    async def handle(_headers: Any, _content: bytes) -> None:
        reached.release()
        await go.wait()

    receiver.handle = handle
    receiver.clear()
    for _ in range(9):
        await platform.text()
    for _ in range(8):
        await reached.acquire()
    assert len(receiver.requests) == 8
    go.set()
    await platform.delivered()
    assert len(receiver.requests) == 9


async def test_nobody_there_is_a_failure(client: Client, receiver: Receiver, platform: Platform) -> None:
    """With what the connection said."""
    await client.subscribe("E/message-store/instant?type=SMS", address=receiver.url)
    (one,) = platform.world.subscriptions.all.values()
    one.address = "http://127.0.0.1:9/"
    await platform.text()
    await platform.delivered()
    assert "I/O operation is failed" in platform.state()["deliveries"][-1]["error"]


async def test_addresses_in_a_notification_lead_back(client: Client, receiver: Receiver) -> None:
    """To the platform, as its owner reached it: what came with a message is fetched from there."""
    await client.subscribe("E/voicemail", "E/fax", "E/message-store/instant?type=SMS", address=receiver.url)
    receiver.clear()
    await client.platform.voicemail()
    await client.platform.fax()
    await client.platform.text(pictures=1)
    await client.platform.delivered()
    assert len(receiver.notifications) == 3
    for each in receiver.notifications:
        address = each["body"]["attachments"][-1]["uri"]
        assert address.startswith(client.platform.url)
        assert (await client.get(address)).status == 200
