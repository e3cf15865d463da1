"""`switchhook chat-webhooks`: the Glip incoming webhooks that the settings declare."""

from __future__ import annotations

from typing import Any

import click

from switchhook.app.opening import ask_worker
from switchhook.app.standing_in import have_done, standing_in
from switchhook.cli.ends import NO
from switchhook.cli.listing import Verbs
from switchhook.cli.options import json_option, run_async, settings_option
from switchhook.cli.output import print_json, print_table
from switchhook.settings import AppSettings


@click.group("chat-webhooks", cls=Verbs)
def chat_webhooks() -> None:
    """Incoming webhooks of chats, as the settings declare them under [[chat_webhooks]]."""


@chat_webhooks.command("list")
@settings_option
@json_option
def list_webhooks(settings: AppSettings, as_json: bool) -> int:
    """List the declared webhooks beside what is at the platform, and what will be done. Changes nothing.

    Exit code 1 if anything differs. Addresses are secrets and not shown.
    """
    return _show(run_async(_look(settings)), as_json)


@chat_webhooks.command()
@settings_option
@json_option
def sync(settings: AppSettings, as_json: bool) -> int:
    """Look now, create, activate, suspend and delete what has to be, and say what was done.

    The running worker does it; without one, this command itself.
    """
    return _show(run_async(have_done(settings, "chat-webhooks/sync")), as_json)


@chat_webhooks.command()
@click.argument("name")
@settings_option
@json_option
def test(name: str, settings: AppSettings, as_json: bool) -> None:
    """Post a short test message through one webhook."""
    done = run_async(_test(settings, name))
    if as_json:
        print_json(done)
    else:
        click.echo(f"posted through {name!r}: it stands in the chat now")


async def _look(settings: AppSettings) -> list[dict[str, Any]]:
    told = await ask_worker(settings, "chat-webhooks")
    if told is not None:
        return list(told)
    async with standing_in(settings) as asked:
        return await asked.see_webhooks()


async def _test(settings: AppSettings, name: str) -> dict[str, Any]:
    if name not in {each.name for each in settings.chat_webhooks}:
        known = ", ".join(each.name for each in settings.chat_webhooks) or "none"
        raise click.UsageError(f"no webhook is called {name!r}; [[chat_webhooks]] in the settings declares {known}")
    return dict(await have_done(settings, "chat-webhooks/test", name=name))


def _show(looks: list[dict[str, Any]], as_json: bool) -> int:
    if as_json:
        print_json(looks)
    else:
        _print(looks)
    return 0 if all(_is_fine(look) for look in looks) else NO


def _is_fine(look: dict[str, Any]) -> bool:
    return not (look["failure"] or look["concerns"] or any(each["action"] for each in look["webhooks"]))


def _print(looks: list[dict[str, Any]]) -> None:
    rows = [
        (
            each["name"],
            each["chat"],
            look["identity"],
            each["wanted"],
            each["status"].lower(),
            f"{each['action']}: {each['reason']}" if each["action"] else "nothing",
        )
        for look in looks
        for each in look["webhooks"]
    ]
    columns = ("webhook", "chat", "identity", "wanted", "at the platform", "to do")
    nothing = "no webhook can be looked at: see below" if looks else "the settings declare no [[chat_webhooks]]"
    print_table(columns, rows, nothing=nothing)
    for look in looks:
        for each in look.get("done", ()):
            click.echo(f"done: {each['action']} {each['webhook']}: {each['reason']}")
        for concern in look["concerns"]:
            click.echo(f"note: {concern}")
        if look["undeclared"]:
            click.echo(f"note: {look['undeclared']} undeclared webhooks are there too; they are left alone")
        if look["failure"]:
            click.echo(f"failed: identity {look['identity']}: {look['failure']}")
