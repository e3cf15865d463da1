"""Run many seeded fault runs on all cores: `python -m tests.faults --seeds 10000`. Exit code 1 if any fails.

A failing seed is printed with what was violated; `--first SEED --story` tells what happened in it. `--broken` breaks
the guarded lines of the worker one by one and says which seed found it.
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from functools import partial

import click

from switchhook.telemetry import configure_logs
from tests.faults.breaks import BREAKS, broken
from tests.faults.really import really
from tests.faults.world import run


def one(seed):
    """One run in this process."""
    configure_logs("json", level="critical")
    try:
        return seed, run(seed).problems
    except Exception as error:  # noqa: BLE001 - a run that cannot be run is a failing one
        return seed, [f"{type(error).__name__}: {error}"]


def found(what, seeds):
    """The first of the seeds that finds a break, and what it says. A worker that falls over finds nothing: any line can
    be broken so that it raises; what counts is that a worker which goes on does something wrong, and is seen.
    """
    configure_logs("json", level="critical")
    with broken(what):
        for seed in seeds:
            history = run(seed)
            if history.problems and not history.crashes:
                return what, seed, history.problems
    return what, None, []


def _break(pool, seeds):
    missed = 0
    for what, seed, problems in pool.imap(partial(found, seeds=seeds), BREAKS):
        missed += seed is None
        said = f"seed {seed}: {problems[0]}" if problems else f"NOT FOUND in {len(seeds)} seeds"
        click.echo(f"{what}: {said}")
    click.echo(f"{len(BREAKS)} lines broken, {missed} not found")
    return missed


@click.command()
@click.option("--seeds", default=1_000, show_default=True, help="How many runs.")
@click.option("--first", default=0, show_default=True, help="The first seed.")
@click.option("--processes", default=multiprocessing.cpu_count(), show_default=True)
@click.option("--story", is_flag=True, help="Tell what happened in the first run.")
@click.option("--real", default=0, help="Runs of real processes instead, on SQLite and on a real Apache Kafka.")
@click.option("--broken", "breaks", is_flag=True, help="Break the guarded lines, and see each found.")
def main(*, seeds, first, processes, real, story, breaks):
    """Seeded fault runs: of the worker on a modelled log, or of real processes."""
    if real:
        sys.exit(really(range(first, first + real), processes))
    if story:
        configure_logs("json", level="critical")
        for moment, note in run(first).log:
            click.echo(f"{moment:10.3f}  {note}")
        return
    if breaks:
        with multiprocessing.get_context("fork").Pool(processes, maxtasksperchild=1) as pool:
            sys.exit(1 if _break(pool, range(first, first + seeds)) else 0)
    started, failed = time.monotonic(), 0
    with multiprocessing.get_context("fork").Pool(processes, maxtasksperchild=500) as pool:
        for number, (seed, problems) in enumerate(pool.imap_unordered(one, range(first, first + seeds), 20), 1):
            if problems:
                failed += 1
                click.echo(f"seed {seed}: " + "; ".join(problems[:3]))
            if number % 500 == 0:
                click.echo(f"{number} runs, {failed} failed, {time.monotonic() - started:.0f} s", err=True)
    click.echo(f"{seeds} modelled runs, {failed} with violations, {time.monotonic() - started:.0f} s")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
