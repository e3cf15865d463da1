"""Letting go of a client whose own farewell fails."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from aiokafka.errors import KafkaConnectionError

from switchhook.log.kafka import closing


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
    await closing.stop(client)
    assert client.closed


class Stuck(Client):
    """One that waits for what never comes, whatever happens to its connections."""

    def __init__(self) -> None:
        super().__init__(ValueError())
        coordination = asyncio.create_task(asyncio.Event().wait())
        self._coordinator = SimpleNamespace(_coordination_task=coordination, _heartbeat_task=None)

    async def stop(self) -> None:
        """As it stands in aiokafka: the coordination ends by itself, or never."""
        await self._coordinator._coordination_task


async def test_a_farewell_without_end_is_cut_short(monkeypatch) -> None:
    """Nothing goes on that could join the group again and own what nobody reads."""
    for name in ("_GRACE", "_CUT_EVERY", "_FORCE"):
        monkeypatch.setattr(closing, name, 0.001)
    client = Stuck()
    await closing.stop(client)
    assert client.closed
    assert client._coordinator._coordination_task.cancelled()
