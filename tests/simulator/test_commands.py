"""Every command in every state of a party: done, or refused as the platform refuses it."""

from __future__ import annotations

from typing import Any

import pytest

from switchhook.simulator.platform import Platform
from tests.simulator.calling import answered, device, path
from tests.simulator.conftest import Answered, Client

STATES = ("ringing", "answered", "held", "parked", "voicemail")
WRONG, WRONG_RECORDING = (409, "TAS-102"), (403, "TAS-101")
GOOD: dict[str, tuple[int, frozenset[str]]] = {
    "answer": (200, frozenset({"ringing"})),
    "reject": (204, frozenset({"ringing"})),
    "ignore": (204, frozenset({"ringing"})),
    "forward": (200, frozenset({"ringing"})),
    "reply": (200, frozenset({"ringing"})),
    "transfer": (200, frozenset({"answered", "held"})),
    "bridge": (200, frozenset({"answered", "held"})),
    "flip": (200, frozenset({"answered"})),
    "park": (201, frozenset({"answered", "held"})),
    "pickup": (201, frozenset({"parked"})),
    "hold": (200, frozenset({"answered"})),
    "unhold": (200, frozenset({"held"})),
    "recordings": (201, frozenset({"answered"})),
    "supervise": (201, frozenset({"answered", "held"})),
    "mute": (200, frozenset({"answered", "held"})),
    "drop": (204, frozenset(STATES)),
    "read": (200, frozenset(STATES)),
}
"""Command → status of success, and the states in which it is one (RingCentral guides: call control)."""


