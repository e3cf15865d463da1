"""The tracker: commits never ahead of work, and nothing outlives an assignment."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from switchhook.worker.tracker import Phase, Tracker


def tracker_with(*offsets: int) -> Tracker:
    """One partition with these offsets read."""
    tracker = Tracker(1, {0})
    for offset in offsets:
        assert tracker.add(0, offset)
    return tracker


def test_nothing_read_commits_nothing():
    """An assignment without records has nothing to commit."""
    assert Tracker(1, {0, 1}).to_commit() == {}


def test_the_frontier_waits_for_the_lowest_unfinished_record():
    """Records done out of order do not move the commit past one that is not done."""
    tracker = tracker_with(5, 6, 7)
    tracker.complete(0, 7)
    tracker.complete(0, 6)
    assert tracker.to_commit() == {0: 5}
    assert (tracker.in_flight(0), tracker.span(0), tracker.oldest(0)) == (1, 3, 5)
    tracker.complete(0, 5)
    assert tracker.to_commit() == {0: 8}
    assert (tracker.in_flight(0), tracker.span(0), tracker.oldest(0)) == (0, 0, None)


def test_offsets_may_have_holes():
    """Offsets that the log never hands out (compaction, markers) do not hold the frontier back."""
    tracker = tracker_with(2, 9, 40)
    for offset in (40, 2, 9):
        tracker.complete(0, offset)
    assert tracker.to_commit() == {0: 41}


def test_duplicate_ack_does_not_jam_the_frontier():
    """Completing a record twice is counted and changes nothing, before and after the frontier passed it."""
    tracker = tracker_with(0, 1, 2)
    assert tracker.complete(0, 1)
    assert not tracker.complete(0, 1)
    assert tracker.complete(0, 0)
    assert not tracker.complete(0, 0)
    assert not tracker.complete(0, 1)
    assert tracker.complete(0, 2)
    assert tracker.late == 3
    assert tracker.to_commit() == {0: 3}
    assert tracker.in_flight(0) == 0


def test_ack_after_revoke_and_partition_back_the_old_ack_must_not_move_the_new_frontier():
    """A completion of the old epoch is a counted no-op, whatever the new epoch has read."""
    old = tracker_with(10, 11)
    old.revoke()
    old.kill()
    new = Tracker(2, {0})
    new.add(0, 10)
    assert not old.complete(0, 10)
    assert old.late == 1
    assert old.to_commit() == {}
    assert new.to_commit() == {0: 10}
    assert new.in_flight(0) == 1


def test_partition_away_and_back_twice():
    """Each return starts afresh and takes the same record again; what ends late of the earlier ones moves nothing."""
    epochs = []
    for epoch in (1, 2, 3):
        for earlier in epochs:
            earlier.revoke()
            earlier.kill()
        tracker = Tracker(epoch, {0})
        assert tracker.add(0, 7), "a re-polled record is not dropped"
        assert tracker.add(0, 8)
        epochs.append(tracker)
        for earlier in epochs[:-1]:
            assert not earlier.complete(0, 7)
            assert earlier.to_commit() == {}
        assert tracker.to_commit() == {0: 7}
        assert (tracker.in_flight(0), tracker.span(0), tracker.oldest(0)) == (2, 2, 7)
    assert [tracker.late for tracker in epochs] == [2, 1, 0]
    assert epochs[-1].complete(0, 7)
    assert epochs[-1].to_commit() == {0: 8}


def test_in_flight_counter_back_to_zero_after_1000_revokes():
    """Killing an epoch with unfinished records leaves nothing counted as in flight."""
    trackers = []
    for epoch in range(1_000):
        tracker = Tracker(epoch, {0})
        tracker.add(0, epoch)
        tracker.revoke()
        tracker.kill()
        trackers.append(tracker)
    assert sum(tracker.in_flight(0) for tracker in trackers) == 0


def test_a_revoking_epoch_takes_nothing_new_and_finishes_the_old():
    """While revoking, what runs may finish and be committed, and nothing new is taken."""
    tracker = tracker_with(1)
    tracker.revoke()
    assert not tracker.add(0, 2)
    assert tracker.complete(0, 1)
    assert tracker.to_commit() == {0: 2}


def test_unknown_partition_and_repeated_offset_are_refused():
    """A record of a partition that is not assigned, or read before in this epoch, is not taken."""
    tracker = tracker_with(3)
    assert not tracker.add(1, 0)
    assert not tracker.add(0, 3)
    assert not tracker.add(0, 2)


def test_a_record_that_was_never_read_cannot_be_finished():
    """An offset beyond what was read would be taken for done when it is read."""
    tracker = tracker_with(5)
    assert not tracker.complete(0, 6)
    assert tracker.add(0, 6)
    assert tracker.complete(0, 5)
    assert tracker.to_commit() == {0: 6}


def test_commits_that_answer_in_another_order_are_not_repeated():
    """The answer to an earlier commit does not make a later one forgotten."""
    tracker = tracker_with(5, 6)
    tracker.complete(0, 5)
    tracker.complete(0, 6)
    tracker.committed({0: 7})
    tracker.committed({0: 6})
    assert tracker.to_commit() == {}


def test_a_refused_commit_is_offered_again():
    """Until a commit is known to have succeeded, its offsets are offered again."""
    tracker = tracker_with(0, 1)
    tracker.complete(0, 0)
    assert tracker.to_commit() == {0: 1}
    assert tracker.to_commit() == {0: 1}
    tracker.committed({0: 1})
    assert tracker.to_commit() == {}
    tracker.complete(0, 1)
    assert tracker.to_commit() == {0: 2}


@given(st.permutations(range(8)), st.integers(0, 8))
def test_any_order_of_completion_commits_up_to_the_first_hole(order, finished):
    """For every order of completions the commit is the lowest offset that is not done."""
    tracker = tracker_with(*range(8))
    done = set()
    for offset in order[:finished]:
        tracker.complete(0, offset)
        done.add(offset)
    lowest = min(set(range(8)) - done, default=8)
    assert tracker.to_commit() == {0: lowest}


class Assignments(RuleBasedStateMachine):
    """A log with one partition, assigned and revoked at will, whose commits are refused at will."""

    def __init__(self):
        super().__init__()
        self.epoch = 0
        self.tracker = None
        self.position = 0
        self.committed = 0
        self.finished = set()
        self.running = []  # (tracker, offset): also those of dead epochs

    @precondition(lambda self: self.tracker is None)
    @rule()
    def assigned(self):
        self.epoch += 1
        self.tracker = Tracker(self.epoch, {0})
        self.position = self.committed

    @precondition(lambda self: self.tracker is not None and self.tracker.phase is Phase.OPEN)
    @rule(count=st.integers(1, 5), hole=st.integers(0, 2))
    def polled(self, count, hole):
        self.position += hole
        if hole:
            self.finished.update(range(self.position - hole, self.position))
        for offset in range(self.position, self.position + count):
            assert self.tracker.add(0, offset)
            self.running.append((self.tracker, offset))
        self.position += count

    @precondition(lambda self: self.running)
    @rule(data=st.data(), twice=st.booleans())
    def done(self, data, twice):
        tracker, offset = self.running.pop(data.draw(st.integers(0, len(self.running) - 1)))
        for _ in range(1 + twice):
            if tracker.complete(0, offset):
                assert tracker is self.tracker
                self.finished.add(offset)

    @precondition(lambda self: self.tracker is not None)
    @rule(refused=st.booleans())
    def commit(self, refused):
        offsets = self.tracker.to_commit()
        if offsets and not refused:
            assert offsets[0] >= self.committed
            self.committed = offsets[0]
            self.tracker.committed(offsets)

    @precondition(lambda self: self.tracker is not None)
    @rule()
    def revoking(self):
        self.tracker.revoke()

    @precondition(lambda self: self.tracker is not None)
    @rule()
    def lost(self):
        self.tracker.revoke()
        self.tracker.kill()
        self.tracker = None

    @invariant()
    def commits_never_ahead_of_work(self):
        assert all(offset in self.finished for offset in range(self.committed))

    @invariant()
    def in_flight_is_what_runs(self):
        if self.tracker is not None:
            assert self.tracker.in_flight(0) == sum(tracker is self.tracker for tracker, _ in self.running)


TestAssignments = Assignments.TestCase
