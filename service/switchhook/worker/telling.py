"""Tells events that no record carries: they are parked, due at once, in the same write as what made them known."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from switchhook.events.types import Event
from switchhook.registry import Registry
from switchhook.state import Delete, Put, StateStore
from switchhook.worker.assignment import Shard
from switchhook.worker.completion import Completion
from switchhook.worker.counts import Counts
from switchhook.worker.parking import Parking, lane_name
from switchhook.worker.saved import SavedRun
from switchhook.worker.searches import begin, searches


class Telling:
    """`woken` is called when something parked may go on."""

    def __init__(
        self,
        store: StateStore,
        registry: Registry,
        *,
        parking: Parking,
        completion: Completion,
        counts: Counts,
        woken: Callable[[], None],
    ) -> None:
        self._store = store
        self._registry = registry
        self._parking = parking
        self._completion = completion
        self._counts = counts
        self._woken = woken

    async def tell(
        self, shard: Shard, events: Sequence[Event], changes: Sequence[Put | Delete], *, by: str, reader: str = ""
    ) -> None:
        """Save `changes`, the runs of `events`, and the searches that these begin, all in one write.

        `by`: what found them out, for the order within a lane. Raises Abandoned.
        """
        parked: list[Put] = []
        for event in events:
            self._counts.events[type(event).__name__] += 1
            at = f"{shard.assignment.tracker.last(shard.partition):020}.{by} {event.id}"
            parked += parked_runs(self._registry, self._parking, shard, event, at=at)
        begun = begin(self._store, shard.partition, searches(events, self._registry.wants, reader))
        await self._completion.save(shard, [*changes, *parked, *begun])
        shard.parked += len(parked)
        if parked:
            self._woken()


def parked_runs(
    registry: Registry, parking: Parking, shard: Shard, event: Event, *, at: str, offset: int = -1
) -> list[Put]:
    """The changes that park a run, due at once, for every rule that the event is for: they survive whatever comes.

    `at`: their place in their lanes; `offset`: of the record that caused them. Add them to `parked` once saved.
    """
    return [
        parking.entry(
            shard,
            lane_name(event.key, f"{event.id}/{rule.name}"),
            at,
            SavedRun(event, enabled.name, rule.name, shard.partition, offset),
        )
        for enabled, rule in registry.rules_for(event)
    ]
