"""How runs and records end: what is saved, counted and shown of each, and that their record learns of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import structlog

from switchhook.clock import Clock
from switchhook.events.types import DeadLettered, HandlerFailing
from switchhook.registry import Registry
from switchhook.state import Delete, Put
from switchhook.telemetry import Outcome
from switchhook.worker.assignment import Abandoned, Shard
from switchhook.worker.completion import Completion
from switchhook.worker.counts import Counts
from switchhook.worker.dead_letters import DeadLetter, dead_letter
from switchhook.worker.effects import Effects
from switchhook.worker.failing import SPAN, Failing
from switchhook.worker.once import Once
from switchhook.worker.parking import Parking, Woken, lane_name, lane_prefix, place
from switchhook.worker.recent import Recent
from switchhook.worker.retry import Decision, End, Park
from switchhook.worker.runs import Effect, Run, Work
from switchhook.worker.saved import SavedRecord, SavedRun
from switchhook.worker.telling import parked_runs

_log = structlog.get_logger("switchhook.worker")
_DEAD = frozenset({Outcome.FAILED, Outcome.UNKNOWN})
_OF_HANDLERS = (DeadLettered, HandlerFailing)
"""Events about handlers: what goes wrong with them is told to nobody, or it would never end."""


class Endings:
    """Ends runs and records. `woken` is called when something parked may go on.

    `started`, where it is given: monotonic seconds at which the attempt began.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        completion: Completion,
        parking: Parking,
        once: Once,
        registry: Registry,
        counts: Counts,
        recent: Recent,
        keep_dead: float,
        woken: Callable[[], None],
    ) -> None:
        self._clock = clock
        self._completion = completion
        self._parking = parking
        self._once = once
        self._registry = registry
        self._counts = counts
        self._recent = recent
        self._keep_dead = keep_dead
        self._woken = woken
        self._failing = Failing()

    async def settle(
        self, run: Run, decision: Decision, effects: Effects | None, error: BaseException | None, started: float
    ) -> None:
        """The attempt is over: the run ends, or goes on later."""
        if isinstance(decision, Park):
            await self.park(run, decision, effects, started)
            return
        assert isinstance(decision, End)
        saves = decision.outcome is not Outcome.DONE or run.claims or run.parked or (effects and effects.has_memories)
        if saves or run.shard.guard is not None:
            await self.end(run, decision, effects, error, started)
        else:  # as most runs
            self._note(run, decision.outcome, decision.reason, effects, started)

    async def end(
        self, run: Run, decision: End, effects: Effects | None, error: BaseException | None, started: float
    ) -> None:
        """The run is over for good."""
        shard, outcome = run.shard, decision.outcome
        changes: list[Put | Delete] = []
        heard = 0
        if effects is not None and outcome is Outcome.DONE:
            changes = effects.memories()
        elif outcome in _DEAD:
            letter = dead_letter(
                saved_run(run),
                lane=lane_of(run),
                place=run.place,
                outcome=outcome,
                reason=decision.reason,
                at=self._clock.now().timestamp(),
                error=error,
                effects=() if effects is None else effects.made,
            )
            tellings = self._tell(run, letter) + self._failed(run)
            heard = len(tellings)
            changes = [letter.put(shard.partition, self._keep_dead), *tellings]
            _log.error(
                "dead letter", id=letter.id, handler=letter.saved.handler, rule=run.rule.name, reason=letter.reason
            )
        hastened = self._parking.hasten(shard, self._once.waiters(run))
        changes += [*self._once.ended(run), *hastened, *_cleared(run)]
        if run.parked:
            changes += self._parking.leave(shard, run.parked)
        if changes:
            await self._completion.save(shard, changes)
            shard.parked += heard
            if run.parked:
                self._parking.left(shard, run.parked)
            if heard or run.parked or hastened:
                self._woken()
        self._note(run, outcome, decision.reason, effects, started)

    async def park(self, run: Run, decision: Park, effects: Effects | None, started: float) -> None:
        """The run goes on later; its record need not wait for it."""
        shard = run.shard
        tellings = self._failed(run) if decision.failed else []
        changes: list[Put | Delete] = [*self._once.parked(run), *tellings, *_cleared(run)]
        if changes:
            await self._completion.save(shard, changes)
            shard.parked += len(tellings)
        lane = lane_of(run)
        await self._parking.park(shard, lane, run.place, saved_run(run), decision)
        if decision.waits_for:
            key = lane_prefix(run.enabled.name, lane) + run.place
            if not self._once.wait(run, decision.waits_for, key):
                await self._completion.save(shard, self._parking.hasten(shard, [key]))
        self._woken()
        self._note(run, Outcome.PARKED, decision.reason, effects, started)

    async def behind(self, run: Run, started: float) -> None:
        """An earlier one of the run's lane is parked: it waits there too."""
        await self._parking.behind(run.shard, lane_of(run), run.place, saved_run(run))
        self._note(run, Outcome.PARKED, "waits for an earlier one of its lane", None, started)

    async def bury(self, work: Work, lane: str, rounds: int, reason: str, error: BaseException) -> None:
        """A record that cannot be interpreted is a dead letter."""
        shard, record = work.shard, work.record
        letter = dead_letter(
            SavedRecord(record, rounds, reason),
            lane=lane,
            place=place(record.offset, 0),
            outcome=Outcome.FAILED,
            reason=reason,
            at=self._clock.now().timestamp(),
            error=error,
        )
        _log.error("dead letter", id=letter.id, partition=record.partition, offset=record.offset, reason=reason)
        await self._completion.save(shard, [letter.put(shard.partition, self._keep_dead)])

    async def orphan(self, shard: Shard, woken: Woken) -> None:
        """What was parked cannot go on: its handler or rule is not enabled any more."""
        saved = woken.saved
        reason = f"{saved.handler}.{saved.rule} is not enabled (any more)"
        letter = dead_letter(
            saved,
            lane=woken.lane,
            place=woken.place,
            outcome=Outcome.FAILED,
            reason=reason,
            at=self._clock.now().timestamp(),
        )
        _log.error("dead letter", id=letter.id, handler=saved.handler, rule=saved.rule, reason=reason)
        changes = [letter.put(shard.partition, self._keep_dead), *self._parking.leave(shard, woken.key)]
        await self._completion.save(shard, changes)
        self._parking.left(shard, woken.key)

    def _tell(self, run: Run, letter: DeadLetter) -> list[Put]:
        """Runs of the rules that want to hear of dead letters."""
        if isinstance(run.event, _OF_HANDLERS):
            return []
        about = self._about(run) | {"rule": run.rule.name, "reason": letter.reason}
        return self._parked_runs(run, DeadLettered(id=f"dead/{letter.id}", **about))

    def _failed(self, run: Run) -> list[Put]:
        """Runs of the rules that want to hear of handlers that fail repeatedly, if this one has now."""
        handler = run.enabled.name
        failures = self._failing.failed(handler, self._clock.monotonic())
        if not failures:
            return []
        _log.error("a handler fails repeatedly", handler=handler, failures=failures, seconds=SPAN)
        if isinstance(run.event, _OF_HANDLERS):
            return []
        about = self._about(run) | {"failures": failures}
        return self._parked_runs(run, HandlerFailing(id=f"failing/{handler}/{run.event.id}/{run.rounds}", **about))

    def _about(self, run: Run) -> dict[str, Any]:
        """What every event about a handler says."""
        event, now = run.event, self._clock.now()
        fields = {"at": now, "received_at": now, "handler": run.enabled.name}
        return fields | {"account_id": event.account_id, "extension_id": event.extension_id}

    def _parked_runs(self, run: Run, event: DeadLettered | HandlerFailing) -> list[Put]:
        self._counts.events[type(event).__name__] += 1
        return parked_runs(self._registry, self._parking, run.shard, event, at=run.place, offset=run.offset)

    def _note(self, run: Run, outcome: Outcome, reason: str, effects: Effects | None, started: float) -> None:
        seconds = self._clock.monotonic() - started
        handler = run.enabled.name
        counts = self._counts
        counts.runs[handler, run.rule.name, outcome].append(seconds)
        reaction: float | None = None
        made: Sequence[Effect] = ()
        if effects is not None:
            made = effects.made
            if effects.first_sent is not None:
                reaction = (effects.first_sent - run.event.received_at).total_seconds()
                counts.reactions[handler].append(reaction)
        self._recent.add(
            run, outcome, reason, ended=self._clock.now(), seconds=seconds, reaction=reaction, effects=made
        )
        work = run.work
        if work is not None:
            work.remaining -= 1
            if not work.remaining:
                self.complete(work)

    def complete(self, work: Work) -> None:
        """Every run of the record has ended."""
        if not work.parked:
            self._completion.add(work)
            return
        work.shard.assignment.spawn(self._leave(work))

    async def _leave(self, work: Work) -> None:
        """A record that was parked is complete: its entry goes with what it leaves behind."""
        shard = work.shard
        with suppress(Abandoned):
            await self._completion.save_made(
                shard, lambda: self._completion.changes(shard, [work]) + self._parking.leave(shard, work.parked)
            )
            shard.handling.difference_update(work.identities)
            self._parking.left(shard, work.parked)
            self._woken()


def _cleared(run: Run) -> Sequence[Delete]:
    """The changes that say that a run did not end its process."""
    guard = run.shard.guard
    return () if guard is None else guard.cleared(run)


def lane_of(run: Run) -> str:
    """The run's lane, as the store calls it."""
    return lane_name(run.event.key, f"{run.event.id}/{run.rule.name}")


def saved_run(run: Run) -> SavedRun:
    """The run, to go on later."""
    return SavedRun(run.event, run.enabled.name, run.rule.name, run.shard.partition, run.offset, run.rounds)
