"""Letting go of a client in seconds, whether its brokers answer or not.

aiokafka's `stop` says farewell to the brokers and waits for what they owe: for ever, if they are away. Cancelling it
leaves connections and tasks behind. So after a grace period the connections are cut, which ends every wait.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, KafkaError

_GRACE = 2.0
_CUT_EVERY = 0.1


async def stop(client: AIOKafkaConsumer | AIOKafkaProducer) -> None:
    """Stop it, gently for two seconds, then by force. What was not acknowledged by then fails."""
    stopping: asyncio.Task[None] = asyncio.create_task(client.stop())  # type: ignore[no-untyped-call] # aiokafka's
    await asyncio.wait({stopping}, timeout=_GRACE)
    if stopping.done():
        with contextlib.suppress(KafkaError):
            stopping.result()
        return
    inner: Any = client.client if isinstance(client, AIOKafkaProducer) else client._client  # noqa: SLF001 - see above
    if isinstance(client, AIOKafkaProducer):
        client._message_accumulator.fail_all(KafkaConnectionError("given up"))  # noqa: SLF001
    while not stopping.done():
        for connection in tuple(inner._conns.values()):  # noqa: SLF001
            connection.close()
        await asyncio.wait({stopping}, timeout=_CUT_EVERY)
    if stopping.exception() is not None:  # it stumbled over what we did to it, before it came to this
        await inner.close()
