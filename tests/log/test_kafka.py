"""The Kafka log beyond the contract: members that come and go, brokers that die and freeze, topics."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace

import aiokafka.consumer.subscription_state
import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from switchhook.clock import SystemClock, Timer
from switchhook.errors import LogUnavailable
from switchhook.log import Assigned, Batch, Log, NewRecord, Nothing, Reader, Record, Revoking, partition_of
from switchhook.log.compacted import KeyedRecord
from switchhook.log.kafka import KafkaLog, topics
from switchhook.log.kafka.compacted import KafkaCompactedTopic
from switchhook.log.kafka.reader import KafkaReader
from switchhook.settings import LogSettings
from tests.kafka import Broker

from .conftest import kafka_log

pytestmark = pytest.mark.kafka

BODY_LIMIT = 1_048_576


def account_of(partition: int, partitions: int = 4) -> str:
    """Some account that lives in that partition."""
    return next(str(one) for one in range(1_000) if partition_of(str(one), partitions) == partition)


def record(number: int, partition: int = 0) -> NewRecord:
    """A record that says its number."""
    return NewRecord(account_of(partition), "k", b"%d" % number, float(number))


class Member:
    """Follows a reader's stream as a worker would, releasing at once what is revoked unless told otherwise."""

    def __init__(self, reader: Reader, *, releases: bool = True) -> None:
        self.reader = reader
        self.releases = releases
        self.epoch = 0
        self.owned: frozenset[int] = frozenset()
        self.records: list[Record] = []
        self.of_this_epoch: list[Record] = []
        self.events: list[Assigned | Revoking] = []

    async def turn(self, timeout: float = 0.2) -> None:
        """Take one thing."""
        match await self.reader.next(timeout):
            case Assigned(epoch, partitions) as event:
                self.epoch, self.owned, self.of_this_epoch = epoch, partitions, []
                self.events.append(event)
            case Revoking(epoch, _) as event:
                self.owned = frozenset()
                self.events.append(event)
                if self.releases:
                    self.reader.released(epoch)
            case Batch(epoch, records):
                assert epoch == self.epoch, "a record of an ended epoch"
                assert {one.partition for one in records} <= self.owned, "a record of a partition that is not ours"
                self.records.extend(records)
                self.of_this_epoch.extend(records)
            case Nothing():
                pass

    def numbers(self) -> list[int]:
        """What was read, in order."""
        return [int(one.value) for one in self.records]


async def until(true, *members: Member) -> None:
    """Let the members take turns until `true()`."""
    async with asyncio.timeout(90):
        while not true():
            await asyncio.gather(*(member.turn() for member in members))


async def test_two_members_share_the_partitions_and_one_takes_over(kafka_settings: LogSettings) -> None:
    """What was committed before the hand-over is not read again, what was not is; nothing is lost."""
    async with kafka_log(kafka_settings) as log, log.read("group") as first_reader:
        first = Member(first_reader)
        await until(lambda: first.owned, first)
        assert first.owned == {0, 1, 2, 3}
        await log.append([record(n, n % 4) for n in range(40)])
        await until(lambda: len(first.records) == 40, first)
        assert await first_reader.commit(first.epoch, dict.fromkeys(range(4), 5))
        async with log.read("group") as second_reader:
            second = Member(second_reader)
            await until(lambda: len(first.owned) == len(second.owned) == 2, first, second)
            assert first.owned | second.owned == {0, 1, 2, 3}
            await until(lambda: len(first.records) + len(second.records) == 60, first, second)
            assert sorted([*first.numbers()[40:], *second.numbers()]) == list(range(20, 40))
        await until(lambda: len(first.owned) == 4, first)
        assert [type(event) for event in first.events] == [Assigned, Revoking] * 2 + [Assigned]


