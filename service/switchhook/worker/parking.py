"""Parked work in the state store: what waits, in which order, until when.

An entry's key is handler, lane and place; only the first of a lane has a due time, so the others wait behind it. When
the first has ended, the next becomes due in the same batch, but not before what it waits for itself: whatever happens
in between, every lane that has entries has one with a due time.

Never early, and as little late as can be: a moment that was asked for (`Later`) is one of the wall clock; a span is one
of the monotonic clock for as long as the machine has not restarted, so that a step of the wall clock moves nothing.
"""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace

from switchhook.clock import Clock
from switchhook.state import Delete, Entry, Put, StateStore, Table
from switchhook.worker.assignment import Shard
from switchhook.worker.completion import Completion
from switchhook.worker.retry import Park
from switchhook.worker.saved import Saved, restore

_AT_ONCE = 200
"""Parked entries of a shard that run at the same time."""
_ROUNDING = 1e-6
"""Seconds by which the two clocks may differ after the same span: the wall clock has microseconds and no less."""
_SEPARATOR = "\t"


def lane_name(key: str | None, alone: str = "") -> str:
    """How a lane is called in the store: by its key, or, without one, by what is `alone` in it."""
    return (f"={key}" if key is not None else f"-{alone}").replace(_SEPARATOR, " ")


def lane_prefix(handler: str, lane: str) -> str:
    """What the keys of all entries of a lane begin with."""
    return f"{handler}{_SEPARATOR}{lane}{_SEPARATOR}"


def place(offset: int, number: int) -> str:
    """The place in a lane of the `number`th run of the record at `offset`: sorts like the log."""
    return "%020d.%04d" % (offset, number)  # noqa: UP031 - half the cost of an f-string with formats


@dataclass(frozen=True, slots=True)
class Woken:
    """An entry whose time has come. `lane` as it was parked with."""

    key: str
    lane: str
    place: str
    saved: Saved


