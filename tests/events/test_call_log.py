"""Entries of the call log, which stand for calls that nobody heard of."""

from datetime import timedelta

import pytest

from switchhook.errors import Malformed
from switchhook.events.interpret import Fact, interpret
from switchhook.events.types import CallEnded, CallMissed
from switchhook.notification import envelope
from tests.events.notifications import notification
from tests.events.rows import LOGGED
from tests.events.streams import ACCOUNT, source


def facts(entry, path=f"/restapi/v1.0/account/{ACCOUNT}/call-log"):
    """The events of an entry, but for the Notification."""
    found = interpret(envelope(notification(path, entry)), source())
    return [part.event for part in found.parts[1:] if isinstance(part, Fact)]


def leg(result, extension, direction="Inbound"):
    """A leg of a call."""
    return {"result": result, "direction": direction, "extension": {"id": extension}, "type": "Voice"}


def test_a_missed_call():
    """It ended unanswered at start plus duration, and the extension missed it; the ids are those of the live facts."""
    ended, missed = facts(LOGGED)
    assert isinstance(ended, CallEnded)
    assert isinstance(missed, CallMissed)
    assert (ended.id, missed.id) == ("s-7/ended", "s-7/missed/7")
    assert (ended.caller, ended.caller_name, ended.callee) == ("+16505550100", "Joe", "+16505550101")
    assert not ended.answered
    assert not ended.complete
    assert ended.at.isoformat() == "2026-01-05T09:00:20+00:00"
    assert ended.duration == timedelta(seconds=20).total_seconds()


def test_somebody_elses_answer_is_no_miss():
    """In the company's log one leg rang in vain and another was taken."""
    events = facts({**LOGGED, "legs": [leg("Missed", 7), leg("Accepted", 8)]})
    assert [type(each) for each in events] == [CallEnded]
    assert events[0].answered
    assert events[0].extension_ids == ("7", "8")


def test_everybody_missed_it():
    """Each extension that was rung."""
    events = facts({**LOGGED, "legs": [leg("Missed", 7), leg("Missed", 8), leg("Hang Up", 9, "Outbound")]})
    assert [each.id for each in events] == ["s-7/ended", "s-7/missed/7", "s-7/missed/8"]


def test_voicemail_and_recordings():
    """Both come with the entry or one of its legs."""
    ended, missed = facts({**LOGGED, "result": "Voicemail"})
    assert ended.voicemail
    assert missed.voicemail
    (ended,) = facts({**LOGGED, "result": "Accepted", "legs": [{**leg("Accepted", 7), "recording": {"id": "55"}}]})
    assert ended.recording_ids == ("55",)


def test_an_outgoing_call_is_missed_by_nobody():
    """Nobody of ours was rung."""
    (ended,) = facts({**LOGGED, "direction": "Outbound", "result": "Hang Up"})
    assert ended.direction == "Outbound"


@pytest.mark.parametrize("change", [{"telephonySessionId": None}, {"type": "Fax"}])
def test_what_is_no_call_says_nothing(change):
    """A fax, or an entry from before sessions had ids."""
    assert facts({**LOGGED, **change}) == []


def test_an_event_of_ours_that_nobody_knows_is_malformed():
    """A newer version wrote it: it becomes a dead letter, not silence."""
    with pytest.raises(Malformed):
        interpret(envelope(notification("/switchhook/event", {"event": "Something"})), source())
