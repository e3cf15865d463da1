"""`switchhook run`, `ingress` and `worker`: the service's processes."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from switchhook.cli.options import run_async, settings_option, start_logs
from switchhook.cli.supervise import Child, supervise
from switchhook.settings import AppSettings, load

_supervised = click.option("--supervised", is_flag=True, hidden=True, help="Stop when standard input closes.")

_json_logs = click.option("--json", "as_json", is_flag=True, help="Logs as JSON lines, whatever they go to.")


@click.command()
@settings_option
@_json_logs
@_supervised
def ingress(settings: AppSettings, as_json: bool, supervised: bool) -> int:
    """Serve the public endpoint alone: verify, store, answer 200 (and relay to Kafka)."""
    from switchhook.app.ingress import run_ingress  # the ingress loads no handlers and no API client

    start_logs(as_json)
    return run_async(run_ingress(settings, supervised=supervised))


@click.command()
@settings_option
@_json_logs
@_supervised
def worker(settings: AppSettings, as_json: bool, supervised: bool) -> int:
    """Run handlers and keep the subscriptions, without the public endpoint."""
    from switchhook.app.worker import run_worker

    start_logs(as_json)
    return run_async(run_worker(settings, supervised=supervised))


@click.command()
@click.option(
    "--settings",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The settings file; else SWITCHHOOK_SETTINGS, else ./switchhook.toml.",
)
@_json_logs
def run(settings: Path | None, as_json: bool) -> int:
    """Run the whole service: an ingress and a worker, each restarted when it ends."""
    start_logs(as_json)
    checked = load(settings)
    arguments = [*(("--settings", str(settings)) if settings else ()), *(("--json",) if as_json else ())]
    start = [sys.executable, "-m", "switchhook.cli"]
    children = [Child(name, [*start, name, "--supervised", *arguments]) for name in ("ingress", "worker")]
    return run_async(supervise(children, grace=checked.worker.drain + 5.0))
