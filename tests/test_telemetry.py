"""Metrics and logs."""

import io
import json
import logging

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
