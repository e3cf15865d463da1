"""`switchhook run`, `ingress` and `worker`: the service's processes."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from switchhook import app
from switchhook.cli.options import run_async, settings_option, start_logs
from switchhook.cli.supervise import Child, supervise
from switchhook.settings import AppSettings, load

_supervised = click.option("--supervised", is_flag=True, hidden=True, help="Stop when standard input closes.")


@click.command()
@settings_option
@_supervised
def ingress(settings: AppSettings, supervised: bool) -> int:
    """Serve the public endpoint alone: verify, store, answer 200 (and relay to Kafka)."""
    start_logs()
    return run_async(app.run_ingress(settings, supervised=supervised))


@click.command()
@settings_option
@_supervised
def worker(settings: AppSettings, supervised: bool) -> int:
    """Run handlers and keep the subscriptions, without the public endpoint."""
    start_logs()
    return run_async(app.run_worker(settings, supervised=supervised))


@click.command()
@click.option(
    "--settings",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The settings file; else SWITCHHOOK_SETTINGS, else ./switchhook.toml.",
)
def run(settings: Path | None) -> int:
    """Run the whole service: an ingress and a worker, each restarted when it ends."""
    start_logs()
    checked = load(settings)
    argument = ["--settings", str(settings)] if settings else []
    start = [sys.executable, "-m", "switchhook.cli"]
    children = [Child(name, [*start, name, "--supervised", *argument]) for name in ("ingress", "worker")]
    return run_async(supervise(children, grace=checked.worker.drain + 5.0))
