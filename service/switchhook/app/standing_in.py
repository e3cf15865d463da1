"""Stands in for a worker that does not run: its keeper, on its state, for as long as a command needs."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from switchhook.api.keeping import Seal, StateKeep, login_keep
from switchhook.api.opening import open_clients
from switchhook.app.opening import open_addresses, open_registry, tell_worker
from switchhook.clock import SystemClock
from switchhook.errors import StateUnavailable
from switchhook.keeper.asked import Asked
from switchhook.keeper.opening import Keeping
from switchhook.log.opening import open_log
from switchhook.settings import AppSettings
from switchhook.state.opening import open_state
from switchhook.telemetry import Metrics


@contextlib.asynccontextmanager
async def standing_in(settings: AppSettings) -> AsyncIterator[Asked]:
    """Ask the keeper although no worker answers on the admin port.

    Raises StateUnavailable if a worker runs after all, and with Kafka, where its state belongs to a worker.
    """
    if settings.log.kind != "sqlite":
        raise StateUnavailable(
            f"no worker answers on admin.port {settings.admin.port}, and with Kafka only a worker may act: "
            "run this where one runs"
        )
    clock, metrics, seal = SystemClock(), Metrics(), Seal(settings.ingress.master_secrets)
    async with contextlib.AsyncExitStack() as stack:
        log = await stack.enter_async_context(open_log(settings))
        store = open_state(settings, clock)
        stack.push_async_callback(store.close)
        await store.load(0)
        clients = open_clients(
            settings.identities,
            clock,
            metrics=metrics,
            keep=lambda identity: StateKeep(store, 0, seal, identity, login_keep(settings, seal, identity)),
        )
        for client in clients.values():
            stack.push_async_callback(client.close)
        registry, addresses = open_registry(settings), open_addresses(settings)
        keeping = Keeping(
            clients, registry, addresses, log=log, store=store, settings=settings, clock=clock, metrics=metrics
        )
        yield Asked(keeping)


async def have_done(settings: AppSettings, action: str, **query: str) -> Any:
    """Have the running worker do something (`keeper.asked` says what there is); without one, who stands in for it.

    Raises WorkerRefused, and what `standing_in` raises.
    """
    told = await tell_worker(settings, action, query)
    if told is None:
        async with standing_in(settings) as asked:
            told = await asked.actions()[action](query)
    return told
