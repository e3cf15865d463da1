"""Calls: the sequences of real streams, every command with its states, and what is shown."""

from __future__ import annotations

import pytest

from switchhook.simulator.platform import Platform
from tests.simulator.calling import path, steps
from tests.simulator.conftest import Client, Receiver


async def test_a_call_through_the_menu_is_told_as_in_real_streams(watched: Receiver, platform: Platform) -> None:
    """Twelve notifications: caller, menu, caller answered, menu leaves, the person rings, talks, holds, hangs up."""
    call = await platform.ring("101")
    await platform.answer(call["telephonySessionId"])
    await platform.hold(call["telephonySessionId"])
    await platform.unhold(call["telephonySessionId"])
    await platform.hang_up(call["telephonySessionId"])
    await platform.delivered()
    assert steps(watched) == [
        (2, "1", "Outbound", "Setup"),
        (3, "2", "Inbound", "Setup"),
        (4, "1", "Outbound", "Answered"),
        (5, "2", "Inbound", "Disconnected"),
        (6, "3", "Inbound", "Setup"),
        (7, "3", "Inbound", "Proceeding"),
        (8, "3", "Inbound", "Answered"),
        (9, "3", "Inbound", "Hold"),
        (10, "3", "Inbound", "Answered"),
        (11, "3", "Inbound", "Disconnected"),
        (12, "1", "Outbound", "Disconnected"),
    ]


async def test_a_call_to_the_outside_is_told_as_in_real_streams(watched: Receiver, platform: Platform) -> None:
    """The far leg starts in Proceeding; when it answers, so does the caller's."""
    call = await platform.dial("101", "+14155550123")
    await platform.answer(call["telephonySessionId"])
    await platform.hang_up(call["telephonySessionId"])
    await platform.delivered()
    assert steps(watched) == [
        (2, "1", "Outbound", "Setup"),
        (3, "2", "Inbound", "Proceeding"),
        (4, "1", "Outbound", "Proceeding"),
        (5, "2", "Inbound", "Answered"),
        (6, "1", "Outbound", "Answered"),
        (7, "1", "Outbound", "Disconnected"),
        (8, "2", "Inbound", "Disconnected"),
    ]


async def test_a_call_between_colleagues_is_told_as_in_real_streams(watched: Receiver, platform: Platform) -> None:
    """The caller is answered by the colleague's rules, before the colleague is."""
    call = await platform.dial("101", "102")
    await platform.answer(call["telephonySessionId"])
    await platform.hang_up(call["telephonySessionId"])
    await platform.delivered()
    assert steps(watched) == [
        (2, "1", "Outbound", "Setup"),
        (3, "2", "Inbound", "Setup"),
        (4, "1", "Outbound", "Answered"),
        (5, "2", "Inbound", "Proceeding"),
        (6, "2", "Inbound", "Answered"),
        (7, "1", "Outbound", "Disconnected"),
        (8, "2", "Inbound", "Disconnected"),
    ]


async def test_a_notification_names_the_extension_of_its_party(watched: Receiver, platform: Platform) -> None:
    """The address in `event` is that of the party's extension; of the account for a leg outside."""
    await platform.ring("102")
    await platform.delivered()
    base = f"/restapi/v1.0/account/{platform.account_id}"
    for each in watched.notifications:
        (party,) = each["body"]["parties"]
        own = f"/extension/{party['extensionId']}" if "extensionId" in party else ""
        assert each["event"] == f"{base}{own}/telephony/sessions"
        assert each["body"]["origin"] == {"type": "Call"}
        assert each["body"]["sessionId"].isdigit()


async def test_an_extension_filter_tells_of_own_parties_only(
    client: Client, receiver: Receiver, platform: Platform
) -> None:
    """And the query chooses among them."""
    await client.subscribe("E/telephony/sessions?direction=Inbound&statusCode=Proceeding", address=receiver.url)
    receiver.clear()
    await platform.ring("102")
    await platform.ring("101")
    await platform.delivered()
    assert [code for *_, code in steps(receiver)] == ["Proceeding"]
    (party,) = receiver.notifications[0]["body"]["parties"]
    assert party["extensionId"] == platform.world.account.extension("101").id


