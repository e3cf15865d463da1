"""Looks at calls of which nothing more came: one read says how the session stands, and what can be concluded.

No record carries the events of a review, so they are made durable as parked work, due at once, in the same batch as the
call itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import structlog

from switchhook.api.client import Priority
from switchhook.clock import Clock, time_limit
from switchhook.errors import ApiError, StateUnavailable
from switchhook.events.calls import Call, Folded, review, session_need
from switchhook.events.parts import Source
from switchhook.events.types import Event
from switchhook.registry import Registry
from switchhook.state import Delete, Put, StateStore, Table
from switchhook.worker.assignment import Abandoned, Assignment, Shard
from switchhook.worker.completion import Completion
from switchhook.worker.counts import Counts
from switchhook.worker.parking import Parking, lane_name
from switchhook.worker.runs import ApiClient
from switchhook.worker.saved import SavedRun

_AT_ONCE = 20
_EVERY = 1.0
_log = structlog.get_logger("switchhook.worker")


class Reviewing:
    """Reviews the calls of a shard whose time has come."""

    def __init__(
        self,
        store: StateStore,
        clock: Clock,
        clients: Mapping[str, ApiClient],
        *,
        registry: Registry,
        parking: Parking,
        completion: Completion,
        counts: Counts,
        woken: Callable[[], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._clients = clients
        self._registry = registry
        self._parking = parking
        self._completion = completion
        self._counts = counts
        self._woken = woken

    async def run(self, assignment: Assignment) -> None:
        """Look once a second until the assignment takes nothing new."""
        while assignment.open:
            try:
                for shard in assignment.shards.values():
                    await self._look(shard)
            except StateUnavailable as error:
                _log.warning("calls cannot be reviewed; it is tried again", reason=str(error))
            except Abandoned:
                return
            with suppress(TimeoutError):
                async with time_limit(self._clock, _EVERY):
                    await assignment.closing.wait()

    async def _look(self, shard: Shard) -> None:
        now = self._clock.now().timestamp()
        for entry in self._store.due(shard.partition, Table.CALLS, now, _AT_ONCE):
            before = shard.calls.get(entry.key)
            if before is None or not shard.calls.silent(entry.key):
                continue
            answer = await self._ask(before)
            if shard.calls.get(entry.key) is not before:
                continue  # news came while the platform was asked
            source = Source(before.account_id, self._clock.now(), key=before.session_id)
            folded = review(before, answer, source)
            await self._conclude(shard, folded)

    async def _ask(self, call: Call) -> Any:
        need = session_need(call.session_id)
        client = next(iter(self._clients.values()))
        try:
            return await client.call(need.operation, dict(need.parameters), priority=Priority.BACKFILL)
        except ApiError as error:
            return error

    async def _conclude(self, shard: Shard, folded: Folded) -> None:
        call = folded.call
        shard.calls.put(call.session_id, call, folded.review_in)
        changes: list[Put | Delete] = list(shard.calls.changes([call.session_id], self._clock.now().timestamp()))
        parked = [put for event in folded.events for put in self._runs(shard, event)]
        await self._completion.save(shard, [*changes, *parked])
        shard.parked += len(parked)
        if parked:
            self._woken()

    def _runs(self, shard: Shard, event: Event) -> list[Put]:
        self._counts.events[type(event).__name__] += 1
        return [
            self._parking.entry(
                shard,
                lane_name(event.key, f"{event.id}/{match.rule.name}"),
                f"{shard.assignment.tracker.last(shard.partition):020}.review {event.id}",
                SavedRun(event, match.enabled.name, match.rule.name, shard.partition, -1),
            )
            for match in self._registry.matches(event)
            if match.matched
        ]
