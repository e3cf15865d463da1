"""Transfers of every kind, flip, park and pickup, conferences, supervision: who leaves, who comes, and why."""

from __future__ import annotations

from typing import Any

import pytest

from switchhook.simulator.platform import Platform
from tests.simulator.calling import answered, device, number, path, steps, told
from tests.simulator.conftest import Client, Receiver


async def test_a_warm_transfer_puts_the_others_together(client: Client, watched: Receiver, platform: Platform) -> None:
    """The own legs of both calls are gone with a peer; the colleague goes on in the first call; the second is over."""
    call, party = await answered(client)
    await platform.hold(call["telephonySessionId"])
    second = await platform.dial("101", "102")
    second = await platform.answer(second["telephonySessionId"])
    own = {"telephonySessionId": second["telephonySessionId"], "partyId": second["parties"][0]["id"]}
    answer = await client.call("POST", path(call, party, "bridge"), own)
    assert answer.status == 200
    assert (answer.body["status"]["code"], answer.body["status"]["reason"]) == ("Gone", "AttendedTransfer")
    assert answer.body["status"]["peerId"] == {
        "sessionId": second["telephonySessionId"], "partyId": second["parties"][0]["id"]
    }  # fmt: skip
    await platform.delivered()
    session = (await client.call("GET", path(call))).body
    alive = [each for each in session["parties"] if each["status"]["code"] == "Answered"]
    assert [each.get("extensionId") for each in alive] == [None, platform.world.account.extension("102").id]
    assert (await client.call("GET", path(second))).status == 404
    gone = [each for each in told(watched, second) if each["party"]["status"]["code"] == "Gone"]
    assert [each["party"]["status"]["reason"] for each in gone] == ["AttendedTransfer"] * 2
    assert gone[-1]["party"]["status"]["peerId"]["telephonySessionId"] == call["telephonySessionId"]
    assert gone[-1]["party"]["status"]["peerId"]["partyId"] == alive[-1]["id"]


async def test_a_warm_transfer_wants_two_calls_that_talk(client: Client, platform: Platform) -> None:
    """TAS-102 while the colleague still rings, TAS-106 for a leg of somebody else, CMN-101 and 102 for wrong ids."""
    call, party = await answered(client)
    url = path(call, party, "bridge")
    second = await platform.dial("101", "102")
    own = {"telephonySessionId": second["telephonySessionId"], "partyId": second["parties"][0]["id"]}
    assert (await client.call("POST", url, own)).code == "TAS-102"
    theirs = {**own, "partyId": second["parties"][1]["id"]}
    assert (await client.call("POST", url, theirs)).code == "TAS-106"
    assert (await client.call("POST", url, {"partyId": "x"})).code == "CMN-101"
    assert (await client.call("POST", url, {**own, "partyId": "x"})).code == "CMN-102"


async def test_a_transfer_to_a_busy_voicemail_and_to_a_queue(client: Client, platform: Platform) -> None:
    """To voicemail the new leg is its own; to a queue the agents ring."""
    call, party = await answered(client)
    bob = platform.world.account.extension("102").id
    await client.call("POST", path(call, party, "transfer"), {"voicemail": bob})
    session = (await client.call("GET", path(call))).body
    assert session["parties"][-1]["status"]["code"] == "VoiceMail"
    call, party = await answered(client)
    await client.call("POST", path(call, party, "transfer"), {"extensionNumber": "200"})
    session = (await client.call("GET", path(call))).body
    assert [each["status"]["code"] for each in session["parties"]][-3:] == ["Proceeding"] * 3


async def test_flip_goes_on_at_another_phone(client: Client, watched: Receiver, platform: Platform) -> None:
    """The leg ends with the reason, another one of the same person is there; only of a call that talks."""
    ringing = await platform.ring("102")
    url = path(ringing, ringing["parties"][-1], "flip")
    assert (await client.call("POST", url, {"callFlipId": "*2"})).code == "TAS-102"
    call, party = await answered(client)
    assert (await client.call("POST", path(call, party, "flip"), {"callFlipId": "2"})).code == "CMN-101"
    answer = await client.call("POST", path(call, party, "flip"), {"callFlipId": "*2"})
    assert answer.body["status"] == {"code": "Disconnected", "reason": "CallFlip"}
    await platform.delivered()
    last = told(watched, call)[-1]["party"]
    assert (last["extensionId"], last["status"]["code"]) == (party["extensionId"], "Answered")