async def test_answer_tells_a_device_to_pick_up(client: Client, watched: Receiver, platform: Platform) -> None:
    """The answer of the command is still Proceeding; Answered follows as a notification."""
    call = await platform.ring("101")
    party = call["parties"][-1]
    device = platform.credentials()["extensions"][1]["devices"][0]["id"]
    answer = await client.call("POST", path(call, party, "answer"), {"deviceId": device})
    assert (answer.status, answer.body["status"]["code"]) == (200, "Proceeding")
    assert answer.body["to"]["deviceId"] == device
    await platform.delivered()
    assert steps(watched)[-1][3] == "Answered"
    assert (await client.call("GET", path(call, party))).body["status"]["code"] == "Answered"


async def test_answer_wants_an_own_device_that_is_online(client: Client, platform: Platform) -> None:
    """CMN-101 for none, CMN-102 for an unknown one, TAS-106 for another's or one that is offline."""
    call = await platform.ring("101")
    url = path(call, call["parties"][-1], "answer")
    assert (await client.call("POST", url)).code == "CMN-101"
    assert (await client.call("POST", url, {"deviceId": "1"})).code == "CMN-102"
    other = platform.world.account.extension("102").devices[0]
    assert (await client.call("POST", url, {"deviceId": other.id})).code == "TAS-106"
    own = platform.world.account.extension("101").devices[0]
    own.online = False
    assert (await client.call("POST", url, {"deviceId": own.id})).code == "TAS-106"


@pytest.mark.parametrize(
    "target", [{"extensionNumber": "102"}, {"phoneNumber": "+14155550123"}, {"extensionId": "102"}]
)
async def test_forward_sends_a_ringing_call_on(
    client: Client, watched: Receiver, platform: Platform, target: dict[str, str]
) -> None:
    """The leg ends as transferred, and a new one rings for the target."""
    if "extensionId" in target:
        target = {"extensionId": platform.world.account.extension("102").id}
    call = await platform.ring("101")
    answer = await client.call("POST", path(call, call["parties"][-1], "forward"), target)
    assert answer.status == 200
    assert answer.body["status"] == {"code": "Disconnected", "reason": "BlindTransfer"}
    session = (await client.call("GET", f"/telephony/sessions/{call['telephonySessionId']}")).body
    assert [each["status"]["code"] for each in session["parties"]] == [
        "Answered", "Disconnected", "Disconnected", "Proceeding"
    ]  # fmt: skip
    assert ("extensionId" in session["parties"][-1]) == ("phoneNumber" not in target)
    assert session["parties"][-1]["from"]["phoneNumber"] == "+16505550100"


async def test_forward_to_voicemail(client: Client, platform: Platform) -> None:
    """The new leg is the voicemail's."""
    call = await platform.ring("101")
    own = platform.world.account.extension("101").id
    await client.call("POST", path(call, call["parties"][-1], "forward"), {"voicemail": own})
    session = (await client.call("GET", f"/telephony/sessions/{call['telephonySessionId']}")).body
    assert session["parties"][-1]["status"]["code"] == "VoiceMail"


async def test_forward_wants_one_target_that_exists(client: Client, platform: Platform) -> None:
    """None and two are CMN-101, an unknown extension CMN-102, a wrong state TAS-102."""
    call = await platform.ring("101")
    url = path(call, call["parties"][-1], "forward")
    assert (await client.call("POST", url, {})).code == "CMN-101"
    both = {"phoneNumber": "+14155550123", "extensionNumber": "102"}
    assert (await client.call("POST", url, both)).code == "CMN-101"
    assert (await client.call("POST", url, {"extensionNumber": "999"})).code == "CMN-102"
    await platform.answer(call["telephonySessionId"])
    answer = await client.call("POST", url, {"extensionNumber": "102"})
    assert (answer.status, answer.code) == (409, "TAS-102")


