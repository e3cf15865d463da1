"""The keeper's looks as a person reads them: wanted, existing, differing, to be done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import click

from switchhook.cli.output import print_table

_SHOWN = 20
_TROUBLE = frozenset({"nobody", "refused"})


def print_looks(looks: Iterable[dict[str, Any]]) -> None:
    """Each identity, as `keeper.look.Look.describe` tells it, with what only a running worker knows."""
    for look in looks:
        click.echo(
            f"identity {look['identity']}: account {look['account'] or '?'}, extension {look['extension'] or '?'}\n"
        )
        _print_wanted(look)
        click.echo()
        if look["transport"] == "websocket":
            stands = {True: "connected", False: "not connected", None: "no worker runs that would connect"}
            click.echo(f"notifications come over a WebSocket: {stands[look.get('connected')]}")
        if look["existing"] or look["transport"] != "websocket":
            _print_existing(look)
        click.echo()
        for line in _differences(look):
            click.echo(line)
        click.echo("everything wanted stands" if look["settled"] else "something differs: see above")


def _print_wanted(look: dict[str, Any]) -> None:
    """Each filter, for which handlers, and where it is delivered; what nobody delivers comes first."""
    delivered = {
        event_filter: each["name"] or each["id"]
        for each in look["existing"]
        if each["verdict"] == "stands" and each["status"] == "Active"
        for event_filter in set(each["filters"]) - {one["filter"] for one in each["disabled"]}
    }
    if look["transport"] == "websocket":
        delivered = dict.fromkeys((each["filter"] for each in look["wanted"]), "WebSocket")
    delivered |= {each["filter"]: "refused" for each in look["refused"]}
    beginning = f"/restapi/v1.0/account/{look['account']}"
    rows = [
        (
            each["filter"].removeprefix(beginning),
            ", ".join(each["handlers"]),
            delivered.get(each["filter"], "nobody"),
        )
        for each in look["wanted"]
    ]
    rows.sort(key=lambda row: (row[2] not in _TROUBLE, row))
    nothing = "what is wanted is not known" if look["failure"] else "no enabled handler needs a notification"
    print_table(("wanted", "by handlers", "delivered by"), rows[:_SHOWN], nothing=nothing)
    if len(rows) > _SHOWN:
        ways = ", ".join(f"{count} by {way}" for way, count in Counter(row[2] for row in rows[_SHOWN:]).most_common(3))
        click.echo(f"and {len(rows) - _SHOWN} more ({ways}); --json shows all")


def _print_existing(look: dict[str, Any]) -> None:
    rows = [
        (
            each["name"] or each["id"],
            each["verdict"],
            each["status"],
            _span(each["seconds_left"]),
            len(each["filters"]),
            _ago(each.get("heard")),
        )
        for each in look["existing"]
    ]
    columns = ("existing", "verdict", "status", "time left", "filters", "last heard")
    print_table(columns, rows, nothing="no subscription exists")


def _differences(look: dict[str, Any]) -> Iterator[str]:
    for action in look.get("done", ()):
        yield f"done: {_action(action)}"
    for action in look["actions"]:
        yield f"to do: {_action(action)}"
    for refused in look["refused"]:
        yield f"refused: {refused['filter']}: {refused['reason']}"
    for existing in look["existing"]:
        for disabled in existing["disabled"]:
            yield f"disabled: {disabled['filter']}: {disabled['reason']}"
    yield from (f"note: {concern}" for concern in look["concerns"])
    if look["failure"]:
        yield f"failed: {look['failure']}"


def _action(action: dict[str, Any]) -> str:
    return f"{action['action']} {action['name'] or action['id'] or ''}: {action['reason']}"


def _span(seconds: float | None) -> str:
    if seconds is None:
        return "?"
    days, rest = divmod(max(round(seconds), 0), 86_400)
    return f"{days} d {rest // 3600} h" if days else f"{rest // 3600} h {rest % 3600 // 60} min"


def _ago(heard: str | None) -> str:
    if heard is None:
        return "-"
    seconds = (datetime.now(UTC) - datetime.fromisoformat(heard)).total_seconds()
    return f"{_span(seconds)} ago" if seconds >= 60 else f"{max(seconds, 0):.0f} s ago"