async def test_park_and_pickup(client: Client, watched: Receiver, platform: Platform) -> None:
    """Locations count from *801; notifications show it on the caller's leg; whoever fetches the call has a new leg."""
    call, party = await answered(client)
    parked = await client.call("POST", path(call, party, "park"))
    assert (parked.status, parked.body["status"]["code"], parked.body["park"]) == (201, "Parked", {"id": "*801"})
    await platform.delivered()
    shown, left = (each["party"] for each in told(watched)[-2:])
    assert (number(shown), shown["status"]["code"], shown["park"]) == ("1", "Parked", {"id": "*801"})
    assert shown["status"]["parkData"] == "*801"
    assert (left["id"], left["status"]["reason"]) == (party["id"], "CallPark")
    another, _ = await answered(client)
    assert (await platform.park(another["telephonySessionId"]))["location"] == "*802"
    caller = call["parties"][0]
    answer = await client.call("POST", path(call, caller, "pickup"), {"deviceId": device(platform, "103")})
    assert (answer.status, answer.body["status"]) == (201, {"code": "Answered", "reason": "Pickup"})
    assert answer.body["extensionId"] == platform.world.account.extension("103").id
    assert (
        await client.call("POST", path(call, caller, "pickup"), {"deviceId": device(platform, "102")})
    ).code == "TAS-102"
    await platform.pick_up("*802", by="102")
    assert platform.world.exchange.parked == {}


async def test_only_an_own_incoming_call_is_parked(client: Client, platform: Platform) -> None:
    """TAS-102 for an outgoing one and for one that rings."""
    ringing = await platform.ring("101")
    assert (await client.call("POST", path(ringing, ringing["parties"][-1], "park"))).code == "TAS-102"
    call = await platform.dial("101")
    await platform.answer(call["telephonySessionId"])
    assert (await client.call("POST", path(call, call["parties"][0], "park"))).code == "TAS-102"


async def test_a_parked_call_comes_back(client: Client, watched: Receiver, platform: Platform) -> None:
    """After three minutes it rings again at who parked it."""
    call, _ = await answered(client)
    await platform.park(call["telephonySessionId"])
    await platform.advance(181)
    await platform.delivered()
    assert [(each["party"]["status"]["code"]) for each in told(watched)[-3:]] == ["Answered", "Setup", "Proceeding"]


async def test_reply_speaks_and_ends(client: Client, watched: Receiver, platform: Platform) -> None:
    """With a text or a pattern; the leg says so; a wrong pattern or unit is named."""
    for body in ({"replyWithText": "In a meeting"}, {"replyWithPattern": {"pattern": "CallMeBack", "time": 5}}):
        call = await platform.ring("101")
        answer = await client.call("POST", path(call, call["parties"][-1], "reply"), body)
        assert (answer.status, answer.body["status"]) == (200, {"code": "Disconnected", "reason": "CallReplied"})
        assert (await client.call("GET", path(call))).status == 404
    call = await platform.ring("101")
    url = path(call, call["parties"][-1], "reply")
    assert (await client.call("POST", url, {})).body["parameterName"] == "replyWithText"
    wrong = {"replyWithPattern": {"pattern": "CallMeBack", "timeUnit": "Year"}}
    assert (await client.call("POST", url, wrong)).body["parameterName"] == "replyWithPattern.timeUnit"
    assert (await client.call("POST", url, {"replyWithPattern": {"pattern": "Never"}})).code == "CMN-101"


async def conference(client: Client) -> dict[str, Any]:
    """A conference whose host has called in."""
    session = (await client.call("POST", "/telephony/conference")).body["session"]
    return await client.platform.join_conference(session["id"])


async def test_a_conference_wants_its_host_within_38_seconds(client: Client, platform: Platform) -> None:
    """It has a token and no parties; a fresh one is deleted with 204; one without its host ends by itself."""
    created = await client.call("POST", "/telephony/conference")
    session = created.body["session"]
    assert created.status == 201
    assert session["voiceCallToken"].startswith("conf_")
    assert session["parties"] == []
    assert (await client.call("DELETE", f"/telephony/sessions/{session['id']}")).status == 204
    session = (await client.call("POST", "/telephony/conference")).body["session"]
    await platform.advance(39)
    assert (await client.call("GET", f"/telephony/sessions/{session['id']}")).status == 404


