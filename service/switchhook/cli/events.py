"""`switchhook events`: what was stored, why rules ran or did not, and once more."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import click
import orjson

from switchhook.app.explaining import explain_here
from switchhook.app.opening import ask_worker, open_registry, tell_worker
from switchhook.cli.ends import NO
from switchhook.cli.listing import Verbs
from switchhook.cli.options import json_option, run_async, settings_option
from switchhook.cli.output import print_json, print_table
from switchhook.errors import Malformed, WorkerRefused
from switchhook.events.calls import Call
from switchhook.log import Header, NewRecord, Record
from switchhook.log.opening import open_log
from switchhook.notification import envelope
from switchhook.registry import Registry
from switchhook.settings import AppSettings
from switchhook.state import Table
from switchhook.state.view import StateView
from switchhook.worker.guard import suspected


@click.group(cls=Verbs)
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
    record = run_async(_fetch(settings, *_place(place)))
    if record is None:
        return _not_there(place)
    described = _describe(record) | {"notification": _content(record)}
    if as_json:
        print_json(described)
        return 0
    for name in ("place", "received_at", "event", "key", "account", "headers"):
        click.echo(f"{name:12} {described[name]}")
    click.echo(orjson.dumps(described["notification"], option=orjson.OPT_INDENT_2).decode())
    return 0


@events.command()
@click.argument("place", metavar="PARTITION:OFFSET")
@click.option("--read", is_flag=True, help="Ask the platform for what it names by ids alone, if no worker runs.")
@settings_option
@json_option
def explain(place: str, read: bool, settings: AppSettings, as_json: bool) -> int:
    """Say for every rule why it is (not) for a stored notification, and how its run ended.

    Interpretation and matching are done again on the stored bytes: by the running worker, which knows the scopes of the
    handlers, asks the platform for what a notification names by ids alone, and remembers its last runs.
    """
    record = run_async(_fetch(settings, *_place(place)))
    if record is None:
        return _not_there(place)
    registry = open_registry(settings)
    told = run_async(_explained(settings, registry, record, place, read))
    ends = run_async(_ends(settings)) if told["scopes_known"] else {}
    ends = _suspects(settings) | ends
    for one in told["rules"]:
        one["ended"] = ends.get((one["id"], one["handler"], one["rule"]), "")
        one["rule"] = f"{one.pop('handler')}.{one['rule']}"
    if as_json:
        print_json(told)
        return 0
    if told["problem"]:
        click.echo(told["problem"])
    if not told["scopes_known"]:
        click.echo(
            "no worker answers: whose events each handler is for is not known, and left out of account", err=True
        )
    print_table(
        ("event", "id"), [(one["event"], one["id"]) for one in told["events"]], nothing="no event of it is known"
    )
    click.echo()
    rows = [
        (one["event"], one["rule"], "yes" if one["matched"] else "no", one["reason"], one["ended"] or "-")
        for one in told["rules"]
    ]
    nothing = "no rule is enabled" if not registry.enabled else "there is nothing for a rule"
    print_table(("event", "rule", "runs", "why", "ended"), rows, nothing=nothing)
    return 0


@events.command()
@click.argument("place", metavar="PARTITION:OFFSET")
@click.option("--again", is_flag=True, help="Repeat the writes that were made for it, too.")
@settings_option
def replay(place: str, again: bool, settings: AppSettings) -> int:
    """Hand a stored notification to the handlers once more; writes that were made for it are not repeated."""
    return run_async(_replay(settings, place, again))


async def _replay(settings: AppSettings, place: str, again: bool) -> int:
    partition, offset = _place(place)
    async with open_log(settings) as log:
        record = await log.fetch(partition, offset)
        if record is None:
            return _not_there(place)
        headers = {**record.headers, Header.REPLAY_OF: place}
        headers.pop(Header.AGAIN, None)
        if again:
            headers[Header.AGAIN] = secrets.token_hex(4)
        await log.append([NewRecord(record.account, record.key, record.value, record.received_at, headers)])
    click.echo(f"{place} is handed in once more" + (", its writes are made again" if again else ""))
    return 0


async def _learn_scopes(settings: AppSettings, registry: Registry) -> bool:
    """Take over whose events each handler is for, as the keeper of the running worker has found out."""
    told = await ask_worker(settings, "handlers")
    scopes = {each["name"]: each["scope"] for each in told or ()}
    for enabled in registry.enabled:
        scope = scopes.get(enabled.name)
        if scope is not None:
            ids, trial = (
                None if scope[name] is None else frozenset(scope[name]) for name in ("extension_ids", "trial")
            )
            registry.scope(enabled.name, ids, trial=trial, account_id=scope["account_id"])
    return bool(scopes) and all(scopes.values())


async def _explained(
    settings: AppSettings, registry: Registry, record: Record, place: str, read: bool
) -> dict[str, Any]:
    """What the running worker says, or what can be said without it."""
    try:
        told: dict[str, Any] | None = await tell_worker(settings, "events/explain", {"place": place})
    except WorkerRefused as error:
        click.echo(f"the worker at admin.port does not explain it: {error}", err=True)
        told = None
    if told is not None:
        return told
    scopes_known = await _learn_scopes(settings, registry)
    with _viewing(settings) as view:
        explained = await explain_here(settings, registry, record, lambda session: _call(view, session), read=read)
    return explained.describe() | {"scopes_known": scopes_known}


def _suspects(settings: AppSettings) -> dict[tuple[str, str, str], str]:
    """Runs that may have ended their process."""
    with _viewing(settings) as view:
        return suspected(view.entries(Table.GUARD)) if view is not None else {}


@contextmanager
def _viewing(settings: AppSettings) -> Iterator[StateView | None]:
    view = StateView(settings.state.path) if settings.state.path.exists() else None
    try:
        yield view
    finally:
        if view is not None:
            view.close()


async def _ends(settings: AppSettings) -> dict[tuple[str, str, str], str]:
    """How the last runs ended, as far as the running worker still knows: newest first, so the newest is kept."""
    ends: dict[tuple[str, str, str], str] = {}
    for run in reversed(await ask_worker(settings, "runs", limit=1_000) or ()):
        said = run["outcome"] + (f": {run['reason']}" if run["reason"] else "")
        ends.setdefault((run["event_id"], run["handler"], run["rule"]), said)
    return ends


def _call(view: StateView | None, session_id: str) -> Call | None:
    if view is None:
        return None
    for entry in view.entries(Table.CALLS, session_id):
        if entry.key == session_id:
            return Call.restore(entry.value)
    return None


async def _recent(settings: AppSettings, limit: int) -> list[Record]:
    async with open_log(settings) as log:
        return list(await log.recent(limit))


async def _fetch(settings: AppSettings, partition: int, offset: int) -> Record | None:
    async with open_log(settings) as log:
        return await log.fetch(partition, offset)


def _place(place: str) -> tuple[int, int]:
    partition, _, offset = place.partition(":")
    if not (partition.isdecimal() and offset.isdecimal()):
        raise click.BadParameter(f"{place!r}: say PARTITION:OFFSET as `events list` shows it, such as 0:17")
    return int(partition), int(offset)


def _not_there(place: str) -> int:
    click.echo(f"nothing is stored at {place} (any more); `switchhook events list` shows what is", err=True)
    return NO


def _describe(record: Record) -> dict[str, Any]:
    try:
        command = record.headers.get(Header.COMMAND)
        event = envelope(record.value).event if command is None else f"(told by a person: {command})"
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
