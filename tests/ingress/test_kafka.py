"""The ingress in front of a real Apache Kafka: it answers whatever the broker does."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from switchhook.log import Assigned, Batch, Header, Record
from switchhook.log.kafka import KafkaLog, topics
from switchhook.settings import LogSettings
from tests.kafka import Broker

from .conftest import NAME, Door, running

pytestmark = pytest.mark.kafka


def body(number: int) -> bytes:
    """A notification that says its number."""
    event = b"/restapi/v1.0/account/400/telephony/sessions"
    return b'{"uuid":"%d","event":"%s","body":{"telephonySessionId":"s-1"}}' % (number, event)


async def read_all(settings: LogSettings, count: int) -> list[Record]:
    """The notifications in the topic: `count` of them, and a moment later still no more."""
    log = KafkaLog(settings)
    records: list[Record] = []
    async with asyncio.timeout(90), log.read("check") as reader:
        while len(records) < count:
            event = await reader.next(1.0)
            if isinstance(event, Batch):
                records += [one for one in event.records if Header.SOURCE not in one.headers]
        while isinstance(event := await reader.next(0.3), Batch | Assigned):
            if isinstance(event, Batch):
                records += [one for one in event.records if Header.SOURCE not in one.headers]
    await log.close()
    assert len(records) == count
    return records


async def test_notifications_are_relayed_with_key_and_headers(tmp_path: Path, kafka_settings: LogSettings) -> None:
    """Account, key, bytes, receipt and subscription name arrive in the topic; the journal is empty afterwards."""
    await topics.create(kafka_settings, 1_048_576)
    async with running(tmp_path, log=kafka_settings, acknowledge="log") as door:
        assert (await door.post(body(1))).status == 200
        (record,) = await read_all(kafka_settings, 1)
        assert (record.account, record.key, record.value) == ("400", "s-1", body(1))
        assert record.headers == {"name": str(NAME)}
        assert record.received_at > 1_700_000_000
        await _until_empty(door)


async def test_broker_frozen_at_accept_200s_go_on_relayed_in_order_nothing_twice(
    tmp_path: Path, kafka_settings: LogSettings, broker: Broker
) -> None:
    """Connections stay open and nobody answers on them: the platform notices nothing."""
    await topics.create(kafka_settings, 1_048_576)
    async with running(tmp_path, log=kafka_settings) as door:
        assert (await door.post(body(0))).status == 200
        await _until_empty(door)
        broker.freeze()
        for number in range(1, 40):
            assert (await door.post(body(number))).status == 200
        assert door.ingress.ready() is None
        assert b"switchhook_journal_records 39.0" in door.ingress.render()
        broker.thaw()
        await _until_empty(door)
    assert [record.value for record in await read_all(kafka_settings, 40)] == [body(n) for n in range(40)]


async def test_broker_away_from_the_start(tmp_path: Path, kafka_settings: LogSettings, broker: Broker) -> None:
    """An ingress that starts before its brokers accepts, keeps what it accepted over its own restart, relays later."""
    await topics.create(kafka_settings, 1_048_576)
    broker.kill()
    async with running(tmp_path, log=kafka_settings) as door:
        for number in range(5):
            assert (await door.post(body(number))).status == 200
        assert door.ingress.ready() is None
    async with running(tmp_path, log=kafka_settings) as door:
        assert (await door.post(body(5))).status == 200
        await asyncio.to_thread(broker.start)
        await _until_empty(door)
    assert [record.value for record in await read_all(kafka_settings, 6)] == [body(n) for n in range(6)]


async def _until_empty(door: Door) -> None:
    async with asyncio.timeout(90):
        while b"switchhook_journal_records 0.0" not in door.ingress.render():
            await door.ingress._journal.probe()