async def test_transfer_sends_an_answered_call_on(client: Client, platform: Platform) -> None:
    """Only once people talk; then as forward does."""
    call = await platform.ring("101")
    url = path(call, call["parties"][-1], "transfer")
    assert (await client.call("POST", url, {"extensionNumber": "102"})).code == "TAS-102"
    await platform.answer(call["telephonySessionId"])
    answer = await client.call("POST", url, {"extensionNumber": "102"})
    assert answer.body["status"] == {"code": "Disconnected", "reason": "BlindTransfer"}


async def test_reject_leads_to_voicemail(client: Client, watched: Receiver, platform: Platform) -> None:
    """204; the caller speaks for a while, then the call is over, and missed."""
    call = await platform.ring("101")
    answer = await client.call("POST", path(call, call["parties"][-1], "reject"))
    assert (answer.status, answer.raw) == (204, b"")
    await platform.advance(11)
    await platform.delivered()
    assert [code for *_, code in steps(watched)][-3:] == ["Voicemail", "Disconnected", "Disconnected"]
    assert any(each["body"]["parties"][0]["missedCall"] for each in watched.notifications)


async def test_an_unanswered_call_goes_to_voicemail(watched: Receiver, platform: Platform) -> None:
    """After thirty seconds of ringing."""
    await platform.ring("101")
    await platform.advance(29)
    await platform.delivered()
    assert steps(watched)[-1][3] == "Proceeding"
    await platform.advance(2)
    await platform.delivered()
    assert steps(watched)[-1][3] == "Voicemail"


async def test_ignore_silences_one_device_after_the_other(client: Client, platform: Platform) -> None:
    """When none rings any more, voicemail takes the call."""
    call = await platform.ring("101")
    party = call["parties"][-1]
    first, second = (each.id for each in platform.world.account.extension("101").devices)
    assert (await client.call("POST", path(call, party, "ignore"), {"deviceId": first})).status == 204
    assert (await client.call("GET", path(call, party))).body["status"]["code"] == "Proceeding"
    assert (await client.call("POST", path(call, party, "ignore"), {"deviceId": first})).code == "CMN-102"
    assert (await client.call("POST", path(call, party, "ignore"), {"deviceId": second})).status == 204
    assert (await client.call("GET", path(call, party))).body["status"]["code"] == "VoiceMail"


async def test_hold_and_unhold_answer_the_whole_party(client: Client, platform: Platform) -> None:
    """In the right state only; a second hold is TAS-102."""
    call = await platform.ring("101")
    party = call["parties"][-1]
    assert (await client.call("POST", path(call, party, "hold"))).code == "TAS-102"
    await platform.answer(call["telephonySessionId"])
    held = await client.call("POST", path(call, party, "hold"), {"proto": "Auto"})
    assert (held.status, held.body["status"]["code"]) == (200, "Hold")
    assert {"id", "direction", "from", "to", "owner"} <= set(held.body)
    assert (await client.call("POST", path(call, party, "hold"))).code == "TAS-102"
    assert (await client.call("POST", path(call, party, "unhold"))).body["status"]["code"] == "Answered"


async def test_mute_with_and_without_a_wrapper(client: Client, platform: Platform) -> None:
    """`muted` on top level as the guide shows it, or within `party` as the schema says."""
    call = await platform.ring("101")
    await platform.answer(call["telephonySessionId"])
    url = path(call, call["parties"][-1])
    assert (await client.call("PATCH", url, {"muted": True})).body["muted"] is True
    assert (await client.call("PATCH", url, {"party": {"muted": False}})).body["muted"] is False
    assert (await client.call("PATCH", url, {"muted": "yes"})).code == "CMN-101"


