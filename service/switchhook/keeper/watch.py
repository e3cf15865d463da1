"""Watches over one identity's deliveries from look to look: what was lost becomes a gap, what is deaf is told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import orjson
import structlog

from switchhook.clock import Clock
from switchhook.errors import LogUnavailable
from switchhook.events.types import Event, GapFound, SubscriptionHealed
from switchhook.keeper.gaps import Cause, Gap, Gaps, Stage, gap
from switchhook.keeper.heartbeat import Heartbeats
from switchhook.keeper.look import Look
from switchhook.keeper.losses import Delivering, delivering, losses
from switchhook.keeper.plan import Action, Kind
from switchhook.keeper.scopes import Scopes
from switchhook.keeper.standing import Place, Standing
from switchhook.state import Put, StateStore, Table
from switchhook.telemetry import Metric, Metrics

_SAVE_EVERY = timedelta(minutes=15)
"""How stale the stored last look may be: so much too early a gap found after a restart may begin."""
_KEEP = timedelta(days=30)
_SOCKET = "websocket"

Tell = Callable[[Event], Awaitable[None]]
"""Puts an event of our own into the log. Raises LogUnavailable."""


class Watch:
    """One identity. With its own gaps it reads and writes the state store, which raises StateUnavailable."""

    def __init__(
        self,
        identity: str,
        store: StateStore,
        partition_of: Callable[[str], int],
        *,
        clock: Clock,
        metrics: Metrics,
        tell: Tell,
        by_socket: bool = False,
        scopes: Scopes | None = None,
    ) -> None:
        """`by_socket`: notifications come over a WebSocket, so that no listing says what delivers. `scopes`: where the
        scopes of handlers are kept over a restart.
        """
        self.identity = identity
        self.gaps = Gaps(store, partition_of)
        self.heartbeats = Heartbeats(clock.now().timestamp())
        self.deaf: frozenset[str] = frozenset()
        """Subscriptions that were proved to deliver nothing, to be replaced."""
        self.broken = False
        """Whether a probe proved that no notification reaches us, whatever the subscription."""
        self._store = store
        self._partition_of = partition_of
        self._clock = clock
        self._metrics = metrics
        self._tell = tell
        self._by_socket = by_socket
        self._scopes = scopes
        self._unsaved: list[Gap] = []
        self._opening = asyncio.Lock()
        self._opened = True
        """Whether a gap may be open, as far as is known here."""
        self.may_have_closed = True
        """Whether a gap may wait to be fetched."""
        self.closed: Callable[[], None] = lambda: None
        """Called when a gap is over."""
        self._question: tuple[tuple[Standing, ...], frozenset[str]] | None = None
        self._good_until = self._seen_until = clock.now()
        self._seen: Look | None = None
        """The last look; while the keeper hands in the same one, nothing has changed."""
        self._before: Delivering | None = None
        self._saved: Delivering | None = None
        self._filters = orjson.Fragment(b"{}")
        self._listed: tuple[object, frozenset[str]] = None, frozenset()
        self._log = structlog.get_logger("switchhook.keeper").bind(identity=identity)

    def forget(self) -> None:
        """Another process writes about this identity from now on: believe the store again, if it comes back."""
        self._before = self._saved = self._seen = None
        self._opened = self.may_have_closed = True
        self._metrics.keep(Metric.LAST_NOTIFICATION_SECONDS, None, identity=self.identity)

    async def saw(self, look: Look) -> None:
        """Compare with the look before: open gaps for what was lost, close those that are over."""
        if look is self._seen and look.at < self._seen_until and not self._is_uneasy():
            assert self._before is not None
            self._before = Delivering(look.at, self._before.filters)
            self._measure(look.at)
            return
        if look.owner is None:
            return
        account = look.owner.account_id
        wanted = frozenset(look.wanted)
        unheard = frozenset(each.id for each in look.listing) if self.broken else self.deaf
        now = self._delivering(look, unheard)
        before = self._before or self._restore(account)
        if before is not None and before.filters != now.filters:
            heard = {each: at for each in before.filters if (at := self.heartbeats.last(each))}
            found = losses(before, now, look.listing, wanted, heard)
            self._unsaved += [
                gap(account, self.identity, each.cause, each.since, each.filters, until=each.until) for each in found
            ]
        self._before = now
        await self._open()
        if self._opened:
            await self._close_what_is_over(account, now, wanted)
        await self._save(account, now)
        if self._scopes is not None:
            await self._scopes.save(self._partition_of(account), look.owner.extension_id, look.scopes)
        if self._listed[0] is not look.listing:
            self._listed = look.listing, frozenset(each.id for each in look.listing)
            self.heartbeats.forget(look.at.timestamp() - 3_600, keep=self._listed[1])
        self.deaf &= self._listed[1]
        self._measure(look.at)
        self._seen = look
        self._seen_until = min(self._good_until, (self._saved or now).at + _SAVE_EVERY)

    def _is_uneasy(self) -> bool:
        """Whether there is more to do than to note that all is as it was."""
        return bool(self._opened or self._unsaved or self.deaf or self.broken)

    def _delivering(self, look: Look, unheard: frozenset[str]) -> Delivering:
        """What delivers now; worked out anew only if the listing is another one, or time has ended something."""
        if self._by_socket:  # the receiver itself tells when the connection was away for too long
            return Delivering(look.at, {_SOCKET: frozenset(look.wanted) - look.refused.keys()})
        question = look.listing, unheard
        if self._before is not None and self._question == question and look.at < self._good_until:
            return Delivering(look.at, self._before.filters)
        self._question = question
        ends = [each.expires for each in look.listing if each.expires is not None and each.expires > look.at]
        self._good_until = min(ends, default=look.at)
        return delivering(look.listing, look.at, unheard)

    async def acted(self, action: Action) -> None:
        """The keeper did something: if it made a subscription anew for a cause, say so."""
        if action.kind is not Kind.CREATE or action.name is None:
            return
        name, account = str(action.name), action.name.account
        open_ones = self.gaps.of(account, self.identity, Stage.OPEN)
        mended = [each.cause.value for each in open_ones if {*each.filters} & {*action.filters}]
        cause = action.heals or next(iter(mended), "")
        if not cause:
            return
        now = self._clock.now()
        self._log.warning("subscription healed", name=name, cause=cause)
        await self._tell(
            SubscriptionHealed(
                id=f"healed/{name}",
                at=now,
                received_at=now,
                account_id=account,
                identity=self.identity,
                subscription=name,
                cause=cause,
            )
        )

    async def interrupted(self, account: str, cause: Cause, since: datetime, until: datetime) -> None:
        """The ingress (or the connection) was away: whatever delivered by then may have been lost."""
        before = self._before or self._restore(account)
        filters = before.all() if before is not None else frozenset()
        if filters:
            self._unsaved.append(gap(account, self.identity, cause, since, filters, until=until))
            await self._open()

    def silent(self, look: Look) -> frozenset[str]:
        """Ids of subscriptions that should have been heard of and were not."""
        ours = [each for each in look.listing if each.place is Place.CURRENT]
        return frozenset(each.id for each in ours if self.heartbeats.deaf(each, self._clock.now()))

    async def tell_found(self, each: Gap) -> Gap:
        """Put GapFound into the log, once: as an alarm when it begins, or later if the log is away then. Raises
        LogUnavailable.
        """
        if each.told:
            return each
        await self._tell(
            GapFound(
                id=f"gap/{each.id}",
                at=each.until or self._clock.now(),
                received_at=self._clock.now(),
                account_id=each.account,
                identity=each.identity,
                cause=each.cause.value,
                since=each.since,
                until=each.until,
            )
        )
        told = replace(each, told=True)
        await self.gaps.save(told)
        return told

    async def _open(self) -> None:
        """Store what was found; what cannot be stored now is kept for the next try.

        A look and a note of the ingress may come here at the same time: one after the other, or the second would take
        the same gap as the first, and both together would drop the one behind it.
        """
        async with self._opening:
            while self._unsaved:
                new = self._unsaved[0]
                stored, fresh = await self.gaps.add(new)
                del self._unsaved[0]
                self._opened = self._opened or stored.stage is Stage.OPEN
                if fresh:
                    await self._opened_one(stored)

    async def _opened_one(self, new: Gap) -> None:
        self._metrics.count(Metric.GAPS, cause=new.cause.value)
        since = new.since.isoformat()
        self._log.error("notifications may be lost", gap=new.id, cause=new.cause.value, since=since)
        with suppress(LogUnavailable):  # then whoever fetches the gap tells
            await self.tell_found(new)
        if new.stage is Stage.CLOSED:
            self._over()

    async def _close_what_is_over(self, account: str, now: Delivering, wanted: frozenset[str]) -> None:
        covered = now.all()
        still_open = False
        for each in self.gaps.of(account, self.identity, Stage.OPEN):
            if frozenset(each.filters) & wanted <= covered:
                await self.gaps.save(replace(each, until=now.at, stage=Stage.CLOSED))
                self._over()
                self._log.warning("notifications come again", gap=each.id, cause=each.cause.value)
                await self.gaps.forget(account, self.identity, now.at - _KEEP)
            else:
                still_open = True
        self._opened = still_open

    def _over(self) -> None:
        self.may_have_closed = True
        self.closed()

    async def _save(self, account: str, now: Delivering) -> None:
        saved = self._saved
        if saved is not None and saved.filters == now.filters and now.at - saved.at < _SAVE_EVERY:
            return
        if saved is None or saved.filters is not now.filters:
            self._filters = orjson.Fragment(orjson.dumps(now.dump_filters()))
        value = orjson.dumps({"at": now.at.isoformat(), "filters": self._filters})
        await self._store.apply([Put(self._partition_of(account), Table.KEEPER, self._key(account), value)])
        self._saved = now

    def _restore(self, account: str) -> Delivering | None:
        entry = self._store.get(self._partition_of(account), Table.KEEPER, self._key(account))
        return Delivering.restore(orjson.loads(entry.value)) if entry is not None else None

    def _key(self, account: str) -> str:
        return f"delivering/{account}/{self.identity}"

    async def mended(self, gap: Gap) -> None:
        """Write down what was fetched for a gap, and count it. Raises StateUnavailable."""
        await self.gaps.save(gap)
        for kind, records in gap.fetched.items():
            self._metrics.count(Metric.BACKFILLED, records, kind=kind)

    def _measure(self, at: datetime) -> None:
        latest = self.heartbeats.latest
        if latest is not None:
            age = max(at.timestamp() - latest, 0.0)
            self._metrics.gauge(Metric.LAST_NOTIFICATION_SECONDS, age, identity=self.identity)
