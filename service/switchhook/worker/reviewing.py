"""Looks at calls of which nothing more came: one read says how the session stands, and what can be concluded."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import structlog

from switchhook.api.client import Priority
from switchhook.clock import Clock, time_limit
from switchhook.errors import ApiError, StateUnavailable
from switchhook.events.calls import Call, Folded, review, session_need
from switchhook.events.parts import Source
from switchhook.state import StateStore, Table
from switchhook.worker.assignment import Abandoned, Assignment, Shard
from switchhook.worker.runs import ApiClient
from switchhook.worker.telling import Telling

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
        telling: Telling,
    ) -> None:
        self._store = store
        self._clock = clock
        self._clients = clients
        self._telling = telling

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
        changes = list(shard.calls.changes([call.session_id], self._clock.now().timestamp()))
        await self._telling.tell(shard, folded.events, changes, by="review")
