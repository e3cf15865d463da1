"""Runs of real processes, several at a time: each third on SQLite, each third on Kafka, each third on one that dies."""

from __future__ import annotations

import asyncio
import multiprocessing
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from queue import Empty

import click

from tests.faults.real import Report, Run
from tests.faults.small_disk import small_disk
from tests.kafka import Broker, missing


def really(seeds: range, lanes: int) -> int:
    """Make these runs; returns the exit code: 1 if one of them violated anything."""
    reason = missing()
    if reason is not None:
        click.echo(f"{reason}: every run is on SQLite", err=True)
    started, context = time.monotonic(), multiprocessing.get_context("fork")
    reports = context.Queue()
    lanes = min(lanes, len(seeds))
    signal.signal(signal.SIGTERM, _end)
    lane = partial(context.Process, target=_lane, daemon=True)  # whoever ends us ends them, and they what they started
    processes = [lane(args=(seeds[at::lanes], reports)) for at in range(lanes)]
    for process in processes:
        process.start()
    faults: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    made = failed = 0
    while made < len(seeds) and (any(process.is_alive() for process in processes) or not reports.empty()):
        try:
            seed, seconds, report = reports.get(timeout=5)
        except Empty:
            continue
        made += 1
        faults += report.faults
        ends += report.ends
        failed += bool(report.problems)
        told = "; ".join(report.problems[:3]) or ", ".join(report.faults)
        click.echo(f"seed {seed}: {'VIOLATED' if report.problems else 'fine'}, {seconds:.0f} s: {told}")
    for process in processes:
        process.join()
    for counted in (faults, ends):
        click.echo(", ".join(f"{what} {times}" for what, times in sorted(counted.items())))
    spent = time.monotonic() - started
    click.echo(f"{made} of {len(seeds)} real runs from seed {seeds[0]} on, {failed} with violations, {spent:.0f} s")
    return 1 if failed or made < len(seeds) else 0


def _end(number, frame) -> None:
    sys.exit(1)


def _lane(seeds: range, reports) -> None:
    """One after the other, with a broker of its own."""
    with ExitStack() as stack:
        broker = None
        if missing() is None:
            folder = Path(tempfile.mkdtemp(prefix="switchhook-kafka-"))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            broker = Broker(folder)
            stack.callback(broker.kill)
            broker.start()
        for seed in seeds:
            started = time.monotonic()
            try:
                report = _run(seed, broker)
            except Exception as error:  # noqa: BLE001 - a run that cannot be run is a failing one
                while isinstance(error, ExceptionGroup):
                    (error, *_) = error.exceptions
                report = Report([f"{type(error).__name__}: {error}"])
            reports.put((seed, time.monotonic() - started, report))


def _run(seed: int, broker: Broker | None) -> Report:
    """In a folder that stays if anything was violated: the logs are in it."""
    folder = Path(tempfile.mkdtemp(prefix=f"switchhook-faults-{seed}-"))
    address = broker.address if broker is not None and seed % 3 else None
    victim = broker if seed % 3 == 2 else None
    with small_disk(folder / "switchhook-data") as disk:
        try:
            report = asyncio.run(Run(seed, folder, address, victim, disk=disk).play())
        finally:
            if broker is not None:
                broker.mend()
    if report.problems:
        report.problems.append(f"see {folder}")
    else:
        shutil.rmtree(folder)
    return report
