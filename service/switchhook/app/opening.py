"""Opens the parts that several processes and verbs need, from settings."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import aiohttp

from switchhook.api.client import Client
from switchhook.api.keeping import FileKeep, Seal, command_keep
from switchhook.api.opening import open_clients
from switchhook.app.ports import admin_token, local_url
from switchhook.clock import SystemClock
from switchhook.errors import WorkerRefused
from switchhook.keeper.loop import Keeper
from switchhook.keeper.opening import policy
from switchhook.notification import Addresses, SubscriptionName
from switchhook.registry import Registry
from switchhook.settings import AppSettings, IdentitySettings
from switchhook.telemetry import Metrics

PROBE = SubscriptionName("0", "check", 1, 1)
"""The name under which `switchhook check` shakes hands with its own ingress."""

_PATIENCE = aiohttp.ClientTimeout(total=30, sock_connect=10)
"""Nobody waits for a worker that does not run: then the connection is refused at once."""


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
    registry = registry or open_registry(settings)
    async with signed_in(settings) as clients:
        yield Keeper(
            clients,
            registry,
            open_addresses(settings),
            clock=SystemClock(),
            metrics=Metrics(),
            policy=policy(settings.subscriptions),
            by_socket=frozenset(each.name for each in settings.identities if each.transport == "websocket"),
        )


@contextlib.asynccontextmanager
async def signed_in(settings: AppSettings) -> AsyncIterator[dict[str, Client]]:
    """A client of each identity for one command, which signs in for itself."""
    clients = open_clients(settings.identities, SystemClock(), keep=partial(_kept, settings))
    try:
        yield clients
    finally:
        for client in clients.values():
            await client.close()


def _kept(settings: AppSettings, identity: IdentitySettings) -> FileKeep | None:
    """The session that a person has opened for the command line, where nothing else can open one."""
    if identity.jwt is not None or not settings.ingress.master_secrets:
        return None
    return command_keep(settings, Seal(settings.ingress.master_secrets), identity)


async def ask_worker(settings: AppSettings, document: str, **query: str | int | float) -> Any | None:
    """A document of the running worker's admin API; None if no worker answers on that port."""
    try:
        status, answer = await _request(settings, "GET", document, query, _PATIENCE)
    except TimeoutError:
        return None
    return answer if status == 200 else None


async def tell_worker(
    settings: AppSettings, action: str, query: Mapping[str, str] = MappingProxyType({}), *, patience: float = 60.0
) -> Any | None:
    """Have the running worker do something; None if no worker answers on that port. `patience` in seconds.

    Raises WorkerRefused with the worker's reason.
    """
    limits = aiohttp.ClientTimeout(patience, sock_connect=10)
    try:
        status, answer = await _request(settings, "POST", action, query, limits)
    except TimeoutError:
        message = f"the worker was told, and is not done after {patience:.0f} s; it goes on by itself: look again later"
        raise WorkerRefused(message) from None
    if status is not None and status != 200:
        reason = answer.get("error") if isinstance(answer, dict) else None
        raise WorkerRefused(
            reason or f"the worker at admin.port answers {status}: is admin.token the one it runs with?"
        )
    return answer


async def _request(
    settings: AppSettings,
    method: str,
    path: str,
    query: Mapping[str, str | int | float],
    timeout: aiohttp.ClientTimeout,
) -> tuple[int | None, Any]:
    """Status and document; (None, None) if nobody listens there. Raises TimeoutError."""
    token = admin_token(settings)
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    url = f"{local_url(settings.admin.host, settings.admin.port)}/api/v1/{path}"
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, headers=headers) as session,
            session.request(method, url, params=query) as answer,
        ):
            is_json = answer.content_type == "application/json"
            return answer.status, await answer.json() if is_json else None
    except aiohttp.ServerTimeoutError:  # both a timeout and an error of the client
        raise
    except aiohttp.ClientError:
        return None, None
