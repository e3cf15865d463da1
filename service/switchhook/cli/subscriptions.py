"""`switchhook subscriptions`: what is wanted, what exists, what differs, what will be done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import click

from switchhook.app import opening
from switchhook.cli.ends import AWAY, NO
from switchhook.cli.options import json_option, run_async, settings_option
from switchhook.cli.output import print_json, print_table
from switchhook.settings import AppSettings


@click.group()
def subscriptions() -> None:
    """Push subscriptions at the platform."""


@subscriptions.command("list")
@settings_option
@json_option
def list_subscriptions(settings: AppSettings, as_json: bool) -> int:
    """List the subscriptions there are beside what the enabled handlers need. Changes nothing.

    Exit code 1 if anything differs, 3 if the platform cannot be asked.
    """
    looks = run_async(_survey(settings))
    if as_json:
        print_json(looks)
    else:
        _print(looks)
    if any(look["transient"] for look in looks):
        return AWAY
    return 0 if all(look["settled"] for look in looks) else NO


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
    told = await opening.ask_worker(settings, "subscriptions")
    if told is not None:
        return list(told)
    async with opening.surveying(settings) as keeper:
        return [look.describe() for look in (await keeper.survey()).values()]


async def _delete(settings: AppSettings, elsewhere: bool) -> dict[str, list[str]]:
    async with opening.surveying(settings) as keeper:
        deleted = await keeper.delete_all(elsewhere=elsewhere)
    return {identity: [standing.id for standing in standings] for identity, standings in deleted.items()}


def _print(looks: Iterable[dict[str, Any]]) -> None:
    for look in looks:
        click.echo(f"identity {look['identity']} (account {look['account']}, extension {look['extension']})")
        rows = [
            (each["id"], each["verdict"], each["status"], _left(each["seconds_left"]), len(each["filters"]))
            for each in look["existing"]
        ]
        columns = ("subscription", "verdict", "status", "time left", "filters")
        print_table(columns, rows, nothing="  no subscription exists")
        for line in _differences(look):
            click.echo(f"  {line}")
        click.echo("  everything wanted stands" if look["settled"] else "  something differs: see above")


def _differences(look: dict[str, Any]) -> Iterator[str]:
    for action in look["actions"]:
        yield f"to do: {action['action']} {action['id'] or action['name'] or ''}: {action['reason']}"
    for refused in look["refused"]:
        yield f"refused: {refused['filter']}: {refused['reason']}"
    for existing in look["existing"]:
        for disabled in existing["disabled"]:
            yield f"disabled: {disabled['filter']}: {disabled['reason']}"
    yield from (f"note: {concern}" for concern in look["concerns"])
    if look["failure"]:
        yield f"failed: {look['failure']}"


def _left(seconds: int | None) -> str:
    if seconds is None:
        return "?"
    days, rest = divmod(max(seconds, 0), 86_400)
    return f"{days} d {rest // 3600} h" if days else f"{rest // 3600} h {rest % 3600 // 60} min"
