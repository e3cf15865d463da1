"""Takes stored notifications apart: in the running worker, with its scopes, calls and budget, or in a command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from switchhook.app.opening import signed_in
from switchhook.events.calls import Call
from switchhook.log import Log, Record
from switchhook.registry import Registry
from switchhook.settings import AppSettings
from switchhook.state import StateStore, Table
from switchhook.worker.explain import Explained, explain, reading
from switchhook.worker.readers import Readers


class Explaining:
    """What the worker's admin port offers. `owned` are the partitions whose state it has."""

    def __init__(
        self,
        log: Log,
        store: StateStore,
        registry: Registry,
        readers: Readers,
        *,
        owned: Callable[[], frozenset[int]],
    ) -> None:
        self._log = log
        self._store = store
        self._registry = registry
        self._readers = readers
        self._owned = owned

    async def explain(self, query: Mapping[str, str]) -> dict[str, Any]:
        """The record at `place` ("0:17"), as a document. Raises ValueError if this worker cannot tell, LogError."""
        partition, _, offset = query.get("place", "").partition(":")
        if not (partition.isdecimal() and offset.isdecimal()):
            raise ValueError("say place=PARTITION:OFFSET")
        if int(partition) not in self._owned():
            raise ValueError(f"partition {partition} is another worker's")
        record = await self._log.fetch(int(partition), int(offset))
        if record is None:
            raise ValueError("nothing is stored there (any more)")
        ask = reading(self._readers, record)
        known = partial(self._known, record.partition)
        explained = await explain(record, self._registry, known, ask)
        scoped = all(self._registry.scope_of(each.name) is not None for each in self._registry.enabled)
        return explained.describe() | {"scopes_known": scoped}

    def _known(self, partition: int, session_id: str) -> Call | None:
        entry = self._store.get(partition, Table.CALLS, session_id)
        return None if entry is None else Call.restore(entry.value)


async def explain_here(
    settings: AppSettings, registry: Registry, record: Record, known: Callable[[str], Call | None], *, read: bool
) -> Explained:
    """The same where no worker answers. `read`: whether to sign in and make the reads that it takes."""
    if not read:
        return await explain(record, registry, known)
    async with signed_in(settings) as clients:
        readers = Readers(clients, settings.identities, registry)
        return await explain(record, registry, known, reading(readers, record))
