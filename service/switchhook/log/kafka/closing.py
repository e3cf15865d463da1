"""Letting go of a client in seconds, whether its brokers answer or not.

aiokafka's `stop` says farewell to the brokers and waits for what they owe: for ever, if they are away. Cancelling it
leaves connections and tasks behind. So after a grace period the connections are cut, which ends every wait.
"""

from __future__ import annotations

import asyncio
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError

_GRACE = 2.0
_CUT_EVERY = 0.1
_FORCE = 5.0
"""Seconds of cutting connections after which a client's own tasks are ended as well."""
_TASKS = ("_coordination_task", "_heartbeat_task", "_commit_refresh_task", "_fetch_task", "_sender_task")


async def stop(client: AIOKafkaConsumer | AIOKafkaProducer) -> None:
    """Stop it, gently for two seconds, then by force. What was not acknowledged by then fails. Raises nothing."""
    stopping: asyncio.Task[None] = asyncio.create_task(client.stop())  # type: ignore[no-untyped-call] # aiokafka's
    inner: Any = client.client if isinstance(client, AIOKafkaProducer) else client._client  # noqa: SLF001 - see above
    await asyncio.wait({stopping}, timeout=_GRACE)
    if not stopping.done() and isinstance(client, AIOKafkaProducer):
        client._message_accumulator.fail_all(KafkaConnectionError("given up"))  # noqa: SLF001
    cuts = 0
    while not stopping.done():
        for connection in tuple(inner._conns.values()):  # noqa: SLF001
            connection.close()
        await asyncio.wait({stopping}, timeout=_CUT_EVERY)
        cuts += 1
        if cuts * _CUT_EVERY >= _FORCE:  # it waits for something else than a connection
            _end_tasks(client)
            stopping.cancel()
    # It may have stumbled before it came to this: over brokers that are away, over what we did to it, or over a fetch
    # of its own that it cancels while that one waits to be tried again.
    if stopping.cancelled() or stopping.exception() is not None:
        await inner.close()


def _end_tasks(client: Any) -> None:
    """What is left of a client must not join its group again: it would own partitions that nobody reads."""
    for part in ("_coordinator", "_fetcher", "_sender"):
        for name in _TASKS:
            task = getattr(getattr(client, part, None), name, None)
            if task is not None:
                task.cancel()
