"""`switchhook topics`: make, check, and say what is wrong with the right exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from switchhook.cli import switchhook
from switchhook.cli.ends import exit_code
from switchhook.errors import LogUnavailable
from switchhook.settings import LogSettings

from .test_quarantine import LEAST


def call(folder: Path, *arguments: str, **log: object) -> Result:
    """Run the verb with these settings of `[log]`."""
    path = folder / "switchhook.toml"
    lines = [f"{name} = {json.dumps(value)}" for name, value in log.items()]
    path.write_text("\n".join([LEAST, "[log]", *lines, ""]), encoding="utf-8")
    return CliRunner().invoke(switchhook, ["topics", *arguments, "--settings", str(path)])


def of(settings: LogSettings) -> dict[str, object]:
    """As the settings file has them."""
    return settings.model_dump(mode="json", include={"kind", "brokers", "prefix", "partitions", "replication"})


@pytest.mark.kafka
def test_topics_are_made_and_checked(tmp_path: Path, kafka_settings: LogSettings) -> None:
    """Missing: 1, made: said, made again: nothing to do, fine: 0."""
    log = of(kafka_settings) | {"single_broker": True}
    missing = call(tmp_path, "check", **log)
    assert missing.exit_code == 1
    assert missing.output.count("is missing: run `switchhook topics create`") == 3
    assert call(tmp_path, "create", **log).output.count("made with 4 partitions") == 3
    assert call(tmp_path, "create", **log).output == "nothing to do: every topic is there\n"
    fine = call(tmp_path, "check", **log)
    assert (fine.exit_code, fine.output) == (0, "every topic is as it should be\n")
    assert json.loads(call(tmp_path, "create", "--json", **log).output) == {"problems": [], "done": []}


@pytest.mark.kafka
def test_topics_that_are_risky_are_made_and_said_to_be(tmp_path: Path, kafka_settings: LogSettings) -> None:
    """One replica, and nobody said that this is meant."""
    result = call(tmp_path, "create", **of(kafka_settings))
    assert result.exit_code == 1
    assert "has 1 replicas" in result.output


def test_the_embedded_log_has_no_topics(tmp_path: Path) -> None:
    """Wrong use."""
    result = call(tmp_path, "create")
    assert result.exit_code == 2
    assert "no topics" in result.output


def test_brokers_that_are_away_are_said(tmp_path: Path) -> None:
    """Exit code 3, and the address that does not answer."""
    result = call(tmp_path, "check", kind="kafka", brokers=["127.0.0.1:1"])
    assert isinstance(result.exception, LogUnavailable)
    assert "127.0.0.1:1" in str(result.exception)
    assert exit_code(result.exception) == 3
