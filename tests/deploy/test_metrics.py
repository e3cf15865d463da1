"""Alarms and dashboard ask for metrics, labels and values that Switchhook exposes; the dashboard shows them all."""

from __future__ import annotations

import ast
import json
import re
import runpy
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from switchhook.keeper.gaps import Cause
from switchhook.telemetry import Metric, Metrics

ROOT = Path(__file__).parents[2]
RULES = yaml.safe_load((ROOT / "deploy/alerts.yml").read_text("utf-8"))["groups"][0]["rules"]
DASHBOARD = json.loads((ROOT / "deploy/dashboards/switchhook.json").read_text("utf-8"))
FROM_PROMETHEUS = {"job", "instance"}
"""Labels that Prometheus adds to everything it scrapes."""


def exposed() -> dict[str, Mapping[str, tuple[str, ...]]]:
    """Every name that stands in the answer of /metrics, with its labels and the values that these can have."""
    found: dict[str, Mapping[str, tuple[str, ...]]] = {"up": {}}
    known = {metric.value: metric.labels for metric in Metric}
    for name, kind in re.findall(r"^# TYPE (\w+) (\w+)$", Metrics().render().decode(), re.MULTILINE):
        labels = known.get(name, {})
        if kind == "histogram":
            found |= {f"{name}_sum": labels, f"{name}_count": labels, f"{name}_bucket": {**labels, "le": ()}}
        else:
            found[name] = labels
    return found


EXPOSED = exposed()


def expressions() -> Iterator[Any]:
    """All that is asked for: expression, and the texts that show its labels."""
    for rule in RULES:
        yield pytest.param(rule["expr"], " ".join(rule["annotations"].values()), id=rule["alert"])
    for panel in DASHBOARD["panels"]:
        for target in panel.get("targets", ()):
            expression = target["expr"].replace("$job", "switchhook").replace("$__rate_interval", "5m")
            yield pytest.param(expression, target.get("legendFormat", ""), id=f"{panel['title']} {target['refId']}")


EXPRESSIONS = list(expressions())


def grouped(expression: str) -> set[str]:
    """The labels that an expression groups by."""
    return {label.strip() for labels in re.findall(r"\bby \(([^)]*)\)", expression) for label in labels.split(",")}


def names(expression: str) -> set[str]:
    """The metrics that an expression asks for."""
    return set(re.findall(r"\b(?:switchhook|process)_\w+|\bup\b", re.sub(r'"[^"]*"', "", expression)))


@pytest.mark.parametrize(("expression", "shown"), EXPRESSIONS)
def test_what_is_asked_for_is_exposed(expression: str, shown: str) -> None:
    """Names, labels in selectors and groups, values in selectors, labels in legends and summaries."""
    asked = names(expression)
    assert asked, "asks for nothing of ours"
    assert asked <= EXPOSED.keys()
    for name, selector in re.findall(r"(\w+)\{([^}]*)\}", expression):
        for label, _, text in re.findall(r'(\w+)(=~|!~|!=|=)"([^"]*)"', selector):
            assert label in EXPOSED[name] or label in FROM_PROMETHEUS, f"{name} has no label {label}"
            possible = EXPOSED[name].get(label, ())
            assert not possible or set(text.split("|")) <= set(possible), f"{label} of {name} is never {text}"
    has = FROM_PROMETHEUS.union(*(EXPOSED[name] for name in asked))
    assert grouped(expression) <= has
    aggregated = re.search(r"\b(sum|min|max)\b", expression)
    left = grouped(expression) - {"le"} if aggregated else has
    assert set(re.findall(r"\{\{ *(?:or )?(?:\$labels\.)?(\w+)", shown)) - {"value"} <= left


def test_no_histogram_is_asked_for_without_its_rate() -> None:
    """Counters only ever grow: what is of interest is how fast, or by how much."""
    for parameter in EXPRESSIONS:
        expression = str(parameter.values[0])
        for name in names(expression):
            if name.endswith(("_total", "_bucket")):
                assert re.search(rf"\b(rate|increase)\({name}\b", expression), parameter.id


def test_the_dashboard_shows_every_metric() -> None:
    """Whoever adds a metric says where one looks at it."""
    shown = {name for panel in DASHBOARD["panels"] for each in panel.get("targets", ()) for name in names(each["expr"])}
    assert {metric.value for metric in Metric} <= {re.sub(r"_bucket$", "", name) for name in shown}


def test_the_dashboard_is_what_its_panels_say() -> None:
    """Whoever changes a panel writes the file anew: python deploy/dashboards.py."""
    written = runpy.run_path(str(ROOT / "deploy/dashboards.py"))["dashboard"]()
    assert written == DASHBOARD, "run: python deploy/dashboards.py"


def test_panels_lie_side_by_side() -> None:
    """Each has an id and a place of its own, within the width that there is."""
    panels = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        taken |= cells


def test_values_are_those_that_the_service_counts() -> None:
    """Every value that a label is said to have stands as such in the code that counts."""
    assert set(Metric.GAPS.labels["cause"]) == {cause.value for cause in Cause}
    written = {
        node.value
        for path in (ROOT / "service").rglob("*.py")
        if path.name != "telemetry.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    for metric in Metric:
        for label, values in metric.labels.items():
            if label != "outcome":  # an enumeration beside the metrics
                assert {value for value in values if not value.endswith("xx")} <= written, metric
