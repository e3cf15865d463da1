"""A month of a keeper's life: many identities, a platform that fails in every way, people who delete, and restarts.

The history of what every identity could hear is kept by the model and compared with the gaps that were written down.
"""

from __future__ import annotations

import asyncio
import random
import zlib
from dataclasses import dataclass, field
from datetime import timedelta

from switchhook.events import types
from switchhook.keeper.loop import Keeper
from switchhook.keeper.plan import Policy
from switchhook.keeper.watch import Watch
from switchhook.notification import Addresses
from switchhook.telemetry import Metrics
from tests.keeper import warp
from tests.keeper.memory import MemoryState
from tests.keeper.model import ACCOUNT, Model, ModelRegistry, failure

DAY = 86_400.0
MISHAPS = (2, 2, 2, 2, 1)
"""How often each happens beside the others; one of them every half an hour: a restart every five hours or so."""


@dataclass
class Report:
    """What the month was like."""

    seed: int
    identities: int
    days: float
    subscriptions: int = 0
    calls: int = 0
    failed: int = 0
    gaps: int = 0
    mishaps: dict = field(default_factory=dict)
    outages: int = 0
    violations: list = field(default_factory=list)
    trace: int = 0


class History:
    """Which wanted filters of each owner nobody delivered, and when: the truth that the gaps must cover."""

    def __init__(self, clock):
        self.clock = clock
        self.delivered = {}
        self.missing = {}
        self.outages = []

    def note(self, owner, filters):
        """These are delivered to this owner now."""
        now = self.clock.now()
        before = self.delivered.get(owner, frozenset())
        for each in before - filters:
            self.missing[owner, each] = now
        for each in filters - before:
            since = self.missing.pop((owner, each), None)
            if since is not None:
                self.outages.append((owner, each, since, now))
        self.delivered[owner] = filters


def month(*, seed=0, identities=50, each=20, days=30.0, faults=0.1):
    """Live it; the report says what was violated."""
    return warp.run(
        lambda clock: _Month(clock, seed=seed, identities=identities, each=each, days=days, faults=faults).live()
    )


class _Registry(ModelRegistry):
    """Settings that nobody changes while the process lives."""

    enabled = ()

    def __init__(self, **handlers):
        super().__init__(**handlers)
        self.enabled = super().enabled


class _Month:
    def __init__(self, clock, *, seed, identities, each, days, faults):
        self.clock = clock
        self.random = random.Random(seed)
        self.report = Report(seed, identities, days)
        self.days = days
        self.model = Model(clock, seed=seed)
        self.model.hurried = True
        self.model.fault_rate = faults
        self.history = History(clock)
        self.model.on_change = self._changed
        self.names = {f"i{n:02d}": f"{102_000 + n}" for n in range(identities)}
        people = [{"id": str(n), "extensionNumber": str(n), "type": "User"} for n in range(200, 200 + each * 2)]
        self.model.extensions = people
        numbers = tuple(str(person["id"]) for person in people)
        self.registry = _Registry(**{name: (name, {types.VoicemailReceived}, numbers) for name in self.names})
        self.each = each
        self.store = MemoryState()
        self.metrics = Metrics()
        self.addresses = Addresses("https://hooks.example.com", [b"a master secret of the tests"])
        self.clients = {name: self.model.client(name, owner) for name, owner in self.names.items()}

    async def live(self):
        """Days of mishaps, then an hour of calm, then judgement."""
        stop, keeper = self._start()
        end = self.days * DAY
        while self.clock.monotonic() < end:
            await asyncio.sleep(self.random.expovariate(1 / 1_800))
            (mishap,) = self.random.choices([self._blacklist, self._delete, self._revoke, self._outage, None], MISHAPS)
            if mishap is None:
                stop.set()
                await self.task
                stop, keeper = self._start()
                self._count("restart")
            else:
                mishap()
        self.model.fault_rate = 0.0
        self.model.faults.clear()
        self.model.away_until = 0.0
        await asyncio.sleep(3_600)
        self._judge(keeper)
        stop.set()
        await self.task
        return self.report

    def _start(self):
        """A keeper process, which remembers what is in the store."""
        self.watches = {
            name: Watch(name, self.store, lambda _account: 0, clock=self.clock, metrics=self.metrics, tell=self._tell)
            for name in self.names
        }
        keeper = Keeper(
            self.clients,
            self.registry,
            self.addresses,
            clock=self.clock,
            metrics=self.metrics,
            policy=Policy(filters_each=2, quota=30),
            watches=self.watches,
            seed=self.random.random(),
        )
        stop = asyncio.Event()
        self.task = asyncio.ensure_future(keeper.run(stop))
        return stop, keeper

    async def _tell(self, _event):
        self._count("told")

    def _blacklist(self):
        self.model.blacklist(self.random.choice(sorted(self.model.subscriptions)))
        self._count("blacklisted")

    def _delete(self):
        self.model.drop(self.random.choice(sorted(self.model.subscriptions)))
        self._count("deleted by others")

    def _revoke(self):
        self.model.fail(failure(401, "OAU-213"), times=self.random.randint(1, 60))
        self._count("token revoked")

    def _outage(self):
        self.model.away_until = self.clock.monotonic() + self.random.uniform(60, 3_600)
        self._count("platform away")

    def _count(self, what):
        self.report.mishaps[what] = self.report.mishaps.get(what, 0) + 1

    def _changed(self, owner):
        records = self.model.of[owner].values()
        heard = {one for each in records if each["status"] == "Active" for one in each["eventFilters"]}
        self.history.note(owner, frozenset(each for each in heard if "/subscription/" not in each))

    def _judge(self, keeper):
        report = self.report
        alive = self.model.alive()
        report.subscriptions, report.calls = len(alive), self.model.calls.total()
        report.failed = self.model.failed
        report.outages = len(self.history.outages)
        if self.model.expired:
            report.violations.append(f"{len(self.model.expired)} expired")
        if not keeper.stands.is_set():
            report.violations.append("not everything stands in the end")
        if len(alive) != self.report.identities * self.each:
            report.violations.append(f"{len(alive)} subscriptions in the end")
        if {each["status"] for each in alive} != {"Active"}:
            report.violations.append("a dead one is left")
        self._judge_gaps()
        report.trace = zlib.crc32("".join(sorted(self.model.subscriptions)).encode())

    def _judge_gaps(self):
        """Every span in which a filter was not delivered lies in a gap that names it, and no gap is open."""
        for name, owner in self.names.items():
            gaps = self.watches[name].gaps.of(ACCOUNT, name)
            self.report.gaps += len(gaps)
            if any(each.until is None for each in gaps):
                self.report.violations.append(f"{name}: an open gap")
            slack = timedelta(seconds=1)
            for whose, event_filter, since, until in self.history.outages:
                if whose == owner and not any(
                    event_filter in each.filters and each.since <= since + slack and each.until >= until - slack
                    for each in gaps
                ):
                    self.report.violations.append(
                        f"{name}: {event_filter} silent {since} to {until}, and no gap says so"
                    )
        if self.history.missing:
            self.report.violations.append(f"{len(self.history.missing)} filters are still silent")
