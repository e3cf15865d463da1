"""Delivery of notifications to webhooks: parallel, sent in order, three seconds each, and the blacklist."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

import orjson

from switchhook.simulator.addresses import absolute
from switchhook.simulator.clock import Clock, stamp
from switchhook.simulator.faults import SLOW, Faults
from switchhook.simulator.filters import EventFilter
from switchhook.simulator.identifiers import Identifiers
from switchhook.simulator.occurrences import Occurrence
from switchhook.simulator.outbox import afterwards
from switchhook.simulator.subscription import Subscription
from switchhook.simulator.subscriptions import Subscriptions
from switchhook.simulator.webhook import Answer, Webhooks


@dataclass(slots=True)
class Policy:
    """What nobody documents about delivery: each a knob."""

    time_limit: float = 3.0
    """Seconds for the whole answer of a webhook (RingCentral guide: creating webhooks; 1.0 before 2021)."""
    parallel: int = 8
    """Deliveries of one subscription under way at once."""
    redeliveries: int = 0
    blacklist_after: float = 600.0
    """Seconds of nothing but failures after which a subscription is blacklisted ..."""
    blacklist_least: int = 3
    """... if there were at least so many."""
    recover_every: float = 0.0
    """Seconds between tries to take a webhook off the blacklist; 0: never (a maintainer spoke of 900 in 2018)."""
    latency: float = 0.0
    """Seconds between an occurrence and its delivery (20 to 150 ms in real streams) ..."""
    jitter: float = 0.0
    """... and up to so many more, by chance."""


@dataclass(slots=True)
class Delivered:
    """What became of one attempt. `status` is None if there was no answer."""

    at: str
    subscription_id: str
    address: str
    uuid: str
    event: str
    status: int | None
    error: str | None


class Delivery:
    """Turns occurrences into notifications and brings them to whoever subscribed."""

    def __init__(
        self,
        clock: Clock,
        identifiers: Identifiers,
        subscriptions: Subscriptions,
        faults: Faults,
        webhooks: Webhooks,
        *,
        seed: int,
    ) -> None:
        self.policy = Policy()
        self.log: deque[Delivered] = deque(maxlen=10_000)
        self.sockets: dict[str, Callable[[Mapping[str, Any]], None]] = {}
        """By subscription id: where a notification goes that is not for a webhook."""
        self._clock = clock
        self._identifiers = identifiers
        self._subscriptions = subscriptions
        self._faults = faults
        self._webhooks = webhooks
        self._lanes: defaultdict[str, _Lane] = defaultdict(lambda: _Lane(self.policy.parallel))
        self._failing_since: dict[str, tuple[datetime, int]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._idle = asyncio.Event()
        self._idle.set()
        self._random = Random(f"delivery {seed}")  # noqa: S311 - repeatable on purpose
        self._held: tuple[Subscription, dict[str, Any]] | None = None

    async def recover(self, subscription: Subscription) -> None:
        """The platform's own job (it is said): a blacklisted webhook that answers well again is served again."""
        if await self._webhooks.answers(subscription.address, self._identifiers.unique(), limit=self.policy.time_limit):
            subscription.blacklisted = None
            self._failing_since.pop(subscription.id, None)

    def publish(self, occurrence: Occurrence) -> None:
        """Something happened: notify every subscription that asks for it, once its cause is answered."""
        for subscription, each in self._subscriptions.matching(occurrence):
            body = occurrence.body(each.query) if callable(occurrence.body) else occurrence.body
            if body is not None:
                self.notify(subscription, each, _uri(occurrence, each), body)

    def notify(self, subscription: Subscription, each: EventFilter, event: str, body: Mapping[str, Any]) -> None:
        """Send one notification to one subscription."""
        if each.kind.addresses:
            body = absolute(body, subscription.base_url)
        notification = {
            "uuid": self._identifiers.notification(),
            "event": event,
            "timestamp": stamp(self._clock.now()),
            "subscriptionId": subscription.id,
            "ownerId": subscription.owner.id,
            "body": body,
        }
        afterwards(lambda: self._dispatch(subscription, notification, each.kind.name))

    async def idle(self) -> None:
        """Return when nothing is waiting or under way."""
        await self._idle.wait()

    async def stop(self) -> None:
        """Give up what is under way."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _dispatch(self, subscription: Subscription, notification: dict[str, Any], operation: str) -> None:
        if self._faults.strikes("drop", operation):
            return
        if self._held is None and self._faults.strikes("reorder", operation):
            self._held = (subscription, notification)
            self._start(self._let_go())
            return
        late = SLOW if self._faults.strikes("delay", operation) else 0.0
        if self.policy.jitter:
            late += self._random.uniform(0, self.policy.jitter)
        self._send(subscription, notification, late + self.policy.latency)
        if self._faults.strikes("duplicate", operation):
            self._send(subscription, notification)
        self._overtaken()

    async def _let_go(self) -> None:
        """What waits to be overtaken does not wait for ever."""
        await self._clock.sleep(1.0)
        self._overtaken()

    def _overtaken(self) -> None:
        if self._held is not None:
            held, self._held = self._held, None
            self._send(*held)

    def _send(self, subscription: Subscription, notification: dict[str, Any], delay: float = 0.0) -> None:
        if subscription.transport == "WebHook":
            self._start(self._post(subscription, notification, delay))
        elif subscription.id in self.sockets:
            if delay:
                self._clock.call_later(delay, partial(self.sockets[subscription.id], notification))
            else:
                self.sockets[subscription.id](notification)

    def _start(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        self._idle.clear()
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not self._tasks:
            self._idle.set()

    async def _post(self, subscription: Subscription, notification: dict[str, Any], delay: float) -> None:
        if delay:
            await self._clock.sleep(delay)
        body = orjson.dumps(notification)
        lane = self._lanes[subscription.id]
        for _ in range(1 + self.policy.redeliveries):
            async with lane.place:
                await lane.turn.acquire()
                if not subscription.active:
                    lane.turn.release()
                    return
                answer = await self._webhooks.deliver(
                    subscription.address,
                    body,
                    subscription.verification_token,
                    sent=lane.turn.release,
                    limit=self.policy.time_limit,
                )
            self._record(subscription, notification, answer)
            if answer.good:
                return

    def _record(self, subscription: Subscription, notification: Mapping[str, Any], answer: Answer) -> None:
        now = self._clock.now()
        self.log.append(
            Delivered(
                stamp(now),
                subscription.id,
                subscription.address,
                notification["uuid"],
                notification["event"],
                answer.status,
                answer.error,
            )
        )
        if answer.good:
            self._failing_since.pop(subscription.id, None)
            return
        since, count = self._failing_since.get(subscription.id, (now, 0))
        self._failing_since[subscription.id] = (since, count + 1)
        enough = now - since >= timedelta(seconds=self.policy.blacklist_after)
        if enough and count + 1 >= self.policy.blacklist_least and subscription.active:
            self._subscriptions.blacklist(subscription, answer.error or "")
            self._probe_later(subscription)

    def _probe_later(self, subscription: Subscription) -> None:
        def probe() -> None:
            if subscription.active or self._subscriptions.all.get(subscription.id) is not subscription:
                return
            self._start(self.recover(subscription))
            self._probe_later(subscription)

        if self.policy.recover_every:
            self._clock.call_later(self.policy.recover_every, probe)

    def view(self) -> list[dict[str, Any]]:
        """The latest attempts, as JSON values."""
        return [asdict(each) for each in self.log]


class _Lane:
    """One subscription's way out: so many at once, and each on the wire before the next one starts."""

    def __init__(self, parallel: int) -> None:
        self.place = asyncio.Semaphore(parallel)
        self.turn = asyncio.Semaphore(1)


def _uri(occurrence: Occurrence, each: EventFilter) -> str:
    """The address in `event`: of the thing that changed; a filter without ids in it is told back as it was written."""
    uri = each.path if "/account/" not in each.path else occurrence.uri
    _, _, query = each.text.partition("?")
    return f"{uri}?{query}" if query and each.kind.echoes else uri
