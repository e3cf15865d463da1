"""Fixtures that every folder of tests may use, and what holds for every property test."""

import pytest
import structlog
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.kafka"]

# The same examples every time, and no limit to what one may take: that says how busy the machine is, and nothing else.
settings.register_profile("tests", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")


@pytest.fixture(autouse=True)
def logs_as_at_the_start():
    """A command line that a test ran turns the logs down for the whole process: not for the tests after it."""
    yield
    structlog.reset_defaults()
