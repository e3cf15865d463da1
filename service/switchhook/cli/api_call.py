"""The call behind `switchhook api`: one client, a session of the command line's own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from switchhook.api.catalogue import Operation
from switchhook.api.client import Client, Priority
from switchhook.api.keeping import Seal, command_keep
from switchhook.api.opening import open_clients
from switchhook.cli.login import chosen_identity
from switchhook.cli.options import run_async
from switchhook.clock import SystemClock
from switchhook.settings import load


def call(
    operation: Operation,
    parameters: Mapping[str, Any],
    *,
    out: Path | None,
    all_pages: bool,
    identity: str,
    settings: Path | None,
) -> Any:
    """Call it and return the answer. The session is kept for the next time, as a user may only have five.

    Raises ApiError, SettingsError, click.UsageError for wrong parameters.
    """
    loaded = load(settings)
    chosen = chosen_identity(loaded, identity)
    keep = command_keep(loaded, Seal(loaded.ingress.master_secrets), chosen)
    (client,) = open_clients([chosen], SystemClock(), keep=lambda _: keep).values()
    return run_async(_call(client, operation, parameters, out, all_pages=all_pages))


async def _call(
    client: Client, operation: Operation, parameters: Mapping[str, Any], out: Path | None, *, all_pages: bool
) -> Any:
    try:
        if out is not None:
            return {"file": str(out), "bytes": await _download(client, operation, parameters, out)}
        if all_pages:
            return [record async for record in client.pages(operation.id, parameters)]
        answer = await client.call(operation.id, parameters, priority=Priority.KEEPER)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    finally:
        await client.close()
    if isinstance(answer, bytes):
        raise click.UsageError(f"{operation.id} answers a file of {len(answer)} bytes: say --out FILE")
    return answer


async def _download(client: Client, operation: Operation, parameters: Mapping[str, Any], out: Path) -> int:
    from rich.console import Console
    from rich.progress import DownloadColumn, Progress, TransferSpeedColumn

    columns = (*Progress.get_default_columns(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(out.name, total=None)
        return await client.download(
            operation.id,
            parameters,
            out,
            priority=Priority.KEEPER,
            progress=lambda so_far, total: bar.update(task, completed=so_far, total=total),
        )
