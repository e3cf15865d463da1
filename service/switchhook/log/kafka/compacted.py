"""A compacted topic: groups that are stored as a whole, and reading from the start.

A Kafka record batch is appended whole or not at all, so what must not be torn apart is put into one.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.structs import ConsumerRecord

from switchhook.errors import LogUnavailable
from switchhook.log.compacted import KeyedRecord
from switchhook.log.kafka.closing import stop
from switchhook.log.kafka.connection import connection
from switchhook.log.kafka.errors import unavailable
from switchhook.log.kafka.producing import Producing
from switchhook.log.kafka.topics import refuse_unless_counted
from switchhook.settings import LogSettings

_BATCH = 900 * 1024
"""Bytes of a record batch. A group that is larger is split, in order."""
_REQUEST_TIMEOUT = 10_000
_MOST_BYTES = 8 * 1024 * 1024
"""Bytes of one fetch."""
_ONE_BATCH = 1
"""Bytes of a fetch that is to bring one batch: brokers send one whatever its size."""
_AT_ONCE = 4_096
"""Records decoded at a time: some 20 ms in which nothing else happens on the event loop."""
_SILENCE = 10.0
"""Seconds without a record, before the end that was looked for, after which the brokers count as away."""


class KafkaCompactedTopic:
    """`CompactedTopic` on the topic of this name. Writes wait for as long as the brokers are away: a write that was
    given up might still be stored later, behind a newer one.
    """

    def __init__(self, settings: LogSettings, name: str) -> None:
        self._settings = settings
        self._topic = settings.prefix + name
        self._producing = Producing(settings, _BATCH)

    async def write(self, partition: int, groups: Sequence[Sequence[KeyedRecord]]) -> int:
        end = 0
        try:
            async for batch in _batches(self._producing, groups):
                end = await self._producing.store(batch, self._topic, partition)
        except KafkaError as error:
            await self.close()
            raise unavailable(self._settings, error) from error
        return end

    async def read(self, partition: int, offset: int = 0) -> AsyncGenerator[Sequence[KeyedRecord], None]:
        place = TopicPartition(self._topic, partition)
        async with self._reading([place]) as consumer:
            if offset:
                consumer.seek(place, offset)
            while True:
                yield [_record(record) for record in await self._next(consumer, place, _AT_ONCE)]

    async def at(self, partition: int, offset: int) -> KeyedRecord | None:
        place = TopicPartition(self._topic, partition)
        async with self._reading([place], most_bytes=_ONE_BATCH) as consumer:
            consumer.seek(place, offset)
            found = _record((await self._next(consumer, place, 1))[0])
        return found if found.offset == offset else None

    async def _next(
        self, consumer: AIOKafkaConsumer, place: TopicPartition, most: int
    ) -> Sequence[ConsumerRecord[bytes | None, bytes | None]]:
        records = (await consumer.getmany(place, timeout_ms=int(_SILENCE * 1_000), max_records=most)).get(place)
        if not records:
            raise LogUnavailable(f"Kafka topic {self._topic}: nothing came within {_SILENCE:g} s")
        return records

    async def contents(self, partitions: Iterable[int] | None = None) -> Mapping[int, Sequence[KeyedRecord]]:
        numbers = range(self._settings.partitions) if partitions is None else partitions
        places = [TopicPartition(self._topic, number) for number in numbers]
        found: dict[int, dict[str, KeyedRecord]] = {place.partition: {} for place in places}
        async with self._reading(places) as consumer:
            ends, silent = await consumer.end_offsets(places), False
            while any([await consumer.position(place) < ends[place] for place in places]):
                fetched = await consumer.getmany(timeout_ms=1_000, max_records=5_000)
                if not fetched and silent:  # the last ones were compacted away
                    break
                silent = not fetched
                if silent:  # or the brokers are slow: whoever answers this is not
                    await consumer.end_offsets(places)
                for place, records in fetched.items():
                    found[place.partition].update((one.key, one) for one in map(_record, records))
        return {number: [one for one in of.values() if one.value is not None] for number, of in found.items()}

    @asynccontextmanager
    async def _reading(
        self, places: Sequence[TopicPartition], most_bytes: int = _MOST_BYTES
    ) -> AsyncIterator[AIOKafkaConsumer]:
        """A consumer outside of any group, at the beginning of these partitions."""
        consumer = AIOKafkaConsumer(
            **connection(self._settings),
            group_id=None,
            fetch_max_wait_ms=20,
            max_partition_fetch_bytes=most_bytes,
            auto_offset_reset="earliest",
            request_timeout_ms=_REQUEST_TIMEOUT,
        )
        try:
            await consumer.start()
            cluster = await consumer._client.fetch_all_metadata()  # noqa: SLF001 - see reader
            refuse_unless_counted(self._topic, len(cluster.partitions_for_topic(self._topic) or ()), self._settings)
            consumer.assign(list(places))
            await consumer.seek_to_beginning(*places)
            yield consumer
        except KafkaError as error:
            raise unavailable(self._settings, error) from error
        finally:
            await stop(consumer)

    async def close(self) -> None:
        await self._producing.close()


async def _batches(producing: Producing, groups: Sequence[Sequence[KeyedRecord]]) -> AsyncIterator[BatchBuilder]:
    """As few batches as hold the groups, none of which is torn apart unless it is larger than a batch."""
    batch, size = await producing.batch(), 0
    for group in groups:
        weight = sum(len(record.key) * 4 + len(record.value or b"") + 128 for record in group)
        if size and size + weight > _BATCH:
            yield batch
            batch, size = await producing.batch(), 0
        for record in group:
            if not _append(batch, record):
                yield batch
                batch, size = await producing.batch(), 0
                if not _append(batch, record):
                    raise LogUnavailable(f"an entry of {len(record.value or b'')} bytes does not fit into a batch")
        size += weight
    if size:
        yield batch


def _append(batch: BatchBuilder, record: KeyedRecord) -> bool:
    headers = [("claim", _written(record.claim))]
    if record.due is not None:
        headers.append(("due", _written(record.due)))
    if record.expires is not None:
        headers.append(("expires", _written(record.expires)))
    return batch.append(timestamp=None, key=record.key.encode(), value=record.value, headers=headers) is not None


@lru_cache(maxsize=100)
def _written(number: float) -> bytes:
    """One claim stands in every record, and what is stored together mostly expires together."""
    return repr(number).encode()


def _record(read: ConsumerRecord[bytes | None, bytes | None]) -> KeyedRecord:
    claim, due, expires = -1, None, None
    for name, value in read.headers:
        if name == "claim":
            claim = int(value)
        elif name == "due":
            due = float(value)
        elif name == "expires":
            expires = float(value)
    return KeyedRecord((read.key or b"").decode(), read.value, claim, due, expires, read.offset)
