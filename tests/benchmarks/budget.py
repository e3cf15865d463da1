"""Use of one identity's API budget while far more is asked than fits, and who gets it: calls that ring go first.

The real client on the simulated platform with its rate limits, ten minutes on one simulated clock.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from pydantic import SecretStr

from switchhook.api.budget import PATIENCE
from switchhook.api.client import Priority
from switchhook.api.opening import open_clients
from switchhook.clock import ManualClock, settle
from switchhook.errors import RateLimited
from switchhook.settings import IdentitySettings
from switchhook.simulator.errors import Refused
from switchhook.simulator.platform import Platform
from switchhook.telemetry import configure_logs

MINUTES = 10
WARM_UP = 1
STEP = 0.1
"""Seconds that the clock moves at a time."""
OPERATIONS = {"light": "listForwardingNumbers", "medium": "listCallQueues", "heavy": "readAccountPresence"}
DEMAND = {
    ("light", Priority.RINGING): 12,
    ("light", Priority.HANDLER): 100,
    ("light", Priority.KEEPER): 10,
    ("light", Priority.BACKFILL): 60,
    ("medium", Priority.HANDLER): 90,
    ("medium", Priority.BACKFILL): 60,
    ("heavy", Priority.HANDLER): 20,
    ("heavy", Priority.BACKFILL): 20,
}
"""Calls a minute; the platform lets through 50, 40 and 10."""


@dataclass
class Report:
    """What the platform counted after warming up, by group, and what became of each call, by group and priority."""

    limits: dict = field(default_factory=dict)
    accepted: Counter = field(default_factory=Counter)
    refused: Counter = field(default_factory=Counter)
    asked: Counter = field(default_factory=Counter)
    waits: dict = field(default_factory=dict)
    at_first: Counter = field(default_factory=Counter)
    """Calls that rang in the first minute, by whether they got a place."""

    def use(self, group):
        """Share of what the platform would have let through."""
        return self.accepted[group] / (self.limits[group] * (MINUTES - WARM_UP))


async def overload(seed=0):
    """Live ten minutes of it."""
    clock, report, dice = ManualClock(), Report(), random.Random(seed)
    platform = Platform(seed=seed, limits=True, clock=clock)
    await platform.start()
    said = platform.credentials()
    identity = IdentitySettings(
        name="main", server=said["url"], client_id=said["client_id"],
        client_secret=SecretStr(said["client_secret"]), jwt=SecretStr(said["jwt"]),
    )  # fmt: skip
    client = open_clients([identity], clock)["main"]
    begun = clock.now()
    _count(platform, clock, begun + timedelta(minutes=WARM_UP), report)
    arrivals = sorted(
        (dice.uniform(0.0, MINUTES * 60.0 - PATIENCE - 1.0), group, priority)
        for (group, priority), rate in DEMAND.items()
        for _ in range(rate * MINUTES)
    )
    calls = set()
    for tick in range(int(MINUTES * 60 / STEP)):
        while arrivals and arrivals[0][0] <= tick * STEP:
            at, group, priority = arrivals.pop(0)
            counted = at >= WARM_UP * 60
            calls.add(asyncio.create_task(_call(client, clock, group, priority, report, counted=counted)))
        await _quiet(platform)
        await clock.advance(STEP)
    for each in calls:
        each.cancel()
    await asyncio.gather(*calls, return_exceptions=True)
    await client.close()
    await platform.stop()
    return report


async def _call(client, clock, group, priority, report, *, counted):
    """One call; how long it waited for its place, or that it did not get one."""
    began = clock.monotonic()
    if counted:
        report.asked[group, priority] += 1
    try:
        await client.call(OPERATIONS[group], priority=priority)
    except RateLimited:
        report.at_first[False] += not counted and priority is Priority.RINGING
        return
    report.at_first[True] += not counted and priority is Priority.RINGING
    if counted:
        report.waits.setdefault((group, priority), []).append(clock.monotonic() - began)


def _count(platform, clock, since, report):
    """Have the platform's own counter tell what it lets through."""
    limits = platform.world.limits
    take = limits.take
    report.limits = {group: getattr(limits.limits, group) for group in OPERATIONS}

    def counted(who, group):
        late = clock.now() >= since
        try:
            headers = take(who, group)
        except Refused:
            report.refused[group.lower()] += late
            raise
        report.accepted[group.lower()] += late
        return headers

    limits.take = counted


async def _quiet(platform):
    """Return once no request is under way: real input and output take real time."""
    calm = 0
    while calm < 3:
        await asyncio.sleep(0.0005)
        await settle(5)
        calm = 0 if platform.busy else calm + 1


def lines(report):
    """The tables."""
    yield f"  {'group':8} {'limit':>6} {'asked':>6} {'let through':>12} {'use':>6} {'429':>4}"
    for group, limit in report.limits.items():
        asked = sum(count for (one, _), count in report.asked.items() if one == group) / (MINUTES - WARM_UP)
        through = report.accepted[group] / (MINUTES - WARM_UP)
        use = report.use(group)
        yield f"  {group:8} {limit:6} {asked:6.0f} {through:12.1f} {use:6.1%} {report.refused[group]:4}  per minute"
    yield ""
    yield f"  {'group':8} {'who':9} {'asked':>6} {'sent':>6} {'of these':>9} {'wait p50':>9} {'p99 s':>6}"
    for (group, priority), asked in sorted(
        report.asked.items(), key=lambda each: (-report.limits[each[0][0]], each[0][1])
    ):
        waits = sorted(report.waits.get((group, priority), [0.0]))
        sent = len(report.waits.get((group, priority), []))
        p99 = waits[min(int(len(waits) * 0.99), len(waits) - 1)]
        name = priority.name.lower()
        yield f"  {group:8} {name:9} {asked:6} {sent:6} {sent / asked:9.0%} {statistics.median(waits):9.2f} {p99:6.2f}"

    went, refused = report.at_first[True], report.at_first[False]
    yield f"  of {went + refused} calls that rang in the first minute {went} found a place"


async def run():
    """Overload, print, fail if it is not what it should be."""
    configure_logs("text", level="critical")
    report = await overload()
    for line in lines(report):
        print(line)
    ringing = report.asked["light", Priority.RINGING]
    answered = len(report.waits.get(("light", Priority.RINGING), []))
    stood_back = report.at_first[False] or answered < 0.98 * ringing
    still = any(not report.waits.get((group, Priority.BACKFILL)) for group in OPERATIONS)
    if min(map(report.use, OPERATIONS)) < 0.95 or report.refused.total() or stood_back or still:
        sys.exit(
            "use below 95 %, an avoidable 429, a ringing call that had to stand back, or backfill that stood still"
        )
