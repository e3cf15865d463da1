"""What every log promises, run over every store there is."""

from __future__ import annotations

import asyncio

from switchhook.log import Assigned, Batch, Log, NewRecord, Nothing, Reader, Record


def record(number: int, *, account: str = "400", key: str | None = "k") -> NewRecord:
    """A record that says its number."""
    return NewRecord(account, key, b"%d" % number, 1_769_279_052.25 + number, {"name": "400-a-1-1"})


async def assigned(reader: Reader) -> Assigned:
    """The assignment that a reader begins with."""
    while not isinstance(event := await reader.next(10.0), Assigned):
        assert isinstance(event, Nothing)
    return event


async def take(reader: Reader, count: int) -> list[Record]:
    """The next `count` records."""
    records: list[Record] = []
    while len(records) < count:
        event = await reader.next(10.0)
        assert isinstance(event, Batch), event
        records.extend(event.records)
    assert len(records) == count
    return records


def numbers(records: list[Record]) -> list[int]:
    """What the records say."""
    return [int(one.value) for one in records]


async def test_what_is_appended_is_read_with_every_field(log: Log) -> None:
    """Account, key (null and empty ones too), value, receipt and headers come back as they were given."""
    given = [
        NewRecord("400", "s-1", b'{"uuid":"1"}', 1_769_279_052.125, {"name": "400-a-1-1", "replay-of": "0:7"}),
        NewRecord("400", None, b"\x00\xff", 1_769_279_053.5),
        NewRecord("400", "", b"", 0.0, {"source": "Zoë"}),
    ]
    await log.append(given)
    await log.append([])
    async with log.read("group") as reader:
        begun = await assigned(reader)
        records = await take(reader, 3)
    assert [NewRecord(r.account, r.key, r.value, r.received_at, r.headers) for r in records] == given
    assert {one.partition for one in records} <= begun.partitions


async def test_records_of_one_partition_come_in_order(log: Log) -> None:
    """A thousand of one account, appended in many pieces, come as they were appended."""
    for start in range(0, 1_000, 100):
        await log.append([record(n) for n in range(start, start + 100)])
    async with log.read("group") as reader:
        await assigned(reader)
        records = await take(reader, 1_000)
    assert numbers(records) == list(range(1_000))
    assert len({one.partition for one in records}) == 1
    assert [one.offset for one in records] == sorted({one.offset for one in records})


async def test_nothing_comes_after_the_timeout_and_new_records_at_once(log: Log) -> None:
    """An idle reader waits no longer than it was asked to, and wakes for what is appended meanwhile."""
    async with log.read("group") as reader:
        await assigned(reader)
        assert await reader.next(0.01) == Nothing()
        waiting = asyncio.ensure_future(take(reader, 1))
        await log.append([record(1)])
        assert numbers(await waiting) == [1]


async def test_the_next_reader_begins_where_the_group_committed(log: Log) -> None:
    """The committed offset is the next to read; what was read but not committed comes again."""
    await log.append([record(n) for n in range(10)])
    async with log.read("group") as reader:
        begun = await assigned(reader)
        records = await take(reader, 10)
        assert await reader.commit(begun.epoch, {records[6].partition: records[6].offset})
    async with log.read("group") as reader:
        begun = await assigned(reader)
        assert numbers(await take(reader, 4)) == [6, 7, 8, 9]
        assert await reader.commit(begun.epoch, {records[9].partition: records[9].offset + 1})
    await log.append([record(10)])
    async with log.read("group") as reader:
        await assigned(reader)
        assert numbers(await take(reader, 1)) == [10]


async def test_a_commit_of_another_epoch_is_refused(log: Log) -> None:
    """Without an exception, and without effect."""
    await log.append([record(n) for n in range(3)])
    async with log.read("group") as reader:
        begun = await assigned(reader)
        records = await take(reader, 3)
        assert not await reader.commit(begun.epoch - 1, {records[2].partition: records[2].offset + 1})
        assert not await reader.commit(begun.epoch + 1, {records[2].partition: records[2].offset + 1})
        reader.released(begun.epoch + 1)
    assert not await reader.commit(begun.epoch, {records[2].partition: records[2].offset + 1})
    async with log.read("group") as reader:
        await assigned(reader)
        assert numbers(await take(reader, 3)) == [0, 1, 2]


async def test_a_paused_partition_hands_out_nothing_until_resumed(log: Log) -> None:
    """What waits comes after the resumption, in order, nothing lost; pausing what is not ours is no error."""
    async with log.read("group") as reader:
        begun = await assigned(reader)
        reader.pause(begun.partitions | {1_000})
        await log.append([record(n) for n in range(5)])
        assert await reader.next(0.3) == Nothing()
        waiting = asyncio.ensure_future(take(reader, 5))
        reader.resume(begun.partitions | {1_000})
        assert numbers(await waiting) == [0, 1, 2, 3, 4]


async def test_single_records_and_the_newest_can_be_fetched(log: Log) -> None:
    """For people who look: by place, and the newest first; None for what is not there."""
    await log.append([record(n) for n in range(5)])
    newest = await log.recent(3)
    assert numbers(list(newest)) == [4, 3, 2]
    assert await log.fetch(newest[1].partition, newest[1].offset) == newest[1]
    assert await log.fetch(newest[0].partition, newest[0].offset + 1) is None
    assert await log.fetch(1_000, 0) is None


async def test_a_reader_that_reads_is_alive(log: Log) -> None:
    """The fence of a worker compares this with the session's timeout."""
    async with log.read("group") as reader:
        await assigned(reader)
        first = reader.last_alive
        await reader.next(0.01)
        assert reader.last_alive >= first > 0
