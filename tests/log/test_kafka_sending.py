"""A connection to Kafka that is reset while requests are made, on the event loop that the product runs on."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress

import pytest
from aiokafka.client import AIOKafkaClient, ConnectionGroup, CoordinationType
from aiokafka.errors import KafkaConnectionError, KafkaError

from switchhook.log.kafka.connection import connection
from switchhook.settings import LogSettings

uvloop = pytest.importorskip("uvloop")

METADATA, FIND_COORDINATOR, API_VERSIONS = 3, 10, 18
TURNS = 20
"""Turns of the event loop between a reset and the client's notice: one or two where nobody stretches them."""


class Broker:
    """Says what it can and who it is, and resets a connection that asks for a coordinator."""

    async def listen(self) -> None:
        """Begin."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def close(self) -> None:
        """End."""
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                (size,) = struct.unpack(">i", await reader.readexactly(4))
                kind, _, number = struct.unpack(">hhi", (await reader.readexactly(size))[:8])
                if kind == FIND_COORDINATOR:
                    linger = struct.pack("ii", 1, 0)  # closing resets then, as the end of a busy process does
                    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                    break
                answer = struct.pack(">i", number) + (self._versions() if kind == API_VERSIONS else self._metadata())
                writer.write(struct.pack(">i", len(answer)) + answer)
        writer.transport.abort()

    def _versions(self) -> bytes:
        known = (METADATA, FIND_COORDINATOR, API_VERSIONS)
        return struct.pack(">hi", 0, len(known)) + b"".join(struct.pack(">hhh", kind, 0, 0) for kind in known)

    def _metadata(self) -> bytes:
        host = b"127.0.0.1"
        return struct.pack(f">iih{len(host)}sii", 1, 1, len(host), host, self.port, 0)


def notice_late(client: AIOKafkaClient) -> asyncio.Future[bool]:
    """Stretch the moment in which the connection is reset and the client does not know; ask for metadata in it.
    The result is what becomes of that.
    """
    loop = asyncio.get_running_loop()
    reader = client._conns[1, ConnectionGroup.DEFAULT]._reader
    notice, asked = reader.set_exception, loop.create_future()

    async def ask() -> None:
        asked.set_result(await client.force_metadata_update())

    def after(turns: int, error: Exception) -> None:
        if turns:
            loop.call_soon(after, turns - 1, error)
        else:
            notice(error)

    def reset(error: Exception) -> None:
        asking.append(loop.create_task(ask()))
        after(TURNS, error)

    asking: list[asyncio.Task[None]] = []
    reader.set_exception = reset
    return asked


async def outlive_a_reset() -> None:
    """Ask for metadata in the moment of a reset, and once more."""
    broker = Broker()
    await broker.listen()
    client = AIOKafkaClient(**connection(LogSettings(kind="kafka", brokers=(f"127.0.0.1:{broker.port}",))))
    try:
        async with asyncio.timeout(30):
            await client.bootstrap()
            assert await client.ready(1)
            asked = notice_late(client)
            with pytest.raises(KafkaConnectionError):
                await client.coordinator_lookup(CoordinationType.GROUP, "group")
            assert not await asked
            assert await client.force_metadata_update()
            with pytest.raises(KafkaError):
                await client.coordinator_lookup(CoordinationType.GROUP, "group")
    finally:
        broker.close()
        await client.close()


def test_a_reset_while_metadata_is_asked_for_leaves_nobody_waiting_for_ever() -> None:
    """What keeps a client's metadata goes on; else every commit, join and stop would wait for it (aiokafka #1154)."""
    uvloop.run(outlive_a_reset())
