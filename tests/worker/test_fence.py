"""The fence before each write: who may have lost its partitions sends nothing."""

from __future__ import annotations

import pytest

from switchhook.worker.fence import Fence


class Member:
    """A member of a group, as a test says."""

    def __init__(self, clock):
        self.last_alive = clock.monotonic()
        self.epoch = 1

    def current(self, epoch):
        return epoch == self.epoch


@pytest.fixture
def member(clock):
    """One that was heard of just now."""
    return Member(clock)


@pytest.fixture
def fence(clock, member):
    """Before what that member writes; the session lasts 10 s."""
    made = Fence(clock, 10.0)
    made.watch(member)
    return made


async def test_who_was_heard_of_within_the_session_may_write(fence, clock):
    """Nobody can have been given the partitions yet."""
    await clock.advance(10.0)
    assert fence.passable(1)


async def test_who_was_frozen_for_longer_than_the_session_may_not_write(fence, clock):
    """The partitions may have moved, and nobody has told us."""
    await clock.advance(10.1)
    assert not fence.passable(1)


async def test_who_joins_anew_may_not_write_for_what_it_had_before(fence, member):
    """After a freeze the group hears of a member again before its worker hears that the assignment is over."""
    member.epoch = 2
    assert not fence.passable(1)
    assert fence.passable(2)


async def test_who_is_no_member_may_not_write(clock):
    """Before the log was joined there is nothing to write for."""
    assert not Fence(clock, 10.0).passable(0)
