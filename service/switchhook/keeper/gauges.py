"""What the keeper's looks mean for its metrics."""

from __future__ import annotations

from collections.abc import Mapping

from switchhook.keeper.look import Look
from switchhook.keeper.watch import Watch
from switchhook.telemetry import Metric, Metrics

_STATES = Metric.SUBSCRIPTIONS.labels["state"]


class Gauges:
    """The keeper's gauges. `watches`: what is known of deaf subscriptions, by identity."""

    def __init__(self, metrics: Metrics, watches: Mapping[str, Watch]) -> None:
        self._metrics = metrics
        self._watches = watches
        self._counts: dict[str, Mapping[str, int]] = {}
        self._totals = dict.fromkeys(_STATES, 0)

    def saw(self, look: Look) -> None:
        """One look. If it saw nothing, what was seen last is the best that is known."""
        if look.owner is None and look.failure:
            return
        watch = self._watches.get(look.identity)
        self._count(look.identity, {**look.counts(), "deaf": len(watch.deaf) if watch else 0})
        self._metrics.keep(Metric.SUBSCRIPTIONS_END, look.ends(), identity=look.identity)

    def blind(self, identity: str, seconds: float) -> None:
        """For how long looks have failed; 0 when one has not."""
        self._metrics.keep(Metric.LAST_LOOK_SECONDS, seconds, identity=identity)

    def left(self, identity: str) -> None:
        """Another worker looks after this identity: it is measured there."""
        self._count(identity, {})
        self._metrics.keep(Metric.SUBSCRIPTIONS_END, None, identity=identity)
        self._metrics.keep(Metric.LAST_LOOK_SECONDS, None, identity=identity)

    def _count(self, identity: str, now: Mapping[str, int]) -> None:
        """The gauges are sums over all identities: the difference to what this one had is added."""
        before = self._counts.pop(identity, {})
        for state in _STATES:
            change = now.get(state, 0) - before.get(state, 0)
            if change:
                self._totals[state] += change
                self._metrics.gauge(Metric.SUBSCRIPTIONS, self._totals[state], state=state)
        self._counts[identity] = now
