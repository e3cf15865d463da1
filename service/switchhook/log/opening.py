"""The event log that the settings name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from switchhook.clock import Clock
from switchhook.log import Log
from switchhook.log.offsets import offsets_of
from switchhook.log.sqlite import SqliteLog
from switchhook.settings import AppSettings


@asynccontextmanager
async def open_log(settings: AppSettings, *, clock: Clock | None = None) -> AsyncIterator[Log]:
    """The log, as everybody but the ingress uses it."""
    log: Log
    if settings.log.kind == "sqlite":
        log = SqliteLog(settings.ingress.journal, offsets_of(settings.state.path), clock=clock)
    else:
        from switchhook.log.kafka import KafkaLog  # who has no Kafka need not load its client

        log = KafkaLog(settings.log, drain=settings.worker.drain, clock=clock)
    try:
        yield log
    finally:
        await log.close()
