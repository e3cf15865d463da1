"""Looks at calls of which nothing more came: one read says how the session stands, and what can be concluded."""

from __future__ import annotations

from typing import Any

from switchhook.api.client import Priority
from switchhook.clock import Clock
from switchhook.errors import ApiError
from switchhook.events.calls import Call, Folded, review, session_need
from switchhook.events.parts import Source
from switchhook.state import StateStore, Table
from switchhook.worker.assignment import Assignment, Shard
from switchhook.worker.looking import look_every_second
from switchhook.worker.readers import Readers
from switchhook.worker.telling import Telling

_AT_ONCE = 20


class Reviewing:
    """Reviews the calls of a shard whose time has come."""

    def __init__(self, store: StateStore, clock: Clock, readers: Readers, telling: Telling) -> None:
        self._store = store
        self._clock = clock
        self._readers = readers
        self._telling = telling

    async def run(self, assignment: Assignment) -> None:
        """Until the assignment takes nothing new."""
        await look_every_second(assignment, self._clock, self._look, "calls cannot be reviewed")

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
        client = self._readers.choose("", call.account_id)
        try:
            return await client.call(need.operation, dict(need.parameters), priority=Priority.BACKFILL)
        except ApiError as error:
            return error

    async def _conclude(self, shard: Shard, folded: Folded) -> None:
        call = folded.call
        shard.calls.put(call.session_id, call, folded.review_in)
        changes = list(shard.calls.changes([call.session_id], self._clock.now().timestamp()))
        await self._telling.tell(shard, folded.events, changes, by="review")
