"""Appending to a topic: idempotent, acknowledged by all replicas, in order per partition."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from aiokafka.errors import KafkaError

from switchhook.log import NewRecord, partition_of
from switchhook.log.kafka.errors import unavailable
from switchhook.log.kafka.producing import Producing
from switchhook.log.kafka.records import headers_of
from switchhook.settings import LogSettings

_BATCH = 512 * 1024


class Writer:
    """Appends to one topic."""

    def __init__(self, settings: LogSettings, topic: str, *, patience: float | None) -> None:
        """`patience` is how many seconds an append may take; None: as long as it takes, which never stores twice."""
        self._settings = settings
        self._topic = topic
        self._patience = patience
        self._producing = Producing(settings, _BATCH)
        self._counted = False

    async def append(self, records: Sequence[NewRecord]) -> None:
        """As `Log.append`. After LogUnavailable some records may be stored, or may still be stored a moment later."""
        parts: dict[int, list[NewRecord]] = {}
        for record in records:
            parts.setdefault(partition_of(record.account, self._settings.partitions), []).append(record)
        try:
            async with asyncio.timeout(self._patience):
                if not self._counted:  # an account in another partition than its state's would be lost to its worker
                    await self._producing.check_count(self._topic)
                    self._counted = True
                await asyncio.gather(*(self._put(partition, some) for partition, some in parts.items()))
        except TimeoutError:
            late = TimeoutError(f"nothing was acknowledged within {self._patience} s: check that the brokers run")
            raise unavailable(self._settings, late) from None
        except KafkaError as error:
            await self.close()
            raise unavailable(self._settings, error) from error

    async def _put(self, partition: int, records: Sequence[NewRecord]) -> None:
        """One batch after the other: after an error, what is stored is a beginning of the records."""
        left = list(reversed(records))
        while left:
            batch = await self._producing.batch()
            while left:
                record = left[-1]
                key = None if record.key is None else record.key.encode()
                moment = max(int(record.received_at * 1_000), 0)
                headers = headers_of(record)
                if batch.append(key=key, value=record.value, timestamp=moment, headers=headers) is None:
                    break
                left.pop()
            await self._producing.store(batch, self._topic, partition)

    async def close(self) -> None:
        """Give up what is not acknowledged, and disconnect."""
        await self._producing.close()
