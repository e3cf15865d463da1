"""Every kind of notification is produced by the change that causes it, to whoever subscribed, and to nobody else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest

from switchhook.simulator.filters import KINDS
from switchhook.simulator.platform import Platform
from tests.simulator.conftest import Client, Receiver

TM = "/team-messaging/v1"
Cause = Callable[[Client], Awaitable[Any]]


def bob(client: Client) -> str:
    """The id of 102."""
    return client.platform.world.account.extension("102").id


async def ring(client: Client) -> str:
    """Ann's phones ring."""
    return str((await client.platform.ring("101"))["telephonySessionId"])


async def answer(client: Client) -> None:
    """Ann picks up."""
    await client.platform.answer(await ring(client))


async def miss(client: Client) -> None:
    """The caller gives up."""
    await client.platform.hang_up(await ring(client))


async def rename(client: Client) -> None:
    """Ann is called something else."""
    await client.call("PUT", "/extension/~", {"contact": {"firstName": "Anna"}})


async def hire(client: Client) -> None:
    """A new colleague."""
    await client.call("POST", "/extension", {"contact": {"firstName": "Dan"}, "type": "User"})


async def favour(client: Client) -> None:
    """Bob becomes a favourite of Ann."""
    await client.call("PUT", "/extension/~/favorite", {"records": [{"extensionId": bob(client)}]})


async def favourite_rings(client: Client) -> None:
    """And his phone rings."""
    await favour(client)
    await client.platform.ring("102")


async def disturb_not(client: Client) -> None:
    """Ann takes no calls, those of queues neither."""
    await client.call("PUT", "/extension/~/presence", {"dndStatus": "DoNotAcceptAnyCalls"})


async def move(client: Client) -> None:
    """Ann's phone stands elsewhere."""
    device = client.platform.world.account.extension("101").devices[0].id
    await client.call("PUT", f"/device/{device}", {"emergencyServiceAddress": {"street": "1 Main Street"}})


async def hook(client: Client) -> None:
    """A chat gets an incoming webhook."""
    await client.call("POST", f"{TM}/groups/{client.platform.world.chats.front_desk.id}/webhooks")


async def team(client: Client) -> None:
    """Ann founds a team."""
    await client.call("POST", f"{TM}/teams", {"name": "Lunch"})


def elsewhere(event: str, **body: Any) -> Cause:
    """What has no cause in here."""
    return lambda client: client.platform.notify(event, body)


A = "/restapi/v1.0/account/~"
DETAILED = "E/presence?detailedTelephonyState=true"
INSIGHTS = "/ai/ringsense/v1/public/accounts/~/domains/{}/insights"
CAUSES: Mapping[str, tuple[str, Cause, str, str]] = {
    "telephony": ("A/telephony/sessions", ring, "/telephony/sessions", "telephonySessionId"),
    "presence": (DETAILED, ring, "/presence?detailedTelephonyState=true", "activeCalls"),
    "message-store": ("E/message-store", lambda one: one.platform.text(), "/message-store", "changes"),
    "instant": (
        "E/message-store/instant?type=SMS", lambda one: one.platform.text(), "/instant?type=SMS", "messageStatus"
    ),
    "voicemail": ("E/voicemail", lambda one: one.platform.voicemail(), "/voicemail", "vmTranscriptionStatus"),
    "fax": ("E/fax?direction=Inbound", lambda one: one.platform.fax(), "/fax?direction=Inbound", "faxPageCount"),
    "post": (f"{TM}/posts", lambda one: one.platform.post("Front desk", "Hi"), f"{TM}/posts", "creatorId"),
    "chat": (f"{TM}/chats", team, f"{TM}/chats", "members"),
    "chat-webhook": ("/restapi/v1.0/glip/webhooks", hook, "/restapi/v1.0/glip/webhooks", "groupIds"),
    "extension": ("E", rename, "", "hints"),
    "extensions": ("A/extension", hire, "/extension", "extensions"),
    "directory": ("A/directory/entries", hire, "/directory/entries", "contacts"),
    "favorite": ("E/favorite", favour, "/favorite", "extensionId"),
    "favorite-presence": ("E/favorite/presence", favourite_rings, "/presence", "presenceStatus"),
    "grant": ("E/grant", hire, "/grant", "extensionId"),
    "dnd": ("E/presence/dnd", disturb_not, "/presence/dnd", "dndStatus"),
    "line": ("E/presence/line", hire, "/presence/line", "sequence"),
    "line-presence": ("E/presence/line/presence", lambda one: one.platform.ring("102"), "/presence", "presenceStatus"),
    "queue-presence": ("QUEUE", disturb_not, "/presence", "acceptCalls"),
    "emergency-address": ("DEVICE", move, "/emergency-address", "deviceId"),
    "start-ring": ("E/start-ring", ring, "/start-ring", "sessionId"),
    "stop-ring": ("E/stop-ring", answer, "/stop-ring", "sessionId"),
    "incoming-call-pickup": ("E/incoming-call-pickup", answer, "/incoming-call-pickup", "sessionId"),
    "missed-calls": ("E/missed-calls", miss, "/missed-calls", "sessionId"),
    "inbound-message": (
        "E/inbound-messages?badge=true", lambda one: one.platform.text(), "/inbound-messages?badge=true", "badge"
    ),
    "reminder": (
        "/restapi/v1.0/subscription/~?threshold=300000&interval=100000", lambda one: one.platform.advance(310_000),
        "/restapi/v1.0/subscription/~?threshold=300000&interval=100000", "expiresIn",
    ),
    "thread": ("A/message-threads/sync", elsewhere(f"{A}/message-threads/sync", x=1), "/message-threads/sync", "x"),
    "thread-entry": (
        "A/message-threads/entries/sync", elsewhere(f"{A}/message-threads/entries/sync", x=1), "/entries/sync", "x"
    ),
    "a2p-message": (
        "A/a2p-sms/messages?direction=Inbound&to=%2B1415",
        elsewhere(f"{A}/a2p-sms/messages", direction="Inbound", to=["+1415"]),
        "/a2p-sms/messages?direction=Inbound&to=%2B1415", "direction",
    ),
    "a2p-batch": ("A/a2p-sms/batches", elsewhere(f"{A}/a2p-sms/batches", id="1"), "/a2p-sms/batches", "id"),
    "a2p-opt-out": ("A/a2p-sms/opt-outs", elsewhere(f"{A}/a2p-sms/opt-outs", active=True), "/opt-outs", "active"),
    "number": (
        "A/phone-number?usageType=ContactCenterNumber",
        elsewhere(f"{A}/phone-number", usageType="ContactCenterNumber"), "/phone-number", "usageType",
    ),
    **{
        f"insight-{each}": (INSIGHTS.format(each), elsewhere(INSIGHTS.format(each), title="x"), "/insights", "title")
        for each in ("pbx", "rcv", "rcx", "ms-teams", "nice-incontact")
    },
}  # fmt: skip
"""Kind → filter, cause, how `event` ends, and a property of the body."""


