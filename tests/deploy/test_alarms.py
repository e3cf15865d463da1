"""The alarms in the hands of Prometheus' own tool: each is raised when it should be, and only then."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.deploy.test_metrics import EXPRESSIONS, RULES
from tests.installed import installed

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).parent / "alarms.yml"


@pytest.fixture(scope="module")
def promtool() -> str:
    """Where it is."""
    return installed("promtool", package="prometheus")


def run(*words: str | Path) -> str:
    """What a command says. Raises AssertionError with it if it fails."""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_alarm_is_tried_both_ways() -> None:
    """There is a case in which it is raised, and one in which it is not."""
    cases = yaml.safe_load(CASES.read_text("utf-8"))["tests"]
    tried = {(each["alertname"], bool(each["exp_alerts"])) for case in cases for each in case["alert_rule_test"]}
    assert tried == {(rule["alert"], raised) for rule in RULES for raised in (True, False)}


def test_alarms_are_raised_when_they_should_be(promtool: str) -> None:
    """All cases, on series as Prometheus would have scraped them."""
    assert "SUCCESS" in run(promtool, "check", "rules", ROOT / "deploy/alerts.yml")
    assert "SUCCESS" in run(promtool, "test", "rules", CASES)


def test_an_alarm_that_is_not_raised_fails_its_case(promtool: str, tmp_path: Path) -> None:
    """So that the cases above can fail: the same cases on rules that ask for ten times as much."""
    (tmp_path / "alerts.yml").write_text((ROOT / "deploy/alerts.yml").read_text("utf-8").replace("> 0", "> 10"))
    (tmp_path / "alarms.yml").write_text(CASES.read_text("utf-8").replace("../../deploy/alerts.yml", "alerts.yml"))
    with pytest.raises(AssertionError, match="FAILED"):
        run(promtool, "test", "rules", tmp_path / "alarms.yml")


def test_every_panel_asks_in_prometheus_own_words(promtool: str, tmp_path: Path) -> None:
    """Each expression of the dashboard as a rule of its own, read by promtool."""
    rules = [{"record": f"panel:{at}", "expr": each.values[0]} for at, each in enumerate(EXPRESSIONS)]
    (tmp_path / "panels.yml").write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}))
    assert f"SUCCESS: {len(rules)} rules found" in run(promtool, "check", "rules", tmp_path / "panels.yml")
