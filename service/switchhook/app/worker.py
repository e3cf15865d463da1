"""The worker process: worker, keeper and the operator's port, until told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import asdict
from typing import Any

import structlog

from switchhook.admin.app import Document, build
from switchhook.api.keeping import Seal, StateKeep, login_keep
from switchhook.api.opening import open_clients
from switchhook.app.collector import quiet_collector
from switchhook.app.ending import stopping
from switchhook.app.explaining import Explaining
from switchhook.app.moved import refuse_what_was_left_behind
from switchhook.app.opening import open_addresses, open_registry
from switchhook.app.ports import admin_token, offering
from switchhook.app.sockets import Sockets
from switchhook.clock import SystemClock
from switchhook.keeper.asked import Asked
from switchhook.keeper.opening import Keeping
from switchhook.log import partition_of
from switchhook.log.opening import open_log
from switchhook.registry import Registry
from switchhook.settings import AppSettings
from switchhook.state import StateStore
from switchhook.state.opening import open_state
from switchhook.stopping import unless
from switchhook.telemetry import Metric, Metrics
from switchhook.worker.dead_letters import DeadLetter, DeadLetters
from switchhook.worker.loop import Worker
from switchhook.worker.readers import Readers
from switchhook.worker.recent import Recent
from switchhook.worker.saved import SavedRun

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
        explaining = Explaining(
            log,
            store,
            registry,
            Readers(clients, settings.identities, registry),
            owned=lambda: shares.owned,
        )
        app = build(
            ready=lambda: None if worker.ready else "starting, ending, or without a way to the log",
            metrics=metrics.render,
            documents=_documents(registry, keeping, store, shares, recent),
            actions={**Asked(keeping).actions(), "events/explain": explaining.explain},
            token=admin_token(settings),
        )
        port = await stack.enter_async_context(offering(app, "admin.port", operator.host, operator.port))
        quiet_collector()
        _log.info("worker is ready", admin_port=port, handlers=[each.name for each in registry.enabled])
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


def _documents(
    registry: Registry, keeping: Keeping, store: StateStore, shares: Shares, recent: Recent
) -> Mapping[str, Document]:
    def runs(query: Mapping[str, str]) -> Any:
        since, limit = float(query.get("since", "0")), int(query.get("limit", "100"))
        return [asdict(each) for each in reversed(recent.last(limit)) if each.started_at >= since]

    def handlers(_query: Mapping[str, str]) -> Any:
        return [
            {
                "name": each.name,
                "handler": each.handler.name,
                "summary": each.handler.summary,
                "identity": each.identity,
                "extensions": list(each.extensions),
                "scope": registry.scope_of(each.name),
                "rules": [{"name": rule.name, "event": rule.event.__name__} for rule in each.handler.rules],
            }
            for each in registry.enabled
        ]

    return {
        "runs": runs,
        "handlers": handlers,
        "subscriptions": lambda _query: keeping.subscriptions(),
        "chat-webhooks": lambda _query: keeping.chat_webhooks(),
        "gaps": lambda _query: keeping.gaps(),
        "dead": lambda _query: [
            _describe(each) for partition in sorted(shares.owned) for each in DeadLetters(store, partition).all()
        ],
    }


def _describe(letter: DeadLetter) -> dict[str, Any]:
    """A dead letter without the message or call that it holds."""
    saved = letter.saved
    return {
        "id": letter.id,
        "at": letter.at,
        "outcome": letter.outcome,
        "reason": letter.reason,
        "handler": saved.handler,
        "rule": saved.rule,
        "event_id": saved.event.id if isinstance(saved, SavedRun) else None,
        "place": f"{saved.partition}:{saved.offset}",
        "trail": list(letter.trail),
        "effects": list(letter.effects),
    }
