"""What is left of calls: the log, recordings, voicemail; active calls; RingOut."""

from __future__ import annotations

from typing import Any

import pytest

from switchhook.simulator.platform import Platform
from tests.simulator.calling import answered, path, told
from tests.simulator.conftest import Client, Receiver


async def log(client: Client, query: str = "", account: bool = False) -> list[dict[str, Any]]:
    """The records of a call log."""
    answer = await client.call("GET", f"{'' if account else '/extension/~'}/call-log{query}")
    assert answer.status == 200, answer.raw
    records: list[dict[str, Any]] = answer.body["records"]
    return records


async def test_a_call_is_in_the_log_after_a_while(client: Client, platform: Platform) -> None:
    """Thirty seconds after its end, for who had it and for the company; by session it is found alone."""
    call, _ = await answered(client)
    await platform.advance(40)
    await platform.hang_up(call["telephonySessionId"])
    await platform.advance(29)
    assert await log(client) == []
    await platform.advance(2)
    (record,) = await log(client)
    assert (record["direction"], record["result"], record["duration"]) == ("Inbound", "Accepted", 40)
    assert (record["telephonySessionId"], record["sessionId"]) == (call["telephonySessionId"], call["sessionId"])
    assert record["from"]["phoneNumber"] == "+16505550100"
    assert [each["id"] for each in await log(client, account=True)] == [record["id"]]
    assert len(await log(client, f"?telephonySessionId={call['telephonySessionId']}")) == 1
    assert await log(client, "?telephonySessionId=s-other") == []
    assert await log(client, "?direction=Outbound") == []
    await client.log_in("102")
    assert await log(client) == []


@pytest.mark.parametrize(
    ("how", "result"), [("voicemail", "Voicemail"), ("hang up", "Missed"), ("reply", "Reply"), ("dial", "Hang Up")]
)
async def test_results_say_how_it_ended(client: Client, platform: Platform, how: str, result: str) -> None:
    """Voicemail, missed, replied, given up."""
    call = await (platform.dial() if how == "dial" else platform.ring())
    if how == "voicemail":
        await platform.reject(call["telephonySessionId"])
    elif how == "reply":
        await client.call("POST", path(call, call["parties"][-1], "reply"), {"replyWithText": "Later"})
    else:
        await platform.hang_up(call["telephonySessionId"])
    await platform.advance(60)
    assert [each["result"] for each in await log(client)] == [result]


async def test_details_show_the_legs(client: Client, platform: Platform) -> None:
    """Of the company all of them."""
    call, party = await answered(client)
    await client.call("POST", path(call, party, "transfer"), {"extensionNumber": "102"})
    await platform.answer(call["telephonySessionId"])
    await platform.hang_up(call["telephonySessionId"])
    await platform.advance(31)
    (record,) = await log(client, "?view=Detailed", account=True)
    assert len(record["legs"]) == 4
    single = await client.call("GET", f"/call-log/{record['id']}")
    assert (single.status, single.body["id"]) == (200, record["id"])
    assert (await client.call("GET", "/call-log/nonsense")).code == "CMN-102"


async def test_a_recording_can_be_fetched_after_a_while(client: Client, platform: Platform) -> None:
    """Its id is that of the call's notifications; the audio is a WAV that can be asked for in parts."""
    call, _ = await answered(client)
    recording = await platform.record(call["telephonySessionId"])
    await platform.advance(45)
    await platform.hang_up(call["telephonySessionId"])
    await platform.advance(31)
    assert await log(client, "?withRecording=true") == []
    assert (await client.call("GET", f"/recording/{recording['id']}")).code == "CMN-102"
    await platform.advance(30)
    (record,) = await log(client, "?recordingType=All")
    assert record["recording"]["id"] == recording["id"]
    read = (await client.call("GET", f"/recording/{recording['id']}")).body
    assert read["duration"] == 45
    content = await client.call(
        "GET", record["recording"]["contentUri"].partition("/restapi")[2].join(["/restapi", ""])
    )
    assert content.headers["Content-Type"] == "audio/x-wav"
    assert content.raw[:4] == b"RIFF"
    part = await client.call("GET", f"/recording/{recording['id']}/content", Range="bytes=0-3")
    assert (part.status, part.raw) == (206, b"RIFF")


async def test_a_short_recording_is_not_kept(client: Client, platform: Platform) -> None:
    """Under thirty seconds."""
    call, _ = await answered(client)
    recording = await platform.record(call["telephonySessionId"])
    await platform.advance(29)
    await platform.hang_up(call["telephonySessionId"])
    await platform.advance(100)
    assert (await client.call("GET", f"/recording/{recording['id']}")).code == "CMN-102"


async def test_an_automatic_recording_is_not_paused(client: Client, platform: Platform) -> None:
    """TAS-115."""
    call, party = await answered(client)
    recording = await platform.record(call["telephonySessionId"], automatic=True)
    url = path(call, party, f"recordings/{recording['id']}")
    assert (await client.call("PATCH", url, {"active": False})).code == "TAS-115"


