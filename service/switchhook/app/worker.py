"""The worker process: worker, keeper and the operator's port, until told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import asdict
from typing import Any

import structlog

from switchhook.admin.app import Document, build
from switchhook.admin.server import serving
from switchhook.api.keeping import Seal, StateKeep
from switchhook.api.opening import open_clients
from switchhook.app.ending import stopping
from switchhook.app.opening import admin_token, listening, open_addresses, open_registry, reading_log
from switchhook.clock import SystemClock
from switchhook.keeper.loop import Keeper
from switchhook.registry import Registry
from switchhook.settings import AppSettings
from switchhook.state.sqlite import SqliteState
from switchhook.telemetry import Metrics
from switchhook.worker.dead_letters import DeadLetter, DeadLetters
from switchhook.worker.loop import Worker
from switchhook.worker.recent import Recent
from switchhook.worker.saved import SavedRun

_log = structlog.get_logger("switchhook.worker")


async def run_worker(settings: AppSettings, *, supervised: bool = False) -> int:
    """Run worker and keeper until SIGTERM or SIGINT. Returns the exit code: 0 drained, 1 something was left.

    Raises SettingsError, PortTaken, LogError, StateError.
    """
    clock, metrics, recent, operator = SystemClock(), Metrics(), Recent(), settings.admin
    registry = open_registry(settings)
    async with AsyncExitStack() as stack:
        stop = stack.enter_context(stopping(supervised=supervised))
        log = await stack.enter_async_context(reading_log(settings))
        store = SqliteState(settings.state.path, clock)
        stack.push_async_callback(store.close)
        await store.load(0)  # embedded there is one partition, and its tokens are needed before the worker reads
        seal = Seal(settings.ingress.master_secrets)
        clients = open_clients(
            settings.identities, clock, metrics=metrics, keep=lambda identity: StateKeep(store, 0, seal, identity)
        )
        for client in clients.values():
            stack.push_async_callback(client.close)
        worker = Worker(
            log, store, registry, clients=clients, clock=clock, settings=settings, metrics=metrics, recent=recent
        )
        keeper = Keeper(clients, registry, open_addresses(settings), clock=clock, metrics=metrics)
        app = build(
            ready=lambda: (
                None if worker.ready else "the worker is starting, ending, or cannot reach the platform or the log"
            ),
            metrics=metrics.render,
            documents=_documents(registry, keeper, store, recent),
            token=admin_token(settings),
        )
        with listening("admin.port", operator.host, operator.port):
            port = await stack.enter_async_context(serving(app, operator.host, operator.port))
        _log.info("worker is ready", admin_port=port, handlers=[each.name for each in registry.enabled])
        code = await _run(worker, keeper, registry, stop)
    _log.info("worker ended", drained=code == 0)
    return code


async def _run(worker: Worker, keeper: Keeper, registry: Registry, stop: asyncio.Event) -> int:
    """Both, side by side. If one of them raises, the other is told to stop."""
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(keeper.run(stop))
            work = group.create_task(_work(worker, registry, stop))
    except* Exception as errors:  # noqa: BLE001 - whatever it is, it ends the process and is told there
        # One error says it all: what ended the process. The other task was only cancelled.
        raise errors.exceptions[0] from None
    return work.result()


async def _work(worker: Worker, registry: Registry, stop: asyncio.Event) -> int:
    """Handle records, once it is known whose events each handler is for."""
    scoped, stopped = asyncio.create_task(registry.scoped()), asyncio.create_task(stop.wait())
    await asyncio.wait([scoped, stopped], return_when=asyncio.FIRST_COMPLETED)
    scoped.cancel()
    stopped.cancel()
    return 0 if stop.is_set() else await worker.run(stop)


def _documents(registry: Registry, keeper: Keeper, store: SqliteState, recent: Recent) -> Mapping[str, Document]:
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
                "rules": [{"name": rule.name, "event": rule.event.__name__} for rule in each.handler.rules],
            }
            for each in registry.enabled
        ]

    return {
        "runs": runs,
        "handlers": handlers,
        "subscriptions": lambda _query: [look.describe() for look in keeper.looks.values()],
        "dead": lambda _query: [_describe(each) for each in DeadLetters(store, 0).all()],
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
