"""Letting go of a client whose own farewell fails."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from aiokafka.errors import KafkaConnectionError

from switchhook.log.kafka.closing import stop


class Client:
    """One whose farewell ends with this error, before it has let go of its connections."""

    def __init__(self, error: BaseException) -> None:
        self.closed = False
        self._error = error
        self._client = SimpleNamespace(_conns={}, close=self._close)

    async def stop(self) -> None:
        """As it stands in aiokafka: what fails first leaves the rest undone."""
        raise self._error

    async def _close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("error", [KafkaConnectionError("away"), asyncio.CancelledError(), ValueError("surprise")])
async def test_a_farewell_that_fails_is_nobodys_error_and_leaves_no_connection(error) -> None:
    """Cancelled is what a consumer's `stop` ends with if one of its fetches waits to be tried again just then."""
    client = Client(error)
    await stop(client)
    assert client.closed
