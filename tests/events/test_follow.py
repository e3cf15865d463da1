"""Looking for recordings and transcripts: when, what, and what the answers tell."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from switchhook.errors import Forbidden, NotFound, PlatformError, RateLimited
from switchhook.events.follow import FollowUp, Pursued, follow_up
from switchhook.events.interpret import Need
from switchhook.events.types import CallEnded, RecordingReady, TextReceived, TranscriptReady, VoicemailReceived
from tests.events.streams import START

ENDED = CallEnded(
    id="s-1/ended",
    at=START,
    received_at=START,
    account_id="1",
    extension_id="62000101",
    key="s-1",
    session_id="s-1",
    party_id="p-1-2",
    duration=90.0,
    recording_ids=("7", "8"),
)
VOICEMAIL = VoicemailReceived(
    id="message/5/received",
    at=START,
    received_at=START,
    account_id="1",
    extension_id="62000101",
    key="62000101",
    message_id="5",
    sender="+16505550100",
    transcription="InProgress",
)
LOGGED = {
    "telephonySessionId": "s-1",
    "direction": "Inbound",
    "duration": 88,
    "from": {"phoneNumber": "+16505550100"},
    "to": {"extensionNumber": "101"},
    "extension": {"id": 62000101},
}


def search(event: CallEnded | VoicemailReceived) -> FollowUp:
    """The search that an event begins."""
    found = follow_up(event)
    assert found
    return found


def recording(recording_id: str) -> dict[str, Any]:
    """As the call log shows it."""
    return {"recording": {"id": recording_id, "type": "OnDemand", "contentUri": f"https://media/{recording_id}"}}


def kept(pursued: Pursued) -> FollowUp:
    """How it goes on, through the store."""
    assert pursued.next
    return FollowUp.restore(pursued.next.dump())


def test_what_is_followed() -> None:
    """Calls that were recorded, voicemails that are being transcribed; nothing else."""
    text = TextReceived(id="1", at=START, received_at=START, message_id="1", text="x")
    none = (VoicemailReceived(id="1", at=START, received_at=START, message_id="1", transcription="NotAvailable"), text)
    assert [follow_up(each) for each in none] == [None, None]
    assert search(ENDED).leads_to is RecordingReady
    assert search(VOICEMAIL).leads_to is TranscriptReady
    assert search(ENDED).id == "follow/s-1/ended"


def test_it_is_kept_as_it_is() -> None:
    """Through bytes and back."""
    for follow in (search(ENDED), search(VOICEMAIL)):
        assert FollowUp.restore(follow.dump()) == follow


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"origin": {"event": "Nope"}}'])
def test_what_is_no_follow_up(data: bytes) -> None:
    """A ValueError, nothing else."""
    with pytest.raises(ValueError, match=r"not a stored follow-up|Expecting value|must be the name"):
        FollowUp.restore(data)


def test_when_and_what_to_ask_for_a_recording() -> None:
    """1, 2, 5 and 15 minutes after the end, one call log of that session; then it is given up, and says so."""
    follow = search(ENDED)
    asked = []
    while True:
        asked.append(follow.due - START)
        pursued = follow.pursue({"records": []}, follow.due)
        assert not pursued.events
        if pursued.next is None:
            break
        follow = kept(pursued)
    assert asked == [timedelta(minutes=each) for each in (1, 2, 5, 15)]
    assert "RecordingReady will not come for s-1/ended: the call log has none" in pursued.gave_up
    assert follow.need == Need(
        "readCompanyCallLog",
        (
            ("telephonySessionId", "s-1"),
            ("recordingType", "All"),
            ("view", "Detailed"),
            ("dateFrom", "2026-06-23T00:04:13.000Z"),
        ),
    )


def test_recordings_are_told_as_they_appear() -> None:
    """Each once, those of legs too; when all that were made are there, it ends."""
    follow = search(ENDED)
    first = follow.pursue({"records": [{**LOGGED, **recording("7")}]}, START + timedelta(seconds=61))
    [event] = first.events
    assert isinstance(event, RecordingReady)
    assert (event.id, event.session_id, event.duration, event.extension_id) == ("recording/7", "s-1", 88.0, "62000101")
    assert (event.kind, event.content_uri, event.caller) == ("OnDemand", "https://media/7", "+16505550100")
    assert event.at == START + timedelta(seconds=61)
    legs = {**LOGGED, **recording("7"), "legs": [{**recording("8"), "duration": 30}, {"duration": 1}]}
    second = kept(first).pursue({"records": [legs]}, START + timedelta(seconds=121))
    [event] = second.events
    assert isinstance(event, RecordingReady)
    assert (event.recording_id, event.duration) == ("8", 30.0)
    assert (second.next, second.gave_up) == (None, "")


def test_other_calls_in_the_log_are_none_of_ours() -> None:
    """A record of another session is passed over."""
    other = {**LOGGED, **recording("9"), "telephonySessionId": "s-2"}
    assert search(ENDED).pursue({"records": [other]}, START).events == ()


def test_some_recordings_never_appear() -> None:
    """What was found was told; that not all came is said at the end."""
    follow = search(ENDED)
    for _ in range(3):
        follow = kept(follow.pursue({"records": [{**LOGGED, **recording("7")}]}, START))
    last = follow.pursue({"records": [{**LOGGED, **recording("7")}]}, START)
    assert last.next is None
    assert "some, not all" in last.gave_up


def test_without_permission_for_the_company_the_extension_is_asked() -> None:
    """At once; without that permission, too, it is given up."""
    refused = search(ENDED).pursue(Forbidden("no", status=403), START + timedelta(minutes=1))
    follow = kept(refused)
    assert follow.due == START + timedelta(minutes=1)
    assert follow.need.operation == "readUserCallLog"
    assert ("extensionId", "62000101") in follow.need.parameters
    last = follow.pursue(Forbidden("no", status=403), START)
    assert last.next is None
    assert "no permission" in last.gave_up


@pytest.mark.parametrize("error", [RateLimited("slow", status=429), PlatformError("away", status=503)])
def test_errors_that_pass(error: Exception) -> None:
    """Asked again a minute later, and no attempt is used up; after a day it is given up."""
    follow = search(ENDED)
    now = START + timedelta(minutes=1)
    again = kept(follow.pursue(error, now))
    assert (again.due, again.attempt) == (now + timedelta(minutes=1), 0)
    last = again.pursue(error, START + timedelta(hours=25))
    assert last.next is None
    assert last.gave_up


def test_a_transcript() -> None:
    """Asked until it is made, then its text is read at once."""
    follow = search(VOICEMAIL)
    assert follow.need == Need("readMessage", (("extensionId", "62000101"), ("messageId", "5")))
    follow = kept(follow.pursue({"vmTranscriptionStatus": "InProgress"}, START))
    assert follow.due == START + timedelta(minutes=2)
    attachments = [{"id": 5, "type": "AudioRecording"}, {"id": 6, "type": "AudioTranscription"}]
    done = {"vmTranscriptionStatus": "CompletedPartially", "attachments": attachments}
    follow = kept(follow.pursue(done, START + timedelta(minutes=2)))
    assert follow.due <= START + timedelta(minutes=2)
    assert follow.need.operation == "readMessageContent"
    assert follow.need.parameters[-1] == ("attachmentId", "6")
    pursued = follow.pursue(b"Call me back\n", START + timedelta(minutes=2))
    [event] = pursued.events
    assert isinstance(event, TranscriptReady)
    assert (event.text, event.partial, event.sender, event.message_id) == ("Call me back", True, "+16505550100", "5")
    assert (event.id, event.key) == ("message/5/transcript", "62000101")
    assert (pursued.next, pursued.gave_up) == (None, "")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"vmTranscriptionStatus": "Failed"}, "the platform says Failed"),
        ({}, "the platform says nothing"),
        (NotFound("gone", status=404), "it is gone"),
        (Forbidden("no", status=403), "no permission"),
    ],
)
def test_transcripts_that_never_come(answer: Any, why: str) -> None:
    """It is given up, and says why."""
    pursued = search(VOICEMAIL).pursue(answer, START)
    assert (pursued.events, pursued.next) == ((), None)
    assert why in pursued.gave_up


def test_a_transcript_whose_content_is_not_there_yet() -> None:
    """The message is asked again at the next moment; at last it is given up."""
    done = {"vmTranscriptionStatus": "Completed", "attachments": [{"id": 6, "type": "AudioTranscription"}]}
    follow, times = search(VOICEMAIL), []
    while True:
        times.append(follow.due - START)
        pursued = kept(follow.pursue(done, START)).pursue(NotFound("gone", status=404), START)
        if pursued.next is None:
            break
        follow = kept(pursued)
    assert times == [timedelta(minutes=each) for each in (1, 2, 5, 15)]
    assert "it is gone" in pursued.gave_up
