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
    keep: Callable[[IdentitySettings], Keep | None] | None = None,
) -> dict[str, Client]:
    """Identity name → client, in the order of the settings. Nothing is sent until one is used.

    `keep`: where each identity's token survives a restart. Closing a client closes the connections of all identities
    of its server, which opens them again if it is used.
    """
    applications: dict[tuple[object, ...], Application] = {}
    transports: dict[tuple[object, ...], Transport] = {}
    clients: dict[str, Client] = {}
    for identity in identities:
        way = (identity.server.rstrip("/"), identity.proxy, identity.ca_file)
        if way not in transports:
            transports[way] = _transport(identity)
        named = (*way, identity.client_id)
        if named not in applications:
            gate = Gate(Budget({"auth": LIMITS["auth"]}), clock)
            applications[named] = Application(transports[way], identity.client_id, identity.client_secret, gate)
        application = applications[named]
        tokens = Tokens(application, identity.jwt, clock, keep(identity) if keep is not None else None)
        clients[identity.name] = Client(
            identity.name, application, tokens, clock, metrics=metrics, paths=identity.paths
        )
    return clients


def _transport(identity: IdentitySettings) -> Transport:
    proxy = identity.proxy.get_secret_value() if identity.proxy is not None else None
    return Transport(identity.server, proxy=proxy, ca_file=identity.ca_file)
