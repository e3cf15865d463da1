"""Looks for recordings and transcripts until they are there or it is given up (`switchhook.events.follow` says how)."""

from __future__ import annotations

from typing import Any

import structlog

from switchhook.api.client import Priority
from switchhook.clock import Clock
from switchhook.errors import ApiError
from switchhook.events.follow import FollowUp, Pursued
from switchhook.state import Delete, Entry, Put, StateStore, Table
from switchhook.worker.assignment import Assignment, Shard
from switchhook.worker.counts import Counts
from switchhook.worker.looking import look_every_second
from switchhook.worker.readers import Readers
from switchhook.worker.searches import going_on
from switchhook.worker.telling import Telling

_AT_ONCE = 20
_log = structlog.get_logger("switchhook.worker")


class Following:
    """Asks for what is due in the shards of an assignment, behind what handlers do."""

    def __init__(self, store: StateStore, clock: Clock, readers: Readers, telling: Telling, counts: Counts) -> None:
        self._store = store
        self._clock = clock
        self._readers = readers
        self._telling = telling
        self._counts = counts

    async def run(self, assignment: Assignment) -> None:
        """Until the assignment takes nothing new."""
        await look_every_second(assignment, self._clock, self._look, "recordings and transcripts cannot be looked for")

    async def _look(self, shard: Shard) -> None:
        now = self._clock.now().timestamp()
        for entry in self._store.due(shard.partition, Table.FOLLOW, now, _AT_ONCE):
            try:
                follow = FollowUp.restore(entry.value)
            except ValueError as error:  # written by a version that is no more
                _log.error("a search cannot be read, and is dropped", key=entry.key, reason=str(error))
                await self._telling.tell(shard, (), [Delete(shard.partition, Table.FOLLOW, entry.key)], by="search")
                continue
            pursued = follow.pursue(await self._ask(follow), self._clock.now())
            change = self._change(shard, entry, pursued)
            await self._telling.tell(shard, pursued.events, [change], by="search")
            self._note(follow, pursued)

    async def _ask(self, follow: FollowUp) -> Any:
        client = self._readers.choose(follow.reader, follow.origin.account_id)
        need = follow.need
        try:
            return await client.call(need.operation, dict(need.parameters), priority=Priority.BACKFILL)
        except ApiError as error:
            return error

    def _change(self, shard: Shard, entry: Entry, pursued: Pursued) -> Put | Delete:
        if pursued.next is None:
            return Delete(shard.partition, Table.FOLLOW, entry.key)
        return going_on(shard.partition, pursued.next)

    def _note(self, follow: FollowUp, pursued: Pursued) -> None:
        if pursued.next is not None:
            return
        self._counts.follow_ups["gave_up" if pursued.gave_up else "found"] += 1
        if pursued.gave_up:
            _log.warning("a search is given up", sought=follow.leads_to.__name__, reason=pursued.gave_up)
