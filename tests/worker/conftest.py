"""What the worker's tests share."""

from __future__ import annotations

import pytest

from switchhook.clock import ManualClock
from tests.worker.model import Service


@pytest.fixture
def clock():
    """Time that the test moves."""
    return ManualClock()


@pytest.fixture
def service(clock):
    """A function that makes a service of handlers."""
    made = []

    def make(registry, **options):
        made.append(Service(clock, registry, **options))
        return made[-1]

    return make