async def test_ack_after_revoke_and_partition_back_the_old_ack_must_not_move_the_new_frontier(
    kafka_settings: LogSettings,
) -> None:
    """A commit of an epoch that ended is refused, also when the same partitions are ours again."""
    async with kafka_log(kafka_settings) as log, log.read("group") as reader:
        member = Member(reader)
        await log.append([record(n) for n in range(10)])
        await until(lambda: len(member.records) == 10, member)
        old = member.epoch
        async with log.read("group") as other:
            visitor = Member(other)
            await until(lambda: visitor.owned, member, visitor)
        await until(lambda: len(member.owned) == 4, member)
        assert member.epoch > old
        assert not await reader.commit(old, {0: 10})
        await until(lambda: len(member.records) >= 20, member)
        assert member.numbers()[-10:] == list(range(10))


async def test_partition_away_and_back_twice(kafka_settings: LogSettings) -> None:
    """Every epoch begins with an assignment, ends with a revocation and has a number of its own."""
    async with kafka_log(kafka_settings) as log, log.read("group") as reader:
        member = Member(reader)
        await until(lambda: member.owned, member)
        for _ in range(2):
            async with log.read("group") as other:
                visitor = Member(other)
                await until(lambda v=visitor: v.owned and member.owned, member, visitor)
            await until(lambda: len(member.owned) == 4, member)
        epochs = [event.epoch for event in member.events if isinstance(event, Assigned)]
        assert epochs == sorted(set(epochs))
        for before, after in zip(member.events, member.events[1:], strict=False):
            assert isinstance(before, Revoking) != isinstance(after, Revoking)
            assert isinstance(after, Assigned) or before.epoch == after.epoch


async def test_prefetched_record_of_the_old_generation_never_handled(kafka_settings: LogSettings) -> None:
    """What was fetched ahead and not taken before a rebalance is dropped, and read anew by whoever owns it then."""
    async with kafka_log(kafka_settings) as log, log.read("group") as reader:
        member = Member(reader)
        await until(lambda: member.owned, member)
        await log.append([record(n, 3) for n in range(2_000)])
        await until(lambda: member.records, member)
        assert len(member.records) < 2_000
        async with log.read("group") as other:
            visitor = Member(other)
            await until(lambda: visitor.owned and member.owned, member, visitor)
            owner = member if 3 in member.owned else visitor
            await until(lambda: len(owner.of_this_epoch) == 2_000, member, visitor)
            assert [int(one.value) for one in owner.of_this_epoch] == list(range(2_000))


async def test_a_rebalance_waits_for_the_worker_to_release(kafka_settings: LogSettings) -> None:
    """As long as it drains, nobody else gets its partitions, and its commits count; at the deadline it is over."""
    async with kafka_log(kafka_settings, drain=3.0) as log, log.read("group") as reader:
        member = Member(reader, releases=False)
        await log.append([record(n) for n in range(10)])
        await until(lambda: len(member.records) == 10, member)
        async with log.read("group") as other:
            visitor = Member(other)
            await until(lambda: isinstance(member.events[-1], Revoking), member, visitor)
            assert not visitor.owned
            assert await reader.commit(member.epoch, {0: 10})
            ended = member.epoch
            await until(lambda: visitor.owned, member, visitor)
            assert not await reader.commit(ended, {0: 3})
            await until(lambda: member.owned, member, visitor)
        assert member.numbers() == list(range(10))


async def test_rebalances_in_a_storm_lose_nothing(kafka_settings: LogSettings) -> None:
    """Members come and go while records come in: each is read, commits never being ahead of what was read."""
    async with kafka_log(kafka_settings) as log, log.read("group") as reader:
        member = Member(reader)
        seen: set[int] = set()
        written = 0

        async def write_and_read(*members: Member) -> None:
            nonlocal written
            await log.append([record(n, n % 4) for n in range(written, written + 40)])
            written += 40
            await asyncio.gather(*(one.turn() for one in members))
            for one in members:
                seen.update(one.numbers())
                await _commit_what_was_read(one)

        for _ in range(4):
            async with log.read("group") as other:
                visitor = Member(other)
                for _ in range(4):
                    await write_and_read(member, visitor)
        await until(lambda: len(seen | set(member.numbers())) == written, member)


