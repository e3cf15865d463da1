"""`switchhook handlers`: the handlers there are and the enabled ones."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from switchhook.cli.listing import Verbs
from switchhook.cli.new_handler import new_handler
from switchhook.cli.options import json_option
from switchhook.cli.output import print_json, print_table
from switchhook.cli.show_handler import declared, show_handler
from switchhook.cli.try_handler import try_handler
from switchhook.errors import HandlerError, SettingsError
from switchhook.registry import Registry, discover, load
from switchhook.settings import AppSettings
from switchhook.settings import load as load_settings


@click.group(cls=Verbs)
def handlers() -> None:
    """The handlers there are and the enabled ones; making a new one; trying one out."""


handlers.add_command(new_handler)
handlers.add_command(show_handler)
handlers.add_command(try_handler)


@handlers.command("list")
@click.option(
    "--settings",
    "settings_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The settings file; without one, only what is installed is listed.",
)
@json_option
def list_handlers(settings_file: Path | None, as_json: bool) -> None:
    """List every handler that can be used, what it does, and where it is enabled."""
    settings = _settings(settings_file)
    folder = settings.worker.handlers_folder if settings else None
    enabled = _enabled(settings) if settings else {}
    found = [_describe(name, origin, folder, enabled) for name, origin in discover(folder).items()]
    if as_json:
        print_json(found)
        return
    rows = [(item["name"], ", ".join(item["enabled"]) or "-", item["summary"] or item["problem"]) for item in found]
    print_table(("handler", "enabled as", "what it does"), rows, nothing="no handlers are installed")


def _settings(file: Path | None) -> AppSettings | None:
    """The settings, if there are any that can be read: the list is of use without, and says so."""
    try:
        return load_settings(file)
    except SettingsError as error:
        if file is not None:
            raise
        if Path("switchhook.toml").exists() or os.environ.get("SWITCHHOOK_SETTINGS"):
            click.echo(f"switchhook: what is enabled is not shown: {error}", err=True)
        return None


def _enabled(settings: AppSettings) -> dict[str, list[str]]:
    names = [identity.name for identity in settings.identities]
    registry = Registry.from_settings(settings.handlers, identities=names, folder=settings.worker.handlers_folder)
    uses: dict[str, list[str]] = {}
    for wanted, enabled in zip(settings.handlers, registry.enabled, strict=True):
        scope = ", ".join(enabled.extensions) or "own extension"
        uses.setdefault(wanted.use, []).append(f"{enabled.name} ({scope})")
    return uses


def _describe(name: str, origin: str, folder: Path | None, enabled: dict[str, list[str]]) -> dict[str, Any]:
    described: dict[str, Any] = {"name": name, "origin": origin, "enabled": enabled.get(name, [])}
    try:
        handler = load(name, folder)
    except HandlerError as error:
        return described | {"summary": "", "rules": [], "settings": {}, "problem": str(error)}
    return described | declared(handler) | {"problem": ""}
