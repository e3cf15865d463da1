"""What the keeper's tests share."""

from types import SimpleNamespace

import pytest

from switchhook.clock import ManualClock
from switchhook.events import types
from switchhook.keeper.loop import Keeper
from switchhook.notification import Addresses
from switchhook.telemetry import Metrics
from tests.keeper.model import Model, ModelRegistry

SECRET = b"a master secret of the tests"
URL = "https://hooks.example.com"


@pytest.fixture
def bench():
    """A clock, a modelled platform, a registry with one handler, and how to build a keeper on them."""
    clock = ManualClock()
    made = SimpleNamespace(
        clock=clock,
        model=Model(clock),
        addresses=Addresses(URL, [SECRET]),
        registry=ModelRegistry(forward=("main", {types.CallRinging}, ())),
        metrics=Metrics(),
    )

    def build(*identities, **more):
        clients = {name: made.model.client(name, extension) for name, extension in identities or (("main", "101001"),)}
        options = {"clock": clock, "metrics": made.metrics, "seed": 1} | more
        return Keeper(clients, made.registry, options.pop("addresses", made.addresses), **options)

    made.keeper = build
    return made
