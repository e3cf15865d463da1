"""`switchhook check` and `health`: tries what `run` needs; asks what runs how it is."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import aiohttp
import click

from switchhook.app import opening
from switchhook.app.moved import left_behind
from switchhook.app.ports import local_url
from switchhook.cli.ends import AWAY, NO
from switchhook.cli.options import json_option, run_async, settings_option
from switchhook.cli.output import print_json, print_table
from switchhook.errors import LogUnavailable, SwitchhookError
from switchhook.keeper.look import Look
from switchhook.settings import AppSettings

_PATIENCE = aiohttp.ClientTimeout(total=3)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one trial found. `result`: fine, "note" (worth reading, nothing wrong), no, or away (cannot be reached)."""

    what: str
    result: Literal["fine", "note", "no", "away"]
    detail: str


@click.command()
@settings_option
@json_option
def check(settings: AppSettings, as_json: bool) -> int:
    """Try settings, handlers, folders, credentials, scopes and log, and say what to do where something is wrong.

    Changes nothing at the platform. Exit code 1 if something is wrong, 3 if the platform or the log is away.
    """
    findings = run_async(_all(settings))
    if as_json:
        print_json([asdict(each) for each in findings])
    else:
        print_table(("tried", "result", ""), [(each.what, each.result, each.detail) for each in findings], nothing="")
    results = {each.result for each in findings}
    return NO if "no" in results else AWAY if "away" in results else 0


async def _all(settings: AppSettings) -> list[Finding]:
    return [finding async for finding in _findings(settings)]


async def _findings(settings: AppSettings) -> AsyncIterator[Finding]:
    registry = opening.open_registry(settings)
    names = ", ".join(each.name for each in registry.enabled)
    yield Finding("handlers", "fine" if names else "note", names or "none is enabled: nothing will be reacted to")
    for first, second in registry.rivals():
        detail = f"both may decide the same call: {first.name} has the first turn, as it stands first in the settings"
        yield Finding(f"handlers {first.name} and {second.name}", "note", detail)
    for place, path in (("ingress.journal", settings.ingress.journal), ("state.path", settings.state.path)):
        yield _folder(place, path)
    if problem := left_behind(settings):
        yield Finding("state.path", "no", problem)
    if settings.log.kind == "kafka":
        yield await _log(settings)
    async with opening.surveying(settings, registry) as keeper:
        for identity, look in (await keeper.survey()).items():
            yield _identity(identity, look)
            for concern in look.describe()["concerns"]:
                yield Finding(f"identity {identity}", "no", concern)
    if any(each.transport == "webhook" for each in settings.identities):
        yield await _public(settings)


def _folder(place: str, path: Path) -> Finding:
    folder = path.parent
    while not folder.exists():
        folder = folder.parent
    if os.access(folder, os.W_OK | os.X_OK):
        return Finding(place, "fine", f"{path} can be written")
    return Finding(place, "no", f"{folder} cannot be written by this user; make it writable or set {place}")


async def _log(settings: AppSettings) -> Finding:
    from switchhook.log.kafka import topics  # who has no Kafka need not load its client

    try:
        problems = await topics.check(settings.log, settings.ingress.body_limit)
    except LogUnavailable as error:
        return Finding("log", "away", str(error))
    except SwitchhookError as error:
        return Finding("log", "no", str(error))
    if problems:
        return Finding("log", "no", "; ".join(problems))
    return Finding("log", "fine", f"Kafka at {', '.join(settings.log.brokers)}")


def _identity(name: str, look: Look) -> Finding:
    what = f"identity {name}"
    if look.failure:
        return Finding(what, "away" if look.transient else "no", look.failure)
    assert look.owner is not None
    wanted = f"{len(look.wanted)} event filters wanted"
    todo = f", {len(look.plan.actions)} changes to make" if look.plan.actions else ", all stand"
    if look.by_socket:
        todo = ", over a WebSocket" + (
            f"; {len(look.plan.actions)} old webhooks to delete" if look.plan.actions else ""
        )
    return Finding(
        what, "fine", f'extension {look.owner.extension_id}, account = "{look.owner.account_id}"; {wanted}{todo}'
    )


async def _public(settings: AppSettings) -> Finding:
    """A handshake with ourselves, by the address that the platform would use."""
    url = settings.ingress.public_url
    address = opening.open_addresses(settings).address(opening.PROBE)
    try:
        async with (
            aiohttp.ClientSession(timeout=_PATIENCE) as session,
            session.post(address, headers={"Validation-Token": "check"}, allow_redirects=False) as answer,
        ):
            if answer.status == 200 and answer.headers.get("Validation-Token") == "check":
                return Finding("public address", "fine", f"{url} answers a handshake")
            message = f"{url} answers {answer.status} and no handshake: does your proxy pass /webhooks/ on, unchanged?"
            return Finding("public address", "no", message)
    except (aiohttp.ClientError, TimeoutError):
        return Finding("public address", "note", f"nothing answers at {url} yet; check again once the ingress runs")


@click.command()
@click.argument("part", type=click.Choice(["all", "ingress", "worker"]), default="all")
@settings_option
def health(part: str, settings: AppSettings) -> int:
    """Ask the running processes whether they are ready; exit code 1 if not. For container engines."""
    ports = {"ingress": settings.admin.ingress_port, "worker": settings.admin.port}
    asked = {name: port for name, port in ports.items() if part in ("all", name)}
    answers = {name: run_async(_ready(settings.admin.host, port)) for name, port in asked.items()}
    for name, answer in answers.items():
        click.echo(f"{name}: {answer}")
    return 0 if all(answer == "ok" for answer in answers.values()) else NO


async def _ready(host: str, port: int) -> str:
    try:
        async with (
            aiohttp.ClientSession(timeout=_PATIENCE) as session,
            session.get(f"{local_url(host, port)}/readyz") as answer,
        ):
            return (await answer.text()).strip()
    except (aiohttp.ClientError, TimeoutError):
        return f"does not answer on port {port}"
