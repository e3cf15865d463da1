"""The ingress as one thing: journal, endpoint, and what empties the journal; started, watched, stopped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import structlog

from switchhook.clock import Clock, SystemClock
from switchhook.errors import LogUnavailable
from switchhook.ingress.counts import Counts
from switchhook.ingress.endpoint import Endpoint
from switchhook.ingress.interruptions import Interruptions
from switchhook.ingress.relay import Relay
from switchhook.log.embedded import Embedded, JournalDoor
from switchhook.log.journal import Journal
from switchhook.log.journal_view import JournalView
from switchhook.log.offsets import offsets_of, other_journal
from switchhook.notification import Addresses
from switchhook.serving import listen, serving
from switchhook.settings import AppSettings
from switchhook.telemetry import Metric, Metrics

_log = structlog.get_logger(__name__)
_WATCH_EVERY = 1.0
_GRACE = 5.0
"""Seconds that requests under way get at the end."""


class _Work:
    """What goes on in the background until the block ends."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self._tasks: list[asyncio.Task[Any]] = []
        self._stack = stack

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.append(task)
        self._stack.push_async_callback(_end, task)

    async def until(self, stop: asyncio.Event) -> None:
        stopped = asyncio.create_task(stop.wait())
        try:
            done, _ = await asyncio.wait({stopped, *self._tasks}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _end(stopped)
        for task in done - {stopped}:
            task.result()


async def _end(task: asyncio.Task[Any]) -> None:
    task.cancel()
    await asyncio.wait({task})


class Ingress:
    """A running ingress, as health checks and metrics see it."""

    def __init__(self, journal: Journal, metrics: Metrics, work: _Work, port: int) -> None:
        self.port = port
        """The port it listens on."""
        self._journal = journal
        self._metrics = metrics
        self._work = work
        self._alarmed = False

    async def until(self, stop: asyncio.Event) -> None:
        """Return when `stop` is set. Raises what ended any work in the background: that must not go unnoticed."""
        await self._work.until(stop)

    def ready(self) -> str | None:
        """None when it can store, else why not."""
        if self._journal.problem is not None:
            return self._journal.problem
        if self._journal.waiting_bytes >= self._journal.limit:
            return f"the journal is full: {self._journal.waiting_bytes} of {self._journal.limit} bytes wait"
        return None

    def render(self) -> bytes:
        """Prometheus text, the gauges as they are now."""
        self._metrics.gauge(Metric.JOURNAL_BYTES, self._journal.waiting_bytes)
        self._metrics.gauge(Metric.JOURNAL_LIMIT_BYTES, self._journal.limit)
        self._metrics.gauge(Metric.JOURNAL_RECORDS, self._journal.waiting_records)
        return self._metrics.render()

    def describe(self) -> dict[str, Any]:
        """For the operator's page: what came in, how it was answered, and what waits in the journal."""
        return {
            "notifications": {
                labels["result"]: int(count) for labels, count in self._metrics.each(Metric.NOTIFICATIONS)
            },
            "journal": {
                "records": self._journal.waiting_records,
                "bytes": self._journal.waiting_bytes,
                "limit": self._journal.limit,
            },
        }

    def watch(self) -> None:
        """Say so, once, when the journal is half full, and once when it is not any more."""
        waiting, limit = self._journal.waiting_bytes, self._journal.limit
        if not self._alarmed and waiting * 2 >= limit:
            self._alarmed = True
            _log.error(
                "the journal is half full; beyond its limit notifications are refused and lost",
                waiting_bytes=waiting,
                limit_bytes=limit,
                remedy="start the worker or mend the brokers",
            )
        elif self._alarmed and waiting * 5 < limit * 2:
            self._alarmed = False
            _log.info("the journal is no longer half full", waiting_bytes=waiting, limit_bytes=limit)


@asynccontextmanager
async def ingress(settings: AppSettings, metrics: Metrics, *, clock: Clock | None = None) -> AsyncIterator[Ingress]:
    """Run the ingress inside the block. Raises OSError if its port is in use, LogUnavailable, LogCorrupt,
    ValueError without a master secret.
    """
    clock = clock or SystemClock()
    mine = settings.ingress
    secrets = [secret.get_secret_value().encode() for secret in mine.master_secrets]
    addresses = Addresses(mine.public_url, secrets)
    async with AsyncExitStack() as stack:
        listener = stack.enter_context(listen(mine.host, mine.port))
        journal = Journal(mine.journal, limit=mine.journal_limit)
        stack.push_async_callback(journal.close)
        await journal.open(settings.log.group if settings.log.kind == "sqlite" else "")
        work = _Work(stack)
        await _open_door(journal, stack)
        relay = await _emptied(settings, journal, clock, stack, work)
        interruptions = Interruptions(journal, clock)
        await interruptions.began(_accounts(settings), journal_lost_since=_journal_lost(settings))
        stack.push_async_callback(interruptions.ended)
        endpoint = Endpoint(
            addresses,
            journal,
            Counts(metrics),
            interruptions,
            body_limit=mine.body_limit,
            body_timeout=mine.body_timeout,
            relayed=relay.relayed if relay is not None and mine.acknowledge == "log" else None,
            clock=clock,
        )
        running = Ingress(journal, metrics, work, listener.getsockname()[1])
        work.begin(_watch(running, interruptions, clock))
        await stack.enter_async_context(serving(endpoint, listener, grace=_GRACE))
        yield running


async def _emptied(
    settings: AppSettings, journal: Journal, clock: Clock, stack: AsyncExitStack, work: _Work
) -> Relay | None:
    """Whatever empties the journal: the worker, which reads it, or a relay to Kafka."""
    if settings.log.kind == "sqlite":
        offsets = offsets_of(settings.state.path)
        work.begin(Embedded(journal, offsets, settings.log.group, keep=settings.retention.records, clock=clock).run())
        return None
    from switchhook.log.kafka import KafkaLog  # who has no Kafka need not load its client

    log = KafkaLog(settings.log, patience=None, clock=clock)
    stack.push_async_callback(log.close)
    relay = Relay(journal, log, clock=clock)
    work.begin(relay.run())
    return relay


async def _open_door(journal: Journal, stack: AsyncExitStack) -> None:
    """Let local processes append, and release what is in quarantine."""
    door = JournalDoor(journal)
    try:
        await door.open()
    except OSError as error:
        raise LogUnavailable(f"no door can be opened beside {journal.path}: {error}") from error
    stack.push_async_callback(door.close)


async def _watch(running: Ingress, interruptions: Interruptions, clock: Clock) -> None:
    while True:
        running.watch()
        await interruptions.tell()
        await clock.sleep(_WATCH_EVERY)


def _accounts(settings: AppSettings) -> list[str]:
    return [identity.account for identity in settings.identities if identity.account]


def _journal_lost(settings: AppSettings) -> float | None:
    """When the worker last read from another journal than this one. With Kafka nobody can tell."""
    if settings.log.kind != "sqlite":
        return None
    view = JournalView(settings.ingress.journal)
    try:
        return other_journal(offsets_of(settings.state.path), view.identity() or "", settings.log.group)
    finally:
        view.close()
