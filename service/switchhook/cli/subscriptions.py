"""`switchhook subscriptions`: what is wanted, what exists, what differs, what will be done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

from switchhook.app.opening import ask_worker, surveying, tell_worker
from switchhook.app.standing_in import have_done
from switchhook.cli.ends import AWAY, NO
from switchhook.cli.listing import Verbs
from switchhook.cli.looks import print_looks
from switchhook.cli.options import json_option, run_async, settings_option
from switchhook.cli.output import print_json, print_table
from switchhook.settings import AppSettings

_PROBE = 180.0
"""Seconds to wait for the worker's probe, which takes up to two minutes an identity."""


@click.group(cls=Verbs)
def subscriptions() -> None:
    """Push subscriptions at the platform."""


@subscriptions.command("list")
@settings_option
@click.option("--probe", is_flag=True, help="Also provoke a notification and see whether it reaches the worker.")
@json_option
def list_subscriptions(settings: AppSettings, probe: bool, as_json: bool) -> int:
    """List the subscriptions there are beside what the enabled handlers need. Changes nothing, but that --probe makes
    a subscription of its own for up to two minutes.

    Exit code 1 if anything differs or no notification arrives, 3 if the platform cannot be asked.
    """
    looks = run_async(_survey(settings))
    probed = run_async(_probe(settings)) if probe else []
    if as_json:
        print_json([look | {"probe": _of(look, probed)} for look in looks] if probe else looks)
    else:
        print_looks(looks)
        for each in probed:
            click.echo(_told(each))
    return _code(looks) or (0 if all(each["arrived"] for each in probed) else NO)


@subscriptions.command()
@settings_option
@json_option
def sync(settings: AppSettings, as_json: bool) -> int:
    """Look now, create, renew and heal what has to be, and say what was done.

    The running worker does it; without one, this command itself. Exit codes as those of `list`.
    """
    looks = run_async(have_done(settings, "subscriptions/sync"))
    if as_json:
        print_json(looks)
    else:
        print_looks(looks)
    return _code(looks)


@subscriptions.command()
@settings_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--elsewhere", is_flag=True, help="Also those of this identity that lead to other addresses of ours.")
@json_option
def delete(settings: AppSettings, yes: bool, elsewhere: bool, as_json: bool) -> None:
    """Delete our subscriptions at the platform. A running worker makes them again: stop it first."""
    if not yes:
        click.confirm("Delete every subscription that leads here? Nothing more will be received", abort=True)
    deleted = run_async(_delete(settings, elsewhere))
    if as_json:
        print_json(deleted)
        return
    rows = [(identity, each) for identity, ids in deleted.items() for each in ids]
    print_table(("identity", "deleted"), rows, nothing="there was none to delete")


async def _survey(settings: AppSettings) -> list[dict[str, Any]]:
    """What the running worker last saw; without one, a look of our own."""
    told = await ask_worker(settings, "subscriptions")
    if told is not None:
        return list(told)
    async with surveying(settings) as keeper:
        return [look.describe() for look in (await keeper.survey()).values()]


async def _probe(settings: AppSettings) -> list[dict[str, Any]]:
    told = await tell_worker(settings, "subscriptions/probe", patience=_PROBE * max(len(settings.identities), 1))
    if told is None:
        port = settings.admin.port
        raise click.ClickException(f"no worker answers on admin.port {port}: a notification arrives where one runs")
    return list(told)


async def _delete(settings: AppSettings, elsewhere: bool) -> dict[str, list[str]]:
    async with surveying(settings) as keeper:
        deleted = await keeper.delete_all(elsewhere=elsewhere)
    return {identity: [standing.id for standing in standings] for identity, standings in deleted.items()}


def _code(looks: Iterable[dict[str, Any]]) -> int:
    if any(look["transient"] for look in looks):
        return AWAY
    return 0 if all(look["settled"] for look in looks) else NO


def _of(look: dict[str, Any], probed: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    return next((each for each in probed if each["identity"] == look["identity"]), None)


def _told(probe: dict[str, Any]) -> str:
    who = f"identity {probe['identity']}"
    if not probe["arrived"]:
        return f"{who}: no notification arrives: {probe['failure']}"
    if probe["seconds"] is None:
        return f"{who}: the WebSocket is connected"
    return f"{who}: a notification reached the worker {probe['seconds']:.0f} s after the probe was made"
