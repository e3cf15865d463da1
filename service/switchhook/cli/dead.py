"""`switchhook dead`: what no repetition can mend, and what to do with it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import click
import orjson

from switchhook.cli.ends import NO
from switchhook.cli.listing import Verbs
from switchhook.cli.options import json_option, run_async, settings_option
from switchhook.cli.output import print_json, print_table
from switchhook.log.opening import open_log
from switchhook.settings import AppSettings
from switchhook.state import Table
from switchhook.state.view import StateView
from switchhook.worker import commands
from switchhook.worker.dead_letters import DeadLetter


@click.group(cls=Verbs)
def dead() -> None:
    """Dead letters: kept for a person to look at."""


@dead.command("list")
@settings_option
@json_option
def list_dead(settings: AppSettings, as_json: bool) -> None:
    """List the dead letters of this worker, oldest first."""
    letters = [_describe(letter) for letter in sorted(_letters(settings), key=lambda letter: letter.at)]
    if as_json:
        print_json(letters)
        return
    rows = [(each["id"], each["at"], f"{each['handler']}.{each['rule']}", each["reason"]) for each in letters]
    print_table(("id", "since", "rule", "reason"), rows, nothing="there are no dead letters")


@dead.command()
@click.argument("start", metavar="ID")
@settings_option
@json_option
def show(start: str, settings: AppSettings, as_json: bool) -> int:
    """Show one dead letter whole, with its event (give the beginning of its id)."""
    letter = _find(settings, start)
    if letter is None:
        return NO
    described = _describe(letter) | {"saved": orjson.loads(letter.saved.dump())}
    if as_json:
        print_json(described)
    else:
        click.echo(orjson.dumps(described, option=orjson.OPT_INDENT_2).decode())
    return 0


@dead.command()
@click.argument("start", metavar="ID")
@click.option("--happened", "assume", flag_value=commands.RETRY_HAPPENED, help="The write in doubt did happen.")
@click.option("--nothing-happened", "assume", flag_value=commands.RETRY_NOTHING, help="It did not: send it again.")
@settings_option
def retry(start: str, assume: str | None, settings: AppSettings) -> int:
    """Run it again. Writes that were answered are not repeated; one in doubt is not sent unless you say so."""
    return _tell(settings, start, assume or commands.RETRY, "will be tried again")


@dead.command()
@click.argument("start", metavar="ID")
@settings_option
def drop(start: str, settings: AppSettings) -> int:
    """Forget it."""
    return _tell(settings, start, commands.DROP, "will be forgotten")


def _tell(settings: AppSettings, start: str, what: str, said: str) -> int:
    letter = _find(settings, start)
    if letter is None:
        return NO

    async def append() -> None:
        async with open_log(settings) as log:
            await log.append([commands.command(letter, what, time.time())])

    run_async(append())
    click.echo(f"{letter.id} {said}")
    return 0


def _letters(settings: AppSettings, start: str = "") -> list[DeadLetter]:
    view = StateView(settings.state.path)
    try:
        return [DeadLetter.restore(entry.value) for entry in view.entries(Table.DEAD, start)]
    finally:
        view.close()


def _find(settings: AppSettings, start: str) -> DeadLetter | None:
    found = _letters(settings, start)
    if len(found) == 1:
        return found[0]
    click.echo(f"{len(found) or 'no'} dead letters begin with {start!r}; `switchhook dead list` shows all", err=True)
    return None


def _describe(letter: DeadLetter) -> dict[str, Any]:
    saved = letter.saved
    return {
        "id": letter.id,
        "at": datetime.fromtimestamp(letter.at, UTC).isoformat(timespec="seconds"),
        "outcome": letter.outcome,
        "handler": saved.handler or "-",
        "rule": saved.rule or "-",
        "place": f"{saved.partition}:{saved.offset}",
        "reason": letter.reason,
        "trail": list(letter.trail),
        "effects": list(letter.effects),
    }
