"""Executes lanes: each item to its end, one at a time, whatever a handler does."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from switchhook.errors import StateUnavailable, TimedOut
from switchhook.plugin.context import Context
from switchhook.telemetry import Outcome
from switchhook.worker.assignment import Abandoned, Assignment
from switchhook.worker.effects import Effects, Means
from switchhook.worker.endings import Endings, lane_of
from switchhook.worker.guard import Guard
from switchhook.worker.intake import Intake
from switchhook.worker.lanes import Lane
from switchhook.worker.once import Once, claims_of
from switchhook.worker.parking import Parking
from switchhook.worker.retry import Again, Attempt, Decision, End, Limits, Park, decide
from switchhook.worker.runs import Arrival, Run

_Lane = Lane[Run | Arrival]
_DONE = End(Outcome.DONE)
_PAUSE = 1.0
"""Seconds until an item is tried again that could not begin or end because the state store is away."""
_SUBJECTS = ("session_id", "message_id", "post_id")
"""Fields that name the thing an event is about: a refusal of a call on it means that it has moved on."""


class Execution:
    """Runs what stands in lanes. `resources`: what the lifespan of each enabled handler yielded."""

    def __init__(
        self,
        means: Means,
        parking: Parking,
        endings: Endings,
        intake: Intake,
        once: Once,
        *,
        limits: Limits,
        run_timeout: float,
        resources: Mapping[str, Any],
    ) -> None:
        self._means = means
        self._clock = means.clock
        self._deadlines = means.deadlines
        self._parking = parking
        self._endings = endings
        self._intake = intake
        self._once = once
        self._limits = limits
        self._run_timeout = run_timeout
        self._resources = resources
        means.deadlines.given_up = self._given_up

    def start(self, assignment: Assignment, lane: _Lane) -> None:
        """Execute this lane, then what waits for a server, until nothing does."""
        task = asyncio.get_running_loop().create_task(self._serve(assignment, lane))
        # Not `spawn`: its callback costs every run a turn of the loop. Failures are told, and the end is noted, below.
        assignment.serving[task] = None

    async def _serve(self, assignment: Assignment, lane: _Lane | None) -> None:
        task = asyncio.current_task()
        assert task is not None
        try:
            while lane is not None and assignment.open:
                item = lane.items[0]
                try:
                    if isinstance(item, Run):
                        await self._run(item, lane, task)
                        if item.abandoned:
                            return
                    else:
                        await self._intake.arrive(item)
                except StateUnavailable:
                    await self._clock.sleep(_PAUSE)
                    continue
                lane = assignment.lanes.done(lane)
        except Abandoned:
            pass
        except asyncio.CancelledError:
            if not assignment.cancelled:
                raise
        except Exception as error:  # noqa: BLE001 - a mistake of our own, or a state store that makes no sense
            assignment.failure = error
        finally:
            assignment.serving.pop(task, None)

    async def _run(self, run: Run, lane: _Lane, task: asyncio.Task[None]) -> None:
        shard = run.shard
        if shard.assignment.seclusion.taken:
            await shard.assignment.seclusion.pass_by()
            if not shard.assignment.open:
                raise Abandoned
        started = self._clock.monotonic()
        if shard.parked and not run.parked and self._parking.occupied(shard, run.enabled.name, lane_of(run)):
            await self._endings.behind(run, started)
        elif shard.guard is not None:
            await self._guarded(shard.guard, run, lane, task, started)
        else:
            await self._claim(run, lane, task, started)

    async def _guarded(self, guard: Guard, run: Run, lane: _Lane, task: asyncio.Task[None], started: float) -> None:
        """A run that may end the process, or may have been beside one that did."""
        instead = guard.stands_in_the_way(run)
        if instead is None:
            async with guard.watching(run) as instead:
                if instead is None:
                    await self._claim(run, lane, task, started)
                    return
        if isinstance(instead, End):
            instead = self._or_in_doubt(run, instead.outcome, instead.reason)
        await self._endings.settle(run, instead, None, None, started)

    async def _claim(self, run: Run, lane: _Lane, task: asyncio.Task[None], started: float) -> None:
        if run.rule.once_per is None and not run.rule.decides:
            await self._try(run, lane, task, started)
            return
        try:
            claims = claims_of(run)
        except Exception as error:  # noqa: BLE001 - the rule's own function may raise anything
            await self._endings.settle(run, decide(error, Attempt(), self._limits), None, error, started)
            return
        try:
            for claim in claims:
                taken = await self._once.claim(run, claim)
                if taken is not None:
                    await self._endings.settle(run, taken, None, None, started)
                    return
            await self._try(run, lane, task, started)
        finally:
            self._once.release(run)

    async def _try(self, run: Run, lane: _Lane, task: asyncio.Task[None], started: float) -> None:
        """Attempts in the lane, until one of them says how it goes on."""
        quick, waited = 0, 0.0
        while True:
            effects: Effects | None = None
            error: BaseException | None = None
            decision: Decision = _DONE
            if self._expired(run):
                decision = self._too_late(run)
            elif run.until is not None and self._clock.now().timestamp() < run.until:
                # It was woken in time, and the wall clock was set back while it waited for its turn.
                moment = datetime.fromtimestamp(run.until, UTC)
                decision = Park("its moment has not come: the clock was set back", until=moment, failed=False)
            else:
                effects = Effects(self._means, run)
                if run.claims:
                    effects.marks = self._once.marks(run)
                error = await self._call(run, lane, task, effects)
                if run.abandoned:
                    return
                if error is not None:
                    decision = decide(error, self._attempt(run, quick, waited), self._limits)
                    await effects.noted()
            if not isinstance(decision, Again):
                await self._endings.settle(run, decision, effects, error, started)
                return
            await self._clock.sleep(decision.after)
            if not run.shard.assignment.open:
                raise Abandoned
            quick, waited = quick + 1, waited + decision.after

    async def _call(self, run: Run, lane: _Lane, task: asyncio.Task[None], effects: Effects) -> BaseException | None:
        """Let the handler do its work; returns what it raised. Whatever that is, it harms this run alone."""
        rule, enabled = run.rule, run.enabled
        limit = self._run_timeout if rule.timeout is None else rule.timeout.total_seconds()
        deadline = self._deadlines.start(task, limit, (run, lane, effects))
        effects.deadline = deadline
        about = {"handler": enabled.name, "rule": rule.name, "event_id": run.event.id}
        context = Context(effects, enabled.settings, resource=self._resources.get(enabled.name), about=about)
        try:
            await rule.function(run.event, context)
        except BaseException as error:  # noqa: BLE001 - also SystemExit, KeyboardInterrupt and whatever it makes up
            if run.shard.assignment.cancelled or (isinstance(error, Abandoned) and not run.shard.assignment.open):
                raise Abandoned from None
            if deadline.passed:
                return TimedOut(f"{enabled.name}.{rule.name} took longer than {limit:g} s ({rule.where})")
            return error
        finally:
            effects.close()
            self._deadlines.end(deadline)
        return None

    def _given_up(self, owner: tuple[Run, _Lane, Effects]) -> None:
        """A run goes on although it was told to end: it is left to itself, and its lane gets another server."""
        run, lane, effects = owner
        run.abandoned = True
        effects.close()
        run.shard.assignment.spawn(self._after(run, lane, effects))

    async def _after(self, run: Run, lane: _Lane, effects: Effects) -> None:
        error = TimedOut(f"{run.enabled.name}.{run.rule.name} does not end when its time is over ({run.rule.where})")
        decision, started = End(Outcome.FAILED, str(error)), self._clock.monotonic()
        try:
            while True:
                try:
                    await self._endings.end(run, decision, effects, error, started)
                except StateUnavailable:
                    await self._clock.sleep(_PAUSE)
                else:
                    break
        except Abandoned:
            return
        finally:
            self._once.release(run)
        following = run.shard.assignment.lanes.done(lane)
        if following is not None:
            await self._serve(run.shard.assignment, following)

    def _expired(self, run: Run) -> bool:
        within = run.rule.within
        return within is not None and self._clock.now() - run.event.at > within

    def _too_late(self, run: Run) -> End:
        return self._or_in_doubt(run, Outcome.EXPIRED, f"its turn came later than {run.rule.within} after the event")

    def _or_in_doubt(self, run: Run, outcome: Outcome, reason: str) -> End:
        """How a run ends that does not begin; a write that an earlier attempt has left in doubt is not passed over."""
        doubtful = Effects(self._means, run).in_doubt()
        if doubtful is not None:
            return End(Outcome.UNKNOWN, f"{doubtful}; {reason}")
        return End(outcome, reason)

    def _attempt(self, run: Run, quick: int, waited: float) -> Attempt:
        event = run.event
        age = (self._clock.now() - event.at).total_seconds()
        subjects = frozenset(str(getattr(event, name, "")) for name in _SUBJECTS)
        return Attempt(run.rounds, quick, waited, age, subjects)
