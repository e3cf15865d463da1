"""No order of arrival, and no doubling, changes what a call tells: sampled here, all of it in `test_orders`."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchhook.events.types import CallEnded, Event
from tests.events import streams
from tests.events.streams import CALLER, REAL, Folder, in_order, leg, once, person, told

every_stream = pytest.mark.parametrize("stream", REAL.values(), ids=REAL.keys())
Stream = Callable[[], list[bytes]]


def check_shuffled(arrivals: Sequence[bytes], expected: Sequence[Event]) -> None:
    """All of a stream in some order, some of it repeatedly: the same facts, each once, and no early end."""
    folder = Folder()
    for index, raw in enumerate(arrivals):
        events = folder(raw)
        if any(isinstance(each, CallEnded) for each in events):
            assert set(arrivals[: index + 1]) == set(arrivals), "ended although something was still to come"
    assert once(folder.events) == once(expected)
    counted = [each.id for each in Folder()(*dict.fromkeys(arrivals))]
    assert len(counted) == len(set(counted)), "the same fact came from two parts"
    assert folder.review_in is None


@every_stream
@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_shuffled_and_doubled(stream: Stream, data: st.DataObject) -> None:
    """Whatever the order of arrival and however often each comes, each transition comes once."""
    notifications = stream()
    repeats = data.draw(st.lists(st.sampled_from(notifications), max_size=6))
    check_shuffled(data.draw(st.permutations([*notifications, *repeats])), in_order(notifications))


@given(
    codes=st.lists(st.sampled_from(["Answered", "Hold", "Parked", "Tds", "Proceeding"]), min_size=1, max_size=9),
    seed=st.randoms(use_true_random=False),
)
@settings(deadline=None)
def test_any_states_in_any_order(codes: list[str], seed: random.Random) -> None:
    """However states follow and repeat, holds, resumes and parks are as many in any order of arrival."""
    stream = streams.Stream()
    tell = leg(stream, 3, "101", "Inbound", (CALLER, person("101")))
    notifications = [tell(code) for code in codes]
    shuffled = list(notifications)
    seed.shuffle(shuffled)
    count = sorted(told(in_order(notifications)))
    assert sorted(told(Folder({"parties": []})(*shuffled))) == count
