"""The event log on Apache Kafka. Nothing outside of this package and the state's mirror knows its client library."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from switchhook.clock import Clock, SystemClock
from switchhook.log import NewRecord, Reader, Record
from switchhook.log.kafka.closing import stop
from switchhook.log.kafka.connection import connection
from switchhook.log.kafka.errors import unavailable
from switchhook.log.kafka.reader import KafkaReader
from switchhook.log.kafka.records import record_of
from switchhook.log.kafka.topics import NOTIFICATIONS
from switchhook.log.kafka.writer import Writer
from switchhook.settings import LogSettings

_LOOK_WITHIN = 10.0
"""Seconds that a look at stored records may take."""


# The client repeats what it cannot do ten times a second. What matters of it arrives as LogUnavailable.
logging.getLogger("aiokafka").setLevel(logging.CRITICAL)


class KafkaLog:
    """The log in the topic `notifications`."""

    def __init__(
        self,
        settings: LogSettings,
        *,
        drain: float = 10.0,
        patience: float | None = 10.0,
        clock: Clock | None = None,
    ) -> None:
        """`drain`: seconds a worker gets when partitions are revoked. `patience`: seconds an append may take before
        it raises LogUnavailable; None waits for as long as the brokers are away, which never stores a record twice.
        """
        self._settings = settings
        self._topic = settings.prefix + NOTIFICATIONS
        self._drain = drain
        self._clock = clock or SystemClock()
        self._writer = Writer(settings, self._topic, patience=patience)

    async def append(self, records: Sequence[NewRecord]) -> None:
        if records:
            await self._writer.append(records)

    @asynccontextmanager
    async def read(self, group: str) -> AsyncIterator[Reader]:
        reader = KafkaReader(self._settings, self._topic, group, drain=self._drain, clock=self._clock)
        try:
            yield reader
        finally:
            await reader.close()

    async def fetch(self, partition: int, offset: int) -> Record | None:
        async with self._looking() as consumer:
            place = TopicPartition(self._topic, partition)
            if partition not in (consumer.partitions_for_topic(self._topic) or ()):
                return None
            found = await self._from(consumer, {place: offset}, 1)
            return next((record for record in found if record.offset == offset), None)

    async def recent(self, limit: int) -> Sequence[Record]:
        async with self._looking() as consumer:
            places = [TopicPartition(self._topic, one) for one in consumer.partitions_for_topic(self._topic) or ()]
            ends = await consumer.end_offsets(places)
            found = await self._from(consumer, {place: max(end - limit, 0) for place, end in ends.items()}, limit)
        return sorted(found, key=lambda record: record.received_at, reverse=True)[:limit]

    @asynccontextmanager
    async def _looking(self) -> AsyncIterator[AIOKafkaConsumer]:
        """A consumer outside of any group."""
        consumer = AIOKafkaConsumer(self._topic, **connection(self._settings), group_id=None, fetch_max_wait_ms=10)
        try:
            async with asyncio.timeout(_LOOK_WITHIN):
                await consumer.start()
                yield consumer
        except (KafkaError, TimeoutError) as error:
            raise unavailable(self._settings, error) from error
        finally:
            await stop(consumer)

    async def _from(self, consumer: AIOKafkaConsumer, begin: dict[TopicPartition, int], limit: int) -> list[Record]:
        """Up to `limit` records of each partition from its offset on, as far as they are there already."""
        consumer.unsubscribe()
        consumer.assign(list(begin))
        first, ends = await consumer.beginning_offsets(list(begin)), await consumer.end_offsets(list(begin))
        found: list[Record] = []
        for place, offset in begin.items():
            start = max(offset, first[place])
            stop = min(ends[place], start + limit)
            consumer.seek(place, start)
            while start < stop:
                fetched = await consumer.getmany(place, timeout_ms=1_000, max_records=stop - start)
                records = [record_of(record) for record in fetched.get(place, [])]
                found += records
                start = records[-1].offset + 1 if records else start
        return found

    async def close(self) -> None:
        await self._writer.close()


__all__ = ["KafkaLog"]
