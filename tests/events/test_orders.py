"""Every order of arrival there is, and every doubling, of the published streams and of most scenes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from switchhook.events.types import PartyChanged
from tests.events.orders import every_state, step
from tests.events.scenes import SCENES
from tests.events.streams import REAL, in_order, parts_of

SHORT, LONG = 9, 10
"""Notifications up to which each is doubled at every later place of every order (with more, right behind itself); and
up to which a scene's orders are all tried (the longer ones are sampled in `test_scenes`).
"""
STREAMS = REAL | {scene.__name__.replace("_", " "): scene for scene in SCENES if len(scene()) <= LONG}


@pytest.mark.parametrize("stream", STREAMS.values(), ids=STREAMS.keys())
def test_every_order_tells_each_fact_once(stream: Callable[[], list[bytes]]) -> None:
    """All n! orders of the published streams (one of 11 notifications, which has 39,916,800, and two of 9) and of the
    scenes up to 10: each fact once, those of the call in order, and no end before everything came. What comes a second
    time changes nothing and tells the same again.
    """
    parts = [part for raw in stream() for part in parts_of(raw)]
    expected = sorted(event.id for event in in_order(stream()) if not isinstance(event, PartyChanged))
    complete = 0
    for reached in every_state(parts):
        for number in reached.parts if len(parts) <= SHORT else {reached.last}:
            call, told, _ = step(reached.call, parts[number])
            assert (call, told[1:]) == (reached.call, reached.said_by(parts[number]))
        if len(reached.parts) < len(parts):
            assert not any(each.endswith("/ended") for each in reached.said), "ended although something was to come"
            continue
        assert sorted(reached.said) == expected
        assert reached.review_in is None
        complete += 1
    assert complete