async def test_the_log_is_synchronised(client: Client, platform: Platform) -> None:
    """All at first, then what changed since; a bad token is CLG-101, none CLG-102."""
    url = "/extension/~/call-log-sync"
    first = (await client.call("GET", f"{url}?syncType=FSync")).body
    assert first["records"] == []
    call, _ = await answered(client)
    await platform.hang_up(call["telephonySessionId"])
    await platform.advance(31)
    token = first["syncInfo"]["syncToken"]
    second = (await client.call("GET", f"{url}?syncType=ISync&syncToken={token}")).body
    assert len(second["records"]) == 1
    token = second["syncInfo"]["syncToken"]
    assert (await client.call("GET", f"{url}?syncType=ISync&syncToken={token}")).body["records"] == []
    assert (await client.call("GET", f"{url}?syncType=ISync&syncToken=bad")).code == "CLG-101"
    assert (await client.call("GET", f"{url}?syncType=ISync")).code == "CLG-102"
    assert (await client.call("DELETE", "/extension/~/call-log")).status == 204
    assert await log(client) == []


async def test_active_calls_are_those_that_live(client: Client, platform: Platform) -> None:
    """Of the person and of the company."""
    call, _ = await answered(client, "102")
    assert (await client.call("GET", "/extension/~/active-calls")).body["records"] == []
    (record,) = (await client.call("GET", "/active-calls")).body["records"]
    assert (record["telephonySessionId"], record["result"]) == (call["telephonySessionId"], "In Progress")


async def test_a_voicemail_is_left(client: Client, receiver: Receiver, platform: Platform) -> None:
    """Who speaks to the voicemail leaves a message, which is told in full and is transcribed."""
    await client.subscribe("E/voicemail", address=receiver.url)
    receiver.clear()
    call = await platform.ring()
    await platform.reject(call["telephonySessionId"])
    await platform.advance(11)
    await platform.delivered()
    (event,) = receiver.notifications
    assert event["body"]["type"] == "VoiceMail"
    assert event["body"]["from"]["phoneNumber"] == "+16505550100"
    assert event["body"]["attachments"][0]["vmDuration"] == 10
    await platform.advance(10)
    message = (await client.call("GET", f"/extension/~/message-store/{event['body']['id']}")).body
    assert message["vmTranscriptionStatus"] == "Completed"


async def test_who_is_not_to_be_disturbed_is_not_rung(client: Client, watched: Receiver, platform: Platform) -> None:
    """Voicemail takes the call at once."""
    await client.call("PUT", "/extension/~/presence", {"dndStatus": "DoNotAcceptAnyCalls"})
    await platform.ring()
    await platform.delivered()
    assert [each["party"]["status"]["code"] for each in told(watched)][-2:] == ["Setup", "Voicemail"]


async def test_ring_out_calls_two_phones_as_two_sessions(client: Client, watched: Receiver, platform: Platform) -> None:
    """First the person's, then the other's; the ids of the sessions differ by 1000, `from` and `to` are exchanged."""
    own = platform.world.account.extension("101").phone_numbers[0]
    body = {"from": {"phoneNumber": own}, "to": {"phoneNumber": "+14155550123"}, "playPrompt": False}
    created = await client.call("POST", "/extension/~/ring-out", body)
    assert created.status == 200
    assert created.body["status"] == {
        "callStatus": "InProgress", "callerStatus": "InProgress", "calleeStatus": "InProgress"
    }  # fmt: skip
    url = f"/extension/~/ring-out/{created.body['id']}"
    second, first = platform.state()["sessions"].values()
    assert first["origin"] == second["origin"] == {"type": "RingOut"}
    await platform.answer(first["id"])
    assert (await client.call("GET", url)).body["status"]["callerStatus"] == "Success"
    await platform.answer(second["id"])
    assert set((await client.call("GET", url)).body["status"].values()) == {"Success"}
    assert (await client.call("DELETE", url)).status == 409
    await platform.hang_up(second["id"])
    await platform.delivered()
    assert set((await client.call("GET", url)).body["status"].values()) == {"Finished"}
    ids = {each["telephonySessionId"]: int(each["sessionId"]) for each in told(watched)}
    assert ids[first["id"]] - ids[second["id"]] == 1000
    ends = {each["telephonySessionId"]: each["party"] for each in told(watched) if "extensionId" in each["party"]}
    one, two = ends[first["id"]], ends[second["id"]]
    assert (one["from"]["phoneNumber"], one["to"]["phoneNumber"]) == (
        two["to"]["phoneNumber"],
        two["from"]["phoneNumber"],
    )


async def test_ring_out_is_cancelled_before_it_connects(client: Client, platform: Platform) -> None:
    """204, and both sessions end; an unknown one is CMN-102; nobody answers: no answer."""
    body = {"from": {"phoneNumber": "+16505551101"}, "to": {"phoneNumber": "+14155550123"}}
    created = await client.call("POST", "/extension/~/ring-out", body)
    url = f"/extension/~/ring-out/{created.body['id']}"
    assert (await client.call("DELETE", url)).status == 204
    assert platform.state()["sessions"] == {}
    assert (await client.call("GET", "/extension/~/ring-out/1")).code == "CMN-102"
    created = await client.call("POST", "/extension/~/ring-out", body)
    await platform.advance(31)
    shown = (await client.call("GET", f"/extension/~/ring-out/{created.body['id']}")).body
    assert shown["status"]["callStatus"] == "NoAnswer"
