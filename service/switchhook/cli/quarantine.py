"""`switchhook quarantine`: requests that came to an address of ours with a token that was not ours."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from switchhook.cli.ends import NO
from switchhook.cli.listing import Verbs
from switchhook.cli.options import json_option, run_async, settings_option
from switchhook.cli.output import print_json, print_table
from switchhook.errors import LogUnavailable
from switchhook.log.journal import Journal
from switchhook.log.journal_view import JournalView, Quarantined
from switchhook.log.local import ask
from switchhook.log.sqlite import door_of
from switchhook.settings import AppSettings


@click.group(cls=Verbs)
def quarantine() -> None:
    """Requests that came to an address of ours with a wrong verification token. They are kept, not handled."""


@quarantine.command("list")
@settings_option
@json_option
def list_quarantine(settings: AppSettings, as_json: bool) -> None:
    """List what is in quarantine, oldest first. Bodies are not shown."""
    found = _look(settings.ingress.journal)
    if as_json:
        print_json([_describe(each) for each in found])
        return
    rows = [tuple(_describe(each).values()) for each in found]
    print_table(("id", "received", "subscription", "bytes", "key"), rows, nothing="the quarantine is empty")


def _look(path: Path) -> list[Quarantined]:
    view = JournalView(path)
    try:
        return view.quarantined()
    finally:
        view.close()


def _describe(each: Quarantined) -> dict[str, object]:
    received = datetime.fromtimestamp(each.received_at, UTC).isoformat(timespec="seconds")
    return {
        "id": each.id,
        "received": received,
        "subscription": each.name,
        "bytes": each.size,
        "key": each.key or "-",
    }


@quarantine.command()
@click.argument("ids", type=int, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Everything that is in quarantine.")
@settings_option
@json_option
@click.pass_context
def release(ctx: click.Context, ids: tuple[int, ...], everything: bool, settings: AppSettings, as_json: bool) -> None:
    """Let requests out of quarantine: they are handled as if their token had been right."""
    if bool(ids) == everything:
        raise click.UsageError("say which: ids from `switchhook quarantine list`, or --all")
    count = run_async(_release(settings, None if everything else list(ids)))
    if as_json:
        print_json({"released": count})
    else:
        click.echo(f"released {count}")
    if not count:
        ctx.exit(NO)


async def _release(settings: AppSettings, ids: list[int] | None) -> int:
    """As the journal's owner if no ingress runs, else through the ingress that owns it."""
    path = settings.ingress.journal
    try:
        journal = Journal(path, limit=settings.ingress.journal_limit)
    except LogUnavailable:
        return int((await ask(door_of(path), {"release": ids}))["released"])
    try:
        await journal.open()
        return await journal.release(ids)
    finally:
        await journal.close()
