"""Guards a partition against runs that end its process: leaves their marks, and has suspects wait, run alone, or end.

`suspicion` says what is concluded and why. Costs nothing while all is well: a partition that was handed over properly,
and in which nothing is suspected, has no guard.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import structlog

from switchhook.clock import Clock
from switchhook.errors import StateUnavailable
from switchhook.registry import Registry
from switchhook.state import Delete, Entry, Put, StateStore, Table
from switchhook.telemetry import Outcome
from switchhook.worker.assignment import Abandoned, Assignment, Shard
from switchhook.worker.completion import Completion
from switchhook.worker.retry import End, Park
from switchhook.worker.runs import Run, effects_prefix
from switchhook.worker.suspicion import Mark, Owner, Verdict, found, judge

_OWNER = "owner"
_DEATH = "death"
_MARKS = "run\t"
_FEW = 4
"""Suspects that are so few that each can have the worker to itself the first time."""
_APART = 0.1
"""Seconds between the beginnings of suspects that need not be alone."""
_SECLUDED = 5.0
"""Seconds for which a suspect has the worker to itself at the least, and for which it waits for that at first."""
_CAREFUL = 30.0
"""Seconds after a death for which each run leaves a mark, whenever its event came in."""
_REMEMBERED = 3_600.0
"""Seconds after a death for which each run that was there before it leaves a mark, whoever owns the partition then."""
_KEEP = 604_800.0
"""Seconds after which a mark is forgotten whose run never comes again."""
_log = structlog.get_logger("switchhook.worker")


class Guard:
    """Of one partition in one assignment. `suspects`: what speaks against whom, by key."""

    def __init__(self, clock: Clock, completion: Completion, limit: int, careful_until: datetime | None) -> None:
        self.suspects: dict[str, Mark] = {}
        self._clock = clock
        self._completion = completion
        self._limit = limit
        self._careful_until = careful_until
        self._begun: set[str] = set()
        self._over: set[str] = set()
        self._few = True
        self._since = clock.monotonic()
        self._turns: dict[str, float] = {}
        self._tries: dict[str, int] = {}

    def suspect(self, marks: dict[str, Mark]) -> None:
        """These are the suspects; those against whom the least speaks begin first."""
        self.suspects = marks
        self._few = len(marks) <= _FEW
        self._turns = {key: turn * _APART for turn, key in enumerate(sorted(marks, key=lambda key: marks[key].deaths))}

    def stands_in_the_way(self, run: Run) -> End | Park | None:
        """How a run ends, or waits, instead of beginning."""
        key = _key(run)
        mark = self.suspects.get(key)
        if mark is None:
            return None
        waited = self._clock.monotonic() - self._since - self._turns[key]
        verdict = judge(mark, waited, limit=self._limit, few=self._few)
        if verdict is Verdict.GIVE_UP:
            self._begun.add(key)
            return End(Outcome.FAILED, f"it ends its process: {mark.describe()}")
        if verdict is Verdict.WAIT:
            return Park(f"{mark.describe()}: others go first", after=max(mark.patience - waited, _APART), failed=False)
        return None

    @asynccontextmanager
    async def watching(self, run: Run) -> AsyncIterator[Park | None]:
        """Begin, with a mark that is durable if there must be one; alone, if the run must be. Yields how the run is
        parked if it cannot be alone now. Raises Abandoned.
        """
        key = _key(run)
        mark = self.suspects.get(key)
        if mark is None:
            if self._was_there_before(run):
                await self._mark(run, Mark(self._now()))
            yield None
            return
        if judge(mark, mark.patience, limit=self._limit, few=self._few) is not Verdict.ALONE:
            await self._mark(run, mark.begins(self._now(), alone=False))
            yield None
            return
        assignment = run.shard.assignment
        tries = self._tries.get(key, 0)
        if not await assignment.seclusion.enter(run, self._clock, _SECLUDED * 2**tries):
            if not assignment.open:
                raise Abandoned
            self._tries[key] = tries + 1
            yield Park(f"{mark.describe()}: it waits until nothing runs beside it", after=mark.patience, failed=False)
            return
        ending: asyncio.Task[None] | None = None
        try:
            await self._mark(run, mark.begins(self._now(), alone=True))
            _log.warning("a run begins that may end this process; nothing runs beside it", **_about(run, mark))
            ending = asyncio.create_task(self._end_seclusion(run, mark))
            yield None
        finally:
            if ending is not None:
                ending.cancel()
            assignment.seclusion.leave(run)

    def cleared(self, run: Run) -> list[Delete]:
        """The changes that take a run's mark away: it has come to an end, or it has begun and is parked now."""
        key = _key(run)
        if key not in self._begun:
            return []
        self._over.add(key)  # it stays among those that began: if this cannot be saved now, it is asked for again
        self.suspects.pop(key, None)
        return [Delete(run.shard.partition, Table.GUARD, key)]

    def _was_there_before(self, run: Run) -> bool:
        """Whether the run may have been under way when the last process died (the clock may have been set since)."""
        return self._careful_until is not None and (
            run.event.received_at <= self._careful_until or self._clock.monotonic() - self._since < _CAREFUL
        )

    async def _end_seclusion(self, run: Run, mark: Mark) -> None:
        """It has lived for longer than it ever took to end a process: the others go on beside it."""
        await self._clock.sleep(max(_SECLUDED, mark.patience))
        if _key(run) in self._over:
            return
        try:
            await self._mark(run, mark.begins(self._now(), alone=False))
        except Abandoned:
            return
        run.shard.assignment.seclusion.leave(run)

    async def _mark(self, run: Run, mark: Mark) -> None:
        key = _key(run)
        self._begun.add(key)
        self._over.discard(key)
        put = Put(run.shard.partition, Table.GUARD, key, mark.dump(), None, mark.begun + _KEEP)
        await self._completion.save(run.shard, [put])

    def _now(self) -> float:
        return self._clock.now().timestamp()


