"""Run many seeded fault runs on all cores: `python -m tests.faults --seeds 10000`. Exit code 1 if any fails.

A failing seed is printed with what was violated; `--first SEED --seeds 1 --story` tells what happened in it.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import sys
import time

import click

from switchhook.telemetry import configure_logs
from tests.faults.world import LAST, run


def one(seed):
    """One run in this process."""
    configure_logs("json", level="critical")
    try:
        return seed, asyncio.run(run(seed))
    except Exception as error:  # noqa: BLE001 - a run that cannot be run is a failing one
        return seed, [f"{type(error).__name__}: {error}"]


@click.command()
@click.option("--seeds", default=1_000, show_default=True, help="How many runs.")
@click.option("--first", default=0, show_default=True, help="The first seed.")
@click.option("--processes", default=multiprocessing.cpu_count(), show_default=True)
@click.option("--story", is_flag=True, help="Tell what happened in the (last) run.")
def main(seeds, first, processes, story):
    """Seeded fault runs of the worker on a modelled log."""
    started, failed = time.monotonic(), 0
    wanted = range(first, first + seeds)
    if story:
        results = map(one, wanted)
    else:
        results = multiprocessing.get_context("fork").Pool(processes, maxtasksperchild=200).imap_unordered(one, wanted)
    for number, (seed, problems) in enumerate(results, 1):
        if problems:
            failed += 1
            click.echo(f"seed {seed}: " + "; ".join(problems[:3]))
        if number % 500 == 0:
            click.echo(f"{number} runs, {failed} failed, {time.monotonic() - started:.0f} s", err=True)
    if story:
        for moment, note in LAST[0].history.log:
            click.echo(f"{moment:10.3f}  {note}")
    click.echo(f"{seeds} modelled runs, {failed} with violations, {time.monotonic() - started:.0f} s")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
