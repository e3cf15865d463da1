"""Thirty days of a keeper with 1,000 subscriptions of 50 identities, a tenth of its API calls failing in every way.

Subscriptions are blacklisted and deleted, sessions revoked, the platform is away, the keeper restarts: seeded, on a
clock that jumps to whatever is due next. What every identity could hear is compared with the gaps written down.
"""

from __future__ import annotations

import sys
import time

from switchhook.app.collector import quiet_collector
from switchhook.telemetry import configure_logs
from tests.keeper.month import month

SEED = 1
TARGET = 60.0
"""Seconds."""


def run():
    """Live one month, print what it was like, fail if anything was violated (not for time: the machine may be busy)."""
    configure_logs("text", level="critical")
    quiet_collector()
    began, used = time.perf_counter(), time.process_time()
    report = month(seed=SEED)
    wall, used = time.perf_counter() - began, time.process_time() - used
    rows = [
        ("simulated days", f"{report.days:g}"),
        ("identities, subscriptions in the end", f"{report.identities}, {report.subscriptions}"),
        ("API calls, failed", f"{report.calls:,}, {report.failed:,} ({report.failed / report.calls:.0%})"),
        *((what, f"{count:,}") for what, count in sorted(report.mishaps.items()) if what != "told"),
        ("spans in which a filter was not delivered", f"{report.outages:,}"),
        ("gaps written down", f"{report.gaps:,}"),
        ("expired, doubled, dead or deaf in the end, or silent without a gap", f"{len(report.violations)}"),
        (f"wall time (target below {TARGET:g} s)", f"{wall:.1f} s, {used:.1f} s of one core"),
    ]
    for what, value in rows:
        print(f"  {what:68} {value}")
    for violation in report.violations[:10]:
        print(f"  VIOLATED: {violation}")
    if report.violations:
        sys.exit("the month was not what it should be")
