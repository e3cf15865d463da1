"""`once_per`: a value is claimed at every attempt, held while the run is parked, and marked by its first write."""

from __future__ import annotations

import asyncio
import json

from switchhook.clock import Clock
from switchhook.state import Delete, Entry, Put, StateStore, Table
from switchhook.telemetry import Outcome
from switchhook.worker.retry import Decision, End, Park
from switchhook.worker.runs import Run

_ASK_AGAIN = 5.0
"""Seconds until a run asks again whether the parked one before it has acted."""


class Once:
    """The claims of rules with `once_per`."""

    def __init__(self, store: StateStore, clock: Clock, keep: float) -> None:
        self._store = store
        self._clock = clock
        self._keep = keep

    async def claim(self, run: Run, key: str) -> Decision | None:
        """Take the value for this attempt, after whoever has it now. None: it is ours; else what becomes of the run.

        Whoever gets None must `release`.
        """
        claims = run.shard.claims
        while (claimed := claims.get(key)) is not None:
            await claimed.wait()
        entry = self._entry(run, key)
        if entry is not None:
            holder, marked = json.loads(entry.value)
            if holder != run.event.id:
                if marked:
                    return End(Outcome.SKIPPED, f"acted on {holder} already, once per {run.rule.every}")
                return Park(f"{holder} may still act on the same", after=_ASK_AGAIN, failed=False)
        claims[key] = asyncio.Event()
        run.claim = key
        return None

    def release(self, run: Run) -> None:
        """The attempt is over."""
        if run.claim:
            run.shard.claims.pop(run.claim).set()
            run.claim = ""

    def mark(self, run: Run, key: str) -> Put:
        """The change that says that the run has acted. Saved with its first intent."""
        assert run.rule.every is not None
        until = self._clock.now().timestamp() + run.rule.every.total_seconds()
        return Put(run.shard.partition, Table.ONCE, key, json.dumps([run.event.id, True]).encode(), None, until)

    def parked(self, run: Run, key: str) -> list[Put | Delete]:
        """The changes that hold the value while the run is parked."""
        if self._entry(run, key) is not None:
            return []
        until = self._clock.now().timestamp() + self._keep
        return [Put(run.shard.partition, Table.ONCE, key, json.dumps([run.event.id, False]).encode(), None, until)]

    def ended(self, run: Run, key: str) -> list[Put | Delete]:
        """The changes that give a value back that was held and not acted on."""
        entry = self._entry(run, key)
        if entry is None or json.loads(entry.value) != [run.event.id, False]:
            return []
        return [Delete(run.shard.partition, Table.ONCE, key)]

    def _entry(self, run: Run, key: str) -> Entry | None:
        return self._store.get(run.shard.partition, Table.ONCE, key)


def once_key(run: Run) -> str | None:
    """What the value is kept under, None if there is nothing to be once for. Raises what the rule's function raises."""
    value = run.rule.once_value(run.event)
    if not value:
        return None
    return "\t".join((run.enabled.name, run.rule.name, run.event.account_id, value))
