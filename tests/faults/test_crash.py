"""A quick set of the runs of real processes; `make faults REAL=n` makes many more."""

from __future__ import annotations

import pytest

from tests.faults.real import Report, Run

pytestmark = pytest.mark.processes


def _judge(report: Report) -> None:
    assert report.problems == []
    assert report.ends["accepted"] > 20, "too little was accepted for the test to mean anything"
    assert sum(report.faults.values()) == 3


@pytest.mark.parametrize("seed", [2, 12])
async def test_on_sqlite_nothing_is_lost_doubled_or_reordered(tmp_path, seed):
    """Ingress and worker are killed, frozen and rolled while notifications come in, and the platform fails."""
    _judge(await Run(seed, tmp_path, each=20, misfortunes=3).play())


@pytest.mark.kafka
async def test_on_kafka_nothing_is_lost_doubled_or_reordered(tmp_path, kafka):
    """The same with two workers: a frozen owner comes back after its partition has moved."""
    _judge(await Run(22, tmp_path, kafka, each=20, misfortunes=3).play())


@pytest.mark.kafka
async def test_with_a_broker_that_dies_nothing_is_lost_doubled_or_reordered(tmp_path, broker):
    """The broker is killed, frozen and started again, too."""
    _judge(await Run(6, tmp_path, broker.address, broker, each=20, misfortunes=3).play())
