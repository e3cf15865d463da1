"""record: which calls."""

import pytest

from switchhook import CallAnswered, RecordingReady, rehearse
from switchhook_handlers.record import handler
from tests.plugin.events import made


@pytest.mark.parametrize(
    ("settings", "direction", "recorded"),
    [
        ({}, "Inbound", True),
        ({}, "Outbound", False),
        ({"outgoing": True}, "Outbound", True),
        ({"incoming": False, "outgoing": True}, "Inbound", False),
    ],
)
async def test_recording_starts_when_somebody_answers(settings, direction, recorded):
    """Incoming calls unless told otherwise."""
    calls = await rehearse(handler, made(CallAnswered, direction=direction), settings)
    assert [call.operation for call in calls] == ["startCallRecording"] * recorded


async def test_an_answer_that_is_history_is_not_recorded():
    """Learnt of when the call was on hold or over already: the platform would refuse."""
    assert await rehearse(handler, made(CallAnswered, overtaken=True)) == []


async def test_a_ready_recording_is_announced_if_wanted():
    """In the chosen chat, with the id that fetches it."""
    ready = made(RecordingReady, session_id="s-1", recording_id="88", duration=61.4)
    assert await rehearse(handler, ready, {}) == []
    (call,) = await rehearse(handler, ready, {"announce": True, "chat": "55"})
    assert (call.operation, call.body) == ("createGlipPost", {"text": "**Recording** of 61 seconds: 88"})
