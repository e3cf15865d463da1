"""Asks, where it is silent, whether anything would arrive: deaf subscriptions are replaced, a broken way is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from switchhook.clock import Clock
from switchhook.keeper.identity import IdentityKeeper
from switchhook.keeper.look import Look
from switchhook.keeper.probe import Probe
from switchhook.keeper.watch import Watch
from switchhook.telemetry import Metric, Metrics


@dataclass(frozen=True, slots=True)
class Patience:
    """Spans in seconds."""

    look: float = 60.0
    """Between looks at what was heard."""
    quiet: float = 3_600.0
    """Without any notification of an identity, after which a probe is made."""
    broken: float = 300.0
    """Between probes while nothing arrives."""


class Listener:
    """One identity. `last_look` gives the keeper's last look at it; `wake` makes it look now."""

    def __init__(
        self,
        keeper: IdentityKeeper,
        watch: Watch,
        *,
        last_look: Callable[[], Look | None],
        wake: Callable[[], None],
        clock: Clock,
        metrics: Metrics,
        patience: Patience | None = None,
    ) -> None:
        self._keeper = keeper
        self._watch = watch
        self._last_look = last_look
        self._wake = wake
        self._clock = clock
        self._metrics = metrics
        self._patience = patience or Patience()
        self._probed = clock.now().timestamp()
        self._log = structlog.get_logger("switchhook.keeper").bind(identity=keeper.identity)

    async def run(self) -> None:
        """Listen until cancelled."""
        while True:
            await self._clock.sleep(self._patience.look)
            look = self._last_look()
            if self._keeper.by_socket:
                continue  # a connection shows by itself whether anything can arrive
            if look is not None and look.calm and look.wanted and self._in_doubt(look):
                try:
                    await self.probe(look)
                except Exception:  # noqa: BLE001 - an answer nobody foresaw must not end the listening
                    self._log.exception("whether notifications arrive cannot be asked; it is asked again")

    async def probe(self, look: Look) -> Probe:
        """See whether a notification arrives now, and conclude from it."""
        silent = self._watch.silent(look)
        found = await self._keeper.probe(look, self._heard)
        self._probed = self._clock.now().timestamp()
        result = "arrived" if found.arrived else "lost" if found.conclusive else "refused"
        self._metrics.count(Metric.PROBES, result=result)
        was_broken = self._watch.broken
        if found.conclusive:
            self._watch.broken = not found.arrived
        if not found.arrived:
            self._log.error("no notification arrives", failure=found.failure, conclusive=found.conclusive)
        elif was_broken:
            self._log.warning("notifications arrive again", seconds=found.seconds)
        deaf = silent & self._watch.silent(look) if found.arrived else frozenset()
        if deaf - self._watch.deaf:
            self._log.error(
                "subscriptions are deaf: other notifications arrive, theirs do not", subscriptions=len(deaf)
            )
            self._watch.deaf |= deaf
        if deaf or was_broken != self._watch.broken:
            self._wake()
        return found

    async def _heard(self, subscription_id: str) -> bool:
        return self._watch.heartbeats.last(subscription_id) is not None

    def _in_doubt(self, look: Look) -> bool:
        now = self._clock.now().timestamp()
        if now - self._probed < self._patience.broken:
            return False
        if self._watch.broken:
            return True
        if self._watch.silent(look) - self._watch.deaf:
            return True
        heard = self._watch.heartbeats.latest or 0.0
        return now - max(heard, self._probed) >= self._patience.quiet
