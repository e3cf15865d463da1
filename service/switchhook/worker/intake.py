"""Records that cannot be interpreted at once: each in the lane of its key, with the reads it needs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from switchhook.api.client import Priority
from switchhook.clock import Clock
from switchhook.errors import ApiError, Malformed
from switchhook.events.interpret import Need
from switchhook.log import Header
from switchhook.notification import envelope
from switchhook.worker.assignment import Abandoned
from switchhook.worker.commands import Commands, is_command
from switchhook.worker.counts import Counts
from switchhook.worker.dispatch import NOTED_BY, Dispatch, ReadFirst, reader_of
from switchhook.worker.endings import Endings
from switchhook.worker.parking import Parking, lane_name, place
from switchhook.worker.readers import Readers
from switchhook.worker.retry import Again, Attempt, End, Limits, Park, decide
from switchhook.worker.runs import INTAKE, ApiClient, Arrival, Ear, Work
from switchhook.worker.saved import SavedRecord


class Intake:
    """Reads what a record needs and spreads it; what fails is retried, parked, and at last a dead letter."""

    def __init__(
        self,
        clock: Clock,
        readers: Readers,
        *,
        dispatch: Dispatch,
        parking: Parking,
        endings: Endings,
        counts: Counts,
        limits: Limits,
        commands: Commands,
        woken: Callable[[], None],
        ear: Ear | None = None,
    ) -> None:
        self._clock = clock
        self._readers = readers
        self._dispatch = dispatch
        self._parking = parking
        self._endings = endings
        self._counts = counts
        self._limits = limits
        self._commands = commands
        self._woken = woken
        self._ear = ear

    async def arrive(self, arrival: Arrival) -> None:
        """Interpret a record and queue its runs, or obey it."""
        if not is_command(arrival.work.record):
            await self._interpret(arrival)
            return
        if await self._commands.obey(arrival.work):
            self._woken()
        self._end(arrival.work, "done")

    async def _interpret(self, arrival: Arrival) -> None:
        work = arrival.work
        shard, record = work.shard, work.record
        at = place(record.offset, 0)
        lane = lane_name(record.key, at)
        if not work.parked and self._parking.occupied(shard, INTAKE, lane):
            await self._parking.behind(shard, lane, at, SavedRecord(record))
            self._end(work, "parked")
            return
        answers: dict[Need, Any] = {}
        quick, waited = 0, 0.0
        while True:
            try:
                await self._read(work, answers)
            except Exception as error:  # noqa: BLE001 - whatever one record does, the others go on
                age = (self._clock.now() - datetime.fromtimestamp(record.received_at, UTC)).total_seconds()
                failure, decision = error, decide(error, Attempt(arrival.rounds, quick, waited, age), self._limits)
            else:
                return
            if not isinstance(decision, Again):
                break
            await self._clock.sleep(decision.after)
            if not shard.assignment.open:
                raise Abandoned
            quick, waited = quick + 1, waited + decision.after
        if isinstance(decision, Park):
            await self._parking.park(shard, lane, at, SavedRecord(record, arrival.rounds), decision)
            if not work.parked:
                self._end(work, "parked")
        else:
            assert isinstance(decision, End)
            await self._endings.bury(work, lane, arrival.rounds, decision.reason, failure)
            self._end(work, "malformed" if isinstance(failure, Malformed) else "dead")

    def _end(self, work: Work, result: str) -> None:
        self._counts.records[result] += 1
        self._endings.complete(work)

    async def _read(self, work: Work, answers: dict[Need, Any]) -> None:
        shard, record = work.shard, work.record
        if self._ear is not None and record.headers.get(Header.SOURCE) == NOTED_BY:
            await self._ear.noted(record, envelope(record.value))
        while True:
            try:
                interpreted = self._dispatch.read(record, answers)
                known = self._dispatch.known(shard, interpreted, record)
                if interpreted.identity in known:
                    self._end(work, "seen")
                    return
                unfolded = self._dispatch.fold(shard, interpreted.parts, answers)
            except ReadFirst as first:
                client = self._readers.choose(reader_of(record), record.account)
                for need in first.needs:
                    answers[need] = await _ask(client, need)
            else:
                self._dispatch.spread(work, interpreted, unfolded, known)
                return


async def _ask(client: ApiClient, need: Need) -> Any:
    """The answer, or the error that is one. Raises what may pass."""
    try:
        return await client.call(need.operation, dict(need.parameters), priority=Priority.HANDLER)
    except ApiError as error:
        if error.transient:
            raise
        return error
