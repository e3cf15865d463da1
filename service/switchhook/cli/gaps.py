"""`switchhook gaps`: spans in which notifications may have been lost, and what was fetched of them."""

from __future__ import annotations

from typing import Any

import click

from switchhook.cli.ends import NO
from switchhook.cli.listing import Verbs
from switchhook.cli.options import json_option, settings_option
from switchhook.cli.output import print_json, print_table
from switchhook.keeper.gaps import every_gap
from switchhook.settings import AppSettings
from switchhook.state import Table
from switchhook.state.view import StateView

_STAGES = {
    "open": "still open",
    "closed": "over, to be fetched",
    "fetched": "fetched",
    "partly": "fetched in part",
}


@click.group(cls=Verbs)
def gaps() -> None:
    """Spans in which notifications may have been lost."""


@gaps.command("list")
@settings_option
@json_option
def list_gaps(settings: AppSettings, as_json: bool) -> int:
    """List the gaps of the last 30 days, oldest first: why, from when to when, what was fetched, what cannot be.

    Exit code 1 if one is still open, not fetched yet, or fetched only in part.
    """
    found = _gaps(settings)
    if as_json:
        print_json(found)
    else:
        _print(found)
    return NO if any(each["stage"] != "fetched" for each in found) else 0


def _gaps(settings: AppSettings) -> list[dict[str, Any]]:
    """From the worker's state, whether one runs or not; before the first has run, there can be none."""
    if not settings.state.path.exists():
        return []
    view = StateView(settings.state.path)
    try:
        return [each.describe() for each in every_gap(view.entries(Table.KEEPER))]
    finally:
        view.close()


def _print(found: list[dict[str, Any]]) -> None:
    rows = [
        (
            _time(each["since"]),
            _time(each["until"]),
            each["identity"],
            each["cause"],
            _STAGES[each["stage"]],
            ", ".join(f"{count} {kind}" for kind, count in sorted(each["fetched"].items())) or "-",
        )
        for each in found
    ]
    print_table(("from (UTC)", "to", "identity", "cause", "state", "fetched"), rows, nothing="there is no gap")
    for each in found:
        for lost in each["lost"]:
            click.echo(f"{_time(each['since'])}: cannot be had back: {lost}")
        for failure in each["failures"]:
            click.echo(f"{_time(each['since'])}: was refused: {failure}")


def _time(stamp: str | None) -> str:
    return stamp[:19].replace("T", " ") if stamp else "-"
