"""Lanes: order within one, independence between them, nothing left behind."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from switchhook.worker.lanes import Lanes


def test_one_server_per_lane_in_order():
    """A second item of a lane waits for the first, and the same server goes on with it."""
    lanes = Lanes(10)
    lane = lanes.add("forward", "call", 1)
    assert lane is not None
    assert lanes.add("forward", "call", 2) is None
    assert lane.items[0] == 1
    assert lanes.done(lane) is lane
    assert lane.items[0] == 2
    assert lanes.done(lane) is None


def test_handlers_and_keys_are_independent():
    """Other keys of a handler and other handlers of a key get servers of their own."""
    lanes = Lanes(10)
    assert lanes.add("forward", "a", 1) is not None
    assert lanes.add("forward", "b", 1) is not None
    assert lanes.add("record", "a", 1) is not None
    assert lanes.active == 3


def test_null_key_empty_key():
    """Items without a key never wait for one another; an empty key is a key like any other."""
    lanes = Lanes(10)
    first, second = lanes.add("h", None, 1), lanes.add("h", None, 2)
    assert first is not None
    assert second is not None
    assert lanes.add("h", "", 3) is not None
    assert lanes.add("h", "", 4) is None
    assert lanes.active == 3


def test_an_idle_key_holds_nothing():
    """When its last item is done, a lane is gone."""
    lanes = Lanes(10)
    for number in range(1_000):
        lane = lanes.add("h", str(number), number)
        lanes.done(lane)
    assert lanes.active == 0
    assert lanes._lanes == {}
    assert lanes._servers == {}


def test_a_handler_at_its_limit_delays_no_other():
    """The limit is per handler: the lanes over it wait, another handler's do not."""
    lanes = Lanes(2)
    slow = [lanes.add("slow", str(key), key) for key in range(5)]
    assert [lane is not None for lane in slow] == [True, True, False, False, False]
    assert lanes.add("quick", "0", 0) is not None
    following = lanes.done(slow[0])
    assert following.key == "2"


def test_lanes_take_turns():
    """A lane with more work goes behind those that wait for a server."""
    lanes = Lanes(1)
    busy = lanes.add("h", "busy", 1)
    lanes.add("h", "busy", 2)
    lanes.add("h", "other", 3)
    other = lanes.done(busy)
    assert other.key == "other"
    assert lanes.done(other) is busy
    assert lanes.done(busy) is None


class Serving(RuleBasedStateMachine):
    """Items are added and executed in any interleaving."""

    def __init__(self):
        super().__init__()
        self.lanes = Lanes(2)
        self.serving = []
        self.expected = {}
        self.number = 0

    @rule(handler=st.sampled_from("ab"), key=st.sampled_from([None, "", "x", "y"]))
    def add(self, handler, key):
        self.number += 1
        name = (handler, key if key is not None else self.number)
        self.expected.setdefault(name, []).append(self.number)
        lane = self.lanes.add(handler, key, self.number)
        if lane is not None:
            self.serving.append(lane)

    @precondition(lambda self: self.serving)
    @rule(data=st.data())
    def done(self, data):
        lane = self.serving.pop(data.draw(st.integers(0, len(self.serving) - 1)))
        item = lane.items[0]
        name = (lane.handler, lane.key if lane.key is not None else item)
        assert self.expected[name].pop(0) == item, "order within a lane"
        following = self.lanes.done(lane)
        if following is not None:
            self.serving.append(following)

    @invariant()
    def one_server_per_lane_and_none_idle(self):
        assert len({id(lane) for lane in self.serving}) == len(self.serving)
        for handler in "ab":
            busy = [lane for lane in self.serving if lane.handler == handler]
            waiting = [items for (name, _), items in self.expected.items() if name == handler and items]
            assert len(busy) == min(2, len(waiting)), "every server that may work, works"
        assert self.lanes.active == sum(bool(items) for items in self.expected.values())


TestServing = Serving.TestCase
