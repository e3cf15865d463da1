"""Dead letters in a Kafka topic of their own, for whoever wants to see them from elsewhere: the last value of an id
counts, and an id without one is settled. What stands in the state store is the truth, this is its picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import structlog

from switchhook.errors import LogUnavailable
from switchhook.log.compacted import CompactedTopic, KeyedRecord
from switchhook.state import Delete, Entry, Put, Table

_log = structlog.get_logger("switchhook.state")


class DeadTopic:
    """Keeps the topic like the table. That it cannot be written stops nothing: the next owner sets it right."""

    def __init__(self, topic: CompactedTopic) -> None:
        self._topic = topic

    async def follow(self, partition: int, changes: Iterable[Put | Delete]) -> None:
        """These changes were made to the state."""
        await self._write(partition, [_record(change) for change in changes if change.table is Table.DEAD])

    async def set_right(self, partition: int, entries: Iterable[Entry]) -> None:
        """These are all dead letters of the partition: a former owner may have died before it wrote them here."""
        try:
            there = {one.key: one.value for one in (await self._topic.contents([partition]))[partition]}
        except LogUnavailable as error:
            _log.warning("the topic of dead letters cannot be read", reason=str(error))
            return
        wanted = {entry.key: entry for entry in entries}
        changes = [KeyedRecord(key, None, -1) for key in there.keys() - wanted.keys()]
        changes += [
            KeyedRecord(key, entry.value, -1, expires=entry.expires)
            for key, entry in wanted.items()
            if there.get(key) != entry.value
        ]
        await self._write(partition, changes)

    async def _write(self, partition: int, records: Sequence[KeyedRecord]) -> None:
        if records:
            try:
                await self._topic.write(partition, [[record] for record in records])
            except LogUnavailable as error:
                _log.warning("dead letters cannot be shown in their topic", reason=str(error))

    async def close(self) -> None:
        """Disconnect."""
        await self._topic.close()


def _record(change: Put | Delete) -> KeyedRecord:
    if isinstance(change, Put):
        return KeyedRecord(change.key, change.value, -1, expires=change.expires)
    return KeyedRecord(change.key, None, -1)