async def test_recordings_start_pause_and_end(client: Client, watched: Receiver, platform: Platform) -> None:
    """While people talk; TAS-101 before; the party shows it."""
    call = await platform.ring("101")
    url = path(call, call["parties"][-1], "recordings")
    answer = await client.call("POST", url)
    assert (answer.status, answer.code) == (403, "TAS-101")
    await platform.answer(call["telephonySessionId"])
    started = await client.call("POST", url)
    assert started.status == 201
    assert started.body["active"] is True
    paused = await client.call("PATCH", f"{url}/{started.body['id']}", {"active": False})
    assert paused.body == {"id": started.body["id"], "active": False}
    await platform.delivered()
    assert watched.notifications[-1]["body"]["parties"][0]["recordings"] == [paused.body]
    assert (await client.call("PATCH", f"{url}/1", {"active": False})).code == "CMN-102"


async def test_a_call_that_is_over_is_not_found(client: Client, platform: Platform) -> None:
    """Session and party, also for commands; dropping it again is 404."""
    call = await platform.ring("101")
    session = f"/telephony/sessions/{call['telephonySessionId']}"
    assert (await client.call("DELETE", session)).status == 204
    for answer in (
        await client.call("DELETE", session),
        await client.call("GET", session),
        await client.call("GET", path(call, call["parties"][-1])),
        await client.call("POST", path(call, call["parties"][-1], "reject")),
    ):
        assert (answer.status, answer.code) == (404, "CMN-102")


async def test_dropping_a_party_ends_who_is_left_alone(client: Client, platform: Platform) -> None:
    """A call has two ends."""
    call = await platform.ring("101")
    assert (await client.call("DELETE", path(call, call["parties"][-1]))).status == 204
    assert platform.state()["sessions"] == {}


async def test_call_out_answers_first(client: Client, watched: Receiver, platform: Platform) -> None:
    """The session is Setup in the answer; what it does then is told afterwards."""
    device = platform.world.account.extension("101").devices[0]
    body = {"from": {"deviceId": device.id}, "to": {"phoneNumber": "+14155550123"}}
    answer = await client.call("POST", "/telephony/call-out", body)
    assert answer.status == 201
    assert [each["status"]["code"] for each in answer.body["session"]["parties"]] == ["Setup"]
    await platform.delivered()
    assert len(steps(watched)) == 3


async def test_presence_names_only_calls_that_can_be_read(client: Client, platform: Platform) -> None:
    """With detail only; each active call's session is still answered."""
    call = await platform.ring("101")
    plain = (await client.call("GET", "/extension/~/presence")).body
    assert plain["telephonyStatus"] == "Ringing"
    assert "activeCalls" not in plain
    detailed = (await client.call("GET", "/extension/~/presence?detailedTelephonyState=true")).body
    assert [each["telephonySessionId"] for each in detailed["activeCalls"]] == [call["telephonySessionId"]]
    assert detailed["activeCalls"][0]["sessionId"] == call["sessionId"]
    await platform.hang_up(call["telephonySessionId"])
    assert (await client.call("GET", "/extension/~/presence?detailedTelephonyState=true")).body["activeCalls"] == []


async def test_presence_changes_are_told(client: Client, receiver: Receiver, platform: Platform) -> None:
    """Ringing, connected, free; of two filters for one extension the detailed one is served."""
    await client.subscribe("E/presence", "E/presence?detailedTelephonyState=true", address=receiver.url)
    receiver.clear()
    call = await platform.ring("101")
    await platform.answer(call["telephonySessionId"])
    await platform.hang_up(call["telephonySessionId"])
    await platform.delivered()
    found = sorted(receiver.notifications, key=lambda each: each["body"]["sequence"])
    assert [each["body"]["telephonyStatus"] for each in found] == ["Ringing", "Ringing", "CallConnected", "NoCall"]
    assert all(each["event"].endswith("/presence?detailedTelephonyState=true") for each in found)
    assert found[1]["body"]["activeCalls"][0]["partyId"] == call["parties"][-1]["id"]
