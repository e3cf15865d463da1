"""Parked work: in order within its lane, never early, and every lane that holds something goes on by itself."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from switchhook.clock import ManualClock
from switchhook.events.types import PostAdded
from switchhook.state import Table
from switchhook.worker.assignment import Assignment, Shard
from switchhook.worker.completion import Completion
from switchhook.worker.parking import Parking, lane_name, place
from switchhook.worker.retry import Park
from switchhook.worker.saved import SavedRun
from tests.state.memory import Disk, MemoryState

LANES = st.sampled_from(["a", "b"])


class Parked(RuleBasedStateMachine):
    """Runs are parked for a span or until a moment, others queue behind them, clocks step, workers die."""

    def __init__(self):
        super().__init__()
        self.clock = ManualClock()
        self.disk = Disk()
        self.number = 0
        self.waiting = {"a": [], "b": []}  # per lane: offsets, in order
        self.earliest = {}  # offset -> ("span", monotonic) or ("moment", wall)
        self.running = {}  # lane -> (offset, key)
        self.begin()

    def begin(self):
        """A worker takes over."""
        self.store = MemoryState(self.disk, self.clock)
        asyncio.run(self.store.load(0, lambda: True))
        self.parking = Parking(
            self.store, self.clock, Completion(self.store, self.clock, 1e6, lambda work: None), "boot"
        )
        assignment = Assignment(1, {0}, concurrency=10)
        self.shard = Shard(assignment, 0, None)
        self.parking.load(self.shard)
        self.running = {}

    def saved(self, offset):
        """The run of a record."""
        now = self.clock.now()
        event = PostAdded(id=f"post/{offset}", at=now, received_at=now, post_id=str(offset))
        return SavedRun(event, "probe", "on_post", 0, offset)

    def park(self, lane, offset, seconds, moment):
        """Park, and remember before when it must not go on."""
        if moment:
            until = self.clock.now() + timedelta(seconds=seconds)
            decision = Park("later", until=until, failed=False)
            self.earliest[offset] = ("moment", until.timestamp())
        else:
            decision = Park("retry", after=seconds)
            self.earliest[offset] = ("span", self.clock.monotonic() + seconds)
        asyncio.run(self.parking.park(self.shard, lane_name(lane), place(offset, 0), self.saved(offset), decision))

    @rule(lane=LANES, seconds=st.sampled_from([0.5, 5.0, 60.0]), moment=st.booleans())
    def a_new_one_comes(self, lane, seconds, moment):
        """It is parked for itself, if nobody of its lane is, else behind."""
        self.number += 1
        occupied = self.parking.occupied(self.shard, "probe", lane_name(lane))
        assert occupied == bool(self.waiting[lane])
        self.waiting[lane].append(self.number)
        if occupied:
            saved = self.saved(self.number)
            asyncio.run(self.parking.behind(self.shard, lane_name(lane), place(self.number, 0), saved))
        else:
            self.park(lane, self.number, seconds, moment)

    @rule(seconds=st.sampled_from([0.0, 0.4, 4.0, 70.0]))
    def time_passes(self, seconds):
        asyncio.run(self.clock.advance(seconds))

    @rule(seconds=st.sampled_from([-3_600.0, -10.0, 10.0, 3_600.0]), noticed=st.booleans())
    def the_wall_clock_is_set(self, seconds, noticed):
        """The waking task notices, at once or a moment later, and corrects what waits for a span."""
        self.clock.step(seconds)
        if noticed:
            asyncio.run(self.parking.stepped(self.shard))

    @rule()
    def wake(self):
        """What is woken is the first of its lane, once, and not before its time."""

        async def woken():
            return [one async for one in self.parking.wake(self.shard)]

        for one in asyncio.run(woken()):
            lane = one.lane.removeprefix("=")
            assert lane not in self.running, "one of a lane at a time"
            offset = one.saved.offset
            assert offset == self.waiting[lane][0], "in the order of the log"
            kind, moment = self.earliest.get(offset, ("span", 0.0))
            now = self.clock.monotonic() if kind == "span" else self.clock.now().timestamp()
            assert now >= moment - 1e-6, "never early"
            self.running[lane] = (offset, one.key)

    @precondition(lambda self: self.running)
    @rule(data=st.data(), seconds=st.sampled_from([0.5, 60.0]), moment=st.booleans())
    def parks_again(self, data, seconds, moment):
        lane = data.draw(st.sampled_from(sorted(self.running)))
        offset, _ = self.running.pop(lane)
        self.park(lane, offset, seconds, moment)

    @precondition(lambda self: self.running)
    @rule(data=st.data())
    def ends(self, data):
        lane = data.draw(st.sampled_from(sorted(self.running)))
        offset, key = self.running.pop(lane)
        asyncio.run(self.store.apply(self.parking.leave(self.shard, key)))
        self.parking.left(self.shard, key)
        assert self.waiting[lane].pop(0) == offset

    @rule()
    def killed(self):
        """What ran is woken again by the next worker."""
        self.begin()

    @invariant()
    def every_lane_that_holds_something_has_one_that_is_due_some_time(self):
        entries = list(self.store.scan(0, Table.PARKED))
        assert len(entries) == self.shard.parked == sum(map(len, self.waiting.values()))
        for lane, offsets in self.waiting.items():
            dues = [entry.due for entry in entries if f"\t={lane}\t" in entry.key]
            assert [due is not None for due in dues] == [True, *[False] * (len(offsets) - 1)][: len(offsets)]


Parked.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestParked = Parked.TestCase
