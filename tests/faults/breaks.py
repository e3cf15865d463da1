"""Guarded lines of the worker, each broken on purpose: a checker that finds none of these proves nothing.

`python -m tests.faults --broken` tells how many seeds each one takes to be found.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager, suppress
from dataclasses import replace

from switchhook.state import Delete, Put, Table
from switchhook.worker import dispatch, effects, guard, journal
from switchhook.worker.assignment import Abandoned
from switchhook.worker.completion import Completion
from switchhook.worker.effects import Effects
from switchhook.worker.fence import Fence
from switchhook.worker.intake import Intake
from switchhook.worker.lanes import Lanes
from switchhook.worker.once import Once
from switchhook.worker.parking import Parking
from switchhook.worker.tracker import Tracker, _Frontier

BREAKS = {}


def breaking(holder, name):
    """A way to break `holder.name`: the decorated function gets the real one and returns the broken one."""

    def register(make):
        BREAKS[make.__name__.replace("_", " ").strip()] = (holder, name, make)
        return make

    return register


@contextmanager
def broken(what):
    """While this lasts, the line is broken."""
    holder, name, make = BREAKS[what]
    real = getattr(holder, name)
    setattr(holder, name, make(real))
    try:
        yield
    finally:
        setattr(holder, name, real)


@breaking(_Frontier, "next_offset")
def the_frontier_passes_what_is_unfinished(real):
    return lambda self: self.last + 1


@breaking(Tracker, "add")
def a_record_is_completed_when_it_is_read(real):
    def add(self, partition, offset):
        added = real(self, partition, offset)
        return added and self.complete(partition, offset)

    return add


@breaking(Completion, "_save_shard")
def a_record_completes_before_it_is_saved(real):
    async def save_shard(self, shard, works):
        for work in works:
            self._completed(work)
        with suppress(Abandoned):
            await self.save_made(shard, lambda: self.changes(shard, works))

    return save_shard


@breaking(Completion, "changes")
def nothing_is_marked_as_seen(real):
    return lambda self, shard, works: [one for one in real(self, shard, works) if one.table is not Table.SEEN]


@breaking(dispatch.Dispatch, "_seen")
def what_was_seen_is_not_looked_up(real):
    return lambda self, fresh: {partition: set() for partition in range(16)}


@breaking(Intake, "_end")
def a_lost_record_counts_as_complete(real):
    def end(self, work, result):
        if result != "malformed":
            real(self, work, result)

    return end


@breaking(journal, "decide")
def an_answer_is_not_replayed(real):
    def decide(line, *arguments, **options):
        decision = real(line, *arguments, **options)
        return journal.Send() if isinstance(decision, journal.Replay) else decision

    return decide


@breaking(journal, "decide")
def an_unknown_write_is_sent_again(real):
    def decide(line, *arguments, **options):
        decision = real(line, *arguments, **options)
        return journal.Send() if isinstance(decision, journal.Unknown) else decision

    return decide


@breaking(Effects, "_send")
def a_write_goes_before_its_intent_is_durable(real):
    async def send(self, client, step, key, line, parameters):
        intent = Put(self._run.shard.partition, Table.EFFECTS, key, line.dump(), expires=None)
        writing = asyncio.create_task(self._means.store.apply([intent, *self.marks]))
        try:
            return await self._write(client, key, line, parameters)
        finally:
            await asyncio.gather(writing, return_exceptions=True)

    return send


@breaking(effects.Effects, "_write")
def a_write_of_unknown_outcome_is_forgotten(real):
    async def write(self, client, key, line, parameters):
        try:
            return await real(self, client, key, line, parameters)
        except effects.OutcomeUnknown as error:
            await self._means.store.apply([Delete(self._run.shard.partition, Table.EFFECTS, key)])
            raise effects.LogUnavailable("it is tried again") from error

    return write


@breaking(Fence, "passable")
def a_frozen_owner_may_write(real):
    return lambda self, epoch: self._reader.current(epoch)


@breaking(Fence, "passable")
def an_owner_that_was_given_up_may_write(real):
    def passable(self, epoch):
        return self._clock.monotonic() - self._reader.last_alive <= self._session_timeout

    return passable


@breaking(Lanes, "add")
def lanes_keep_no_order(real):
    return lambda self, handler, key, item: real(self, handler, None, item)


@breaking(Parking, "occupied")
def later_records_overtake_what_is_parked(real):
    return lambda self, shard, handler, lane: False


@breaking(Parking, "leave")
def the_next_of_a_lane_is_not_woken(real):
    return lambda self, shard, key: real(self, shard, key)[:1]


@breaking(Parking, "leave")
def what_was_parked_stays(real):
    return lambda self, shard, key: real(self, shard, key)[1:]


@breaking(Parking, "leave")
def the_next_of_a_lane_is_woken_at_once(real):
    def leave(self, shard, key):
        now = self._clock.now().timestamp()
        return [one._replace(due=now) if isinstance(one, Put) else one for one in real(self, shard, key)]

    return leave


@breaking(Parking, "park")
def parked_work_is_due_at_once(real):
    async def park(self, shard, lane, at, saved, decision):
        await real(self, shard, lane, at, saved, replace(decision, after=0.0, until=None))

    return park


@breaking(Parking, "_left_of_span")
def a_span_goes_by_the_wall_clock(real):
    return lambda self, saved: 0.0


@breaking(Parking, "park")
def parked_work_is_not_saved(real):
    async def park(self, shard, lane, at, saved, decision):
        shard.parked += 1

    return park


@breaking(guard, "judge")
def a_run_that_ends_its_process_begins_again_for_ever(real):
    return lambda mark, waited, **options: guard.Verdict.BEGIN


@breaking(guard, "judge")
def whoever_was_beside_a_death_is_given_up(real):
    return lambda mark, waited, **options: guard.Verdict.GIVE_UP


@breaking(guard.Guard, "stands_in_the_way")
def a_suspect_does_not_wait(real):
    def stands_in_the_way(self, run):
        decision = real(self, run)
        return None if isinstance(decision, guard.Park) else decision

    return stands_in_the_way


@breaking(guard.Guard, "cleared")
def a_mark_outlives_its_run(real):
    return lambda self, run: []


@breaking(Once, "marks")
def who_has_acted_is_not_marked(real):
    return lambda self, run: []
