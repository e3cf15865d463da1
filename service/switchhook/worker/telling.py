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
        parked = [put for event in events for put in self._runs(shard, event, by)]
        begun = begin(self._store, shard.partition, searches(events, self._registry.wants, reader))
        await self._completion.save(shard, [*changes, *parked, *begun])
        shard.parked += len(parked)
        if parked:
            self._woken()

    def _runs(self, shard: Shard, event: Event, by: str) -> list[Put]:
        self._counts.events[type(event).__name__] += 1
        return [
            self._parking.entry(
                shard,
                lane_name(event.key, f"{event.id}/{match.rule.name}"),
                f"{shard.assignment.tracker.last(shard.partition):020}.{by} {event.id}",
                SavedRun(event, match.enabled.name, match.rule.name, shard.partition, -1),
            )
            for match in self._registry.matches(event)
            if match.matched
        ]
