"""The keeper's loop: look, plan, act, come again. Nothing that the platform answers ever ends it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from switchhook.clock import Clock
from switchhook.errors import ApiStatusError, LogUnavailable, StateError, SwitchhookError
from switchhook.keeper.advice import advise
from switchhook.keeper.client import Client
from switchhook.keeper.gauges import Gauges
from switchhook.keeper.identity import IdentityKeeper
from switchhook.keeper.look import Look
from switchhook.keeper.plan import Policy
from switchhook.keeper.standing import Standing
from switchhook.keeper.watch import Watch
from switchhook.notification import Addresses
from switchhook.registry import Registry
from switchhook.telemetry import Metrics

_BLIND = 3_600.0
"""Seconds of failing looks that a person should hear of."""
_TELL_EVERY = 60.0


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often the keeper looks, in seconds."""

    every: float = 240.0
    """Between looks while all is well: a blacklisting is found within five minutes."""
    first_retry: float = 1.0
    """After a failure; doubles up to `every`."""
    after_acting: float = 0.1
    """After a change, to see it stand; doubles while there is still something to do."""


class Keeper:
    """Keeps the subscriptions of all identities, each in a task of its own, so that none waits for another.

    `owns` tells whether this process owns an identity now: one that owns nothing does not even sign in; call
    `wake` when that changes. `stands` is set while everything wanted stands. `watches` (by identity) record what was
    lost; without them subscriptions are kept and nothing is remembered, as the command line does. `by_socket` are
    the identities whose notifications come over a WebSocket: what is wanted is looked up, and no webhook is kept.
    """

    def __init__(
        self,
        clients: Mapping[str, Client],
        registry: Registry,
        addresses: Addresses,
        *,
        clock: Clock,
        metrics: Metrics,
        policy: Policy | None = None,
        cadence: Cadence | None = None,
        owns: Callable[[str], bool] = lambda _identity: True,
        watches: Mapping[str, Watch] | None = None,
        by_socket: frozenset[str] = frozenset(),
        seed: int | None = None,
    ) -> None:
        siblings = frozenset(clients)
        self.identities = {
            name: IdentityKeeper(
                client,
                registry,
                addresses,
                clock,
                policy=policy or Policy(),
                siblings=siblings,
                by_socket=name in by_socket,
            )
            for name, client in clients.items()
        }
        self.stands = asyncio.Event()
        self._watches = watches or {}
        self._clock = clock
        self._gauges = Gauges(metrics, self._watches)
        self._cadence = cadence or Cadence()
        self._owns = owns
        self._random = random.Random(seed)  # noqa: S311 - spreads looks over time, guards nothing
        self._wakes = {name: asyncio.Event() for name in clients}
        self._asked: dict[str, list[asyncio.Future[Look]]] = {name: [] for name in clients}
        self._running = False
        self._looks: dict[str, Look] = {}
        self._unsettled: set[str] = set()
        self._idle: set[str] = set()
        self._blind: dict[str, tuple[float, float]] = {}
        """Since when looks fail, and when the metric said so last, by identity."""
        self._log = structlog.get_logger("switchhook.keeper")

    @property
    def looks(self) -> Mapping[str, Look]:
        """The last look at each identity, for the admin API."""
        return dict(self._looks)

    async def run(self, stop: asyncio.Event) -> None:
        """Keep until `stop` is set. What is under way then is found by the next keeper's listing."""
        tasks = [asyncio.create_task(self._keep(name), name=f"keeper {name}") for name in self.identities]
        self._running = True
        try:
            await stop.wait()
        finally:
            self._running = False
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def wake(self, identity: str | None = None) -> None:
        """Look now (at all identities, if none is named)."""
        for name, event in self._wakes.items():
            if identity in {None, name}:
                event.set()

    def directory_changed(self) -> None:
        """An extension was added, changed or removed: resolve scopes anew and look now."""
        for keeper in self.identities.values():
            keeper.forget_directory()
        self.wake()

    def rotate(self, identity: str, part: int, epoch: int) -> None:
        """Notifications of a subscription came with a wrong token: re-create it under a new epoch."""
        if identity in self.identities:
            self.identities[identity].rotate(part, epoch)
            self.wake(identity)

    async def survey(self) -> Mapping[str, Look]:
        """Look at every identity and change nothing. A look that fails says so in its `failure`."""
        names = list(self.identities)
        looks = await asyncio.gather(*(self._look(name, act=False) for name in names))
        return dict(zip(names, looks, strict=True))

    async def look_now(self, identity: str) -> Look:
        """Look at an identity and act, from a moment after this call on; what was found and done. While the keeper
        runs, it is its own loop that does it.
        """
        if not self._running:
            return await self._look(identity, act=True)
        found: asyncio.Future[Look] = asyncio.get_running_loop().create_future()
        self._asked[identity].append(found)
        self.wake(identity)
        return await found

    async def delete_all(self, *, elsewhere: bool = False) -> Mapping[str, Sequence[Standing]]:
        """Delete what is ours, of every identity; what was deleted. Raises ApiError."""
        return {name: await keeper.delete_all(elsewhere=elsewhere) for name, keeper in self.identities.items()}

    async def _keep(self, name: str) -> None:
        wake = self._wakes[name]
        failures = acted = 0
        while True:
            wake.clear()
            asked, self._asked[name] = self._asked[name], []
            look = await self._look(name, act=True)
            for each in asked:
                if not each.done():
                    each.set_result(look)
            failures = failures + 1 if look.failure else 0
            acted = acted + 1 if look.plan.actions else 0
            timer = self._clock.call_later(self._delay(look, failures, acted), wake.set)
            try:
                await wake.wait()
            finally:
                timer.cancel()

    def _delay(self, look: Look, failures: int, acted: int) -> float:
        cadence = self._cadence
        if failures:
            delay = min(cadence.first_retry * 2.0 ** min(failures - 1, 20), cadence.every)
            return max(delay * self._random.uniform(0.8, 1.0), look.retry_after)
        if acted:
            return min(cadence.after_acting * 2.0 ** min(acted - 1, 20), cadence.every)
        delay = cadence.every * self._random.uniform(0.9, 1.0)
        if look.again:
            delay = min(delay, max(look.again, cadence.first_retry))
        if look.plan.due is not None:
            delay = min(delay, max((look.plan.due - self._clock.now()).total_seconds(), cadence.first_retry))
        return delay

    async def _look(self, name: str, *, act: bool) -> Look:
        keeper = self.identities[name]
        look: Look | None = None
        try:
            if act and not self._owns(name):
                self._stand_by(name)
                return self._blank(name)
            if name in self._idle:
                self._idle.discard(name)
                self._told()
            watch = self._watches.get(name)
            look = await keeper.look(watch.deaf if watch else frozenset())
            if act:
                if look.plan.actions:
                    self._show(look)
                await self._act(look, watch)
        except SwitchhookError as error:
            retry_after = (error.retry_after or 0.0) if isinstance(error, ApiStatusError) else 0.0
            failure = f"{error}; {advise(error).do}"
            look = look or self._blank(name)
            look = replace(look, failure=failure, transient=error.transient, retry_after=retry_after)
            self._failed(name, failure)
        except Exception as error:  # noqa: BLE001 - an answer nobody foresaw must not end the keeper
            look = look or self._blank(name)
            look = replace(look, failure=f"{type(error).__name__}: {error}")
            self._log.exception("look failed", identity=name)
        else:
            if name in self._blind:
                del self._blind[name]
                self._gauges.blind(name, 0.0)
        self._show(look)
        return look

    def _failed(self, name: str, failure: str) -> None:
        """Tell it, louder once nobody has seen for long what exists."""
        now = self._clock.monotonic()
        since, told = self._blind.get(name, (now, now - _TELL_EVERY))
        seconds = now - since
        if now - told >= _TELL_EVERY:
            told = now
            self._gauges.blind(name, seconds)
        self._blind[name] = since, told
        tell = self._log.error if seconds >= _BLIND else self._log.warning
        tell("look failed", identity=name, failure=failure, seconds=round(seconds))

    async def _act(self, look: Look, watch: Watch | None) -> None:
        """Mend first and write it down after: the platform does not wait for our disk. What cannot be written now is
        written at the next look.
        """
        trouble: SwitchhookError | None = None
        if watch is not None:
            try:
                await watch.saw(look)
            except StateError as error:
                trouble = error
        if look.plan.actions:
            async for action in self.identities[look.identity].act(look):
                if watch is not None:
                    try:
                        await watch.acted(action)
                    except LogUnavailable as error:
                        trouble = error
        if trouble is not None:
            raise trouble

    def _stand_by(self, name: str) -> None:
        """The account is another worker's for now."""
        self._looks.pop(name, None)
        self._unsettled.discard(name)
        self._idle.add(name)
        if name in self._watches:
            self._watches[name].forget()
        self._blind.pop(name, None)
        self._gauges.left(name)
        self._told()

    def _blank(self, name: str) -> Look:
        return Look(name, self._clock.now(), by_socket=self.identities[name].by_socket)

    def _show(self, look: Look) -> None:
        before = self._looks.get(look.identity)
        if before is look:
            self._told()
            return
        self._looks[look.identity] = look
        if look.settled:
            self._unsettled.discard(look.identity)
        else:
            self._unsettled.add(look.identity)
        self._told()
        if before is None or before.plan is not look.plan or before.listing is not look.listing:
            self._gauges.saw(look)

    def _told(self) -> None:
        """`stands` says whether all identities that are ours have been looked at and are settled."""
        if not self._unsettled and len(self._looks) + len(self._idle) == len(self.identities):
            self.stands.set()
        else:
            self.stands.clear()
