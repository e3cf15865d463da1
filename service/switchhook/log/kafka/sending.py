"""Requests of aiokafka over a connection that was reset a moment ago: they fail as any other request does.

uvloop's transports raise RuntimeError once they are closed (MagicStack/uvloop #506), aiokafka expects OSError
(aio-libs/aiokafka #1038). Between a reset and the turn of the event loop in which aiokafka notices it, whatever is sent
ended what sent it: a heartbeat, a fetch, the sender of a producer, or the task that keeps the metadata. Nobody looks
after that task. Without it everyone who asks for new metadata waits for ever: each search for a group's coordinator,
with it every commit, join and `stop`, and a producer whose partition has lost its leader. Such is a client that hangs
without an error after its broker was killed (aio-libs/aiokafka #1154).
"""

from __future__ import annotations

from typing import Any

from aiokafka.conn import AIOKafkaConnection, CloseReason
from aiokafka.errors import KafkaConnectionError

_connection: Any = AIOKafkaConnection
_send = _connection.send


def _sent(connection: Any, request: object, expect_response: bool = True) -> Any:
    try:
        return _send(connection, request, expect_response)
    except RuntimeError as error:
        connection.close(reason=CloseReason.CONNECTION_BROKEN, exc=error)
        raise KafkaConnectionError(f"Connection at {connection.host}:{connection.port} broken: {error}") from error


def mend_sending() -> None:
    """Let every client of this process fail so. May be called again."""
    _connection.send = _sent
