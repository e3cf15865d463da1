"""When commits are made: one at a time, and again when the log took none."""

from __future__ import annotations

import asyncio

import pytest

from switchhook.clock import ManualClock
from switchhook.errors import LogUnavailable
from switchhook.telemetry import Metrics
from switchhook.worker.committing import Committing
from switchhook.worker.counts import Counts
from switchhook.worker.tracker import Tracker


class Reader:
    """Notes what is committed; `answers`: what becomes of each commit, in turn, when `go` is set."""

    def __init__(self, *answers: bool | Exception) -> None:
        self.commits: list[dict[int, int]] = []
        self.under_way, self.most = 0, 0
        self.go = asyncio.Event()
        self.go.set()
        self._answers = list(answers)

    async def commit(self, epoch: int, offsets: dict[int, int]) -> bool:
        """The next answer; True when there is none left."""
        del epoch
        self.commits.append(dict(offsets))
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await self.go.wait()
        self.under_way -= 1
        answer = self._answers.pop(0) if self._answers else True
        if isinstance(answer, Exception):
            raise answer
        return answer


def finished(tracker: Tracker, offset: int) -> None:
    """A record was read and is complete."""
    assert tracker.add(0, offset)
    assert tracker.complete(0, offset)


async def turn() -> None:
    """Let what was begun go on."""
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.mark.parametrize("answer", [False, LogUnavailable("away")])
async def test_what_the_log_did_not_take_is_offered_again_though_nothing_more_is_complete(answer):
    """Else the last records before a quiet night would be read again in the morning."""
    clock, tracker = ManualClock(), Tracker(1, {0})
    reader = Reader(answer)
    committing = Committing(reader, clock, Counts(Metrics()), every=1.0)
    finished(tracker, 0)
    committing.completed(tracker)
    await clock.advance(1)
    committing.maybe(tracker)
    await turn()
    assert reader.commits == [{0: 1}]
    committing.maybe(tracker)
    await turn()
    assert reader.commits == [{0: 1}], "not before its time"
    await clock.advance(1)
    committing.maybe(tracker)
    await turn()
    assert reader.commits == [{0: 1}, {0: 1}]
    await clock.advance(1)
    committing.maybe(tracker)
    await turn()
    assert await committing.finish(tracker)
    assert reader.commits == [{0: 1}, {0: 1}], "not without need"


async def test_one_commit_at_a_time():
    """A slow log is not asked again while it has not answered: two answers might come in another order."""
    clock, tracker = ManualClock(), Tracker(1, {0})
    reader = Reader()
    committing = Committing(reader, clock, Counts(Metrics()), every=1.0, much=2)
    reader.go.clear()
    for offset in range(4):
        finished(tracker, offset)
        committing.completed(tracker)
        await clock.advance(1)
        committing.maybe(tracker)
        await turn()
    assert reader.commits == [{0: 1}]
    finishing = asyncio.create_task(committing.finish(tracker))
    await turn()
    reader.go.set()
    assert await finishing
    assert reader.commits == [{0: 1}, {0: 4}]
    assert reader.most == 1
