"""The simulated platform, for checking the streams that we made up against those that it makes."""

from tests.simulator.conftest import client, platform, receiver, watched

__all__ = ["client", "platform", "receiver", "watched"]
