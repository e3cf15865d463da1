"""Appending to a topic: idempotent, acknowledged by all replicas, in order per partition."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from switchhook.log import NewRecord, partition_of
from switchhook.log.kafka.closing import stop
from switchhook.log.kafka.errors import unavailable
from switchhook.log.kafka.records import headers_of
from switchhook.settings import LogSettings

_BATCH = 512 * 1024
_REQUEST_TIMEOUT = 10_000
"""Milliseconds until an unanswered request is sent again (with the same sequence number, so that it is stored once)."""


class Writer:
    """A producer that is made when it is needed, and made anew after an error that it cannot recover from."""

    def __init__(self, settings: LogSettings, topic: str, *, patience: float | None) -> None:
        """`patience` is how many seconds an append may take; None: as long as it takes, which never stores twice."""
        self._settings = settings
        self._topic = topic
        self._patience = patience
        self._producer: AIOKafkaProducer | None = None
        self._starting = asyncio.Lock()

    async def append(self, records: Sequence[NewRecord]) -> None:
        """As `Log.append`. After LogUnavailable some records may be stored, or may still be stored a moment later."""
        parts: dict[int, list[NewRecord]] = {}
        for record in records:
            parts.setdefault(partition_of(record.account, self._settings.partitions), []).append(record)
        try:
            async with asyncio.timeout(self._patience):
                producer = await self._ready()
                await asyncio.gather(*(self._put(producer, partition, some) for partition, some in parts.items()))
        except TimeoutError:
            late = TimeoutError(f"nothing was acknowledged within {self._patience} s: check that the brokers run")
            raise unavailable(self._settings, late) from None
        except KafkaError as error:
            await self.close()
            raise unavailable(self._settings, error) from error

    async def _put(self, producer: AIOKafkaProducer, partition: int, records: Sequence[NewRecord]) -> None:
        """One batch after the other: after an error, what is stored is a beginning of the records."""
        left = list(reversed(records))
        while left:
            batch = producer.create_batch()
            while left:
                record = left[-1]
                key = None if record.key is None else record.key.encode()
                moment = max(int(record.received_at * 1_000), 0)
                headers = headers_of(record)
                if batch.append(key=key, value=record.value, timestamp=moment, headers=headers) is None:
                    break
                left.pop()
            stored = await producer.send_batch(batch, self._topic, partition=partition)
            await stored

    async def _ready(self) -> AIOKafkaProducer:
        async with self._starting:
            if self._producer is None:
                producer = AIOKafkaProducer(
                    bootstrap_servers=list(self._settings.brokers),
                    acks="all",
                    enable_idempotence=True,
                    max_batch_size=_BATCH,
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
