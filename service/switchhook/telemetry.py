"""Names of metrics and outcomes, structured logs, and the filter that keeps secrets out of them.

Metric labels never hold numbers of telephones, ids or message texts: their values are fixed words and handler names.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from enum import StrEnum
from typing import Any, Literal, TextIO

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

if "structlog" not in sys.modules:
    # structlog loads rich, which costs every process 3 MB, for tracebacks that our logs do not have.
    rich = sys.modules.get("rich")
    sys.modules["rich"] = None  # type: ignore[assignment] # Python's own way to say that a module is not to be had
    import structlog

    del sys.modules["rich"]
    if rich is not None:
        sys.modules["rich"] = rich
else:
    import structlog


class Outcome(StrEnum):
    """How one run (event, handler, rule) ended."""

    DONE = "done"
    """The rule returned."""
    SKIPPED = "skipped"
    """The rule raised Skip, or a guard rail (quiet hours, once per, trial) held it back."""
    EXPIRED = "expired"
    """The event was older than the rule's `within` when its turn came."""
    OVERTAKEN = "overtaken"
    """The platform answered 404 or 409 on a call or message that has moved on."""
    PARKED = "parked"
    """Kept in the state store until its due time."""
    FAILED = "failed"
    """A dead letter: kept for a person."""
    UNKNOWN = "unknown"
    """A dead letter too: a write may or may not have happened, and no read could tell."""


class Metric(StrEnum):
    """Every metric that Switchhook exports, with its labels in parentheses in the docstring."""

    NOTIFICATIONS = "switchhook_notifications_total"
    """Requests at the door (result: accepted, handshake, quarantined, stranger, too_large, too_late, refused)."""
    ACCEPT_SECONDS = "switchhook_accept_seconds"
    """Histogram: from request read to 200 sent."""
    JOURNAL_BYTES = "switchhook_journal_bytes"
    """Gauge: size of the journal's unrelayed or unhandled part."""
    JOURNAL_RECORDS = "switchhook_journal_records"
    """Gauge: records not yet relayed."""
    RECORDS = "switchhook_records_total"
    """Records read from the log (result: done, seen, malformed, parked, dead)."""
    EVENTS = "switchhook_events_total"
    """Events found in notifications (event: class name)."""
    FOLLOW_UPS = "switchhook_follow_ups_total"
    """Searches for recordings and transcripts that came to an end (result: found, gave_up)."""
    UNRECOGNISED = "switchhook_unrecognised_total"
    """Notifications of a kind that nothing interprets (no labels)."""
    RUNS = "switchhook_runs_total"
    """Ends of runs (handler, rule, outcome)."""
    RUN_SECONDS = "switchhook_run_seconds"
    """Histogram: handler, rule."""
    REACTION_SECONDS = "switchhook_reaction_seconds"
    """Histogram: from notification received to the first write sent (handler)."""
    LANES = "switchhook_lanes"
    """Gauge: lanes with work in them."""
    IN_FLIGHT = "switchhook_records_in_flight"
    """Gauge: records read but not complete."""
    OLDEST_UNFINISHED_SECONDS = "switchhook_oldest_unfinished_seconds"
    """Gauge: age of the record that holds the commit back."""
    PARKED = "switchhook_parked"
    """Gauge."""
    DEAD_LETTERS = "switchhook_dead_letters"
    """Gauge."""
    COMMITS = "switchhook_commits_total"
    """result: ok, refused, failed."""
    API_CALLS = "switchhook_api_calls_total"
    """operation, status (2xx … 5xx, unreachable, unknown)."""
    API_SECONDS = "switchhook_api_seconds"
    """Histogram: operation."""
    BUDGET_REMAINING = "switchhook_budget_remaining"
    """Gauge: identity, group."""
    SUBSCRIPTIONS = "switchhook_subscriptions"
    """Gauge: state (active, blacklisted, missing, surplus, disabled_filter, deaf)."""
    LAST_LOOK_SECONDS = "switchhook_last_look_seconds"
    """Gauge: for how long the keeper could not look at what exists; 0 while it can (identity)."""
    LAST_NOTIFICATION_SECONDS = "switchhook_last_notification_seconds"
    """Gauge: age of the last notification (identity)."""
    GAPS = "switchhook_gaps_total"
    """cause."""
    PROBES = "switchhook_probes_total"
    """Proofs that a notification makes the whole way (result: arrived, lost, refused)."""


_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)

