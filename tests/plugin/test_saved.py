"""Events as JSON values and back."""

import json
from datetime import timedelta

import pytest

from switchhook import CallMissed, GapFound, Notification, TextReceived, dump_event, load_event
from tests.plugin.events import AT, made

EVENTS = [
    made(CallMissed, voicemail=True, raw={"parties": [{"id": "p-1"}]}),
    made(TextReceived, message_id="1", text="hi", recipients=("+1", "+2"), attachments=({"id": 1},)),
    made(GapFound, identity="main", cause="down", since=AT, until=AT + timedelta(hours=1)),
    made(Notification, event="/restapi/v1.0/x", uuid="7"),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_event_survives_json(event):
    """Every field and the platform's own body, through text."""
    saved = json.loads(json.dumps(dump_event(event)))
    assert saved["event"] == type(event).__name__
    back = load_event(saved)
    assert back == event
    assert back.raw == event.raw


def test_raw_may_be_left_out():
    """Where only the facts are wanted."""
    assert "raw" not in dump_event(EVENTS[0], raw=False)


def test_a_person_writes_only_what_matters():
    """Id and times are made up."""
    event = load_event({"event": "TextReceived", "message_id": "1", "text": "hi", "sender": "+1"})
    assert isinstance(event, TextReceived)
    assert event.received_at == event.at


@pytest.mark.parametrize(
    ("saved", "said"),
    [
        ({}, "\"event\" is '', which is no event; there is CallAnswered"),
        ({"event": "CallMised"}, "did you mean CallMissed"),
        ({"event": "TextReceived", "txt": "hi"}, "txt is no field of it; .*message_id: .*; text: .* It has .*sender"),
        ({"event": "CallMissed", "session_id": "s", "party_id": "p", "at": "noon"}, "at: "),
    ],
)
def test_what_is_wrong_is_named_with_what_there_is(saved, said):
    """All of it at once."""
    with pytest.raises(ValueError, match=said):
        load_event(saved)