async def _commit_what_was_read(member: Member) -> None:
    ends: dict[int, int] = {}
    for one in member.records:
        if one.partition in member.owned:
            ends[one.partition] = max(ends.get(one.partition, 0), one.offset + 1)
    if ends:
        await member.reader.commit(member.epoch, ends)


async def test_commit_fails_with_a_generation_error_consumption_goes_on(kafka_settings: LogSettings) -> None:
    """The broker forgot this member: the commit is refused, not raised, and the member joins anew and reads on."""
    async with kafka_log(kafka_settings) as log, log.read("group") as reader:
        member = Member(reader)
        await log.append([record(n) for n in range(5)])
        await until(lambda: len(member.records) == 5, member)
        assert isinstance(reader, KafkaReader)
        reader._consumer._coordinator.generation += 7
        forgotten = asyncio.get_running_loop().time()
        assert not await reader.commit(member.epoch, {0: 5})
        assert reader.last_alive < forgotten, "a refusal proves no membership"
        first = member.epoch
        await until(lambda: member.epoch > first, member)
        revoked = [event for event in member.events if isinstance(event, Revoking)]
        assert len(revoked) == 1
        await until(lambda: len(member.records) == 10, member)
        assert await reader.commit(member.epoch, {0: 5})


async def test_whatever_ends_the_client_a_new_one_begins_and_what_was_assigned_is_over(
    kafka_settings: LogSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No kind of error ends reading in silence; who has left the group no longer passes for the owner of anything."""
    async with kafka_log(kafka_settings) as log, log.read("group") as reader:
        member = Member(reader)
        await log.append([record(1)])
        await until(lambda: len(member.records) == 1, member)
        first, real = member.epoch, AIOKafkaConsumer.getmany

        async def fail(*_arguments: object, **_options: object) -> None:
            monkeypatch.setattr(AIOKafkaConsumer, "getmany", real)
            raise ZeroDivisionError

        monkeypatch.setattr(AIOKafkaConsumer, "getmany", fail)
        with pytest.raises(LogUnavailable, match="ZeroDivisionError"):
            await until(lambda: False, member)
        assert not reader.current(first)
        await until(lambda: member.epoch > first and len(member.records) == 2, member)


async def test_contents_are_whole_although_the_brokers_are_slow(
    kafka_settings: LogSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fetch that brings nothing in its time is no end of the topic."""
    async with kafka_log(kafka_settings):
        topic = KafkaCompactedTopic(kafka_settings, "state")
        await topic.write(0, [[KeyedRecord("a", b"1", 0)], [KeyedRecord("b", b"2", 0)]])
        real, empty = AIOKafkaConsumer.getmany, 1

        async def slow(consumer: AIOKafkaConsumer, **options: object) -> object:
            nonlocal empty
            empty -= 1
            return {} if empty >= 0 else await real(consumer, **options)

        monkeypatch.setattr(AIOKafkaConsumer, "getmany", slow)
        contents = await topic.contents([0])
        assert [(one.key, one.value) for one in contents[0]] == [("a", b"1"), ("b", b"2")]
        await topic.close()


async def test_a_client_that_hangs_is_replaced_by_a_new_one(
    kafka_settings: LogSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen once after a broker had died: polls return, commits do not, the group is silent, and no error is raised."""
    async with kafka_log(kafka_settings) as log, log.read("group") as reader:
        member = Member(reader)
        await log.append([record(1)])
        await until(lambda: len(member.records) == 1, member)
        first = member.epoch
        assert isinstance(reader, KafkaReader)
        assert reader._consumer is not None

        async def hang(_request: object) -> None:
            await asyncio.Event().wait()

        patient, reader._patience = reader._patience, 0.1
        monkeypatch.setattr("switchhook.log.kafka.reader._LOOK", 0.1)
        reader._consumer._coordinator._send_req = hang
        with pytest.raises(LogUnavailable, match="has not been heard for"):
            await until(lambda: False, member)
        reader._patience = patient
        assert not reader.current(first)
        await until(lambda: member.epoch > first and len(member.records) == 2, member)


async def test_standby_worker_takes_over_after_10_min_idle(
    kafka_settings: LogSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A member without partitions, whose client believes that nobody asked it for ten minutes, still takes over."""
    settings = kafka_settings.model_copy(update={"partitions": 1})
    async with kafka_log(settings) as log, log.read("group") as standby_reader:
        standby = Member(standby_reader)
        await until(lambda: standby.owned, standby)
        async with log.read("group") as active_reader:
            active = Member(active_reader)
            await until(lambda: len(active.events) and len(standby.events) == 3, active, standby)
            idle, busy = (standby, active) if not standby.owned else (active, standby)
            assert busy.owned == {0}
            _ten_minutes_pass(monkeypatch)
            await idle.turn(2.0)
            if busy is standby:  # the one that stays inside the outer block must be the idle one
                idle, busy = busy, idle
        await until(lambda: standby.owned, standby)


def _ten_minutes_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    real = aiokafka.consumer.subscription_state.time.monotonic
    later = SimpleNamespace(monotonic=lambda: real() + 600.0)
    monkeypatch.setattr(aiokafka.consumer.subscription_state, "time", later)


async def test_membership_is_proved_by_the_broker_and_by_nothing_else(
    kafka_settings: LogSettings, broker: Broker
) -> None:
    """`last_alive` moves with heartbeats; while the broker is frozen it stands still, however often we poll."""
    async with kafka_log(kafka_settings) as log, log.read("group") as reader:
        member = Member(reader)
        await until(lambda: member.owned, member)
        assigned = reader.last_alive
        assert assigned > 0
        await until(lambda: reader.last_alive > assigned, member)
        broker.freeze()
        frozen = asyncio.get_running_loop().time()
        for _ in range(10):
            await member.turn(0.1)
        assert reader.last_alive <= frozen
        broker.thaw()
        await until(lambda: reader.last_alive > frozen, member)


async def test_a_worker_that_takes_nothing_for_10_min_stays_a_member(
    kafka_settings: LogSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything is full and nothing is fetched any more: the client must not leave the group behind our back."""
    async with kafka_log(kafka_settings) as log, log.read("group") as reader:
        member = Member(reader)
        await until(lambda: member.owned, member)
        await log.append([record(n) for n in range(6_000)])
        await until(lambda: member.records, member)
        assert isinstance(reader, KafkaReader)
        async with asyncio.timeout(60):
            while reader._stream.waiting < 4_000:
                await asyncio.wait({reader._pump}, timeout=0.05)
        _ten_minutes_pass(monkeypatch)
        heartbeats = {reader.last_alive}
        async with asyncio.timeout(60):
            while len(heartbeats) < 4:
                await asyncio.wait({reader._pump}, timeout=0.05)
                heartbeats.add(reader.last_alive)
        assert await reader.commit(member.epoch, {0: 1})
        await until(lambda: len(member.records) == 6_000, member)
        assert len(member.events) == 1


async def test_broker_killed_and_started_again(
    kafka_settings: LogSettings, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A patient writer waits and stores once, in order; an impatient one and a commit say what is wrong; a reader reads
    on.
    """
    monkeypatch.setattr("switchhook.log.kafka.reader._COMMIT_WITHIN", 0.5)
    async with kafka_log(kafka_settings, patience=None) as log, log.read("group") as reader:
        member = Member(reader)
        impatient = KafkaLog(kafka_settings, patience=0.5)
        await log.append([record(n) for n in range(10)])
        await impatient.append([record(10)])
        await until(lambda: len(member.records) == 11, member)
        broker.kill()
        waiting = asyncio.ensure_future(log.append([record(n) for n in range(11, 20)]))
        with pytest.raises(LogUnavailable, match=r"127\.0\.0\.1:\d+.*check that the brokers run"):
            await impatient.append([record(11)])
        with pytest.raises(LogUnavailable, match=r"check that the brokers run"):
            await reader.commit(member.epoch, {0: 11})
        assert not waiting.done()
        await impatient.close()
        await asyncio.to_thread(broker.start)
        await waiting
        await until(lambda: 19 in member.numbers(), member)
        assert await _stored(log, 20) == list(range(20))


async def test_broker_frozen_while_records_are_appended(
    kafka_settings: LogSettings, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Longer than a request waits for its answer: the request is sent again, and stored once."""
    monkeypatch.setattr("switchhook.log.kafka.producing._REQUEST_TIMEOUT", 1_000)
    async with kafka_log(kafka_settings, patience=None) as log:
        await log.append([record(n) for n in range(10)])
        broker.freeze()
        waiting = asyncio.ensure_future(log.append([record(n) for n in range(10, 20)]))
        await asyncio.wait({waiting}, timeout=3.0)
        assert not waiting.done()
        broker.thaw()
        await waiting
        assert await _stored(log, 20) == list(range(20))


async def test_the_largest_body_fits(kafka_settings: LogSettings) -> None:
    """`max.message.bytes` follows the body limit: what the ingress accepts, Kafka takes."""
    async with kafka_log(kafka_settings) as log, log.read("group") as reader:
        member = Member(reader)
        large = NewRecord(account_of(0), "k" * 100, b"x" * BODY_LIMIT, 0.0, {"name": "400-main-1-1"})
        await log.append([record(0), large, record(1)])
        await until(lambda: len(member.records) == 3, member)
        assert member.records[1].value == large.value


async def test_topics_are_made_as_they_should_be_and_checked(kafka_settings: LogSettings) -> None:
    """Made once, found well; a second time nothing is done."""
    names = [f"{kafka_settings.prefix}{name}" for name in ("notifications", "state", "dead-letters")]
    missing = await topics.check(kafka_settings, BODY_LIMIT)
    assert missing == [f"{name} is missing: run `switchhook topics create`" for name in names]
    done = await topics.create(kafka_settings, BODY_LIMIT)
    assert done == [f"{name}: made with 4 partitions, replication 1" for name in names]
    assert await topics.create(kafka_settings, BODY_LIMIT) == []
    assert await topics.check(kafka_settings, BODY_LIMIT) == []


async def test_topics_follow_the_body_limit(kafka_settings: LogSettings) -> None:
    """A higher limit needs larger messages: `check` says so and `create` raises them."""
    await topics.create(kafka_settings, BODY_LIMIT)
    problems = await topics.check(kafka_settings, 4 * BODY_LIMIT)
    assert len(problems) == 3
    assert "ingress.body_limit needs" in problems[0]
    assert len(await topics.create(kafka_settings, 4 * BODY_LIMIT)) == 3
    assert await topics.check(kafka_settings, 4 * BODY_LIMIT) == []
    assert await topics.check(kafka_settings, BODY_LIMIT) == []


async def test_a_topic_that_forgets_removals_too_soon_is_a_problem(kafka_settings: LogSettings) -> None:
    """A worker that comes back to its cache within half a day must hear of them; what is kept longer is well."""
    await topics.create(kafka_settings, BODY_LIMIT)
    state = kafka_settings.prefix + topics.STATE
    admin = AIOKafkaAdminClient(bootstrap_servers=list(kafka_settings.brokers))
    await admin.start()

    async def keep(milliseconds: int) -> list[str]:
        configs = {"cleanup.policy": "compact", "delete.retention.ms": str(milliseconds)}
        configs["max.message.bytes"] = str(2 * BODY_LIMIT)
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, state, configs)])
        return await topics.check(kafka_settings, BODY_LIMIT)

    try:
        (problem,) = await keep(60_000)
        assert problem.startswith(f"{state} has delete.retention.ms 60000, 86400000 is needed")
        assert await keep(2 * 86_400_000) == []
    finally:
        await admin.close()


async def test_a_changed_number_of_partitions_is_refused(kafka_settings: LogSettings) -> None:
    """With the reason; and nothing is changed."""
    await topics.create(kafka_settings, BODY_LIMIT)
    other = kafka_settings.model_copy(update={"partitions": 8})
    assert await topics.create(other, BODY_LIMIT) == []
    problems = await topics.check(other, BODY_LIMIT)
    assert len(problems) == 3
    assert "move accounts away from their state" in problems[0]


async def test_equal_counts_are_asserted_by_whoever_reads_or_writes(kafka_settings: LogSettings) -> None:
    """Ingress, worker and state refuse topics of another number of partitions, with the reason, and touch nothing."""
    await topics.create(kafka_settings, BODY_LIMIT)
    other = kafka_settings.model_copy(update={"partitions": 8})
    log = KafkaLog(other)
    with pytest.raises(LogUnavailable, match=r"has 4 partitions and the settings say 8"):
        await log.append([record(0)])
    async with log.read("group") as reader:
        with pytest.raises(LogUnavailable, match=r"move accounts away from their state"):
            await reader.next(30.0)
    await log.close()
    state = KafkaCompactedTopic(other, topics.STATE)
    with pytest.raises(LogUnavailable, match=r"has 4 partitions and the settings say 8"):
        await state.contents([0])
    async with kafka_log(kafka_settings) as right:
        assert await right.recent(10) == []


async def test_risky_replication_is_a_problem_unless_it_is_meant(kafka_settings: LogSettings) -> None:
    """One broker's disk holds everything: fine for whoever says so."""
    await topics.create(kafka_settings, BODY_LIMIT)
    careful = kafka_settings.model_copy(update={"single_broker": False})
    problems = await topics.check(careful, BODY_LIMIT)
    assert len(problems) == 6
    assert "has 1 replicas" in problems[0]
    assert "min.insync.replicas 1" in problems[1]


async def test_too_few_brokers_for_the_replication_is_said(kafka_settings: LogSettings) -> None:
    """The brokers' own reason comes through."""
    settings = kafka_settings.model_copy(update={"replication": 3})
    with pytest.raises(LogUnavailable, match=r"cannot be made"):
        await topics.create(settings, BODY_LIMIT)


async def test_a_missing_topic_is_said_and_not_waited_for_silently(kafka_settings: LogSettings) -> None:
    """A worker without a topic would stand by for ever; it says what to do instead."""
    log = KafkaLog(kafka_settings)
    async with log.read("group") as reader:
        with pytest.raises(LogUnavailable, match=r"topics create"):
            await reader.next(20.0)
    await log.close()


async def test_no_broker_is_said(kafka_settings: LogSettings) -> None:
    """Every way to the log says so when nobody listens."""
    settings = kafka_settings.model_copy(update={"brokers": ("127.0.0.1:1",)})
    log = KafkaLog(settings, patience=2.0)
    with pytest.raises(LogUnavailable, match=r"127\.0\.0\.1:1"):
        await log.append([record(1)])
    with pytest.raises(LogUnavailable, match=r"127\.0\.0\.1:1"):
        await log.recent(1)
    with pytest.raises(LogUnavailable, match=r"127\.0\.0\.1:1"):
        await topics.check(settings, BODY_LIMIT)
    async with log.read("group") as reader:
        with pytest.raises(LogUnavailable, match=r"127\.0\.0\.1:1"):
            await reader.next(20.0)
    await log.close()


async def _stored(log: Log, count: int) -> list[int]:
    async with log.read("check") as reader:
        member = Member(reader)
        await until(lambda: len(member.records) >= count, member)
        await member.turn(0.3)
        return member.numbers()


class EarlyClock(SystemClock):
    """Timers fire a moment early, as those of an event loop with a coarse clock do."""

    def call_later(self, seconds: float, callback: Callable[[], object]) -> Timer:
        return super().call_later(seconds * 0.9, callback)


async def test_a_timer_that_fires_early_does_not_leave_the_worker_waiting_for_ever(kafka_settings: LogSettings) -> None:
    """With nothing to read, `next` returns all the same: else a stop would never be noticed."""
    await topics.create(kafka_settings, BODY_LIMIT)
    log = KafkaLog(kafka_settings, clock=EarlyClock())
    try:
        async with log.read("group") as reader, asyncio.timeout(60):
            while not isinstance(await reader.next(0.2), Assigned):
                pass
            for _ in range(3):
                assert isinstance(await reader.next(0.05), Nothing)
    finally:
        await log.close()
