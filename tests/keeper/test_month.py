"""Days of two identities with twenty subscriptions each; `make bench ARGS=keeper` lives thirty with a thousand."""

import pytest

from switchhook.simulator.faults import FAULTS
from tests.keeper.model import WAYS_TO_FAIL
from tests.keeper.month import month

ELSEWHERE = {"status_409", "device_offline", "slow", "revoke", "duplicate", "reorder", "delay", "drop"}
"""Faults of calls, of time, of sessions (a mishap of its own here), and of deliveries."""


@pytest.mark.parametrize("seed", [1, 2])
def test_days_of_mishaps_leave_no_expiry_no_double_and_no_silent_gap(seed):
    """A tenth of the calls fails, subscriptions die and vanish, tokens are revoked, the keeper restarts."""
    report = month(seed=seed, identities=2, days=6)
    assert report.violations == []
    assert report.outages > 10
    assert set(report.mishaps) >= {"blacklisted", "deleted by others", "token revoked", "platform away", "restart"}


def test_the_model_fails_in_every_way_that_the_simulator_knows():
    """A new fault of the simulator's API is one of the model's too."""
    assert FAULTS.keys() - ELSEWHERE <= WAYS_TO_FAIL.keys()


def test_a_seed_replays():
    """The same mishaps at the same moments end in the same subscriptions."""
    first, second = month(seed=4, identities=2, days=2), month(seed=4, identities=2, days=2)
    assert (first.trace, first.calls, first.mishaps) == (second.trace, second.calls, second.mishaps)
    assert month(seed=5, identities=2, days=2).trace != first.trace
