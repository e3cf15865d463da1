"""Recordings and transcripts through the worker: looked for after the fact, told once, given up with a word."""

from __future__ import annotations

import orjson
import pytest

from switchhook.clock import ManualClock
from switchhook.errors import RateLimited
from switchhook.events.types import RecordingReady, TranscriptReady, VoicemailReceived
from switchhook.log import Header, NewRecord
from switchhook.state import Put, Table
from switchhook.telemetry import Metric
from tests.events import streams
from tests.events.notifications import TEXT, notification
from tests.worker.model import enable, handler_for
from tests.worker.test_calls import records

EXTENSION = streams.PEOPLE["101"]
LOG = {
    "records": [
        {
            "telephonySessionId": "s-718107795d564867a6f635fd81e89940",
            "duration": 31,
            "extension": {"id": EXTENSION},
            "recording": {"id": "7", "type": "OnDemand", "contentUri": "https://media/7"},
        }
    ]
}


def recorded():
    """A call that was recorded."""
    return [
        raw.replace(b'"muted": false', b'"recordings": [{"id": "7", "active": true}]')
        for raw in streams.outside_calls_in()
    ]


def voicemail(clock):
    """A voicemail that is being transcribed."""
    body = {**TEXT, "id": "5", "type": "VoiceMail", "vmTranscriptionStatus": "InProgress"}
    path = f"/restapi/v1.0/account/{streams.ACCOUNT}/extension/{EXTENSION}/voicemail"
    body["creationTime"] = body["lastModifiedTime"] = clock.now().isoformat().replace("+00:00", "Z")
    headers = {Header.NAME: "1-main-1-1"}
    return NewRecord(streams.ACCOUNT, EXTENSION, notification(path, body), clock.now().timestamp(), headers)


@pytest.fixture
def clock():
    """Time that the test moves; it begins when the calls do."""
    return ManualClock(streams.START)


@pytest.fixture
def recordings():
    """What a handler was told."""
    return []


@pytest.fixture
def announce(recordings):
    """A handler of recordings."""

    async def announce(event, ctx):
        recordings.append(event)

    return handler_for(RecordingReady, announce)


async def test_a_recording_is_told_when_the_call_log_has_it(service, clock, announce, recordings):
    """First a minute after the end; an error that passes is borne, a crash forgets nothing, and it is told once."""
    one = service(enable(announce))
    await one.log.append(records(recorded(), clock))
    one.platform.answers["readCompanyCallLog"] = RateLimited("too many", status=429)
    one.start()
    await one.idle()
    await one.wait(lambda: one.platform.reads, advance=100.0, step=1.0)
    await one.kill()
    one.start()
    one.platform.answers["readCompanyCallLog"] = LOG
    await one.wait(lambda: recordings, advance=130.0, step=1.0)
    [event] = recordings
    assert (event.recording_id, event.extension_id, event.key) == ("7", EXTENSION, event.session_id)
    asked = [dict(parameters) for operation, parameters in one.platform.reads if operation == "readCompanyCallLog"]
    assert {each["telephonySessionId"] for each in asked} == {event.session_id}
    await clock.advance(1200.0)
    assert len(recordings) == 1
    assert not list(one.store.scan(0, Table.FOLLOW))
    assert one.metrics.value(Metric.FOLLOW_UPS, result="found") == 1
    assert await one.stop() == 0


async def test_a_recording_that_never_comes(service, clock, announce, recordings):
    """It is given up, and that is counted."""
    one = service(enable(announce))
    one.platform.answers["readCompanyCallLog"] = {"records": []}
    await one.log.append(records(recorded(), clock))
    one.start()
    await one.wait(lambda: one.metrics.value(Metric.FOLLOW_UPS, result="gave_up") == 1, advance=1000.0, step=5.0)
    assert [operation for operation, _ in one.platform.reads].count("readCompanyCallLog") == 4
    assert recordings == []
    assert not list(one.store.scan(0, Table.FOLLOW))
    assert await one.stop() == 0


async def test_nobody_looks_for_what_nobody_wants(service, clock):
    """Without a handler of transcripts nothing is asked."""

    async def note(event, ctx):
        pass

    one = service(enable(handler_for(VoicemailReceived, note)))
    await one.log.append([voicemail(clock)])
    one.start()
    await one.idle()
    await clock.advance(1000.0)
    assert one.platform.reads == []
    assert not list(one.store.scan(0, Table.FOLLOW))
    assert await one.stop() == 0


async def test_a_transcript_is_told(service, clock):
    """The message is asked until its transcription is made, then the text is read."""
    texts = []

    async def note(event, ctx):
        texts.append(event.text)

    one = service(enable(handler_for(TranscriptReady, note)))
    one.platform.answers["readMessage"] = {"vmTranscriptionStatus": "InProgress"}
    await one.log.append([voicemail(clock)])
    one.start()
    await one.idle()
    await clock.advance(59.0)
    assert one.platform.reads == []
    await one.wait(lambda: len(one.platform.reads) == 1, advance=3.0, step=0.5)
    one.platform.answers["readMessage"] = {
        "vmTranscriptionStatus": "Completed",
        "attachments": [{"id": "6", "type": "AudioTranscription"}],
    }
    one.platform.answers["readMessageContent"] = b"Call me back"
    await one.wait(lambda: texts, advance=70.0, step=1.0)
    assert texts == ["Call me back"]
    assert await one.stop() == 0


async def test_a_search_that_cannot_be_read_is_dropped(service, clock, announce):
    """One entry that makes no sense stops nothing."""
    one = service(enable(announce))
    one.platform.answers["readCompanyCallLog"] = LOG
    one.start()
    await one.idle()
    bad = orjson.dumps({"origin": {"event": "Nothing"}})
    await one.store.apply([Put(0, Table.FOLLOW, "follow/bad", bad, clock.now().timestamp())])
    await one.wait(lambda: not list(one.store.scan(0, Table.FOLLOW)), advance=5.0)
    assert await one.stop() == 0
