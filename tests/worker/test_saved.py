"""Events and records survive being kept as bytes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchhook.events.types import Event, TextReceived
from switchhook.log import Record
from switchhook.worker.saved import SavedRecord, SavedRun, restore

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


@given(st.text(), st.integers(), st.floats(0, 1e9) | st.none())
def test_a_run_survives(text, number, steady):
    """A run is the same after being kept, the platform's own body and numbers of any size in it included."""
    event = TextReceived(id="1", at=NOW, received_at=NOW, message_id="5", text=text, raw={"big": number})
    saved = SavedRun(event, "forward", "on_ring", 3, 77, rounds=2, reason=text, steady=steady, boot="b")
    again = restore(saved.dump())
    assert again == saved
    assert again.event.raw == saved.event.raw


@given(
    st.binary(max_size=50), st.none() | st.text(max_size=9), st.dictionaries(st.text(max_size=4), st.text(max_size=4))
)
def test_a_record_survives(value, key, headers):
    """A record is the same after being kept, whatever its bytes."""
    saved = SavedRecord(Record(1, 2, "8", key, value, 1.25, headers), rounds=1, reason="no answer")
    assert restore(saved.dump()) == saved


def test_an_unknown_kind_is_a_value_error():
    """What an older or newer Switchhook kept is refused in words."""
    event = Event(id="1", at=NOW, received_at=NOW)
    data = SavedRun(event, "h", "r", 0, 0).dump().replace(b'"Event"', b'"Mapping"')
    with pytest.raises(ValueError, match="name of an event type"):
        restore(data)