class Parking:
    """Parks, finds what is due, and lets the next of a lane go on."""

    def __init__(self, store: StateStore, clock: Clock, completion: Completion, boot: str) -> None:
        self._store = store
        self._clock = clock
        self._completion = completion
        self._boot = boot

    def load(self, shard: Shard) -> None:
        """Count what a new assignment finds parked."""
        shard.parked = self._store.count(shard.partition, Table.PARKED)

    def occupied(self, shard: Shard, handler: str, lane: str) -> bool:
        """Whether anything is parked in a lane."""
        return bool(shard.parked) and self._first(shard, lane_prefix(handler, lane)) is not None

    async def park(self, shard: Shard, lane: str, at: str, saved: Saved, decision: Park) -> None:
        """Keep `saved` until it may go on: in its old place if it was parked before, else behind all others."""
        prefix = lane_prefix(saved.handler, lane)
        key = prefix + at
        kept = replace(saved, reason=decision.reason, rounds=saved.rounds + decision.failed)
        if decision.until is not None:
            due = decision.until.timestamp()
            kept = replace(kept, until=due)
        else:
            due = self._clock.now().timestamp() + decision.after
            kept = replace(kept, steady=self._clock.monotonic() + decision.after, boot=self._boot)
        first = self._first(shard, prefix) if shard.parked else None
        waits = first is not None and first.key < key and first.due is not None
        changes = [Put(shard.partition, Table.PARKED, key, kept.dump(), None if waits else due)]
        if first is not None and first.key > key:  # a record that was read again, before one that was parked since
            changes.append(Put(shard.partition, Table.PARKED, first.key, first.value))
        known = self._store.get(shard.partition, Table.PARKED, key) is not None
        await self._completion.save(shard, changes)
        shard.parked += not known
        shard.awake.discard(key)

    def entry(self, shard: Shard, lane: str, at: str, saved: Saved) -> Put:
        """The change that puts something behind what is parked in its lane, to go on at once if nothing is.

        Add one to `parked` when it is saved.
        """
        prefix = lane_prefix(saved.handler, lane)
        waits = bool(shard.parked) and self._first(shard, prefix) is not None
        due = None if waits else self._clock.now().timestamp()
        return Put(shard.partition, Table.PARKED, prefix + at, saved.dump(), due)

    def hasten(self, shard: Shard, keys: Iterable[str]) -> list[Put]:
        """The changes that let parked entries go on now, in this order, instead of when they are due."""
        changes: list[Put] = []
        now = self._clock.now().timestamp()
        for key in keys:
            entry = self._store.get(shard.partition, Table.PARKED, key)
            if entry is not None and entry.due is not None and key not in shard.awake:
                saved = replace(restore(entry.value), steady=None, until=None)
                due = now + len(changes) * _ROUNDING
                changes.append(Put(shard.partition, Table.PARKED, key, saved.dump(), due))
        return changes

    async def behind(self, shard: Shard, lane: str, at: str, saved: Saved) -> None:
        """Keep `saved` behind what is parked in its lane, unless it is there already (its record was read again)."""
        key = lane_prefix(saved.handler, lane) + at
        if self._store.get(shard.partition, Table.PARKED, key) is None:
            await self.park(shard, lane, at, saved, Park("waits for an earlier one of its lane", failed=False))

    def leave(self, shard: Shard, key: str) -> list[Put | Delete]:
        """The changes that end a parked entry and let the next of its lane go on. Call `left` when they are saved."""
        changes: list[Put | Delete] = [Delete(shard.partition, Table.PARKED, key)]
        prefix = key.rpartition(_SEPARATOR)[0] + _SEPARATOR
        for entry in self._store.scan(shard.partition, Table.PARKED, prefix):
            if entry.key != key:
                due = max(self._clock.now().timestamp(), restore(entry.value).until or 0.0)
                changes.append(Put(shard.partition, Table.PARKED, entry.key, entry.value, due))
                break
        return changes

    def left(self, shard: Shard, key: str) -> None:
        """The changes of `leave` are saved."""
        shard.awake.discard(key)
        shard.parked -= 1

    async def wake(self, shard: Shard) -> AsyncIterator[Woken]:
        """What may go on now; each entry once until it is parked again or has left."""
        if not shard.parked or len(shard.awake) >= _AT_ONCE:
            return
        now = self._clock.now().timestamp()
        for entry in self._store.due(shard.partition, Table.PARKED, now, _AT_ONCE + len(shard.awake)):
            if entry.key in shard.awake or not self._stands(entry):
                continue
            saved = restore(entry.value)
            if self._left_of_span(saved) > _ROUNDING:
                await self._correct(shard, entry, saved)
                continue
            shard.awake.add(entry.key)
            prefix, _, at = entry.key.rpartition(_SEPARATOR)
            yield Woken(entry.key, prefix.partition(_SEPARATOR)[2], at, saved)
            if len(shard.awake) >= _AT_ONCE:
                return

    def until_next(self, shard: Shard) -> float:
        """Seconds until `wake` may find more (inf: nothing waits)."""
        if not shard.parked:
            return math.inf
        now = self._clock.now().timestamp()
        due = self._store.next_due(shard.partition, Table.PARKED, after=now)
        return math.inf if due is None else due - now

    async def stepped(self, shard: Shard) -> None:
        """The wall clock was set: entries that wait for a span of time get the due time that is right by the new one.
        Moments that were asked for (`Later`) stay what they are.
        """
        for number, entry in enumerate(self._store.scan(shard.partition, Table.PARKED)):
            if entry.due is not None and entry.key not in shard.awake and self._stands(entry):
                saved = restore(entry.value)
                if saved.steady is not None and saved.boot == self._boot:
                    await self._correct(shard, entry, saved)
            if number % 500 == 499:
                await self._clock.sleep(0)

    def _left_of_span(self, saved: Saved) -> float:
        """Seconds by the monotonic clock that an entry still has to wait, as far as that clock can tell."""
        if saved.steady is None or saved.boot != self._boot:
            return 0.0
        return saved.steady - self._clock.monotonic()

    def _stands(self, entry: Entry) -> bool:
        """Whether an entry is still as it was read: while another one was written, it may have run and left."""
        return self._store.get(entry.partition, Table.PARKED, entry.key) == entry

    async def _correct(self, shard: Shard, entry: Entry, saved: Saved) -> None:
        due = self._clock.now().timestamp() + max(self._left_of_span(saved), 0.0)
        await self._completion.save(shard, [Put(shard.partition, Table.PARKED, entry.key, entry.value, due)])

    def _first(self, shard: Shard, prefix: str) -> Entry | None:
        return next(self._store.scan(shard.partition, Table.PARKED, prefix), None)
