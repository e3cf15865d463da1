"""How a command ends: which error is which exit code, and what is said."""

from __future__ import annotations

import os
import traceback

import click

from switchhook.errors import (
    ApiStatusError,
    ApiUnreachable,
    LogUnavailable,
    RateLimited,
    StateUnavailable,
    SwitchhookError,
    Unauthorized,
    WorkerRefused,
)

NO = 1
WRONG_USE = 2
AWAY = 3


def exit_code(error: Exception) -> int:
    """Say what went wrong on standard error, in one message without a traceback, and return the exit code."""
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.exceptions.Abort):
        click.echo("stopped", err=True)
        return NO
    if isinstance(error, click.ClickException):
        error.show()
        return error.exit_code
    if not isinstance(error, SwitchhookError):
        if os.environ.get("SWITCHHOOK_LOG_LEVEL", "").lower() == "debug":
            traceback.print_exception(error)
        kind = type(error).__name__
        click.echo(f"switchhook: {kind}: {error} (a defect; SWITCHHOOK_LOG_LEVEL=debug shows where)", err=True)
        return NO
    click.echo(f"switchhook: {error}", err=True)
    if isinstance(error, ApiUnreachable | LogUnavailable | StateUnavailable | RateLimited):
        return AWAY
    if isinstance(error, WorkerRefused):
        return NO
    if isinstance(error, ApiStatusError) and not isinstance(error, Unauthorized):
        return AWAY if error.status >= 500 else NO
    return WRONG_USE
