"""The simulated platform's messages, posts, recordings and transcripts, over real HTTP."""

from __future__ import annotations

from typing import Any

from switchhook.events import types
from switchhook.events.follow import FollowUp, follow_up
from switchhook.events.interpret import Fact, Interpreted, interpret
from switchhook.events.types import CallEnded, Event, RecordingReady, TranscriptReady, VoicemailReceived
from switchhook.notification import Envelope, envelope
from switchhook.simulator.platform import Platform
from tests.events.streams import Folder, source
from tests.events.test_simulated_calls import streams_of
from tests.simulator.calling import answered
from tests.simulator.conftest import Client, Receiver


async def answers_of(client: Client, found: Any) -> dict[Any, Any]:
    """The reads that interpretation asks for, from the simulated API."""
    answers = {}
    for need in found:
        given = dict(need.parameters)
        base = f"/extension/{given.pop('extensionId')}"
        if need.operation == "readMessage":
            address = f"{base}/message-store/{given.pop('messageId')}"
        else:
            address = f"{base}/message-sync"
        query = "&".join(f"{name}={value}" for name, value in given.items())
        answer = await client.call("GET", f"{address}?{query}")
        assert answer.status == 200, answer.raw
        answers[need] = answer.body
    return answers


async def read_all(client: Client, receiver: Receiver) -> tuple[list[Event], set[str]]:
    """Every notification interpreted (with reads); all must be recognised. The facts, and the kinds."""
    events: list[Event] = []
    kinds = set()
    for _, content in receiver.requests:
        read: Envelope = envelope(content)
        found = interpret(read, source())
        if not isinstance(found, Interpreted):
            found = interpret(read, source(), await answers_of(client, found))
        assert isinstance(found, Interpreted)
        assert found.recognised, read.event
        raw, *facts = [part.event for part in found.parts if isinstance(part, Fact)]
        assert isinstance(raw, types.Notification)
        kinds.add(raw.kind)
        events.extend(facts)
    return events, kinds


async def test_messages_and_posts(client: Client, receiver: Receiver, platform: Platform) -> None:
    """The same fact by two filters has one id; our own posts are marked; a voicemail begins a search."""
    filters = ("E/message-store", "E/message-store/instant?type=SMS", "E/voicemail", "E/fax?direction=Inbound")
    await client.subscribe(*filters, "/team-messaging/v1/posts", "E/presence", address=receiver.url)
    receiver.clear()
    await platform.text("101", text="Hello Ann")
    await platform.fax("101", pages=2)
    await platform.voicemail("101")
    await platform.post("Front desk", "Good morning", by="102")
    await platform.post("Front desk", "Mine", by="101")
    await platform.delivered()
    events, kinds = await read_all(client, receiver)
    assert kinds == {"message-store", "text", "voicemail", "fax", "post"}
    ids: dict[type[Event], set[str]] = {}
    for each in events:
        ids.setdefault(type(each), set()).add(each.id)
    assert {kind: len(found) for kind, found in ids.items()} == {
        types.TextReceived: 1,
        types.FaxReceived: 1,
        VoicemailReceived: 1,
        types.PostAdded: 2,
    }
    assert len([each for each in events if isinstance(each, types.TextReceived)]) == 2
    assert [each.own for each in events if isinstance(each, types.PostAdded)] == [False, True]
    assert {each.text for each in events if isinstance(each, types.TextReceived)} == {"Hello Ann"}


async def test_a_delivery_receipt(client: Client, receiver: Receiver, platform: Platform) -> None:
    """A text that we send: new, then changed without a name; the read finds which, and its state."""
    await client.subscribe("E/message-store", address=receiver.url)
    receiver.clear()
    number = platform.world.account.extension("101").phone_numbers[0]
    body = {"from": {"phoneNumber": number}, "to": [{"phoneNumber": "+16505550199"}], "text": "Hi"}
    sent = await client.call("POST", "/extension/~/sms", body)
    assert sent.status == 200
    await platform.advance(30)
    await platform.delivered()
    events, _ = await read_all(client, receiver)
    states = [each for each in events if isinstance(each, types.MessageStatusChanged)]
    assert {each.message_id for each in states} == {str(sent.body["id"])}
    assert states[-1].status == "Delivered"


async def test_a_recording(client: Client, watched: Receiver, platform: Platform) -> None:
    """The end of a recorded call begins a search, which the call log ends."""
    call, _ = await answered(client)
    recording = await platform.record(call["telephonySessionId"])
    await platform.advance(45)
    await platform.hang_up(call["telephonySessionId"])
    await platform.delivered()
    [stream] = streams_of(watched)
    [ended] = [each for each in Folder()(*stream) if isinstance(each, CallEnded)]
    assert ended.recording_ids == (recording["id"],)
    follow = follow_up(ended)
    found: list[Event] = []
    while follow:
        await platform.advance((follow.due - platform.clock.now()).total_seconds())
        query = "&".join(f"{name}={value}" for name, value in follow.need.parameters)
        answer = await client.call("GET", f"/call-log?{query}")
        assert answer.status == 200, answer.raw
        pursued = follow.pursue(answer.body, platform.clock.now())
        assert not pursued.gave_up
        found.extend(pursued.events)
        follow = FollowUp.restore(pursued.next.dump()) if pursued.next else None
    [ready] = found
    assert isinstance(ready, RecordingReady)
    assert (ready.recording_id, ready.session_id, ready.kind) == (recording["id"], ended.session_id, "OnDemand")
    assert ready.extension_id == platform.world.account.extension("101").id
    assert ready.content_uri


async def test_a_transcript(client: Client, receiver: Receiver, platform: Platform) -> None:
    """A voicemail that is being transcribed begins a search, which the message and its attachment end."""
    await client.subscribe("E/voicemail", address=receiver.url)
    receiver.clear()
    await platform.voicemail("101", said="Please call me back.")
    await platform.delivered()
    events, _ = await read_all(client, receiver)
    [voicemail] = [each for each in events if isinstance(each, VoicemailReceived)]
    follow = follow_up(voicemail)
    found: list[Event] = []
    while follow:
        await platform.advance(max((follow.due - platform.clock.now()).total_seconds(), 0.0))
        given = dict(follow.need.parameters)
        address = f"/extension/{given['extensionId']}/message-store/{given['messageId']}"
        if follow.attachment:
            content = (await client.call("GET", f"{address}/content/{given['attachmentId']}")).raw
            pursued = follow.pursue(content, platform.clock.now())
        else:
            pursued = follow.pursue((await client.call("GET", address)).body, platform.clock.now())
        assert not pursued.gave_up
        found.extend(pursued.events)
        follow = pursued.next
    [ready] = found
    assert isinstance(ready, TranscriptReady)
    assert (ready.text, ready.message_id) == ("Please call me back.", voicemail.message_id)
    assert ready.id == f"message/{voicemail.message_id}/transcript"
