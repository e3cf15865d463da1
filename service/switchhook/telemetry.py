"""Names of metrics and outcomes, structured logs, and the filter that keeps secrets out of them.

Metric labels never hold numbers of telephones, ids or message texts: their values are fixed words and handler names.
"""

from __future__ import annotations

import contextlib
import logging
import re
import sys
from bisect import bisect_left
from collections import Counter as Counted
from collections.abc import Mapping, MutableMapping, Sequence
from enum import StrEnum
from typing import Any, Literal, TextIO

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

# structlog loads rich, which costs every process 3 MB, for tracebacks that our logs do not have.
_rich = sys.modules.get("rich")
sys.modules["rich"] = None  # type: ignore[assignment] # Python's own way to say that a module is not to be had
import structlog  # noqa: E402 - see above

del sys.modules["rich"]
if _rich is not None:
    sys.modules["rich"] = _rich


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
    """Every metric that Switchhook exports, with its labels in parentheses in the docstring.

    Beside them stand what Prometheus' client tells of any process on Linux: memory, processor time, open files, start.
    """

    NOTIFICATIONS = "switchhook_notifications_total"
    """Requests at the door (result)."""
    ACCEPT_SECONDS = "switchhook_accept_seconds"
    """Histogram: from request read to 200 sent."""
    JOURNAL_BYTES = "switchhook_journal_bytes"
    """Gauge: size of the journal's unrelayed or unhandled part."""
    JOURNAL_LIMIT_BYTES = "switchhook_journal_limit_bytes"
    """Gauge: the size of that part beyond which notifications are refused."""
    JOURNAL_RECORDS = "switchhook_journal_records"
    """Gauge: records not yet relayed."""
    RECORDS = "switchhook_records_total"
    """Records read from the log (result). `done`: it is known what it says, and whom to tell; `seen`: it was before."""
    EVENTS = "switchhook_events_total"
    """Events found in notifications (event: class name)."""
    FOLLOW_UPS = "switchhook_follow_ups_total"
    """Searches for recordings and transcripts that came to an end (result)."""
    UNRECOGNISED = "switchhook_unrecognised_total"
    """Notifications of a kind that nothing interprets (no labels)."""
    RUNS = "switchhook_runs_total"
    """Ends of runs (handler, rule, outcome)."""
    RUN_SECONDS = "switchhook_run_seconds"
    """Histogram: from the start of a run to its end (handler, rule)."""
    REACTION_SECONDS = "switchhook_reaction_seconds"
    """Histogram: from notification received to the first write sent (handler)."""
    LANES = "switchhook_lanes"
    """Gauge: lanes with work in them."""
    IN_FLIGHT = "switchhook_records_in_flight"
    """Gauge: records read but not complete."""
    OLDEST_UNFINISHED_SECONDS = "switchhook_oldest_unfinished_seconds"
    """Gauge: age of the record that holds the commit back."""
    PARKED = "switchhook_parked"
    """Gauge: runs and records that wait for their time."""
    SUSPECTS = "switchhook_suspects"
    """Gauge: runs during which worker processes ended; they are tried again with care."""
    DEAD_LETTERS = "switchhook_dead_letters"
    """Gauge: runs and records that were given up and wait for a person."""
    STATE_SECONDS = "switchhook_state_seconds"
    """Histogram: one writing of the state store, of many changes at once, until it is durable."""
    COMMITS = "switchhook_commits_total"
    """Commits to the event log (result)."""
    API_CALLS = "switchhook_api_calls_total"
    """Calls of the API (operation, status). `waited`: not sent, as there was no place in the budget in time."""
    API_SECONDS = "switchhook_api_seconds"
    """Histogram: from a place in the budget to the answer (operation)."""
    BUDGET_REMAINING = "switchhook_budget_remaining"
    """Gauge: calls that fit into the rest of the minute, as counted here (identity, group)."""
    SUBSCRIPTIONS = "switchhook_subscriptions"
    """Gauge: subscriptions of all identities (state)."""
    SUBSCRIPTIONS_END = "switchhook_subscriptions_end_timestamp_seconds"
    """Gauge: when the first of those that stand ends unless it is renewed, in Unix time (identity)."""
    LAST_LOOK_SECONDS = "switchhook_last_look_seconds"
    """Gauge: for how long the keeper could not look at what exists; 0 while it can (identity)."""
    LAST_NOTIFICATION_SECONDS = "switchhook_last_notification_seconds"
    """Gauge: age of the last notification (identity)."""
    GAPS = "switchhook_gaps_total"
    """Spans in which notifications may have been lost (cause)."""
    BACKFILLED = "switchhook_backfilled_total"
    """Records fetched for gaps (kind)."""
    PROBES = "switchhook_probes_total"
    """Proofs that a notification makes the whole way (result)."""

    @property
    def labels(self) -> Mapping[str, tuple[str, ...]]:
        """Its labels, each with the values that it can have; none named if nobody knows them beforehand."""
        return _LABELS.get(self, {})