class Guards:
    """Opens a guard where one is needed. `limit`: deaths with a run after which it is given up."""

    def __init__(
        self,
        store: StateStore,
        clock: Clock,
        completion: Completion,
        registry: Registry,
        *,
        limit: int,
        owner: Owner,
    ) -> None:
        self._store = store
        self._enabled = {(one.name, rule.name) for one in registry.enabled for rule in one.rules}
        self._clock = clock
        self._completion = completion
        self._limit = limit
        self._owner = owner

    async def open(self, shard: Shard) -> None:
        """Take over a partition: conclude what is to be concluded from how its last owner ended, and say that this
        process is at work. Raises StateUnavailable.
        """
        partition = shard.partition
        entry = self._store.get(partition, Table.GUARD, _OWNER)
        died = entry is not None and Owner.restore(entry.value).died(self._owner)
        now = self._clock.now()
        changes: list[Put | Delete] = [Put(partition, Table.GUARD, _OWNER, self._owner.dump())]
        careful_until = now if died else self._last_death(partition)
        if died:
            death = str(now.timestamp()).encode()
            changes.append(Put(partition, Table.GUARD, _DEATH, death, None, now.timestamp() + _REMEMBERED))
        suspects: dict[str, Mark] = {}
        for each in self._store.scan(partition, Table.GUARD, _MARKS):
            mark = found(Mark.restore(each.value), now.timestamp(), died=died)
            if mark is None or _place(each.key)[1:] not in self._enabled:
                changes.append(Delete(partition, Table.GUARD, each.key))
            else:
                suspects[each.key] = mark
                changes.append(Put(partition, Table.GUARD, each.key, mark.dump(), None, each.expires))
        await self._store.apply(changes)
        if died:
            _log.warning(
                "the last worker here ended without being told to", partition=partition, suspects=len(suspects)
            )
        if careful_until is not None or suspects:
            shard.guard = Guard(self._clock, self._completion, self._limit, careful_until)
            shard.guard.suspect(suspects)

    def _last_death(self, partition: int) -> datetime | None:
        """When an owner was found dead, if that was lately: others may have handed the partition on properly since,
        while the run that ended it was still waiting for its turn.
        """
        entry = self._store.get(partition, Table.GUARD, _DEATH)
        return None if entry is None else datetime.fromtimestamp(float(entry.value), UTC)

    async def close(self, assignment: Assignment) -> None:
        """Say that this process was told to let go: whatever ends it from now on speaks against nobody."""
        with suppress(StateUnavailable):
            await self._store.apply([Delete(partition, Table.GUARD, _OWNER) for partition in assignment.shards])


def _key(run: Run) -> str:
    return _MARKS + effects_prefix(run)


def _place(key: str) -> tuple[str, str, str]:
    """Event id, handler and rule that a mark is of."""
    event_id, handler, rule, _ = key.removeprefix(_MARKS).rsplit("\t", 3)
    return event_id, handler, rule


def suspected(entries: Iterable[Entry]) -> dict[tuple[str, str, str], str]:
    """What speaks against runs, by event id, handler and rule."""
    marks = {entry.key: Mark.restore(entry.value) for entry in entries if entry.key.startswith(_MARKS)}
    return {_place(key): mark.describe() for key, mark in marks.items() if mark.deaths}


def _about(run: Run, mark: Mark) -> dict[str, object]:
    return {"handler": run.enabled.name, "rule": run.rule.name, "event_id": run.event.id, "deaths": mark.deaths}
