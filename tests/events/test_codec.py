"""Events as JSON values and back."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest

from switchhook.events.codec import decode, encode
from switchhook.events.types import CallEnded, Event, GapFound, Notification, TextReceived

NOW = datetime(2026, 6, 23, 1, 5, 43, 17, tzinfo=UTC)
EVENTS: list[Event] = [
    CallEnded(id="s/ended", at=NOW, received_at=NOW, session_id="s", party_id="p", extension_ids=("1", "2"), key="s"),
    TextReceived(id="m", at=NOW, received_at=NOW, message_id="1", text="Hi", attachments=({"id": "7"},), raw={"id": 1}),
    GapFound(id="g", at=NOW, received_at=NOW, identity="main", cause="deaf", since=NOW, until=NOW),
    GapFound(id="h", at=NOW, received_at=NOW, identity="main", cause="deaf", since=NOW),
    Notification(id="n", at=NOW, received_at=NOW, event="/restapi/v1.0/x", raw={"a": [1]}, backfilled=True),
]


@pytest.mark.parametrize("event", EVENTS)
def test_round_trip(event: Event) -> None:
    """Through JSON text every field survives, the platform's body included."""
    back = decode(json.loads(json.dumps(encode(event))))
    assert back == event
    assert back.raw == event.raw


def test_whole_event_for_who_does_not_know_our_defaults() -> None:
    """Every field is there, and it reads back the same."""
    for event in EVENTS:
        values = encode(event, whole=True)
        assert len(values) == 1 + len(fields(event))
        assert decode(json.loads(json.dumps(values))) == event


def test_without_the_body() -> None:
    """The body can be left out, and given again."""
    values = encode(EVENTS[1], raw=False)
    assert "raw" not in values
    assert decode(values, raw={"id": 2}).raw == {"id": 2}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, '"event" must be the name of an event type, not None; there is CallAnswered, '),
        ({"event": "CallEnds"}, "not 'CallEnds'; did you mean CallEnded?"),
        ({"event": "CallRinging", "id": "1", "colour": 1}, "CallRinging has no field 'colour'. It has id, at, "),
        ({"event": "CallRinging", "at": "yesterday"}, "CallRinging.at must be a time such as"),
        ({"event": "CallRinging", "at": "2026-01-05T09:00:00"}, "CallRinging.at must say its time zone"),
        ({"event": "CallRinging", "id": 1}, "CallRinging.id must be str, not int"),
        ({"event": "CallEnded", "extension_ids": "1"}, "CallEnded.extension_ids must be a list, not str"),
        ({"event": "CallRinging", "id": "1"}, "CallRinging must say at, received_at, session_id, party_id, too"),
    ],
)
def test_what_is_wrong_is_said(values: dict[str, Any], message: str) -> None:
    """A value that is no event is refused with the reason, for whoever wrote it by hand."""
    with pytest.raises(ValueError, match=message):
        decode(values)
