"""The compacted topic that mirrors the worker's state: groups that are stored as a whole, and reading from the start.

A Kafka record batch is appended whole or not at all, so what must not be torn apart is put into one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.structs import ConsumerRecord

from switchhook.errors import LogUnavailable
from switchhook.log.compacted import KeyedRecord
from switchhook.log.kafka.closing import stop
from switchhook.log.kafka.errors import unavailable
from switchhook.log.kafka.topics import STATE
from switchhook.settings import LogSettings

_BATCH = 900 * 1024
"""Bytes of a record batch. A group that is larger is split, in order."""
_REQUEST_TIMEOUT = 10_000
_SILENCE = 10.0
"""Seconds without a record, before the end that was looked for, after which the brokers count as away."""


class KafkaStateTopic:
    """`CompactedTopic` on the topic `state`. Writes wait for as long as the brokers are away: a write that was given up
    might still be stored later, behind a newer one.
    """

    def __init__(self, settings: LogSettings) -> None:
        self._settings = settings
        self._topic = settings.prefix + STATE
        self._producer: AIOKafkaProducer | None = None
        self._starting = asyncio.Lock()

    async def write(self, partition: int, groups: Sequence[Sequence[KeyedRecord]]) -> None:
        try:
            producer = await self._ready()
            for batch in _batches(producer, groups):
                stored = await producer.send_batch(batch, self._topic, partition=partition)
                await stored
        except KafkaError as error:
            await self.close()
            raise unavailable(self._settings, error) from error

    async def read(self, partition: int) -> AsyncGenerator[Sequence[KeyedRecord], None]:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=list(self._settings.brokers),
            group_id=None,
            fetch_max_wait_ms=20,
            max_partition_fetch_bytes=8 * 1024 * 1024,
            request_timeout_ms=_REQUEST_TIMEOUT,
        )
        place = TopicPartition(self._topic, partition)
        try:
            await consumer.start()
            consumer.assign([place])
            await consumer.seek_to_beginning(place)
            while True:
                fetched = await consumer.getmany(place, timeout_ms=int(_SILENCE * 1_000), max_records=5_000)
                records = fetched.get(place)
                if not records:
                    raise LogUnavailable(f"Kafka topic {self._topic}: nothing came within {_SILENCE:g} s")
                yield [_record(record) for record in records]
        except KafkaError as error:
            raise unavailable(self._settings, error) from error
        finally:
            await stop(consumer)

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
        producer, self._producer = self._producer, None
        if producer is not None:
            await stop(producer)


def _batches(producer: AIOKafkaProducer, groups: Sequence[Sequence[KeyedRecord]]) -> Iterator[BatchBuilder]:
    """As few batches as hold the groups, none of which is torn apart unless it is larger than a batch."""
    batch, size = producer.create_batch(), 0
    for group in groups:
        weight = sum(len(record.key) * 4 + len(record.value or b"") + 128 for record in group)
        if size and size + weight > _BATCH:
            yield batch
            batch, size = producer.create_batch(), 0
        for record in group:
            if not _append(batch, record):
                yield batch
                batch, size = producer.create_batch(), 0
                if not _append(batch, record):
                    raise LogUnavailable(f"an entry of {len(record.value or b'')} bytes does not fit into a batch")
        size += weight
    if size:
        yield batch


def _append(batch: BatchBuilder, record: KeyedRecord) -> bool:
    headers = [(name, repr(number).encode()) for name, number in _numbers(record) if number is not None]
    return batch.append(timestamp=None, key=record.key.encode(), value=record.value, headers=headers) is not None


def _numbers(record: KeyedRecord) -> tuple[tuple[str, float | None], ...]:
    return ("claim", record.claim), ("due", record.due), ("expires", record.expires)


def _record(read: ConsumerRecord[bytes | None, bytes | None]) -> KeyedRecord:
    numbers = {name: float(value) for name, value in read.headers}
    return KeyedRecord(
        (read.key or b"").decode(),
        read.value,
        int(numbers.get("claim", -1)),
        numbers.get("due"),
        numbers.get("expires"),
        read.offset,
    )