def test_every_kind_has_its_cause_here() -> None:
    """None was forgotten."""
    assert set(CAUSES) == {each.name for each in KINDS}


@pytest.mark.parametrize("kind", CAUSES)
async def test_a_change_is_told(client: Client, receiver: Receiver, kind: str) -> None:
    """Once it is subscribed to; not after the subscription ended."""
    platform = client.platform
    wanted, cause, event, part = CAUSES[kind]
    device = platform.world.account.extension("101").devices[0].id
    queue = platform.world.account.extension("200").id
    places = {"QUEUE": f"{A}/call-queues/{queue}/presence", "DEVICE": f"{A}/device/{device}/emergency-address"}
    beside = ["A/directory/entries"] if kind == "reminder" else []  # alone it is refused
    answered = await client.subscribe(places.get(wanted, wanted), *beside, address=receiver.url)
    assert answered.status == 200, answered.raw
    receiver.clear()
    await cause(client)
    await platform.delivered()
    assert receiver.notifications, kind
    told = receiver.notifications[-1]
    assert told["event"].endswith(event)
    assert part in told["body"]
    assert {"uuid", "timestamp", "subscriptionId", "ownerId"} <= set(told)


async def test_a_notification_of_elsewhere_goes_by_its_filters(client: Client, receiver: Receiver) -> None:
    """What is in the body decides; an address of no filter is refused."""
    platform = client.platform
    await client.subscribe("A/a2p-sms/messages?direction=Inbound", address=receiver.url)
    sent = await platform.notify(f"{A}/a2p-sms/messages", {"direction": "Outbound"})
    assert sent["notifications"] == 0
    assert (await platform.notify(f"{A}/a2p-sms/messages", {"direction": "Inbound"}))["notifications"] == 1
    with pytest.raises(LookupError, match="no event filter"):
        await platform.notify("/nonsense", {})


async def test_missed_calls_are_one_s_own(client: Client, receiver: Receiver, platform: Platform) -> None:
    """SUB-527 for those of others."""
    foreign = f"{A}/extension/{bob(client)}/missed-calls"
    assert (await client.subscribe(foreign, address=receiver.url)).status == 200
    await client.log_in("103")
    assert (await client.subscribe(foreign, address=receiver.url)).code == "SUB-527"


async def test_a_call_that_was_picked_up_is_not_missed(client: Client, receiver: Receiver, platform: Platform) -> None:
    """A phone starts to ring, and stops; what became of the call is told besides."""
    mobile = ("E/start-ring", "E/stop-ring", "E/incoming-call-pickup", "E/missed-calls")
    await client.subscribe(*mobile, address=receiver.url)
    seen = []
    for cause in (answer, miss):
        receiver.clear()
        await cause(client)
        await platform.delivered()
        seen.append([each["body"]["action"] for each in receiver.notifications])
        for session in list(platform.world.exchange.sessions):
            await platform.hang_up(session)
    assert seen == [["StartRing", "StopRing", "IncomingCallPickup"], ["StartRing", "StopRing", "MissedCall"]]
