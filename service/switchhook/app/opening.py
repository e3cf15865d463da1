"""Opens the parts that several processes and verbs need, from settings."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import aiohttp

from switchhook.api.opening import open_clients
from switchhook.app.ports import admin_token, local_url
from switchhook.clock import SystemClock
from switchhook.keeper.loop import Keeper
from switchhook.notification import Addresses, SubscriptionName
from switchhook.registry import Registry
from switchhook.settings import AppSettings
from switchhook.telemetry import Metrics

PROBE = SubscriptionName("0", "check", 1, 1)
"""The name under which `switchhook check` shakes hands with its own ingress."""

_PATIENCE = aiohttp.ClientTimeout(total=3)


def open_registry(settings: AppSettings) -> Registry:
    """The enabled handlers. Raises SettingsError with every problem."""
    names = [identity.name for identity in settings.identities]
    return Registry.from_settings(settings.handlers, identities=names, folder=settings.worker.handlers_folder)


def open_addresses(settings: AppSettings) -> Addresses:
    """Our addresses and verification tokens."""
    secrets = [secret.get_secret_value().encode() for secret in settings.ingress.master_secrets]
    return Addresses(settings.ingress.public_url, secrets)


@contextlib.asynccontextmanager
async def surveying(settings: AppSettings, registry: Registry | None = None) -> AsyncIterator[Keeper]:
    """A keeper that is asked, not run. Signs in for itself: use `ask_worker` first where a worker may be running."""
    clients = open_clients(settings.identities, SystemClock())
    registry = registry or open_registry(settings)
    try:
        yield Keeper(clients, registry, open_addresses(settings), clock=SystemClock(), metrics=Metrics())
    finally:
        for client in clients.values():
            await client.close()


async def ask_worker(settings: AppSettings, document: str, **query: str | int | float) -> Any | None:
    """A document of the running worker's admin API; None if no worker answers on that port."""
    operator = settings.admin
    token = admin_token(settings)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    url = f"{local_url(operator.host, operator.port)}/api/v1/{document}"
    try:
        async with (
            aiohttp.ClientSession(timeout=_PATIENCE, headers=headers) as session,
            session.get(url, params=query) as answer,
        ):
            return await answer.json() if answer.status == 200 else None
    except (aiohttp.ClientError, TimeoutError):
        return None