async def reached(client: Client, platform: Platform, state: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A call of Bob's, and the party that is in this state."""
    if state == "ringing":
        call = await platform.ring("102")
        return call, call["parties"][-1]
    if state == "voicemail":
        call = await platform.ring("102")
        call = await platform.reject(call["telephonySessionId"])
        return call, call["parties"][-1]
    call, party = await answered(client, "102")
    if state == "held":
        await platform.hold(call["telephonySessionId"])
    if state == "parked":
        call = await platform.park(call["telephonySessionId"])
        party = call["parties"][0]
    return call, party


async def command(client: Client, verb: str, call: dict[str, Any], party: dict[str, Any]) -> Answered:
    """Sent with a body that is right."""
    platform = client.platform
    bodies: dict[str, Any] = {
        "answer": {"deviceId": device(platform, "102")},
        "ignore": {"deviceId": device(platform, "102")},
        "forward": {"extensionNumber": "103"},
        "transfer": {"extensionNumber": "103"},
        "reply": {"replyWithText": "Later"},
        "flip": {"callFlipId": "*2"},
        "pickup": {"deviceId": device(platform, "103")},
        "supervise": {
            "mode": "Listen", "supervisorDeviceId": device(platform, "101"),
            "agentExtensionId": platform.world.account.extension("102").id,
        },
    }  # fmt: skip
    if verb == "bridge":
        second = await platform.dial("102", "103")
        second = await platform.answer(second["telephonySessionId"])
        bodies["bridge"] = {
            "telephonySessionId": second["telephonySessionId"], "partyId": second["parties"][0]["id"]
        }  # fmt: skip
    if verb == "mute":
        return await client.call("PATCH", path(call, party), {"muted": True})
    if verb in ("drop", "read"):
        return await client.call("DELETE" if verb == "drop" else "GET", path(call, party))
    return await client.call("POST", path(call, party, verb), bodies.get(verb))


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", GOOD)
async def test_a_command_in_a_state(client: Client, platform: Platform, verb: str, state: str) -> None:
    """Done with JSON (or 204 and nothing) where it is allowed; refused with its code where not, and nothing changes."""
    call, party = await reached(client, platform, state)
    before = (await client.call("GET", path(call))).body
    status, states = GOOD[verb]
    answer = await command(client, verb, call, party)
    if state in states:
        assert answer.status == status, answer.raw
        assert bool(answer.raw) is (status != 204)
        assert status == 204 or {"id"} <= set(answer.body)
        return
    if state == "parked" and verb in ("bridge", "supervise"):
        assert (answer.status, answer.code) == (403, "TAS-106")  # nobody of the company is at that leg
    else:
        assert (answer.status, answer.code) == (WRONG_RECORDING if verb == "recordings" else WRONG)
    assert (await client.call("GET", path(call))).body == before


@pytest.mark.parametrize(
    ("verb", "body", "parameter"),
    [
        ("answer", {}, "deviceId"),
        ("ignore", {}, "deviceId"),
        ("forward", {}, "phoneNumber"),
        ("forward", {"phoneNumber": "nonsense"}, "phoneNumber"),
        ("transfer", {"parkOrbit": "*700"}, "parkOrbit"),
        ("bridge", {}, "telephonySessionId"),
        ("bridge", {"telephonySessionId": "s-1"}, "partyId"),
        ("flip", {"callFlipId": "9"}, "callFlipId"),
        ("pickup", {}, "deviceId"),
        ("reply", {}, "replyWithText"),
        ("reply", {"replyWithPattern": {"pattern": "Nonsense"}}, "replyWithPattern.pattern"),
        ("reply", {"replyWithPattern": {"pattern": "OnMyWay", "time": "x"}}, "replyWithPattern.time"),
        ("reply", {"replyWithPattern": {"pattern": "OnMyWay", "timeUnit": "Week"}}, "replyWithPattern.timeUnit"),
        ("supervise", {"mode": "Whisper"}, "mode"),
    ],
)
async def test_a_wrong_body_names_the_parameter(
    client: Client, platform: Platform, verb: str, body: dict[str, Any], parameter: str
) -> None:
    """400 CMN-101, whatever the state."""
    call, party = await reached(client, platform, "ringing")
    answer = await client.call("POST", path(call, party, verb), body)
    assert (answer.status, answer.code, answer.body["parameterName"]) == (400, "CMN-101", parameter)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "CMN-101"),
        ({"from": {}, "to": {"phoneNumber": "+14155550123"}}, 400, "CMN-101"),
        ({"from": {"deviceId": "1"}, "to": {"phoneNumber": "+14155550123"}}, 404, "CMN-102"),
        ({"from": {"deviceId": "OFF"}, "to": {"phoneNumber": "+14155550123"}}, 403, "TAS-106"),
        ({"from": {"deviceId": "ON"}, "to": {}}, 400, "CMN-101"),
        ({"from": {"deviceId": "ON"}, "to": {"phoneNumber": "nonsense"}}, 400, "CMN-101"),
        ({"from": {"deviceId": "ON"}, "to": {"extensionNumber": "102"}}, 201, None),
        ({"from": {"extensionId": "OWN"}, "to": {"phoneNumber": "+14155550123"}}, 201, None),
    ],
)
async def test_call_out_wants_a_phone_and_a_target(
    client: Client, platform: Platform, body: dict[str, Any], status: int, code: str | None
) -> None:
    """One that is there and on line; a number, or an extension's."""
    ann = platform.world.account.extension("101")
    await platform.phone(ann.devices[1].id, online=False)
    known = {"ON": ann.devices[0].id, "OFF": ann.devices[1].id, "OWN": ann.id}
    from_ = {key: known.get(value, value) for key, value in body.get("from", {}).items()}
    answer = await client.call("POST", "/telephony/call-out", {**body, "from": from_} if body else {})
    assert (answer.status, answer.code) == (status, code)


async def test_sessions_of_unrelated_calls_are_told_apart(client: Client, platform: Platform) -> None:
    """Their ids never differ by 1000 to 4000: that is the mark of a RingOut's two legs."""
    ids = [int((await platform.ring())["sessionId"]) for _ in range(60)]
    differences = {abs(one - other) for one in ids for other in ids}
    assert not differences & {1000, 2000, 3000, 4000}
