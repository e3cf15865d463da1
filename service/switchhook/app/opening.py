"""Opens the parts that several processes and verbs need, from settings."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp

from switchhook.api.opening import open_clients
from switchhook.clock import SystemClock
from switchhook.errors import PortTaken
from switchhook.keeper.loop import Keeper
from switchhook.notification import Addresses, SubscriptionName
from switchhook.registry import Registry
from switchhook.serving import listen, serving
from switchhook.settings import AppSettings
from switchhook.telemetry import Metrics

PROBE = SubscriptionName("0", "check", 1, 1)
"""The name under which `switchhook check` shakes hands with its own ingress."""

_PATIENCE = aiohttp.ClientTimeout(total=3)


@contextlib.contextmanager
def listening(setting: str, host: str, port: int) -> Iterator[None]:
    """Turn the failure to listen inside the block into an error that names the setting. Raises PortTaken."""
    try:
        yield
    except OSError as error:
        reason = "it is in use" if error.errno == errno.EADDRINUSE else (error.strerror or str(error)).lower()
        message = f"cannot listen on {host}:{port}: {reason}; stop what uses it, or set another {setting}"
        raise PortTaken(message) from None


@contextlib.asynccontextmanager
async def offering(app: Any, setting: str, host: str, port: int) -> AsyncIterator[int]:
    """Serve an operator's port inside the block; yields its number. Raises PortTaken."""
    with listening(setting, host, port):
        listener = listen(host, port)
    async with serving(app, listener, grace=1.0):
        yield listener.getsockname()[1]


def open_registry(settings: AppSettings) -> Registry:
    """The enabled handlers. Raises SettingsError with every problem."""
    names = [identity.name for identity in settings.identities]
    return Registry.from_settings(settings.handlers, identities=names, folder=settings.worker.handlers_folder)


def open_addresses(settings: AppSettings) -> Addresses:
    """Our addresses and verification tokens."""
    secrets = [secret.get_secret_value().encode() for secret in settings.ingress.master_secrets]
    return Addresses(settings.ingress.public_url, secrets)


def admin_token(settings: AppSettings) -> str | None:
    """The operator's bearer token, if one is set."""
    return settings.admin.token.get_secret_value() if settings.admin.token else None


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
    host = "127.0.0.1" if operator.host in ("0.0.0.0", "::") else operator.host  # noqa: S104 - compared, not bound
    url = f"http://{host}:{operator.port}/api/v1/{document}"
    try:
        async with (
            aiohttp.ClientSession(timeout=_PATIENCE, headers=headers) as session,
            session.get(url, params=query) as answer,
        ):
            return await answer.json() if answer.status == 200 else None
    except (aiohttp.ClientError, TimeoutError):
        return None
