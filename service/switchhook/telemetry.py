"""Names of metrics and outcomes, structured logs, and the filter that keeps secrets out of them.

Metric labels never hold numbers of telephones, ids or message texts: their values are fixed words and handler names.
"""

from __future__ import annotations

from enum import StrEnum


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
    """Requests at the door (result: accepted, handshake, quarantined, stranger, too_large, refused)."""
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
    """Gauge: state (active, blacklisted, missing, surplus, disabled_filter)."""
    LAST_NOTIFICATION_SECONDS = "switchhook_last_notification_seconds"
    """Gauge: age of the last notification (identity)."""
    GAPS = "switchhook_gaps_total"
    """cause."""
