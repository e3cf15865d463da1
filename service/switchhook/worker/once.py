"""Claims: a value of `once_per`, or what becomes of a ringing call (`decides`). Each is taken at every attempt, held
while the run is parked, and marked by its first write.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import timedelta

from switchhook.clock import Clock
from switchhook.events.types import CallEvent
from switchhook.state import Delete, Entry, Put, StateStore, Table
from switchhook.telemetry import Outcome
from switchhook.worker.retry import Decision, End, Park
from switchhook.worker.runs import Run

_ASK_AGAIN = 5.0
"""Seconds until a run asks again whether the parked one before it has acted."""
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


def claims_of(run: Run) -> tuple[Claim, ...]:
    """What a run must claim before it may act, in the order in which to. Raises what the rule's functions raise.

    The decision comes first, and whoever waits for another claim holds nothing but that: no two runs wait for
    each other.
    """
    rule, event, name = run.rule, run.event, run.enabled.name
    claims = []
    if rule.decides and isinstance(event, CallEvent):
        key = "\t".join(("", "decides", event.account_id, f"{event.session_id}/{event.party_id}"))
        claims.append(Claim(key, name, _DECIDED, "{} has decided this call", "{} may still decide this call"))
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
                return Park(claim.pending.format(holder), after=_ASK_AGAIN, failed=False)
        claims[claim.key] = asyncio.Event()
        run.claims.append(claim)
        return None

    def release(self, run: Run) -> None:
        """The attempt is over."""
        while run.claims:
            run.shard.claims.pop(run.claims.pop().key).set()

    def marks(self, run: Run) -> list[Put]:
        """The changes that say that the run has acted. Saved with its first intent."""
        now = self._clock.now().timestamp()
        return [self._put(run, claim, True, now + claim.every.total_seconds()) for claim in run.claims]

    def parked(self, run: Run) -> list[Put]:
        """The changes that hold the claims while the run is parked."""
        until = self._clock.now().timestamp() + self._keep
        free = [claim for claim in run.claims if self._entry(run, claim.key) is None]
        return [self._put(run, claim, False, until) for claim in free]

    def ended(self, run: Run) -> list[Delete]:
        """The changes that give back what was held and not acted on."""
        held = [(claim, self._entry(run, claim.key)) for claim in run.claims]
        return [
            Delete(run.shard.partition, Table.ONCE, claim.key)
            for claim, entry in held
            if entry is not None and json.loads(entry.value) == [claim.holder, False]
        ]

    @staticmethod
    def _put(run: Run, claim: Claim, acted: bool, until: float) -> Put:
        value = json.dumps([claim.holder, acted]).encode()
        return Put(run.shard.partition, Table.ONCE, claim.key, value, None, until)

    def _entry(self, run: Run, key: str) -> Entry | None:
        return self._store.get(run.shard.partition, Table.ONCE, key)