_LABELS: dict[Metric, tuple[str, ...]] = {
    Metric.NOTIFICATIONS: ("result",),
    Metric.RECORDS: ("result",),
    Metric.EVENTS: ("event",),
    Metric.FOLLOW_UPS: ("result",),
    Metric.RUNS: ("handler", "rule", "outcome"),
    Metric.RUN_SECONDS: ("handler", "rule"),
    Metric.REACTION_SECONDS: ("handler",),
    Metric.COMMITS: ("result",),
    Metric.API_CALLS: ("operation", "status"),
    Metric.API_SECONDS: ("operation",),
    Metric.BUDGET_REMAINING: ("identity", "group"),
    Metric.SUBSCRIPTIONS: ("state",),
    Metric.LAST_LOOK_SECONDS: ("identity",),
    Metric.LAST_NOTIFICATION_SECONDS: ("identity",),
    Metric.GAPS: ("cause",),
    Metric.PROBES: ("result",),
}
_HISTOGRAMS = {Metric.ACCEPT_SECONDS, Metric.RUN_SECONDS, Metric.REACTION_SECONDS, Metric.API_SECONDS}


class Metrics:
    """All metrics of one process, in a registry of their own, so that two services in one process do not mix."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._counters: dict[Metric, Counter] = {}
        self._gauges: dict[Metric, Gauge] = {}
        self._histograms: dict[Metric, Histogram] = {}
        for metric in Metric:
            labels = _LABELS.get(metric, ())
            help_text = metric.name.lower().replace("_", " ")
            if metric in _HISTOGRAMS:
                self._histograms[metric] = Histogram(
                    metric.value, help_text, labels, registry=self._registry, buckets=_SECONDS
                )
            elif metric.value.endswith("_total"):
                self._counters[metric] = Counter(metric.value, help_text, labels, registry=self._registry)
            else:
                self._gauges[metric] = Gauge(metric.value, help_text, labels, registry=self._registry)

    def count(self, metric: Metric, amount: float = 1.0, **labels: str) -> None:
        """Add to a counter. Raises KeyError for a metric that is none, ValueError for wrong labels."""
        counter = self._counters[metric]
        (counter.labels(**labels) if labels else counter).inc(amount)

    def gauge(self, metric: Metric, value: float, **labels: str) -> None:
        """Set a gauge."""
        gauge = self._gauges[metric]
        (gauge.labels(**labels) if labels else gauge).set(value)

    def observe(self, metric: Metric, seconds: float, **labels: str) -> None:
        """Add a span to a histogram."""
        histogram = self._histograms[metric]
        (histogram.labels(**labels) if labels else histogram).observe(seconds)

    def counter(self, metric: Metric, **labels: str) -> Counter:
        """A counter to add to, for paths where looking it up each time is too slow."""
        counter = self._counters[metric]
        return counter.labels(**labels) if labels else counter

    def histogram(self, metric: Metric, **labels: str) -> Histogram:
        """A histogram to add to, for paths where looking it up each time is too slow."""
        histogram = self._histograms[metric]
        return histogram.labels(**labels) if labels else histogram

    def gauge_of(self, metric: Metric, **labels: str) -> Gauge:
        """A gauge to set, for paths where looking it up each time is too slow."""
        gauge = self._gauges[metric]
        return gauge.labels(**labels) if labels else gauge

    def value(self, metric: Metric, **labels: str) -> float:
        """The value of a counter or gauge now (0 if never touched); for tests and the operator's page."""
        name = metric.value
        return self._registry.get_sample_value(name, labels) or 0.0

    def render(self) -> bytes:
        """Prometheus text."""
        return generate_latest(self._registry)


_SECRET_WORDS = re.compile(r"secret|token|password|authorization|assertion|jwt|body|text", re.IGNORECASE)


def hide_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Structlog processor: values under names that may hold secrets or messages are replaced."""
    for key in event:
        if key != "event" and _SECRET_WORDS.search(key):
            event[key] = "[hidden]"
    return event


def configure_logs(
    form: Literal["auto", "text", "json"] = "auto", *, level: str = "info", stream: TextIO | None = None
) -> None:
    """Set up structlog: text for a terminal, JSON lines for everything else. Libraries log from WARNING up."""
    stream = stream or sys.stderr
    text = form == "text" or (form == "auto" and stream.isatty())
    chosen = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_secrets,
    ]
    renderer: Any
    if text:
        renderer = structlog.dev.ConsoleRenderer(colors=stream.isatty())
    else:
        shared.append(structlog.processors.format_exc_info)
        renderer = structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(chosen),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
