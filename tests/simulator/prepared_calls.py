"""What operations on calls and subscriptions are called with: things in the state that each of them needs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from tests.simulator.calling import answered, device, path
from tests.simulator.conftest import Client, Receiver

Wish = tuple[str, Any]
"""A path and a body."""


async def _ringing(client: Client, verb: str, body: Any = None) -> Wish:
    call = await client.platform.ring()
    return path(call, call["parties"][-1], verb), body


async def _talking(client: Client, verb: str, body: Any = None) -> Wish:
    return path(*await answered(client), verb), body


async def _answer(client: Client, _hook: Receiver) -> Wish:
    return await _ringing(client, "answer", {"deviceId": device(client.platform, "101")})


async def _ignore(client: Client, _hook: Receiver) -> Wish:
    call = await client.platform.ring("200")
    ann = client.platform.world.account.extension("101")
    party = next(each for each in call["parties"] if each.get("extensionId") == ann.id)
    return path(call, party, "ignore"), {"deviceId": ann.devices[0].id}


async def _unhold(client: Client, _hook: Receiver) -> Wish:
    call, party = await answered(client)
    await client.platform.hold(call["telephonySessionId"])
    return path(call, party, "unhold"), None


async def _pick_up(client: Client, _hook: Receiver) -> Wish:
    call, _ = await answered(client)
    parked = await client.platform.park(call["telephonySessionId"])
    party = next(each for each in parked["parties"] if each["status"]["code"] == "Parked")
    return path(call, party, "pickup"), {"deviceId": device(client.platform, "102")}


async def _pause(client: Client, _hook: Receiver) -> Wish:
    call, party = await answered(client)
    recording = await client.platform.record(call["telephonySessionId"])
    return path(call, party, f"recordings/{recording['id']}"), {"active": False}


def _supervise(*, of_party: bool) -> Callable[[Client, Receiver], Awaitable[Wish]]:
    async def supervise(client: Client, _hook: Receiver) -> Wish:
        call, party = await answered(client, "102")
        agent = client.platform.world.account.extension("102").id
        body = {"mode": "Listen", "supervisorDeviceId": device(client.platform, "101"), "agentExtensionId": agent}
        return path(call, party if of_party else None, "supervise"), body

    return supervise


async def _call_out(client: Client, _hook: Receiver) -> Wish:
    body = {"from": {"deviceId": device(client.platform, "101")}, "to": {"phoneNumber": "+14155550123"}}
    return "/telephony/call-out", body


async def _ring_out(client: Client, kind: str) -> str:
    ann = client.platform.world.account.extension("101")
    body = {"from": {"phoneNumber": ann.phone_numbers[0]}, "to": {"phoneNumber": "+14155550123"}}
    answer = await client.call("POST", f"/extension/~/{kind}", body)
    assert answer.status == 200, answer.raw
    return f"/extension/~/{kind}/{answer.body['id']}"


def _ring_outs(kind: str) -> Callable[[Client, Receiver], Awaitable[Wish]]:
    async def wish(client: Client, _hook: Receiver) -> Wish:
        return await _ring_out(client, kind), None

    return wish


def _ring_out_now(kind: str) -> Callable[[Client, Receiver], Awaitable[Wish]]:
    async def wish(client: Client, _hook: Receiver) -> Wish:
        ann = client.platform.world.account.extension("101")
        body = {"from": {"phoneNumber": ann.phone_numbers[0]}, "to": {"phoneNumber": "+14155550123"}}
        return f"/extension/~/{kind}", body

    return wish


async def _recorded(client: Client) -> dict[str, Any]:
    """The log's record of a call that is over and was recorded."""
    call, _ = await answered(client)
    await client.platform.record(call["telephonySessionId"])
    await client.platform.advance(60)
    await client.platform.hang_up(call["telephonySessionId"])
    await client.platform.advance(600)
    (record,) = (await client.call("GET", "/call-log")).body["records"]
    found: dict[str, Any] = record
    return found


def _record(prefix: str) -> Callable[[Client, Receiver], Awaitable[Wish]]:
    async def wish(client: Client, _hook: Receiver) -> Wish:
        return f"{prefix}/call-log/{(await _recorded(client))['id']}", None

    return wish


def _recording(suffix: str = "") -> Callable[[Client, Receiver], Awaitable[Wish]]:
    async def wish(client: Client, _hook: Receiver) -> Wish:
        return f"/recording/{(await _recorded(client))['recording']['id']}{suffix}", None

    return wish


def _subscribed(verb: str = "", body: Any = None) -> Callable[[Client, Receiver], Awaitable[Wish]]:
    async def wish(client: Client, hook: Receiver) -> Wish:
        created = await client.subscribe("E/presence", address=hook.url)
        return f"/restapi/v1.0/subscription/{created.body['id']}{verb}", body

    return wish


async def _subscribe(_client: Client, hook: Receiver) -> Wish:
    filters = ["/restapi/v1.0/account/~/extension/~/presence"]
    body = {"eventFilters": filters, "deliveryMode": {"transportType": "WebHook", "address": hook.url}}
    return "/restapi/v1.0/subscription", body


def _on_a_ringing_call(verb: str, body: Any = None) -> Callable[[Client, Receiver], Awaitable[Wish]]:
    return lambda client, _hook: _ringing(client, verb, body)


def _on_a_call(verb: str, body: Any = None) -> Callable[[Client, Receiver], Awaitable[Wish]]:
    return lambda client, _hook: _talking(client, verb, body)


CALLS: Mapping[str, Callable[[Client, Receiver], Awaitable[Wish]]] = {
    "answerCallParty": _answer,
    "rejectParty": _on_a_ringing_call("reject"),
    "replyParty": _on_a_ringing_call("reply", {"replyWithText": "Later"}),
    "forwardCallParty": _on_a_ringing_call("forward", {"extensionNumber": "102"}),
    "ignoreCallInQueue": _ignore,
    "readCallPartyStatus": _on_a_call(""),
    "updateCallParty": _on_a_call("", {"muted": True}),
    "holdCallParty": _on_a_call("hold"),
    "unholdCallParty": _unhold,
    "transferCallParty": _on_a_call("transfer", {"extensionNumber": "102"}),
    "callFlipParty": _on_a_call("flip", {"callFlipId": "*2"}),
    "callParkParty": _on_a_call("park"),
    "pickupCallParty": _pick_up,
    "startCallRecording": _on_a_call("recordings"),
    "pauseResumeCallRecording": _pause,
    "superviseCallSession": _supervise(of_party=False),
    "superviseCallParty": _supervise(of_party=True),
    "createCallOutCallSession": _call_out,
    "createRingOutCall": _ring_out_now("ring-out"),
    "createRingOutCallDeprecated": _ring_out_now("ringout"),
    "readRingOutCallStatus": _ring_outs("ring-out"),
    "readRingOutCallStatusDeprecated": _ring_outs("ringout"),
    "deleteRingOutCall": _ring_outs("ring-out"),
    "deleteRingOutCallDeprecated": _ring_outs("ringout"),
    "readCompanyCallRecord": _record(""),
    "readUserCallRecord": _record("/extension/~"),
    "readCallRecording": _recording(),
    "listCallRecordingData": _recording("/content"),
    "createSubscription": _subscribe,
    "readSubscription": _subscribed(),
    "updateSubscription": _subscribed("", {"eventFilters": ["/restapi/v1.0/account/~/extension/~/voicemail"]}),
    "renewSubscription": _subscribed("/renew"),
    "deleteSubscription": _subscribed(),
}
