"""`switchhook dead`: what no repetition can mend, and what to do with it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import click
import orjson

from switchhook.app.letters import dead_letters
from switchhook.cli.ends import NO
from switchhook.cli.listing import Verbs
from switchhook.cli.options import json_option, run_async, settings_option
from switchhook.cli.output import print_json, print_table
from switchhook.log.opening import open_log
from switchhook.settings import AppSettings
from switchhook.telemetry import Outcome
from switchhook.worker import commands
from switchhook.worker.dead_letters import DeadLetter
from switchhook.worker.saved import SavedRun


@click.group(cls=Verbs)
def dead() -> None:
    """Dead letters: kept for a person to look at."""


@dead.command("list")
@settings_option
@json_option
def list_dead(settings: AppSettings, as_json: bool) -> None:
    """List the dead letters, oldest first; with Kafka those of all workers."""
    letters = [_describe(letter) for letter in run_async(dead_letters(settings))]
    if as_json:
        print_json(letters)
        return
    rows = [(each["id"], each["at"], each["outcome"], each["rule"], each["event"], each["reason"]) for each in letters]
    print_table(("id", "since", "outcome", "rule", "event", "reason"), rows, nothing="there are no dead letters")


@dead.command()
@click.argument("start", metavar="ID")
@settings_option
@json_option
def show(start: str, settings: AppSettings, as_json: bool) -> int:
    """Show one dead letter whole, with its event (give the beginning of its id)."""
    letter = _find(settings, start)
    if letter is None:
        return NO
    described, saved = _describe(letter), orjson.loads(letter.saved.dump())
    if as_json:
        print_json(described | {"saved": saved})
        return 0
    click.echo("\n".join(_lines(described)))
    click.echo("\nwhat it is about")
    click.echo(orjson.dumps(saved.get("event") or saved.get("record"), option=orjson.OPT_INDENT_2).decode())
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
    click.echo(f"{letter.id} {said} by the worker that owns its account")
    return 0


def _find(settings: AppSettings, start: str) -> DeadLetter | None:
    found = [letter for letter in run_async(dead_letters(settings)) if letter.id.startswith(start)]
    if len(found) == 1:
        return found[0]
    click.echo(f"{len(found) or 'no'} dead letters begin with {start!r}; `switchhook dead list` shows all", err=True)
    return None


def _lines(described: dict[str, Any]) -> Iterator[str]:
    """For people: what is known, where it was raised, and what the run had written."""
    for name in ("id", "at", "outcome", "rule", "event", "place", "reason"):
        yield f"{name:8} {described[name]}"
    yield from _block("raised at (innermost last)", described["trail"])
    writes = [
        f"{write['step']} {write['operation']} {orjson.dumps(write['parameters'], default=str).decode()}"
        + (" (made by an earlier attempt)" if write["replayed"] else "")
        for write in described["effects"]
    ]
    yield from _block("writes of the last attempt", writes)
    retry = f"switchhook dead retry {described['id']}"
    if described["outcome"] == Outcome.UNKNOWN:
        retry += " --happened, or --nothing-happened, once you know"
    yield from _block("what to do", [retry, f"switchhook dead drop {described['id']}"])


def _block(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield title
        yield from (f"  {line}" for line in lines)


def _describe(letter: DeadLetter) -> dict[str, Any]:
    saved = letter.saved
    event = saved.event if isinstance(saved, SavedRun) else None
    return {
        "id": letter.id,
        "at": datetime.fromtimestamp(letter.at, UTC).isoformat(timespec="seconds"),
        "outcome": letter.outcome,
        "rule": f"{saved.handler}.{saved.rule}" if saved.handler else "-",
        "event": type(event).__name__ if event is not None else "(unread notification)",
        "place": f"{saved.partition}:{saved.offset}",
        "reason": letter.reason,
        "trail": list(letter.trail),
        "effects": list(letter.effects),
    }
