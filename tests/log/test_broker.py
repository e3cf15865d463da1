"""The broker that the Kafka tests run against."""

from __future__ import annotations

import socket

import pytest

from tests.kafka import Broker


@pytest.mark.kafka
def test_the_broker_comes_back_at_its_address(broker: Broker) -> None:
    """Killed and started again it listens where it did."""
    host, port = broker.address.split(":")
    socket.create_connection((host, int(port))).close()
    broker.kill()
    with pytest.raises(OSError, match=r"."):
        socket.create_connection((host, int(port)))
    broker.start()
    socket.create_connection((host, int(port))).close()
