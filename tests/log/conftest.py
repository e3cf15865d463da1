"""Logs for tests: one fixture for every store there is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from switchhook.log import Log
from switchhook.log.embedded import Embedded, JournalDoor
from switchhook.log.journal import Journal
from switchhook.log.kafka import KafkaLog, topics
from switchhook.log.sqlite import SqliteLog
from switchhook.settings import LogSettings


@dataclass
class EmbeddedLog:
    """Both sides of the embedded log, as two processes would hold them."""

    journal: Journal
    log: SqliteLog
    embedded: Embedded
    offsets: Path


@asynccontextmanager
async def embedded_log(folder: Path, *, limit: int = 10_000_000) -> AsyncIterator[EmbeddedLog]:
    """A journal with its door open and its bell connected, and a log that reads it."""
    journal = Journal(folder / "journal.db", limit=limit)
    await journal.open("group")
    door = JournalDoor(journal)
    await door.open()
    offsets = folder / "offsets.db"
    embedded = Embedded(journal, offsets, "group", keep=60.0)
    running = asyncio.ensure_future(embedded.run())
    log = SqliteLog(journal.path, offsets)
    try:
        yield EmbeddedLog(journal, log, embedded, offsets)
    finally:
        await log.close()
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await door.close()
        await journal.close()


@asynccontextmanager
async def kafka_log(settings: LogSettings, **options: Any) -> AsyncIterator[KafkaLog]:
    """A Kafka log whose topics are there; patient, since the machine may be busy."""
    await topics.create(settings, 1_048_576)
    log = KafkaLog(settings, **{"patience": 60.0, **options})
    try:
        yield log
    finally:
        await log.close()


@pytest.fixture(params=["sqlite", pytest.param("kafka", marks=pytest.mark.kafka)])
async def log(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Log]:
    """An empty log of each kind."""
    if request.param == "sqlite":
        async with embedded_log(tmp_path) as made:
            yield made.log
    else:
        async with kafka_log(request.getfixturevalue("kafka_settings")) as log:
            yield log
