"""A producer that is made when it is needed, and made anew after an error that it cannot recover from."""

from __future__ import annotations

import asyncio

from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder

from switchhook.log.kafka.closing import stop
from switchhook.log.kafka.topics import refuse_unless_counted
from switchhook.settings import LogSettings

_REQUEST_TIMEOUT = 10_000
"""Milliseconds until an unanswered request is sent again (with the same sequence number, so that it is stored once)."""


class Producing:
    """Idempotent, acknowledged by all replicas, in batches of `size` bytes that the caller fills."""

    def __init__(self, settings: LogSettings, size: int) -> None:
        self._settings = settings
        self._size = size
        self._producer: AIOKafkaProducer | None = None
        self._starting = asyncio.Lock()

    async def batch(self) -> BatchBuilder:
        """An empty batch. Raises KafkaError."""
        batch: BatchBuilder = (await self._ready()).create_batch()
        return batch

    async def store(self, batch: BatchBuilder, topic: str, partition: int) -> int:
        """Return when the batch is durable: an offset at or before the one behind it, 0 if the brokers do not say (they
        had it already, and the answer was lost). Raises KafkaError: `close` then, and begin anew.
        """
        count = batch.record_count()
        stored = await (await (await self._ready()).send_batch(batch, topic, partition=partition))
        return stored.offset + count if stored.offset >= 0 else 0

    async def check_count(self, topic: str) -> None:
        """Raises LogUnavailable unless the topic has as many partitions as the settings say; KafkaError."""
        cluster = await (await self._ready()).client.fetch_all_metadata()
        refuse_unless_counted(topic, len(cluster.partitions_for_topic(topic) or ()), self._settings)

    async def _ready(self) -> AIOKafkaProducer:
        async with self._starting:
            if self._producer is None:
                producer = AIOKafkaProducer(
                    bootstrap_servers=list(self._settings.brokers),
                    acks="all",
                    enable_idempotence=True,
                    max_batch_size=self._size,
                    request_timeout_ms=_REQUEST_TIMEOUT,
                )
                try:
                    await producer.start()
                except BaseException:
                    await stop(producer)
                    raise
                self._producer = producer
            return self._producer

    async def close(self) -> None:
        """Give up what is not acknowledged, and disconnect."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await stop(producer)
