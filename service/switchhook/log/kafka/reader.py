"""One member of a Kafka consumer group: aiokafka's callbacks and fetches turned into a Stream.

aiokafka 0.14 has its ways, and this file is where they end:
rebalances are eager (everything is revoked, then assigned anew); an exception in a revoke callback is swallowed; a
cancelled `getmany` leaves a counter wrong for ever, so only one task calls it and nothing cancels that until the end;
a member whose polls pause longer than `max_poll_interval_ms` leaves and never comes back, so that interval is endless
and the broker's session timeout alone decides; `rebalance_timeout_ms` is the session's unless set; the default assignor
is round robin; a commit repeats itself for as long as it takes, under whatever generation there is by then; an error
it does not foresee in a task of its own lets it hang, silent, without an end (`sending` tells of one).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import CommitFailedError, CorruptRecordException, IllegalStateError, KafkaError

from switchhook.clock import Clock
from switchhook.errors import LogCorrupt, LogError, LogUnavailable
from switchhook.log import Assigned, Batch, Nothing, Revoking
from switchhook.log.kafka.closing import stop
from switchhook.log.kafka.connection import connection
from switchhook.log.kafka.errors import unavailable
from switchhook.log.kafka.membership import Membership
from switchhook.log.kafka.records import record_of
from switchhook.log.kafka.topics import refuse_unless_counted
from switchhook.log.stream import Stream
from switchhook.settings import LogSettings

_POLL = 1_000
"""Milliseconds one `getmany` waits."""
_MOST_RECORDS = 1_000
_MOST_WAITING = 4_000
"""Records held ready; beyond it nothing more is asked of the client, which goes on heartbeating."""
_FETCH_WAIT = 20
"""Milliseconds the broker waits for records: a resumed partition has to wait for the fetch under way."""
_COMMIT_WITHIN = 10.0
_LOOK = 1.0
_MARGIN = 10.0
"""Seconds by which a request may take longer than a rebalance, for which a join waits."""
_AGAIN = 1.0
_ENDLESS = 2**31 - 1


class KafkaReader(ConsumerRebalanceListener):
    """Reads a topic as a member of a group."""

    def __init__(self, settings: LogSettings, topic: str, group: str, *, drain: float, clock: Clock) -> None:
        """`drain` is how many seconds the worker gets to release a revoked epoch."""
        self._settings = settings
        self._topic = topic
        self._group = group
        self._drain = drain
        self._clock = clock
        self._stream = Stream()
        self._changed = asyncio.Event()
        self._room = asyncio.Event()
        self._released = asyncio.Event()
        self._trouble: LogError | None = None
        self._consumer: AIOKafkaConsumer | None = None
        self._membership = Membership(clock)
        self._rebalance = max(drain + 5.0, settings.session_timeout)
        self._patience = self._rebalance + settings.session_timeout + _MARGIN
        self._commits: set[asyncio.Task[None]] = set()
        self._pump = asyncio.create_task(self._run())

    @property
    def last_alive(self) -> float:
        return self._membership.last_proved

    async def next(self, timeout: float) -> Batch | Assigned | Revoking | Nothing:
        expired = False

        def expire() -> None:
            # Not a look at the clock when woken: an event loop may fire a timer a moment early, and only once.
            nonlocal expired
            expired = True
            self._changed.set()

        timer = self._clock.call_later(timeout, expire)
        try:
            while True:
                self._changed.clear()
                event = self._stream.take()
                if event is not None:
                    self._room.set()
                    return event
                if self._trouble is not None:
                    trouble, self._trouble = self._trouble, None
                    raise trouble
                if expired:
                    return Nothing()
                await self._changed.wait()
        finally:
            timer.cancel()

    def current(self, epoch: int) -> bool:
        return self._stream.current(epoch)

    def released(self, epoch: int) -> None:
        self._stream.release(epoch)
        self._released.set()

    async def commit(self, epoch: int, offsets: Mapping[int, int]) -> bool:
        consumer = self._consumer
        if not self._stream.current(epoch) or consumer is None:
            return False
        places = {TopicPartition(self._topic, partition): offset for partition, offset in offsets.items()}
        task = asyncio.create_task(consumer.commit(places))
        self._commits.add(task)
        try:
            done, _ = await asyncio.wait({task}, timeout=_COMMIT_WITHIN)
        finally:
            self._commits.discard(task)
            task.cancel()
        if not done:
            raise LogUnavailable(f"Kafka did not answer a commit within {_COMMIT_WITHIN} s: check that the brokers run")
        return self._committed(task)

    def _committed(self, task: asyncio.Task[None]) -> bool:
        try:
            task.result()
        except (CommitFailedError, IllegalStateError, asyncio.CancelledError):
            return False
        except KafkaError as error:
            raise unavailable(self._settings, error) from error
        return True

    def pause(self, partitions: frozenset[int]) -> None:
        ours = self._stream.pause(partitions)
        self._tell(AIOKafkaConsumer.pause, ours)

    def resume(self, partitions: frozenset[int]) -> None:
        ours = self._stream.resume(partitions)
        self._tell(AIOKafkaConsumer.resume, ours)
        self._changed.set()

    def _tell(self, act: Any, partitions: frozenset[int]) -> None:
        if self._consumer is not None:
            for partition in partitions:
                with contextlib.suppress(IllegalStateError):  # revoked a moment ago: there is nothing to pause
                    act(self._consumer, TopicPartition(self._topic, partition))

    async def on_partitions_revoked(self, revoked: object) -> None:
        """Aiokafka calls this before it joins again; while it lasts, this member stays a member."""
        lost = self._consumer is None or self._membership.lost(self._consumer)
        deadline = self._clock.monotonic() + (0.0 if lost else self._drain)
        epoch = self._stream.revoking(deadline)
        if epoch is None:
            return
        self._changed.set()
        await self._until_released(epoch, deadline)
        self._stream.release(epoch)
        # A commit still under way would repeat itself under the next generation, for partitions that are not ours then.
        for task in tuple(self._commits):
            task.cancel()
        if self._commits:
            await asyncio.wait(self._commits)

    async def _until_released(self, epoch: int, deadline: float) -> None:
        timer = self._clock.call_later(deadline - self._clock.monotonic(), self._released.set)
        try:
            while not self._stream.released(epoch) and self._clock.monotonic() < deadline:
                self._released.clear()
                await self._released.wait()
        finally:
            timer.cancel()

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """Aiokafka calls this once it knows what is ours."""
        self._stream.assigned(place.partition for place in assigned)
        self._changed.set()

    async def _run(self) -> None:
        """Consume; after an error that the client does not get over, begin anew as a new member.

        Whatever kind of error it is: a reader that ends in silence is a worker that stands still for ever.
        """
        while True:
            try:
                try:
                    await self._consume()
                finally:
                    await self._leave()
            except CorruptRecordException as error:
                self._trouble = LogCorrupt(f"Kafka topic {self._topic} holds a record that cannot be read: {error}")
            except LogUnavailable as error:
                self._trouble = error
            except Exception as error:  # noqa: BLE001 - see above
                self._trouble = unavailable(self._settings, error)
            self._stream.revoking(self._clock.monotonic())
            self._stream.release(self._stream.epoch)  # the group was left: nobody waits for what the worker still does
            self._changed.set()
            await self._clock.sleep(_AGAIN)

    async def _consume(self) -> None:
        consumer = self._consumer = self._client()
        await consumer.start()
        cluster = await consumer._client.fetch_all_metadata()  # noqa: SLF001 - `partitions_for_topic` knows only what is read
        refuse_unless_counted(self._topic, len(cluster.partitions_for_topic(self._topic) or ()), self._settings)
        self._membership.watch(consumer)
        consumer.subscribe([self._topic], listener=self)
        reading = asyncio.create_task(self._read(consumer))
        try:
            await self._watch(reading)
        finally:
            reading.cancel()

    async def _watch(self, reading: asyncio.Task[None]) -> None:
        """Return when the reading has failed, by its error; or when the group has been silent for longer than any
        rebalance takes: a client may hang for ever over a broker that was away, and its partitions with it.

        Looks are counted, not seconds: a process that was frozen has not listened in vain.
        """
        silent, proved = 0, self._membership.last_proved
        while not reading.done():
            await asyncio.wait({reading}, timeout=_LOOK)
            silent = silent + 1 if self._membership.last_proved == proved else 0
            proved = self._membership.last_proved
            if silent * _LOOK > self._patience:
                raise LogUnavailable(f"the group has not been heard for {self._patience:.0f} s: joining it anew")
        reading.result()

    async def _read(self, consumer: AIOKafkaConsumer) -> None:
        while True:
            fetched = await consumer.getmany(timeout_ms=_POLL, max_records=_MOST_RECORDS)
            for place, records in fetched.items():
                self._stream.fetched(place.partition, [record_of(record) for record in records])
            if fetched:
                self._changed.set()
            while self._stream.waiting >= _MOST_WAITING:
                self._room.clear()
                await self._room.wait()

    def _client(self) -> AIOKafkaConsumer:
        session, rebalance = int(self._settings.session_timeout * 1_000), int(self._rebalance * 1_000)
        return AIOKafkaConsumer(
            **connection(self._settings),
            group_id=self._group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            partition_assignment_strategy=(RangePartitionAssignor,),
            session_timeout_ms=session,
            heartbeat_interval_ms=max(session // 4, 100),
            rebalance_timeout_ms=rebalance,
            max_poll_interval_ms=_ENDLESS,
            request_timeout_ms=rebalance + int(_MARGIN * 1_000),
            fetch_max_wait_ms=_FETCH_WAIT,
        )

    async def _leave(self) -> None:
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            await stop(consumer)

    async def close(self) -> None:
        """Leave the group."""
        self._stream.revoking(self._clock.monotonic())
        self._stream.release(self._stream.epoch)
        self._released.set()
        self._pump.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._pump
