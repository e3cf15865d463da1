"""`switchhook events`: what was stored, as it came."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click
import orjson

from switchhook.cli.ends import NO
from switchhook.cli.options import json_option, run_async, settings_option
from switchhook.cli.output import print_json, print_table
from switchhook.errors import Malformed
from switchhook.log import Record
from switchhook.log.opening import open_log
from switchhook.notification import envelope
from switchhook.settings import AppSettings


@click.group()
def events() -> None:
    """Stored notifications."""


@events.command("list")
@settings_option
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 10_000), help="The newest so many.")
@json_option
def list_events(settings: AppSettings, limit: int, as_json: bool) -> None:
    """List the newest stored notifications, newest first."""
    described = [_describe(record) for record in run_async(_recent(settings, limit))]
    if as_json:
        print_json(described)
        return
    rows = [(each["place"], each["received_at"], each["event"], each["key"] or "-") for each in described]
    print_table(("place", "received", "event", "key"), rows, nothing="nothing is stored yet")


@events.command()
@click.argument("place", metavar="PARTITION:OFFSET")
@settings_option
@json_option
def show(place: str, settings: AppSettings, as_json: bool) -> int:
    """Show one stored notification whole, as it came."""
    partition, _, offset = place.partition(":")
    if not (partition.isdecimal() and offset.isdecimal()):
        raise click.BadParameter(f"{place!r}: say PARTITION:OFFSET as `events list` shows it, such as 0:17")
    record = run_async(_fetch(settings, int(partition), int(offset)))
    if record is None:
        click.echo(f"nothing is stored at {place} (any more); `switchhook events list` shows what is", err=True)
        return NO
    described = _describe(record) | {"notification": _content(record)}
    if as_json:
        print_json(described)
        return 0
    for name in ("place", "received_at", "event", "key", "account", "headers"):
        click.echo(f"{name:12} {described[name]}")
    click.echo(orjson.dumps(described["notification"], option=orjson.OPT_INDENT_2).decode())
    return 0


async def _recent(settings: AppSettings, limit: int) -> list[Record]:
    async with open_log(settings) as log:
        return list(await log.recent(limit))


async def _fetch(settings: AppSettings, partition: int, offset: int) -> Record | None:
    async with open_log(settings) as log:
        return await log.fetch(partition, offset)


def _describe(record: Record) -> dict[str, Any]:
    try:
        event = envelope(record.value).event
    except Malformed as error:
        event = f"(unreadable: {error})"
    return {
        "place": f"{record.partition}:{record.offset}",
        "received_at": datetime.fromtimestamp(record.received_at, UTC).isoformat(timespec="milliseconds"),
        "event": event,
        "key": record.key,
        "account": record.account,
        "headers": dict(record.headers),
    }


def _content(record: Record) -> Any:
    try:
        return orjson.loads(record.value)
    except orjson.JSONDecodeError:
        return record.value.decode("utf-8", "replace")
