"""Metrics and logs."""

import io
import json
import logging
import re
import sys

import pytest
import structlog

from switchhook.telemetry import Metric, Metrics, Outcome, configure_logs


@pytest.fixture(autouse=True)
def _restore_logging():
    handlers = logging.getLogger().handlers[:]
    yield
    logging.getLogger().handlers[:] = handlers
    structlog.reset_defaults()


def test_every_metric_is_exported_with_its_labels():
    """A counter, a gauge and a histogram come out as Prometheus text, and two Metrics do not mix."""
    metrics, other = Metrics(), Metrics()
    metrics.count(Metric.RUNS, handler="forward", rule="forward", outcome=Outcome.DONE)
    metrics.gauge(Metric.LANES, 3)
    metrics.observe(Metric.ACCEPT_SECONDS, 0.002)
    text = metrics.render().decode()
    assert 'switchhook_runs_total{handler="forward",outcome="done",rule="forward"} 1.0' in text
    assert "switchhook_lanes 3.0" in text
    assert 'switchhook_accept_seconds_bucket{le="0.0025"} 1.0' in text
    assert other.value(Metric.LANES) == 0
    assert "_created" not in text


def test_a_gauge_can_be_taken_away():
    """What nobody watches any more has no value, also if it never had one."""
    metrics = Metrics()
    metrics.keep(Metric.LAST_LOOK_SECONDS, None, identity="main")
    metrics.keep(Metric.LAST_LOOK_SECONDS, 5.0, identity="main")
    assert metrics.value(Metric.LAST_LOOK_SECONDS, identity="main") == 5.0
    metrics.keep(Metric.LAST_LOOK_SECONDS, None, identity="main")
    assert b'identity="main"' not in metrics.render()


@pytest.mark.skipif(sys.platform != "linux", reason="memory and processor time are read from /proc, which Linux has")
def test_a_process_tells_its_memory():
    """And its processor time and open files, as every process does that Prometheus' client measures."""
    told = Metrics().render().decode()
    assert re.search(r"^process_resident_memory_bytes [1-9]", told, re.MULTILINE)
    assert "process_cpu_seconds_total" in told


def test_many_spans_at_once_are_the_same_as_one_after_the_other():
    """In every bucket, also on its bound and beyond the last one."""
    spans = [0.0, 0.001, 0.0011, 0.3, 60.0, 61.0, 0.3]
    each, together = Metrics(), Metrics()
    for span in spans:
        each.observe(Metric.RUN_SECONDS, span, handler="h", rule="r")
    together.observe_all(Metric.RUN_SECONDS, spans, handler="h", rule="r")

    def told(metrics):
        lines = metrics.render().decode().splitlines()
        return [line for line in lines if "run_seconds" in line and "_created" not in line]

    assert told(each) == told(together)
    assert any('le="60.0",rule="r"} 6.0' in line for line in told(together))


def test_wrong_labels_are_an_error():
    """A label that a metric does not have is refused, so that no number or id slips in."""
    with pytest.raises(ValueError, match="label"):
        Metrics().count(Metric.RUNS, phone="+16505550100")


def test_logs_hide_secrets_and_texts():
    """Values under names of secrets or message texts never reach the stream, ours or a library's."""
    stream = io.StringIO()
    configure_logs("json", stream=stream)
    structlog.get_logger().info("called", access_token="abc", text="private", status=200)
    logging.getLogger("aiohttp").warning("careful")
    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    assert first["event"] == "called"
    assert first["status"] == 200
    assert "abc" not in stream.getvalue()
    assert "private" not in stream.getvalue()
    assert second["event"] == "careful"
