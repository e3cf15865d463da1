"""What the worker counts, added up in plain dictionaries and handed to the metrics once a second."""

from __future__ import annotations

from collections import defaultdict

from switchhook.telemetry import Metric, Metrics, Outcome


class Counts:
    """Counters of one worker. Adding to them costs next to nothing; `flush` hands them on."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self.records: defaultdict[str, int] = defaultdict(int)
        """By result."""
        self.events: defaultdict[str, int] = defaultdict(int)
        """By kind."""
        self.commits: defaultdict[str, int] = defaultdict(int)
        """By result."""
        self.follow_ups: defaultdict[str, int] = defaultdict(int)
        """By result."""
        self.unrecognised = 0
        self.runs: defaultdict[tuple[str, str, Outcome], list[float]] = defaultdict(list)
        """How many seconds each took, by handler, rule and outcome."""
        self.reactions: defaultdict[str, list[float]] = defaultdict(list)
        """From receipt to the first write sent, by handler."""

    def flush(self) -> None:
        """Hand everything to the metrics."""
        metrics = self._metrics
        for metric, counted, label in (
            (Metric.RECORDS, self.records, "result"),
            (Metric.EVENTS, self.events, "event"),
            (Metric.COMMITS, self.commits, "result"),
            (Metric.FOLLOW_UPS, self.follow_ups, "result"),
        ):
            for value, amount in counted.items():
                metrics.count(metric, amount, **{label: value})
            counted.clear()
        for (handler, rule, outcome), spans in self.runs.items():
            metrics.count(Metric.RUNS, len(spans), handler=handler, rule=rule, outcome=outcome.value)
            metrics.observe_all(Metric.RUN_SECONDS, spans, handler=handler, rule=rule)
        self.runs.clear()
        for handler, spans in self.reactions.items():
            metrics.observe_all(Metric.REACTION_SECONDS, spans, handler=handler)
        self.reactions.clear()
        if self.unrecognised:
            metrics.count(Metric.UNRECOGNISED, self.unrecognised)
            self.unrecognised = 0
