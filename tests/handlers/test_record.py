"""record: which calls."""

import pytest

from switchhook import CallAnswered, rehearse
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