async def test_calls_are_brought_into_a_conference(client: Client, watched: Receiver, platform: Platform) -> None:
    """The caller's leg goes on there as a participant; the `sessionId` is "0"; before the host it is TAS-106."""
    call, _ = await answered(client)
    body = {"telephonySessionId": call["telephonySessionId"], "partyId": call["parties"][0]["id"]}
    fresh = (await client.call("POST", "/telephony/conference")).body["session"]
    early = await client.call("POST", f"/telephony/sessions/{fresh['id']}/parties/bring-in", body)
    assert (early.status, early.code) == (403, "TAS-106")
    room = await conference(client)
    assert room["sessionId"] == "0"
    brought = await client.call("POST", f"{path(room)}/parties/bring-in", body)
    assert (brought.status, brought.body["status"]["code"], brought.body["conferenceRole"]) == (
        201, "Answered", "Participant"
    )  # fmt: skip
    assert (await client.call("GET", path(call))).status == 404
    await platform.delivered()
    gone = next(each["party"] for each in told(watched, call) if each["party"]["status"]["code"] == "Gone")
    assert gone["status"]["reason"] == "Conference"
    assert gone["status"]["peerId"]["partyId"] == brought.body["id"]
    host = told(watched, room)[0]
    assert (host["origin"]["type"], host["party"]["conferenceRole"]) == ("Conference", "Host")
    assert host["party"]["to"] == {"phoneNumber": "conference", "name": "Conference"}
    assert (await client.call("POST", f"{path(room)}/parties/{brought.body['id']}/recordings")).code == "TAS-101"
    assert (await client.call("DELETE", f"{path(room)}/parties/{brought.body['id']}")).status == 204
    assert (await client.call("GET", path(room))).status == 200


async def test_a_conference_is_full_at_ten(client: Client) -> None:
    """The eleventh is refused."""
    room = await conference(client)
    for full in [False] * 9 + [True]:
        call, _ = await answered(client)
        body = {"sessionId": call["telephonySessionId"], "partyId": call["parties"][0]["id"]}
        answer = await client.call("POST", f"{path(room)}/parties/bring-in", body)
        assert (answer.code == "TAS-106") is full


@pytest.mark.parametrize("of_party", [False, True])
async def test_a_supervisor_listens(client: Client, watched: Receiver, platform: Platform, of_party: bool) -> None:
    """A leg of the supervisor's is there, with the reason; it does not keep the call alive."""
    call, party = await answered(client, "102")
    body = {
        "mode": "Listen",
        "supervisorDeviceId": device(platform, "101"),
        "agentExtensionId": platform.world.account.extension("102").id,
    }
    url = path(call, party if of_party else None, "supervise")
    answer = await client.call("POST", url, body)
    assert (answer.status, answer.body["status"]) == (201, {"code": "Answered", "reason": "Supervising"})
    assert (await client.call("DELETE", path(call, party))).status == 204
    await platform.delivered()
    assert [code for *_, code in steps(watched)][-3:] == ["Disconnected"] * 3


async def test_supervision_wants_an_agent_who_talks(client: Client, platform: Platform) -> None:
    """CMN-101 for another mode, TAS-102 while it rings, TAS-106 for who is not in the call."""
    call = await platform.ring("102")
    url = path(call, None, "supervise")
    body = {"mode": "Listen", "supervisorDeviceId": device(platform, "101"), "agentExtensionNumber": "102"}
    assert (await client.call("POST", url, {**body, "mode": "Whisper"})).code == "CMN-101"
    assert (await client.call("POST", url, body)).code == "TAS-102"
    assert (await client.call("POST", url, {**body, "agentExtensionNumber": "103"})).code == "TAS-106"
    assert (await client.call("POST", url, {**body, "agentExtensionNumber": "999"})).code == "CMN-102"
    assert (await client.call("POST", url, {**body, "supervisorDeviceId": "1"})).code == "CMN-102"


COMMANDS: dict[str, Any] = {
    "answer": {"deviceId": "1"},
    "reject": None,
    "ignore": {"deviceId": "1"},
    "forward": {"extensionNumber": "102"},
    "transfer": {"extensionNumber": "102"},
    "bridge": {"telephonySessionId": "s-1", "partyId": "p-1"},
    "flip": {"callFlipId": "*2"},
    "park": None,
    "pickup": {"deviceId": "1"},
    "hold": {"proto": "Auto"},
    "unhold": None,
    "reply": {"replyWithText": "Later"},
    "recordings": None,
    "supervise": {"mode": "Listen", "supervisorDeviceId": "1", "agentExtensionId": "1"},
}


@pytest.mark.parametrize("verb", COMMANDS)
async def test_every_command_to_a_call_that_is_over_finds_nothing(
    client: Client, platform: Platform, verb: str
) -> None:
    """404 CMN-102, naming the session or the party; a body that is no object is named too."""
    call, party = await answered(client)
    strange = {**party, "id": "p-strange"}
    answer = await client.call("POST", path(call, strange, verb), COMMANDS[verb])
    assert (answer.status, answer.code, answer.body["parameterName"]) == (404, "CMN-102", "partyId")
    await platform.hang_up(call["telephonySessionId"])
    answer = await client.call("POST", path(call, party, verb), COMMANDS[verb])
    assert (answer.status, answer.code, answer.body["parameterName"]) == (404, "CMN-102", "telephonySessionId")
