"""The mirror on a real Apache Kafka."""

from __future__ import annotations

import pytest

from switchhook.clock import SystemClock
from switchhook.log.kafka import topics
from switchhook.log.kafka.compacted import KafkaCompactedTopic
from switchhook.state import Delete, Put, Table
from switchhook.state.cache import StateCache
from switchhook.state.mirror import MirroredState

pytestmark = pytest.mark.kafka


async def test_a_new_owner_restores_everything_and_a_stale_one_changes_nothing(kafka_settings, tmp_path):
    """On the real topic: whole groups, due times, tombstones, claims."""
    await topics.create(kafka_settings, 1_048_576)
    clock = SystemClock()
    stores = []
    for number in range(3):
        cache = StateCache(tmp_path / f"{number}.db", clock)
        stores.append(MirroredState(cache, KafkaCompactedTopic(kafka_settings, topics.STATE), clock))
    first, second, third = stores
    try:
        await first.load(1, lambda: True)
        await first.apply(
            [Put(1, Table.PARKED, f"k{number:05}", b"x" * 500, due=float(number)) for number in range(5_000)]
        )
        await first.apply([Delete(1, Table.PARKED, "k00007"), Put(1, Table.SEEN, "s", b"", expires=2e9)])
        await second.load(1, lambda: True)
        await first.apply([Put(1, Table.PARKED, "k00001", b"stale", due=0.0)])
        await third.load(1, lambda: True)
        for store in (second, third):
            assert store.count(1, Table.PARKED) == 4_999
            assert [entry.due for entry in store.due(1, Table.PARKED, 2.0)] == [0.0, 1.0, 2.0]
            assert store.get(1, Table.PARKED, "k00001").value == b"x" * 500
            assert store.get(1, Table.SEEN, "s").value == b""
        assert first.count(2, Table.PARKED) == 0
    finally:
        for store in stores:
            await store.close()
