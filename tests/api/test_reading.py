"""Reading JSON: ids are strings, integers keep their digits."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchhook.api.reading import read_json, write_json


def test_ids_become_strings_wherever_they_are() -> None:
    """`id`, `…Id` and lists of `…Ids` come as strings, whatever the wire says; other numbers stay numbers."""
    content = b'{"id": 12, "newMessageIds": [1, 2], "count": 3, "owner": {"extensionId": 9007199254740993}, "paid": 4}'
    assert read_json(content) == {
        "id": "12",
        "newMessageIds": ["1", "2"],
        "count": 3,
        "owner": {"extensionId": "9007199254740993"},
        "paid": 4,
    }


def test_an_id_that_is_an_object_is_read_on() -> None:
    """What is under an id but no number is looked into, and true is no id."""
    assert read_json(b'{"records": [{"id": {"id": 5}}, {"id": true}, {"id": null}]}') == {
        "records": [{"id": {"id": "5"}}, {"id": True}, {"id": None}]
    }


@given(st.integers(min_value=-(10**40), max_value=10**40))
def test_integers_of_any_size_survive(number: int) -> None:
    """An integer, however long, is read exactly: as a string under an id, as a number elsewhere."""
    read = read_json(json.dumps({"conversationId": number, "value": number}).encode())
    assert read == {"conversationId": str(number), "value": number}
    written = write_json({"value": number, "at": datetime(2026, 1, 5, 9, tzinfo=UTC), "some": {"b", "a"}})
    assert json.loads(written) == {"value": number, "at": "2026-01-05T09:00:00Z", "some": ["a", "b"]}


def test_what_is_no_json_is_said() -> None:
    """An object of whatever kind raises TypeError, beside an integer of any size too."""
    for value in ({"x": object()}, {"x": object(), "y": 10**30}):
        with pytest.raises(TypeError):
            write_json(value)
