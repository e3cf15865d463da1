"""Events and records survive being kept as bytes."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchhook.events import types
from switchhook.events.types import Event
from switchhook.log import Record
from switchhook.worker.saved import SavedRecord, SavedRun, restore

KINDS = sorted(
    (kind for kind in vars(types).values() if isinstance(kind, type) and issubclass(kind, Event)),
    key=lambda kind: kind.__name__,
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
VALUES = {
    "str": st.text(max_size=8),
    "str | None": st.none() | st.text(max_size=8),
    "int": st.integers(),
    "float": st.floats(0, 1e9),
    "bool": st.booleans(),
    "datetime": st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=2))])),
    "tuple[str, ...]": st.lists(st.text(max_size=8), max_size=3).map(tuple),
    "Mapping[str, Any]": st.dictionaries(st.text(max_size=3), json_values, max_size=3),
    "tuple[Mapping[str, Any], ...]": st.lists(
        st.dictionaries(st.text(max_size=3), json_values, max_size=3), max_size=2
    ).map(tuple),
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_every_kind_of_event_survives(kind, data):
    """Every field of every kind of event is the same after being kept, integers of any size in `raw` included."""
    values = {one.name: data.draw(VALUES[str(one.type)], label=one.name) for one in fields(kind)}
    saved = SavedRun(kind(**values), "forward", "on_ring", 3, 77, rounds=2, reason="busy", steady=1.5, boot="b")
    again = restore(saved.dump())
    assert again == saved
    assert again.event.raw == saved.event.raw
    assert type(again.event) is kind


@given(
    st.binary(max_size=50), st.none() | st.text(max_size=9), st.dictionaries(st.text(max_size=4), st.text(max_size=4))
)
def test_a_record_survives(value, key, headers):
    """A record is the same after being kept, whatever its bytes."""
    saved = SavedRecord(Record(1, 2, "8", key, value, 1.25, headers), rounds=1, reason="no answer")
    assert restore(saved.dump()) == saved


def test_an_unknown_kind_is_a_value_error():
    """What an older or newer Switchhook kept is refused in words, not with an attribute error."""
    event = Event(id="1", at=datetime.now(UTC), received_at=datetime.now(UTC))
    data = SavedRun(event, "h", "r", 0, 0).dump().replace(b'"Event"', b'"Mapping"')
    with pytest.raises(ValueError, match="name of an event type"):
        restore(data)
