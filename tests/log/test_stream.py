"""The stream of one group member: whatever happens, in whatever order, a worker sees a sensible story."""

from __future__ import annotations

import itertools

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from switchhook.log import Assigned, Batch, Record, Revoking
from switchhook.log.stream import Stream

PARTITIONS = st.frozensets(st.integers(0, 3))


def record(partition: int, offset: int) -> Record:
    """A record at a place."""
    return Record(partition, offset, "400", None, b"", 0.0)


class Member(RuleBasedStateMachine):
    """A client that assigns, revokes and fetches at any moment, and a worker that takes and releases at any moment."""

    def __init__(self) -> None:
        super().__init__()
        self.stream = Stream(most=3)
        self.offsets = itertools.count()
        self.owned: frozenset[int] | None = None
        self.fetched: dict[int, list[int]] = {}
        self.held: int | None = None
        self.paused: set[int] = set()
        self.seen_epoch = 0
        self.seen_open = False
        self.seen_partitions: frozenset[int] = frozenset()

    @rule(partitions=PARTITIONS)
    def assign(self, partitions: frozenset[int]) -> None:
        if self.held is not None:
            self.stream.release(self.held)  # what the reader does when the deadline has passed
        self.stream.assigned(partitions)
        self.owned, self.fetched, self.held = partitions, {}, None
        self.paused.clear()

    @rule()
    def revoke(self) -> None:
        was = self.owned
        told = self.stream.epoch == self.seen_epoch and self.seen_open
        epoch = self.stream.revoking(7.0)
        self.owned, self.fetched = None, {}
        self.paused.clear()
        if was is None:
            assert epoch is None
        elif told:
            assert epoch == self.seen_epoch, "a worker that knows of the epoch must be waited for"
            self.held = epoch
        else:
            assert epoch is None, "nobody knows of it: nobody releases it"

    @rule(partition=st.integers(0, 3), count=st.integers(0, 5))
    def fetch(self, partition: int, count: int) -> None:
        offsets = [next(self.offsets) for _ in range(count)]
        self.stream.fetched(partition, [record(partition, offset) for offset in offsets])
        if self.owned is not None and partition in self.owned:
            self.fetched.setdefault(partition, []).extend(offsets)

    @rule(partitions=PARTITIONS)
    def pause(self, partitions: frozenset[int]) -> None:
        ours = self.stream.pause(partitions)
        assert ours == (partitions & self.owned if self.owned is not None else frozenset())
        self.paused |= ours

    @rule(partitions=PARTITIONS)
    def resume(self, partitions: frozenset[int]) -> None:
        assert self.stream.resume(partitions) == partitions & self.paused
        self.paused -= partitions

    @rule(epoch=st.integers(0, 5))
    def release_some(self, epoch: int) -> None:
        self.stream.release(epoch)
        if epoch == self.held:
            self.held = None

    @precondition(lambda self: self.held is not None)
    @rule()
    def release(self) -> None:
        assert self.held is not None
        assert not self.stream.released(self.held)
        self.stream.release(self.held)
        assert self.stream.released(self.held)
        self.held = None

    @rule()
    def take(self) -> None:
        match self.stream.take():
            case None:
                assert not any(offsets for one, offsets in self.fetched.items() if one not in self.paused)
            case Assigned(epoch, partitions):
                assert epoch > self.seen_epoch
                self.seen_epoch, self.seen_partitions, self.seen_open = epoch, partitions, True
            case Revoking(epoch, deadline):
                assert (epoch, deadline) == (self.seen_epoch, 7.0)
                assert self.seen_open
                self.seen_open = False
            case Batch(epoch, records):
                assert epoch == self.seen_epoch == self.stream.epoch
                assert self.seen_open
                assert 0 < len(records) <= 3
                for one in records:
                    assert one.partition in self.seen_partitions - self.paused
                    assert self.fetched[one.partition].pop(0) == one.offset, "in order, none left out, none doubled"

    @invariant()
    def only_the_newest_epoch_commits(self) -> None:
        assert not self.stream.current(self.stream.epoch - 1)
        if self.owned is not None:
            assert self.stream.current(self.stream.epoch)
        elif self.held is None:
            assert not self.stream.current(self.stream.epoch)


Member.TestCase.settings = settings(max_examples=300, stateful_step_count=40, deadline=None)
TestMember = Member.TestCase


def test_partitions_take_turns() -> None:
    """A busy account does not keep the others waiting."""
    stream = Stream(most=2)
    stream.assigned({0, 1})
    stream.take()
    stream.fetched(0, [record(0, offset) for offset in range(4)])
    stream.fetched(1, [record(1, 0)])
    taken = []
    while isinstance(batch := stream.take(), Batch):
        taken.append([(one.partition, one.offset) for one in batch.records])
    assert taken == [[(0, 0), (0, 1)], [(1, 0), (0, 2)], [(0, 3)]]
