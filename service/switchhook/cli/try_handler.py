"""`switchhook handlers try`: one handler on one saved event, with nothing sent."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import orjson

from switchhook.cli.ends import NO
from switchhook.cli.options import json_option
from switchhook.cli.output import print_json
from switchhook.errors import Malformed, SettingsInvalid
from switchhook.events.calls import Call, fold
from switchhook.events.codec import decode
from switchhook.events.interpret import Fact, Interpreted, Need, Source, interpret
from switchhook.events.types import Event
from switchhook.notification import envelope
from switchhook.plugin.rehearse import Rehearsed, rehearse_rules
from switchhook.registry import check_settings, load

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_BY_HAND = {"id": "by hand", "at": "2026-01-05T09:00:00+00:00", "received_at": "2026-01-05T09:00:00+00:00"}


@click.command("try")
@click.argument("handler")
@click.option("--event", "event_file", type=_FILE, required=True, help="An event, or a notification of the platform.")
@click.option("--set", "chosen", multiple=True, metavar="NAME=VALUE", help="A setting of the handler; TOML or a word.")
@click.option("--answers", type=_FILE, help="What reads are answered with: JSON of operation id and answer.")
@json_option
def try_handler(handler: str, event_file: Path, chosen: tuple[str, ...], answers: Path | None, as_json: bool) -> None:
    """Run HANDLER (a name, a file, or module:name) on a saved event and print what it would do, and why.

    Nothing is sent. Exit code 1 if a rule failed.
    """
    found = load(handler)
    try:
        settings = check_settings(found, dict(_setting(text) for text in chosen))
    except SettingsInvalid as error:
        raise SettingsInvalid(f"{error}; say settings as --set NAME=VALUE") from None
    known: Mapping[str, Any] = _read(answers) if answers else {}
    events = _events(event_file, known)
    tried = [(event, asyncio.run(rehearse_rules(found, event, settings, answers=known))) for event in events]
    if as_json:
        print_json([_described(event, rules) for event, rules in tried])
    else:
        for event, rules in tried:
            _tell(event, rules)
        click.echo("Nothing was sent: this was a rehearsal.")
    if any(rule.outcome == "failed" for _, rules in tried for rule in rules):
        raise click.exceptions.Exit(NO)


def _setting(text: str) -> tuple[str, Any]:
    name, found, value = text.partition("=")
    if not found:
        raise click.UsageError(f"--set {text}: write it as NAME=VALUE")
    if value not in {"true", "false"} and not value.startswith(("[", "{", '"')):
        return name, value  # numbers too: a setting that wants one reads it from text, and 102 may be an extension
    try:
        return name, tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError as error:
        raise click.UsageError(f"--set {text}: {error}") from None


def _read(file: Path) -> Any:
    try:
        return orjson.loads(file.read_bytes())
    except orjson.JSONDecodeError as error:
        raise click.UsageError(f"{file} is not JSON: {error}") from None


def _events(file: Path, answers: Mapping[str, Any]) -> list[Event]:
    """The event in a file, or those that a notification holds."""
    saved = _read(file)
    if not isinstance(saved, dict):
        raise click.UsageError(f"{file} holds no JSON object")
    if "body" in saved:
        return _interpreted(file, answers)
    try:
        return [decode(_BY_HAND | saved)]
    except ValueError as error:
        raise click.UsageError(f"{file}: {error}") from None


def _interpreted(file: Path, answers: Mapping[str, Any]) -> list[Event]:
    source = Source("", datetime.now(UTC))
    read: dict[Need, Any] = {}
    try:
        parts: Interpreted | tuple[Need, ...] = interpret(envelope(file.read_bytes()), source)
        while not isinstance(parts, Interpreted):
            missing = [need.operation for need in parts if need.operation not in answers]
            if missing:
                raise click.UsageError(f"{file} names messages only: pass --answers with {', '.join(sorted(missing))}")
            read |= {need: answers[need.operation] for need in parts}
            parts = interpret(envelope(file.read_bytes()), source, read)
    except Malformed as error:
        raise click.UsageError(f"{file}: {error}") from None
    events: list[Event] = []
    calls: dict[str, Call] = {}
    for part in parts.parts:
        if isinstance(part, Fact):
            events.append(part.event)
            continue
        folded = fold(calls.get(part.session_id), part)
        calls[part.session_id] = folded.call
        events.extend(folded.events)
    return events


def _tell(event: Event, rules: list[Rehearsed]) -> None:
    click.echo(f"{type(event).__name__} {event.id}")
    for tried in rules:
        click.echo(f"  {tried.rule.name} ({tried.rule.where}): {tried.outcome}: {tried.reason}")
        for number, call in enumerate(tried.calls, 1):
            acting = f" as {call.identity}" if call.identity else ""
            shown = orjson.dumps(call.parameters, default=str).decode()
            click.echo(f"    {number}. {call.operation}{acting} {shown}")


def _described(event: Event, rules: list[Rehearsed]) -> dict[str, Any]:
    return {
        "event": type(event).__name__,
        "id": event.id,
        "rules": [
            {
                "rule": tried.rule.name,
                "where": tried.rule.where,
                "outcome": tried.outcome,
                "reason": tried.reason,
                "calls": [
                    {"operation": call.operation, "parameters": call.parameters, "identity": call.identity}
                    for call in tried.calls
                ],
            }
            for tried in rules
        ],
    }
