"""Claims: a value of `once_per`, or what becomes of a ringing call (`decides`). Each is taken at every attempt, held
while the run is parked, and marked by its first write. Who waits for it has its turn as soon as the holder has ended; a
call that is not taken after all (the holder left it alone, or the platform refused) is free again.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from switchhook.clock import Clock
from switchhook.events.types import CallEvent
from switchhook.state import Delete, Entry, Put, StateStore, Table
from switchhook.telemetry import Outcome
from switchhook.worker.journal import Line, Said
from switchhook.worker.retry import Decision, End, Park
from switchhook.worker.runs import Run, effects_prefix

_ASK_AGAIN = 5.0
"""Seconds until a run asks again whether the parked one before it has acted, should nobody wake it (a crash)."""
_DECIDED = timedelta(days=1)
"""How long it is known who decided a call; longer than a call rings, and than its run may be parked."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who (`holder`) claims what (`key`), for how long once it has acted. `acted` and `pending` are the reasons that
    another one is given, with the holder's name in them.
    """

    key: str
    holder: str
    every: timedelta
    acted: str
    pending: str
    lasts: bool = True
    """Whether a write that the platform refused counts as acting."""


def claims_of(run: Run) -> tuple[Claim, ...]:
    """What a run must claim before it may act, in the order in which to. Raises what the rule's functions raise.

    The decision comes first, and whoever waits for another claim holds nothing but that: no two runs wait for
    each other.
    """
    rule, event, name = run.rule, run.event, run.enabled.name
    claims = []
    if rule.decides and isinstance(event, CallEvent):
        key = "\t".join(("", "decides", event.account_id, f"{event.session_id}/{event.party_id}"))
        acted, pending = "{} has decided this call", "{} may still decide this call"
        claims.append(Claim(key, name, _DECIDED, acted, pending, lasts=False))
    value = rule.once_value(event)
    if value:
        assert rule.every is not None
        key = "\t".join((name, rule.name, event.account_id, value))
        acted = f"acted on {{}} already, once per {rule.every}"
        claims.append(Claim(key, event.id, rule.every, acted, "{} may still act on the same"))
    return tuple(claims)


class Once:
    """Who has claimed what."""

    def __init__(self, store: StateStore, clock: Clock, keep: float) -> None:
        self._store = store
        self._clock = clock
        self._keep = keep

    async def claim(self, run: Run, claim: Claim) -> Decision | None:
        """Take it for this attempt, after whoever has it now. None: it is ours; else what becomes of the run.

        Whoever gets None must `release`.
        """
        claims = run.shard.claims
        while (claimed := claims.get(claim.key)) is not None:
            await claimed.wait()
        entry = self._entry(run, claim.key)
        if entry is not None:
            holder, marked = json.loads(entry.value)
            if holder != claim.holder:
                if marked:
                    return End(Outcome.SKIPPED, claim.acted.format(holder))
                return Park(claim.pending.format(holder), after=_ASK_AGAIN, failed=False, waits_for=claim.key)
        claims[claim.key] = asyncio.Event()
        run.claims.append(claim)
        return None

    def release(self, run: Run) -> None:
        """The attempt is over."""
        while run.claims:
            run.shard.claims.pop(run.claims.pop().key).set()

    def wait(self, run: Run, key: str, parked: str) -> bool:
        """Note that the run, which is `parked` under this key now, waits for a claim. False: it need not."""
        entry = self._entry(run, key)
        if entry is None or json.loads(entry.value)[1]:
            return False
        run.shard.waiting.setdefault(key, {})[parked] = None
        return True

    def waiters(self, run: Run) -> list[str]:
        """Under which keys they are parked that wait for what this run has claimed, in their order; it ends now."""
        return [parked for claim in run.claims for parked in run.shard.waiting.pop(claim.key, ())]

    def marks(self, run: Run) -> list[Put]:
        """The changes that say that the run has acted. Saved with its first intent."""
        now = self._clock.now().timestamp()
        return [self._put(run, claim, True, now + claim.every.total_seconds()) for claim in run.claims]

    def parked(self, run: Run) -> list[Put]:
        """The changes that hold the claims while the run is parked."""
        until = self._clock.now().timestamp() + self._keep
        return [
            self._put(run, claim, False, until)
            for claim in run.claims
            if self._entry(run, claim.key) is None or self._marked_in_vain(run, claim)
        ]

    def ended(self, run: Run) -> list[Delete]:
        """The changes that give back what was held and not acted on."""
        return [
            Delete(run.shard.partition, Table.ONCE, claim.key)
            for claim in run.claims
            if self._stands(run, claim) == [claim.holder, False] or self._marked_in_vain(run, claim)
        ]

    def _marked_in_vain(self, run: Run, claim: Claim) -> bool:
        """Whether the run has marked it, but every write of it was refused."""
        if claim.lasts or self._stands(run, claim) != [claim.holder, True]:
            return False
        written = self._store.scan(run.shard.partition, Table.EFFECTS, effects_prefix(run))
        return all(Line.restore(entry.value).said is Said.REFUSED for entry in written)

    def _stands(self, run: Run, claim: Claim) -> Any:
        entry = self._entry(run, claim.key)
        return None if entry is None else json.loads(entry.value)

    @staticmethod
    def _put(run: Run, claim: Claim, acted: bool, until: float) -> Put:
        value = json.dumps([claim.holder, acted]).encode()
        return Put(run.shard.partition, Table.ONCE, claim.key, value, None, until)

    def _entry(self, run: Run, key: str) -> Entry | None:
        return self._store.get(run.shard.partition, Table.ONCE, key)
