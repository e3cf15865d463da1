"""The counters of the hot route, looked up once and not per request."""

from __future__ import annotations

from prometheus_client import Counter

from switchhook.telemetry import Metric, Metrics


class Counts:
    """One child per result of `switchhook_notifications_total`, and the histogram of accepted ones."""

    def __init__(self, metrics: Metrics) -> None:
        def result(name: str) -> Counter:
            return metrics.counter(Metric.NOTIFICATIONS, result=name)

        self.accepted = result("accepted")
        self.handshake = result("handshake")
        self.quarantined = result("quarantined")
        self.stranger = result("stranger")
        self.too_large = result("too_large")
        self.too_late = result("too_late")
        self.refused = result("refused")
        self.seconds = metrics.histogram(Metric.ACCEPT_SECONDS)
