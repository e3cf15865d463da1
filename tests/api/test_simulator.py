"""The client against the simulated platform: what handlers need, and the promise about writes under every fault."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from switchhook.api.auth import Application, Tokens
from switchhook.api.budget import Budget
from switchhook.api.client import Client
from switchhook.api.gate import Gate
from switchhook.api.transport import Transport
from switchhook.clock import SystemClock
from switchhook.errors import ApiError, Conflict, NotFound, OutcomeUnknown, RateLimited
from switchhook.simulator.faults import FAULTS
from switchhook.simulator.platform import Platform

AT_THE_DOOR = {"duplicate", "reorder", "delay", "drop"}
UNPROVEN = {"status_500", "status_500_after", "status_503_after", "reset_before", "reset_after", "truncate"}


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    """A running platform."""
    running = Platform(seed=7)
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def client(platform: Platform) -> AsyncIterator[Client]:
    """A client of user 101."""
    clock = SystemClock()
    application = applying(platform, Transport(platform.url))
    made = Client("main", application, Tokens(application, SecretStr(platform.jwt), clock), clock)
    yield made
    await made.close()


def applying(platform: Platform, transport: Transport) -> Application:
    """The platform's application, by this way to it."""
    secret = SecretStr(platform.client_secret)
    return Application(transport, platform.client_id, secret, Gate(Budget({"auth": 5}), SystemClock()))


async def test_acts_on_a_call(platform: Platform, client: Client) -> None:
    """Answer, record, hold, drop: each changes the call at the platform; afterwards the call is not found."""
    call = await platform.ring(to="101")
    party = call["parties"][-1]
    place = {"telephonySessionId": call["telephonySessionId"], "partyId": party["id"]}
    devices = await client.call("listExtensionDevices")
    device = next(item["id"] for item in devices["records"] if item.get("status") == "Online")
    await client.call("answerCallParty", {**place, "body": {"deviceId": device}})
    recording = await client.call("startCallRecording", place)
    assert recording["active"] is True
    held = await client.call("holdCallParty", place)
    assert held["status"]["code"] == "Hold"
    with pytest.raises(Conflict):
        await client.call("holdCallParty", place)
    await client.call("unholdCallParty", place)
    await client.call("deleteCallSession", {"telephonySessionId": call["telephonySessionId"]})
    with pytest.raises(NotFound):
        await client.call("readCallSessionStatus", {"telephonySessionId": call["telephonySessionId"]})


async def test_texts_and_posts(platform: Platform, client: Client) -> None:
    """A text with ids as strings, a post in a chat by today's path, lists walked through to their end."""
    own = await client.whoami()
    assert own["extensionNumber"] == "101"
    assert isinstance(own["id"], str)
    sender = next(item["phoneNumber"] for item in platform.state()["extensions"] if item["id"] == own["id"])
    body = {"from": {"phoneNumber": sender}, "to": [{"phoneNumber": "+16505550100"}], "text": "Hi"}
    text = await client.call("createSMSMessage", {"body": body})
    assert text["subject"] == "Hi"
    assert isinstance(text["id"], str)
    chats = [chat async for chat in client.pages("listGlipChats", {"type": ["Team"], "recordCount": 30})]
    post = await client.call("createGlipPost", {"chatId": chats[0]["id"], "body": {"text": "Hello"}})
    assert (await client.call("readGlipPost", {"chatId": chats[0]["id"], "postId": post["id"]}))["text"] == "Hello"


@pytest.mark.parametrize("fault", [name for name in FAULTS if name not in {*AT_THE_DOOR, "slow"}])
async def test_no_fault_makes_a_write_happen_twice(platform: Platform, client: Client, fault: str) -> None:
    """Repeating only what is transient, a post is there at most once, and once if the call says that it is done."""
    chats = await client.call("listGlipChats", {"type": "Team"})
    chat = chats["records"][0]["id"]
    before = posts(platform)
    platform.fault(fault, times=1, operation="createGlipPost")
    done = unknown = False
    for _ in range(3):
        try:
            await client.call("createGlipPost", {"chatId": chat, "body": {"text": "once"}})
        except OutcomeUnknown:
            unknown = True
        except ApiError as error:
            if not error.transient or isinstance(error, RateLimited):
                break
            continue
        else:
            done = True
        break
    made = posts(platform) - before
    assert made <= 1
    assert not done or made == 1
    assert unknown == (fault in UNPROVEN)


async def test_a_write_whose_answer_is_late_is_not_repeated(platform: Platform, client: Client) -> None:
    """An answer that comes after our patience has ended: nobody knows, and the post is there at most once."""
    chats = await client.call("listGlipChats", {"type": "Team"})
    before = posts(platform)
    # Only the write is in a hurry: its token comes from the patient client, however busy this machine is.
    clock = SystemClock()
    hasty = Client("main", applying(platform, Transport(platform.url, total=0.5)), client.tokens, clock)
    platform.fault("slow", times=1, operation="createGlipPost")
    with pytest.raises(OutcomeUnknown):
        await hasty.call("createGlipPost", {"chatId": chats["records"][0]["id"], "body": {"text": "once"}})
    await hasty.close()
    assert posts(platform) - before <= 1


def posts(platform: Platform) -> int:
    """How many posts there are."""
    return sum(len(chat.get("posts", [])) for chat in platform.state()["chats"].values())


async def test_meets_no_429_however_much_is_asked(platform: Platform, client: Client) -> None:
    """A hundred reads at once of a group of fifty: the platform refuses none, the client holds the rest back, and keeps
    a fifth of the group for calls that might ring.
    """
    results = await asyncio.gather(*(client.call("readExtension") for _ in range(100)), return_exceptions=True)
    held_back = [result for result in results if isinstance(result, RateLimited)]
    assert len(results) - len(held_back) == 40
    assert all(error.code is None and "nothing was sent" in str(error) for error in held_back)
