"""A compacted topic in memory."""

from __future__ import annotations

import asyncio

from switchhook.errors import LogUnavailable


class ModelTopic:
    """`CompactedTopic`: partitions as lists; `away` makes it refuse, `forgets_to_answer` store and fail, `hold` wait (a
    write that begins meanwhile); `compact` drops what was overwritten.
    """

    def __init__(self):
        self.partitions = {}
        self.ends = {}
        self.away = False
        self.writes = 0
        self.hold = None
        self.read_records = 0
        self.forgets_to_answer = False

    async def write(self, partition, groups):
        hold = self.hold
        await asyncio.sleep(0)
        if hold is not None:
            await hold.wait()
        if self.away:
            raise LogUnavailable("the model is away")
        self.writes += 1
        records = self.partitions.setdefault(partition, [])
        for group in groups:
            for record in group:
                end = self.ends.get(partition, 0)
                records.append(record._replace(offset=end))
                self.ends[partition] = end + 1
        if self.forgets_to_answer:
            raise LogUnavailable("the answer was lost")
        return self.ends.get(partition, 0)

    async def at(self, partition, offset):
        if self.away:
            raise LogUnavailable("the model is away")
        return next((one for one in self.partitions[partition] if one.offset == offset), None)

    async def read(self, partition, offset=0):
        if self.away:
            raise LogUnavailable("the model is away")
        position = offset if offset <= self.ends.get(partition, 0) else 0
        while True:
            records = [one for one in self.partitions.get(partition, []) if one.offset >= position][:7]
            if not records:
                raise LogUnavailable("nothing more comes")
            self.read_records += len(records)
            yield records
            position = records[-1].offset + 1

    async def contents(self, partitions=None):
        if self.away:
            raise LogUnavailable("the model is away")
        numbers = self.partitions if partitions is None else partitions
        return {
            number: [
                one
                for one in {record.key: record for record in self.partitions.get(number, [])}.values()
                if one.value is not None
            ]
            for number in numbers
        }

    def compact(self, partition):
        """Keep the last record of each key, and no tombstones."""
        records = self.partitions.get(partition, [])
        last = {record.key: record.offset for record in records}
        self.partitions[partition] = [
            record for record in records if last[record.key] == record.offset and record.value is not None
        ]

    async def close(self):
        pass
