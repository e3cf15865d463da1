"""What the operator's page is told beside the documents of the worker's parts."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from switchhook.app.documents import parked
from switchhook.app.status import status_of, working
from switchhook.clock import SystemClock
from switchhook.log import Record
from switchhook.state import Put, Table
from switchhook.state.sqlite import SqliteState
from switchhook.telemetry import Metric, Metrics
from switchhook.worker.saved import SavedRecord


def test_the_status_says_what_is_under_way() -> None:
    """Partitions, gauges, and counts by handler and outcome; why it is not ready."""
    metrics = Metrics()
    metrics.gauge(Metric.PARKED, 2)
    metrics.count(Metric.RUNS, 3, handler="forward", rule="forward", outcome="done")
    metrics.count(Metric.EVENTS, 4, event="CallRinging")
    metrics.gauge(Metric.BUDGET_REMAINING, 31, identity="main", group="light")
    told = status_of("worker", lambda: "starting", lambda: working(metrics, frozenset({3, 1})))({})
    assert (told["process"], told["ready"], told["reason"]) == ("worker", False, "starting")
    assert (told["partitions"], told["parked"], told["events"]) == ([1, 3], 2, {"CallRinging": 4})
    assert told["runs"] == [{"handler": "forward", "rule": "forward", "outcome": "done", "count": 3}]
    assert told["budget"] == [{"identity": "main", "group": "light", "remaining": 31}]
    assert abs(told["now"] - datetime.now(UTC).timestamp()) < 60


async def test_parked_work_is_told_earliest_first(tmp_path: Path) -> None:
    """Of the partitions that are owned, without what it is about; what waits behind another in its lane is left out."""

    def entry(partition: int, offset: int, due: float | None) -> Put:
        record = Record(
            partition=partition, offset=offset, account="a", key="k", value=b"secret", received_at=1.0, headers={}
        )
        saved = SavedRecord(record, rounds=1, reason="the platform is away")
        return Put(partition, Table.PARKED, f"\t=k\t{offset:020d}.0000", saved.dump(), due)

    store = SqliteState(tmp_path / "state.db", SystemClock())
    try:
        for partition in (0, 1):
            await store.load(partition)
        await store.apply([entry(0, 1, 50.0), entry(1, 2, 40.0), entry(0, 3, None)])
        told = parked(store, frozenset({0, 1}), 20)
        assert [(each["place"], each["due"], each["rounds"]) for each in told] == [("1:2", 40.0, 1), ("0:1", 50.0, 1)]
        assert "secret" not in str(told)
        assert [each["place"] for each in parked(store, frozenset({0}), 20)] == ["0:1"]
        assert len(parked(store, frozenset({0, 1}), 1)) == 1
        with pytest.raises(ValueError, match="limit"):
            parked(store, frozenset({0}), 0)
    finally:
        await store.close()
