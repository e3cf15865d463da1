"""Write the dashboard for Grafana: what an operator wants to see, from the metrics that Switchhook exposes.

    python deploy/dashboards.py [--out FILE]

Run it after changing a panel here; a test fails when the file is not what this writes.
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OUT = Path(__file__).parent / "dashboards" / "switchhook.json"

SOURCE = {"type": "prometheus", "uid": "${source}"}
COLUMNS = 24
CURVE_HEIGHT = 8
NUMBER_HEIGHT = 4


@dataclass(frozen=True)
class Panel:
    """A panel: what it is called, what it asks for (expression, legend), its unit, and why one looks at it."""

    title: str
    asked: tuple[tuple[str, str], ...]
    unit: str
    why: str
    bad: float | None = None
    """Of a number: from which value on it is red."""


def number(title: str, expression: str, unit: str, why: str, bad: float | None = None) -> Panel:
    """One number, as it is now."""
    return Panel(title, ((expression, ""),), unit, why, bad)


def rate(metric: str, by: str) -> tuple[tuple[str, str], ...]:
    """How many per second, by a label."""
    return ((f'sum by ({by}) (rate({metric}{{job="$job"}}[$__rate_interval]))', f"{{{{{by}}}}}"),)


def spans(metric: str, by: str = "") -> tuple[tuple[str, str], ...]:
    """The median and the 99th percentile of a histogram, by a label if one is named."""
    labels, legend = (f"{by}, le", f"{{{{{by}}}}} ") if by else ("le", "")
    each = f'sum by ({labels}) (rate({metric}_bucket{{job="$job"}}[$__rate_interval]))'
    return tuple((f"histogram_quantile({q}, {each})", f"{legend}{name}") for q, name in ((0.5, "p50"), (0.99, "p99")))


def gauge(metric: str, by: str, over: str = "max") -> tuple[tuple[str, str], ...]:
    """A gauge, over all processes, by labels."""
    return ((f'{over} by ({by}) ({metric}{{job="$job"}})', " ".join(f"{{{{{each}}}}}" for each in by.split(", "))),)


ILL = "blacklisted|missing|disabled_filter|deaf"

# fmt: off
ROWS: dict[str, tuple[Panel, ...]] = {
    "Is all well?": (
        number("Processes away", 'sum(up{job="$job"} == bool 0)', "short", "Should be 0: SwitchhookDown", 1),
        number(
            "Refused in 5 minutes",
            'sum(increase(switchhook_notifications_total{job="$job", result="refused"}[5m]))',
            "short", "Should be 0: the journal cannot store", 1,
        ),
        number(
            "Subscriptions that do not stand",
            f'sum(switchhook_subscriptions{{job="$job", state=~"{ILL}"}})',
            "short", "Should be 0, or for minutes only", 1,
        ),
        number(
            "Last notification",
            'min(switchhook_last_notification_seconds{job="$job"})',
            "s", "How long ago the last one came, as of the keeper's last look; after an hour one is provoked",
        ),
        number(
            "Oldest unfinished",
            'max(switchhook_oldest_unfinished_seconds{job="$job"})',
            "s", "The notification that holds the commit back; the others go on", 300,
        ),
        number(
            "Dead letters",
            'sum(switchhook_dead_letters{job="$job"})',
            "short", "Runs that wait for a person: `switchhook dead list`", 1,
        ),
    ),
    "What comes in": (
        Panel("Notifications", rate("switchhook_notifications_total", "result"), "reqps",
              "`refused`: 503, the journal cannot store; `quarantined`: wrong token; `stranger`: nothing of ours"),
        Panel("Until it is on disk and answered", spans("switchhook_accept_seconds"), "s",
              "The platform gives up after 3 s"),
        Panel("Journal", (
            ('max by (instance) (switchhook_journal_bytes{job="$job"})', "{{instance}}"),
            ('min(switchhook_journal_limit_bytes{job="$job"} > 0)', "limit"),
        ), "bytes",
              "What nobody has read or relayed yet; beyond `ingress.journal_limit` notifications are refused"),
        Panel("Journal, records", gauge("switchhook_journal_records", "instance"), "short",
              "The same, in records"),
    ),
    "What is done with it": (
        Panel("Events", rate("switchhook_events_total", "event"), "ops", "What the notifications meant"),
        Panel("Ends of runs", rate("switchhook_runs_total", "outcome"), "ops",
              "`overtaken` and `expired` are no mistakes; `failed` and `unknown` are dead letters"),
        Panel("Runs, by handler", rate("switchhook_runs_total", "handler"), "ops", ""),
        Panel("Reaction", spans("switchhook_reaction_seconds", "handler"), "s",
              "From the notification to the first write"),
        Panel("How long runs take", spans("switchhook_run_seconds", "handler"), "s", "Waiting for a budget included"),
        Panel("Records read", rate("switchhook_records_total", "result"), "ops",
              "`seen`: told twice by the platform, handled once; `malformed` and `dead`: see `switchhook dead list`"),
        Panel("Under way", (
            ('sum(switchhook_records_in_flight{job="$job"})', "records"),
            ('sum(switchhook_lanes{job="$job"})', "lanes"),
        ), "short", "Records read and not complete; reading pauses at `worker.in_flight`"),
        Panel("Oldest unfinished", gauge("switchhook_oldest_unfinished_seconds", "instance"), "s",
              "How far a worker lags behind"),
        Panel("Set aside", (
            ('sum(switchhook_parked{job="$job"})', "parked"),
            ('sum(switchhook_dead_letters{job="$job"})', "dead letters"),
            ('sum(switchhook_suspects{job="$job"})', "suspects"),
        ), "short", "Parked runs come by themselves when they are due; dead letters wait for a person; suspects were "
              "under way when a worker's process ended, and are tried again with care"),
        Panel("Commits", rate("switchhook_commits_total", "result"), "ops",
              "`refused` is normal while workers come and go"),
        Panel("How long the state takes to be written", spans("switchhook_state_seconds"), "s",
              "Every write to the platform waits for it: the disk, or with Kafka the brokers"),
        Panel("Recordings and transcripts looked for", rate("switchhook_follow_ups_total", "result"), "ops",
              "`gave_up`: the platform made none in time"),
        Panel("Notifications that nothing interprets", (
            ('sum(rate(switchhook_unrecognised_total{job="$job"}[$__rate_interval]))', "unrecognised"),
        ), "ops", "Handlers of `Notification` see them all the same"),
    ),
    "RingCentral": (
        Panel("Calls of the API", rate("switchhook_api_calls_total", "status"), "reqps",
              "`waited`: not sent, as the budget had no place in time; `unknown`: sent, and no answer came"),
        Panel("Answers 429", (
            ('sum by (operation) (increase(switchhook_api_calls_total{job="$job", status="429"}[5m])) > 0',
             "{{operation}}"),
        ), "short", "Should be none: another program uses the same application and user"),
        Panel("Free places in the budget", gauge("switchhook_budget_remaining", "identity, group", "min"), "short",
              "Calls that fit into the rest of the minute; at 0 they wait, those for ringing telephones least"),
        Panel("How long calls take", (
            (f'topk(10, {spans("switchhook_api_seconds", "operation")[1][0]})', "{{operation}} p99"),
        ), "s", "The ten slowest operations"),
    ),
    "Subscriptions": (
        Panel("Subscriptions", gauge("switchhook_subscriptions", "state", "sum"), "short",
              "As the platform lists them; everything but `active` is being healed"),
        Panel("Time left until the first ends", (
            ('min by (identity) (switchhook_subscriptions_end_timestamp_seconds{job="$job"}) - time()', "{{identity}}"),
        ), "s", "Renewed long before"),
        Panel("Last notification", gauge("switchhook_last_notification_seconds", "identity", "min"), "s",
              "As of the keeper's last look"),
        Panel("Since when nobody could look", gauge("switchhook_last_look_seconds", "identity"), "s",
              "0 while the platform answers the keeper"),
        Panel("Gaps in an hour", (
            ('sum by (cause) (increase(switchhook_gaps_total{job="$job"}[1h]))', "{{cause}}"),
        ), "short", "Spans in which notifications may have been lost: `switchhook gaps list`"),
        Panel("Backfilled in an hour", (
            ('sum by (kind) (increase(switchhook_backfilled_total{job="$job"}[1h]))', "{{kind}}"),
        ), "short", "Records that were fetched for gaps"),
        Panel("Probes in an hour", (
            ('sum by (result) (increase(switchhook_probes_total{job="$job"}[1h]))', "{{result}}"),
        ), "short", "Proofs that a notification makes the whole way; `lost` is an alarm"),
    ),
    "Processes": (
        Panel("Memory", gauge("process_resident_memory_bytes", "instance"), "bytes", ""),
        Panel("Processor", (
            ('sum by (instance) (rate(process_cpu_seconds_total{job="$job"}[$__rate_interval]))', "{{instance}}"),
        ), "percentunit", "Each is one process on one core: at 100 % it is late"),
        Panel("Open files", gauge("process_open_fds", "instance"), "short", ""),
        Panel("Running since", (
            ('time() - max by (instance) (process_start_time_seconds{job="$job"})', "{{instance}}"),
        ), "s", "A saw is a process that ends again and again"),
    ),
}
# fmt: on


def dashboard() -> dict[str, Any]:
    """The whole of it, as Grafana reads it."""
    return {
        "uid": "switchhook",
        "title": "Switchhook",
        "description": "Written by deploy/dashboards.py: change that, then run it.",
        "tags": ["switchhook", "ringcentral"],
        "schemaVersion": 39,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "timezone": "browser",
        "editable": True,
        "graphTooltip": 1,
        "templating": {"list": [_source(), _job()]},
        "panels": list(_panels()),
    }


def _source() -> dict[str, Any]:
    return {"name": "source", "label": "Prometheus", "type": "datasource", "query": "prometheus"}


def _job() -> dict[str, Any]:
    query = "label_values(switchhook_notifications_total, job)"
    return {
        "name": "job",
        "label": "Installation",
        "type": "query",
        "datasource": SOURCE,
        "query": {"query": query, "refId": "job"},
        "refresh": 2,
        "sort": 1,
        "current": {"text": "switchhook", "value": "switchhook"},
    }


def _panels() -> Iterator[dict[str, Any]]:
    ids = itertools.count(1)
    y = 0
    for row, (title, panels) in enumerate(ROWS.items()):
        place = {"x": 0, "y": y, "w": COLUMNS, "h": 1}
        yield {"id": next(ids), "type": "row", "title": title, "gridPos": place, "collapsed": False, "panels": []}
        y += 1
        width, height = (COLUMNS // len(panels), NUMBER_HEIGHT) if row == 0 else (COLUMNS // 3, CURVE_HEIGHT)
        for at, panel in enumerate(panels):
            x = at * width % COLUMNS
            if at and x == 0:
                y += height
            place = {"x": x, "y": y, "w": width, "h": height}
            yield {"id": next(ids), "gridPos": place} | (_number(panel) if row == 0 else _curves(panel))
        y += height


def _described(panel: Panel, kind: str, targets: list[dict[str, Any]]) -> dict[str, Any]:
    described = {"description": panel.why} if panel.why else {}
    return {"type": kind, "title": panel.title, "datasource": SOURCE, "targets": targets} | described


def _number(panel: Panel) -> dict[str, Any]:
    steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
    if panel.bad is not None:
        steps.append({"color": "red", "value": panel.bad})
    thresholds = {"mode": "absolute", "steps": steps}
    targets = [{"refId": "A", "expr": panel.asked[0][0], "datasource": SOURCE, "instant": True}]
    return _described(panel, "stat", targets) | {
        "fieldConfig": {"defaults": {"unit": panel.unit, "thresholds": thresholds, "noValue": "-"}, "overrides": []},
        "options": {
            "colorMode": "value",
            "graphMode": "none",
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        },
    }


def _curves(panel: Panel) -> dict[str, Any]:
    targets = [
        {"refId": chr(ord("A") + at), "expr": expression, "legendFormat": legend, "datasource": SOURCE}
        for at, (expression, legend) in enumerate(panel.asked)
    ]
    return _described(panel, "timeseries", targets) | {
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0, "custom": {"fillOpacity": 5}}, "overrides": []},
        "options": {
            "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []},
            "tooltip": {"mode": "multi", "sort": "desc"},
        },
    }


def main() -> None:
    """Write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.parse_args().out.write_text(json.dumps(dashboard(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
