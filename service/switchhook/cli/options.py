"""Options that several verbs share, and starting an event loop."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

import click

from switchhook.settings import AppSettings, load
from switchhook.telemetry import configure_logs

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


def settings_option(function: F) -> F:
    """`--settings FILE`, handed on as the loaded AppSettings `settings`."""

    def read(_context: click.Context, _parameter: click.Parameter, value: Path | None) -> AppSettings:
        return load(value)

    option = click.option(
        "--settings",
        type=click.Path(path_type=Path, dir_okay=False),
        callback=read,
        help="The settings file; else SWITCHHOOK_SETTINGS, else ./switchhook.toml.",
    )
    return option(function)


def json_option(function: F) -> F:
    """`--json`, handed on as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="JSON for programs.")(function)


def start_logs(as_json: bool) -> None:
    """Logs to standard error: as JSON lines if asked for, else as SWITCHHOOK_LOG_FORMAT (auto, text, json) says.

    SWITCHHOOK_LOG_LEVEL says from which level on.
    """
    form = "json" if as_json else os.environ.get("SWITCHHOOK_LOG_FORMAT", "auto")
    level = os.environ.get("SWITCHHOOK_LOG_LEVEL", "info").lower()
    if form not in ("auto", "text", "json"):
        raise click.UsageError(f"SWITCHHOOK_LOG_FORMAT is {form!r}; it can be auto, text or json")
    if level not in ("debug", "info", "warning", "error"):
        raise click.UsageError(f"SWITCHHOOK_LOG_LEVEL is {level!r}; it can be debug, info, warning or error")
    configure_logs(cast("Literal['auto', 'text', 'json']", form), level=level)


def run_async(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run on uvloop where there is one."""
    if sys.platform == "win32":
        return asyncio.run(coroutine)
    import uvloop

    return uvloop.run(coroutine)