_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)

_LABELS: dict[Metric, dict[str, tuple[str, ...]]] = {
    Metric.NOTIFICATIONS: {
        "result": ("accepted", "handshake", "quarantined", "stranger", "too_large", "too_late", "refused")
    },
    Metric.RECORDS: {"result": ("done", "seen", "malformed", "parked", "dead")},
    Metric.EVENTS: {"event": ()},
    Metric.FOLLOW_UPS: {"result": ("found", "gave_up")},
    Metric.RUNS: {"handler": (), "rule": (), "outcome": tuple(Outcome)},
    Metric.RUN_SECONDS: {"handler": (), "rule": ()},
    Metric.REACTION_SECONDS: {"handler": ()},
    Metric.COMMITS: {"result": ("ok", "refused", "failed")},
    Metric.API_CALLS: {
        "operation": (),
        "status": ("2xx", "3xx", "4xx", "429", "5xx", "unreachable", "unknown", "waited"),
    },
    Metric.API_SECONDS: {"operation": ()},
    Metric.BUDGET_REMAINING: {"identity": (), "group": ()},
    Metric.SUBSCRIPTIONS: {"state": ("active", "blacklisted", "missing", "surplus", "disabled_filter", "deaf")},
    Metric.SUBSCRIPTIONS_END: {"identity": ()},
    Metric.LAST_LOOK_SECONDS: {"identity": ()},
    Metric.LAST_NOTIFICATION_SECONDS: {"identity": ()},
    Metric.GAPS: {
        "cause": (
            "blacklisted", "missing", "disabled", "deaf", "ingress-down", "ingress-refused", "journal-lost", "websocket"
        )
    },
    Metric.BACKFILLED: {"kind": ("messages", "calls", "presence", "posts")},
    Metric.PROBES: {"result": ("arrived", "lost", "refused")},
}  # fmt: skip
_HISTOGRAMS = {
    Metric.ACCEPT_SECONDS,
    Metric.RUN_SECONDS,
    Metric.REACTION_SECONDS,
    Metric.STATE_SECONDS,
    Metric.API_SECONDS,
}


disable_created_metrics()  # of every counter and histogram the time it was made: twice the series, for nobody


class Metrics:
    """All metrics of one process, in a registry of their own, so that two services in one process do not mix."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._counters: dict[Metric, Counter] = {}
        self._gauges: dict[Metric, Gauge] = {}
        self._histograms: dict[Metric, Histogram] = {}
        for metric in Metric:
            labels = tuple(metric.labels)
            help_text = metric.name.lower().replace("_", " ")
            if metric in _HISTOGRAMS:
                self._histograms[metric] = Histogram(
                    metric.value, help_text, labels, registry=self._registry, buckets=_SECONDS
                )
            elif metric.value.endswith("_total"):
                counter = self._counters[metric] = Counter(metric.value, help_text, labels, registry=self._registry)
                if len(labels) == 1:
                    # From the start, as Prometheus sees an increase only from one value to the next: the first gap of
                    # a process must not be missed because there was nothing before it.
                    for value in metric.labels[labels[0]]:
                        counter.labels(value)
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

    def keep(self, metric: Metric, value: float | None, **labels: str) -> None:
        """Set a gauge with labels; None takes it away, as what nobody watches any more has no value."""
        gauge = self._gauges[metric]
        if value is None:
            with contextlib.suppress(KeyError):
                gauge.remove(*(labels[name] for name in metric.labels))
        else:
            gauge.labels(**labels).set(value)

    def observe(self, metric: Metric, seconds: float, **labels: str) -> None:
        """Add a span to a histogram."""
        histogram = self._histograms[metric]
        (histogram.labels(**labels) if labels else histogram).observe(seconds)

    def observe_all(self, metric: Metric, spans: Sequence[float], **labels: str) -> None:
        """Add many spans to a histogram at once: 0.2 µs for each, instead of 1.2 one after the other."""
        histogram = self.histogram(metric, **labels)
        for number, amount in Counted(bisect_left(_SECONDS, span) for span in spans).items():
            histogram._buckets[number].inc(amount)  # noqa: SLF001 - there is no other way to add more than one
        histogram._sum.inc(sum(spans))  # noqa: SLF001

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

    def each(self, metric: Metric) -> list[tuple[dict[str, str], float]]:
        """The labels and the value of each series of a counter or gauge. Raises KeyError for a histogram."""
        found = self._counters[metric] if metric in self._counters else self._gauges[metric]
        return [(sample.labels, sample.value) for family in found.collect() for sample in family.samples]

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
