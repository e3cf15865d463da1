"""The worker process: worker, keeper and the operator's port, until told to stop."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import structlog

from switchhook.admin.app import build
from switchhook.api.keeping import Seal, StateKeep, login_keep
from switchhook.api.opening import open_clients
from switchhook.app.collector import quiet_collector
from switchhook.app.documents import documents
from switchhook.app.ending import stopping
from switchhook.app.explaining import Explaining
from switchhook.app.moved import refuse_what_was_left_behind
from switchhook.app.opening import open_addresses, open_registry
from switchhook.app.ports import admin_token, local_url, offering
from switchhook.app.sockets import Sockets
from switchhook.app.status import status_of, working
from switchhook.app.watchdog import watching
from switchhook.clock import SystemClock
from switchhook.keeper.asked import Asked
from switchhook.keeper.opening import Keeping
from switchhook.log import partition_of
from switchhook.log.opening import open_log
from switchhook.settings import AppSettings
from switchhook.state.opening import open_state
from switchhook.stopping import unless
from switchhook.telemetry import Metric, Metrics
from switchhook.worker.loop import Worker
from switchhook.worker.readers import Readers
from switchhook.worker.recent import Recent

_log = structlog.get_logger("switchhook.worker")


async def run_worker(settings: AppSettings, *, supervised: bool = False) -> int:
    """Run worker and keeper until SIGTERM or SIGINT. Returns the exit code: 0 drained, 1 something was left.

    Raises SettingsError, PortTaken, LogError, StateError.
    """
    refuse_what_was_left_behind(settings)
    clock, metrics, recent, operator = SystemClock(), Metrics(), Recent(), settings.admin
    registry = open_registry(settings)
    async with AsyncExitStack() as stack:
        stop = stack.enter_context(stopping(supervised=supervised))
        log = await stack.enter_async_context(open_log(settings))
        store = open_state(settings, clock, wrote=metrics.histogram(Metric.STATE_SECONDS).observe)
        stack.push_async_callback(store.close)
        seal, shares = Seal(settings.ingress.master_secrets), Shares(settings)
        clients = open_clients(
            settings.identities,
            clock,
            metrics=metrics,
            keep=lambda identity: StateKeep(
                store, shares.partition(identity.name), seal, identity, login_keep(settings, seal, identity)
            ),
        )
        for client in clients.values():
            stack.push_async_callback(client.close)
        by_socket = {
            each.name: shares.partition(each.name) for each in settings.identities if each.transport == "websocket"
        }
        keeping = Keeping(
            clients,
            registry,
            open_addresses(settings),
            log=log,
            store=store,
            settings=settings,
            clock=clock,
            metrics=metrics,
            owns=shares.__contains__,
            partition_of=shares.partition_of,
            home=shares.partition,
        )
        sockets = Sockets(
            by_socket,
            clients,
            log,
            store,
            looks=lambda: keeping.keeper.looks,
            owns=shares.__contains__,
            clock=clock,
            metrics=metrics,
        )
        keeping.connected = sockets.connected

        async def owning(partitions: frozenset[int]) -> None:
            """Whom each handler is for was stored at the last look at the platform, so a worker whose platform is away
            begins at once: nothing waits but what a handler itself asks of it. Only a handler that was never looked at
            under these words (new, or its scope written anew) must wait for the first look: whom its events may
            concern nobody knows, and neither its own events nor a stranger's could be told from the others. Its
            records wait in the log, all of the partition, since none may be handled by some of its handlers only.
            """
            shares.owned = partitions
            keeping.wake()
            mine = [each.name for each in registry.enabled if each.identity in shares]
            await unless(stop, registry.scoped(mine))

        worker = Worker(
            log,
            store,
            registry,
            clients=clients,
            clock=clock,
            settings=settings,
            metrics=metrics,
            recent=recent,
            owning=owning,
            ear=keeping.ear,
        )

        def owned() -> frozenset[int]:
            return shares.owned

        explaining = Explaining(
            log,
            store,
            registry,
            Readers(clients, settings.identities, registry),
            owned=owned,
        )

        def ready() -> str | None:
            return None if worker.ready else "starting, ending, or without a way to the log"

        app = build(
            ready=ready,
            metrics=metrics.render,
            documents={
                "status": status_of("worker", ready, lambda: working(metrics, owned())),
                **documents(registry, keeping, store, owned, recent),
            },
            actions={**Asked(keeping).actions(), "events/explain": explaining.explain},
            token=admin_token(settings),
        )
        port = await stack.enter_async_context(offering(app, "admin.port", operator.host, operator.port))
        quiet_collector()
        names = [each.name for each in registry.enabled]
        _log.info("worker is ready", admin_port=port, handlers=names, page=local_url(operator.host, port))
        # Handlers may take their time to make their resources, and to give them back; a stop has limits of its own.
        stack.enter_context(watching(settings.worker.block_timeout, lambda: worker.ready))
        code = await _run(worker, keeping, sockets, stop)
    _log.info("worker ended", drained=code == 0)
    return code


class Shares:
    """Which identities this worker owns: those whose account's partition it owns. Embedded it owns all or none."""

    def __init__(self, settings: AppSettings) -> None:
        self._count = settings.log.partitions if settings.log.kind == "kafka" else 1
        self._partitions = {each.name: self.partition_of(each.account or "") for each in settings.identities}
        self.owned: frozenset[int] = frozenset()

    def __contains__(self, identity: object) -> bool:
        return self._partitions.get(str(identity)) in self.owned

    def partition_of(self, account: str) -> int:
        """The partition of an account."""
        return partition_of(account, self._count)

    def partition(self, identity: str) -> int:
        """The partition of an identity's account. Raises KeyError."""
        return self._partitions[identity]


async def _run(worker: Worker, keeping: Keeping, sockets: Sockets, stop: asyncio.Event) -> int:
    """All, side by side. If one of them raises, the others are told to stop."""
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(keeping.run(stop))
            group.create_task(sockets.run(stop))
            work = group.create_task(worker.run(stop))
    except* Exception as errors:  # noqa: BLE001 - whatever it is, it ends the process and is told there
        # One error says it all: what ended the process. The other task was only cancelled.
        raise errors.exceptions[0] from None
    return work.result()
