"""When reading pauses, and when it goes on."""

from __future__ import annotations

import pytest

from switchhook.worker import pressure as pressure_module
from switchhook.worker.assignment import Assignment, Shard
from switchhook.worker.pressure import Pressure


class Reader:
    """Notes who is paused."""

    def __init__(self) -> None:
        self.paused: set[int] = set()

    def pause(self, partitions: frozenset[int]) -> None:
        """Not these."""
        self.paused |= partitions

    def resume(self, partitions: frozenset[int]) -> None:
        """These again."""
        self.paused -= partitions


MOST = 10


@pytest.fixture
def reader():
    """Who is told."""
    return Reader()


@pytest.fixture
def shard():
    """One partition, beside another in which nothing happens."""
    assignment = Assignment(1, [0, 1], concurrency=1)
    for partition in (0, 1):
        assignment.shards[partition] = Shard(assignment, partition, None)
    return assignment.shards[0]


def read(shard, *offsets):
    """Records are read."""
    for offset in offsets:
        assert shard.assignment.tracker.add(0, offset)


def test_reading_goes_on_when_half_is_done_and_not_before(reader, shard):
    """Else it would pause and go on with every record; and a partition that is not full is left alone."""
    pressure = Pressure(reader, MOST)
    read(shard, *range(MOST - 1))
    pressure.rises(shard.assignment)
    assert reader.paused == set()
    read(shard, MOST - 1)
    pressure.rises(shard.assignment)
    assert reader.paused == {0}
    for offset in range(MOST // 2 + 1):
        assert shard.paused
        assert shard.assignment.tracker.complete(0, offset)
        pressure.falls(shard)
    assert reader.paused == set()
    assert not shard.paused


def test_one_stuck_record_does_not_let_the_offsets_behind_it_grow_for_ever(reader, shard):
    """What is done ahead of it is kept in memory until it is done, and would be read again after a crash."""
    pressure = Pressure(reader, MOST)
    last = MOST * pressure_module._SPAN - 1
    for offset in range(last + 1):
        read(shard, offset)
        if offset:
            assert shard.assignment.tracker.complete(0, offset)
        pressure.rises(shard.assignment)
        assert shard.paused is (offset == last)
    assert reader.paused == {0}
    assert shard.assignment.tracker.complete(0, 0)
    pressure.falls(shard)
    assert reader.paused == set()


def test_large_records_count_by_their_size(reader, shard):
    """A few of them may be all that fits into memory."""
    pressure = Pressure(reader, MOST)
    shard.bytes = pressure_module._BYTES
    pressure.rises(shard.assignment)
    assert reader.paused == {0}
    shard.bytes = pressure_module._BYTES // 2
    pressure.falls(shard)
    assert reader.paused == {0}
    shard.bytes -= 1
    pressure.falls(shard)
    assert reader.paused == set()
