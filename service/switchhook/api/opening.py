"""Builds clients from settings: one transport per server, one application per client id, one client per identity."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from switchhook.api.auth import Application, Keep, Tokens
from switchhook.api.budget import LIMITS, Budget
from switchhook.api.client import Client
from switchhook.api.gate import Gate
from switchhook.api.transport import Transport
from switchhook.clock import Clock
from switchhook.settings import IdentitySettings
from switchhook.telemetry import Metrics


def open_clients(
    identities: Iterable[IdentitySettings],
    clock: Clock,
    *,
    metrics: Metrics | None = None,
    keep: Callable[[str], Keep] | None = None,
) -> dict[str, Client]:
    """Identity name → client, in the order of the settings. Nothing is sent until one is used.

    `keep`: where each identity's token survives a restart. Closing a client closes the connections of all identities
    of its server, which opens them again if it is used.
    """
    applications: dict[tuple[str, str], Application] = {}
    transports: dict[tuple[str, ...], Transport] = {}
    clients: dict[str, Client] = {}
    for identity in identities:
        server = identity.server.rstrip("/")
        transport = transports.setdefault((server,), Transport(server))
        application = applications.setdefault(
            (server, identity.client_id),
            Application(
                transport, identity.client_id, identity.client_secret, Gate(Budget({"auth": LIMITS["auth"]}), clock)
            ),
        )
        tokens = Tokens(application, identity.jwt, clock, keep(identity.name) if keep is not None else None)
        clients[identity.name] = Client(identity.name, application, tokens, clock, metrics=metrics)
    return clients
