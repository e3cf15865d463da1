"""Frames of the gateway: read without touching what they carry, refused if they are none."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchhook.errors import Malformed
from switchhook.ingress.frames import heartbeat_frame, read_frame, request_frame

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


def test_a_notification_keeps_every_character() -> None:
    """The journal holds what the platform wrote, numbers above 2^53 and odd spacing included."""
    body = '{"uuid" : "1",  "body":{"id":12345678901234567890123,"x":1.50}}'
    frame = read_frame(
        f'[{{"type":"ServerNotification","messageId":"1","wsc":{{"token":"t","sequence":2}}}} , {body} ]'
    )
    assert frame.body == body.encode()
    assert (frame.kind, frame.message_id, frame.place) == ("ServerNotification", "1", "t")


def test_one_element_is_a_frame_too() -> None:
    """Heartbeats, and answers without content."""
    frame = read_frame('[{"type":"ClientRequest","messageId":"a/b","status":204}]')
    assert (frame.kind, frame.status, frame.body, frame.place) == ("ClientRequest", 204, b"", None)
    assert frame.content() == {}


@pytest.mark.parametrize(
    "text", ["", "{}", "[", "[]", "[1]", '[{"type":1}]', '[{"type":"x"}', '[{"type":"x"} 1]', "[{]", "[" * 10_000]
)
def test_what_is_no_frame_is_malformed(text: str) -> None:
    """Older clients of others died of such."""
    with pytest.raises(Malformed):
        read_frame(text)


@given(st.dictionaries(st.text(), JSON, max_size=4), JSON, st.sampled_from(["", " ", "\n\t"]))
def test_any_body_comes_through_as_it_was_written(meta: dict, body: object, blank: str) -> None:
    """Whatever the first element holds, and however it is spaced."""
    head, tail = json.dumps({**meta, "type": "x"}), json.dumps(body)
    assert read_frame(f"{blank}[{blank}{head}{blank},{blank}{tail}{blank}]{blank}").body == tail.encode()


@given(st.text())
def test_any_text_is_read_or_malformed(text: str) -> None:
    """Nothing else comes out."""
    with contextlib.suppress(Malformed):
        read_frame(text)


def test_what_we_send_is_a_frame() -> None:
    """Requests have two elements, heartbeats one."""
    request = read_frame(request_frame("1", "POST", "/restapi/v1.0/subscription", {"eventFilters": ["x"]}))
    assert (request.kind, request.content()) == ("ClientRequest", {"eventFilters": ["x"]})
    assert read_frame(heartbeat_frame("2")).kind == "Heartbeat"
